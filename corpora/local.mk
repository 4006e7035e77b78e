# corpora: see Makefile.am

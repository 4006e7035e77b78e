# ui: see Makefile.am

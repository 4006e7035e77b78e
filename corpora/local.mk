# corpora: readers of real formats and generators. They need libseq.a, whose trainer
# needs them: link libseq.a libcorpora.a libseq.a.

noinst_LIBRARIES += libcorpora.a
libcorpora_a_SOURCES = \
	corpora/arithmetic.c corpora/arithmetic.h \
	corpora/arithmetic_question.c \
	corpora/dataset.c \
	corpora/reader.c corpora/reader.h \
	corpora/tsv.c

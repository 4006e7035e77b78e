# Readers and generators are part of the engine: they go into libseq.a (src/run/job.c
# uses them). There is no library of their own.

ENGINE += \
	corpora/arithmetic.c corpora/arithmetic.h \
	corpora/arithmetic_question.c \
	corpora/dataset.c corpora/dataset_own.h corpora/dataset_subword.c \
	corpora/dialog.c \
	corpora/lines.c corpora/lines.h \
	corpora/reader.c corpora/reader.h \
	corpora/reverse.c \
	corpora/tsv.c \
	corpora/unknown.c corpora/unknown.h \
	corpora/waves.c

# Readers and generators are part of the engine: they go into libseq.a (src/run/job.c
# uses them). There is no library of their own.

ENGINE += \
	corpora/arithmetic.c corpora/arithmetic.h \
	corpora/arithmetic_question.c \
	corpora/casual.c corpora/casual.h corpora/charset.c corpora/charset.h \
	corpora/clean.c corpora/corpus.c corpora/corpus.h \
	corpora/codepage.c corpora/codepage.h \
	corpora/context.c corpora/context.h \
	corpora/cornell.c \
	corpora/dailydialog.c \
	corpora/dataset.c corpora/dataset_own.h corpora/dataset_subword.c \
	corpora/dataset_each.c \
	corpora/dialog.c \
	corpora/files.c corpora/files.h \
	corpora/findings.c corpora/findings.h \
	corpora/guess.c \
	corpora/lines.c corpora/lines.h \
	corpora/markup.c corpora/markup.h \
	corpora/mo.c \
	corpora/moses.c \
	corpora/reader.c corpora/reader.h \
	corpora/reverse.c \
	corpora/sift.c corpora/sift.h \
	corpora/speech.c corpora/speech.h \
	corpora/split.c corpora/split.h \
	corpora/srt.c corpora/srt.h \
	corpora/srt_pair.c \
	corpora/subtitles.c \
	corpora/timing.c corpora/timing.h \
	corpora/trigrams.c corpora/trigrams.h \
	corpora/tsv.c \
	corpora/turns.c corpora/turns.h \
	corpora/unknown.c corpora/unknown.h \
	corpora/waves.c

EXTRA_DIST += corpora/README.md corpora/get corpora/more corpora/talks

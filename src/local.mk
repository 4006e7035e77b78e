# libseq.a: the engine. No terminal, no printing, no exit.
# The same files are built once more with real = double for the gradient checks.

ENGINE = \
	src/base/base.c src/base/base.h \
	src/base/err.c src/base/err.h \
	src/base/file.c src/base/file.h \
	src/base/mem.c src/base/mem.h \
	src/base/near.c src/base/near.h \
	src/base/rng.c src/base/rng.h \
	src/base/settings.c src/base/settings.h \
	src/base/settings_check.c src/base/settings_table.c \
	src/base/str.c src/base/str.h \
	src/base/utf8.c src/base/utf8.h \
	src/model/ckpt.c src/model/ckpt.h \
	src/model/ckpt_type.c src/model/ckpt_type.h \
	src/model/ckpt_write.c \
	src/text/codec.c src/text/codec.h \
	src/text/pairs.c src/text/pairs.h \
	src/text/tokenizer.c src/text/tokenizer.h \
	src/text/vocab.c src/text/vocab.h \
	src/num/gemm.c src/num/gemm.h \
	src/num/pool.c src/num/pool.h \
	src/num/vec.c src/num/vec.h \
	src/num/vmath.h

noinst_LIBRARIES += libseq.a
libseq_a_SOURCES = $(ENGINE)

check_LIBRARIES += libseqd.a
libseqd_a_SOURCES = $(ENGINE)
libseqd_a_CPPFLAGS = $(AM_CPPFLAGS) -DSEQ_DOUBLE

ENGINE_LIBS = $(OPENBLAS_LIBS) $(JANSSON_LIBS) $(UNISTRING_LIBS)

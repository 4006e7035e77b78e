# libseq.a: the engine, with the readers of corpora/. No terminal, no printing, no exit.
# The same files are built once more with real = double for the gradient checks.

ENGINE = \
	src/base/base.c src/base/base.h \
	src/base/crc32c.c src/base/crc32c.h \
	src/base/err.c src/base/err.h \
	src/base/file.c src/base/file.h \
	src/base/mem.c src/base/mem.h \
	src/base/near.c src/base/near.h \
	src/base/proto.c src/base/proto.h \
	src/base/rng.c src/base/rng.h \
	src/base/settings.c src/base/settings.h \
	src/base/sha256.c src/base/sha256.h \
	src/base/settings_check.c src/base/settings_table.c \
	src/base/str.c src/base/str.h \
	src/base/utf8.c src/base/utf8.h \
	src/metric/codes.c src/metric/codes.h \
	src/metric/metric.c src/metric/metric.h \
	src/metric/metric_bleu.c src/metric/metric_chrf.c \
	src/metric/metric_reply.c src/metric/metric_ter.c \
	src/metric/ngrams.c src/metric/ngrams.h \
	src/metric/phrases.c src/metric/phrases.h \
	src/metric/resample.c src/metric/resample.h \
	src/metric/segments.c src/metric/segments.h \
	src/metric/ter_shift.c src/metric/ter_shift.h \
	src/metric/tok.c src/metric/tok.h \
	src/metric/trie.c src/metric/trie.h \
	src/model/ckpt.c src/model/ckpt.h \
	src/model/ckpt_type.c src/model/ckpt_type.h \
	src/model/ckpt_write.c \
	src/model/arch.c src/model/arch.h \
	src/model/arch_attention.c src/model/arch_readout.c src/model/arch_rnn.c \
	src/model/encoder.c src/model/encoder.h \
	src/model/feed.c src/model/feed.h \
	src/model/export.h src/model/export_onnx.c src/model/export_torch.c \
	src/model/h5.c src/model/h5.h \
	src/model/head.c src/model/head.h \
	src/model/import.c src/model/import.h \
	src/model/import_keras.c src/model/import_torch.c \
	src/model/keras_config.c src/model/keras_config.h \
	src/model/layer.c src/model/layer.h \
	src/model/carry.c src/model/carry.h \
	src/model/model.c src/model/model.h \
	src/model/onnx_layer.c src/model/onnx_layer.h \
	src/model/onnx_write.c src/model/onnx_write.h \
	src/model/stack.c src/model/stack.h \
	src/model/torch.c src/model/torch.h \
	src/model/zip.c src/model/zip.h \
	src/nn/attend.c src/nn/attend.h src/nn/score.c \
	src/nn/cell.c src/nn/cell.h src/nn/gate.h \
	src/nn/cell_gru.c src/nn/cell_gru_after.c src/nn/cell_lstm.c src/nn/cell_simple.c \
	src/nn/loss.c src/nn/loss.h \
	src/nn/op.c src/nn/op.h src/nn/op_shape.c \
	src/nn/params.c src/nn/params.h \
	src/nn/recurrent.c src/nn/recurrent.h \
	src/nn/tape.c src/nn/tape.h \
	src/run/alert.c src/run/alert.h \
	src/run/asked.c src/run/asked.h \
	src/run/begin.c src/run/begin.h \
	src/run/budget.c src/run/budget.h \
	src/run/control.c src/run/control.h \
	src/run/decode.c src/run/decode.h \
	src/run/directive.c src/run/directive.h \
	src/run/eval.c src/run/eval.h \
	src/run/event.c src/run/event.h \
	src/run/follow.c src/run/follow.h \
	src/run/job.c src/run/job.h src/run/job_own.h \
	src/run/job_memory.c \
	src/run/keep.c src/run/keep.h \
	src/run/live.c src/run/live.h \
	src/run/offer.c src/run/offer.h \
	src/run/optim.c src/run/optim.h \
	src/run/order.c src/run/order.h \
	src/run/penalty.c src/run/penalty.h \
	src/run/prior.c src/run/prior.h \
	src/run/ranks.c src/run/ranks.h \
	src/run/remember.c src/run/remember.h \
	src/run/rundir.c src/run/rundir.h \
	src/run/search.c src/run/search.h \
	src/run/states.c src/run/states.h \
	src/run/stop.c src/run/stop.h \
	src/run/strategy.c src/run/strategy.h \
	src/run/streams.c src/run/streams.h \
	src/run/tags.c src/run/tags.h \
	src/run/tfevents.c src/run/tfevents.h \
	src/run/train.c src/run/train.h src/run/train_own.h \
	src/run/train_grad.c src/run/train_probe.c src/run/train_save.c \
	src/run/train_share.c src/run/train_steer.c \
	src/run/wire.h \
	src/run/wording.c src/run/wording.h \
	src/text/codec.c src/text/codec.h \
	src/text/pairs.c src/text/pairs.h \
	src/text/respell.c src/text/respell.h \
	src/text/spm.h \
	src/text/subword.c src/text/subword.h \
	src/text/talk.c src/text/talk.h \
	src/text/tally.c src/text/tally.h \
	src/text/tokenizer.c src/text/tokenizer.h \
	src/text/tokenizer_token.c \
	src/text/vectors.c src/text/vectors.h \
	src/text/vocab.c src/text/vocab.h \
	src/num/gemm.c src/num/gemm.h \
	src/num/gemm_blas.c src/num/gemm_blas.h \
	src/num/half.c src/num/half.h src/num/half_amx.c src/num/half_amx3.c src/num/half_avx512.c \
	src/num/int8.c src/num/int8.h src/num/int8_amx.c src/num/int8_avx2.c \
	src/num/int8_avx512.c \
	src/num/kernel.c src/num/kernel.h \
	src/num/kernel_avx2.c \
	src/num/kernel_avx512.c \
	src/num/pool.c src/num/pool.h \
	src/num/transpose.c src/num/transpose.h \
	src/num/vec.c src/num/vec.h \
	src/num/vmath.h

# without the library SentencePiece its place is kept, and refuses
if HAVE_SENTENCEPIECE
ENGINE += src/text/spm.cc
else
ENGINE += src/text/spm_absent.c
endif

# without MPI a training has one process
if HAVE_MPI
ENGINE += src/run/wire_mpi.c
else
ENGINE += src/run/wire_absent.c
endif

noinst_LIBRARIES += libseq.a
libseq_a_SOURCES = $(ENGINE)

check_LIBRARIES += libseqd.a
libseqd_a_SOURCES = $(ENGINE)
libseqd_a_CPPFLAGS = $(AM_CPPFLAGS) -DSEQ_DOUBLE

ENGINE_LIBS = $(JANSSON_LIBS) $(UNISTRING_LIBS) $(ZLIB_LIBS) \
	$(SENTENCEPIECE_LIBS) $(MPI_LIBS)

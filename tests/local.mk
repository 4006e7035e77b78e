# What make check runs. A test says `ok NAME` or `not ok NAME` for each single thing it
# tries; tests/driver counts those. Each file of tests is named here, once:
#   unit, grad, golden, fuzz   programs: UNIT_TESTS and the like, with their SOURCES
#   cli                        CLI_TESTS: command lines and what they print (tests/run-cli)
#   screen                     SCREEN_TESTS: a real terminal (tests/screen/harness.sh)
#   house                      HOUSE_TESTS: rules of the source tree

TEST_EXTENSIONS = .sh .test
LOG_DRIVER = $(SHELL) $(top_srcdir)/tests/driver
SH_LOG_DRIVER = $(LOG_DRIVER)
SH_LOG_COMPILER = bash
TEST_LOG_DRIVER = $(LOG_DRIVER)
TEST_LOG_COMPILER = bash $(top_srcdir)/tests/run-cli
AM_TESTS_ENVIRONMENT = \
	SRCDIR='$(abs_top_srcdir)' BUILDDIR='$(abs_top_builddir)' \
	SEQSH='$(abs_top_builddir)/seqsh$(EXEEXT)' CMOCKA_MESSAGE_OUTPUT=TAP; \
	export SRCDIR BUILDDIR SEQSH CMOCKA_MESSAGE_OUTPUT;

CLI_TESTS = \
	tests/cli/batch.test \
	tests/cli/filter.test \
	tests/cli/corpus.test \
	tests/cli/docs.sh \
	tests/cli/doctor.test \
	tests/cli/openblas.test \
	tests/cli/get.test \
	tests/cli/help.test \
	tests/cli/import.test \
	tests/cli/inspect.test \
	tests/cli/models.test \
	tests/cli/options.test \
	tests/cli/runs.test \
	tests/cli/score.test \
	tests/cli/talks.test

# a trainer as a process: killed, resumed, stopped
RUN_TESTS = \
	tests/run/ranks.sh \
	tests/run/hosts.sh \
	tests/run/control.sh \
	tests/run/begin.sh \
	tests/run/context.sh \
	tests/run/disk.sh \
	tests/run/reverse.sh \
	tests/run/stateful.sh \
	tests/run/more.sh \
	tests/run/subword.sh \
	tests/run/memory.sh tests/run/train.sh

SCREEN_TESTS = \
	tests/screen/attach.sh \
	tests/screen/bytes.sh \
	tests/screen/control.sh \
	tests/screen/limits.sh \
	tests/screen/mockups.sh \
	tests/screen/payloads.sh \
	tests/screen/prompt_answer.sh \
	tests/screen/prompt_colours.sh \
	tests/screen/prompt_full.sh \
	tests/screen/prompt_keys.sh \
	tests/screen/prompt_look.sh \
	tests/screen/prompt_mock.sh \
	tests/screen/prompt_session.sh \
	tests/screen/prompt_signals.sh \
	tests/screen/reset.sh \
	tests/screen/tour.sh \
	tests/screen/watch.sh

HOUSE_TESTS = \
	tests/house/calls.sh \
	tests/house/files.sh \
	tests/house/layers.sh \
	tests/house/link.sh \
	tests/house/manual.sh \
	tests/house/runners.sh

TESTS += $(CLI_TESTS) $(RUN_TESTS) $(SCREEN_TESTS) $(HOUSE_TESTS)
EXTRA_DIST += $(CLI_TESTS) $(RUN_TESTS) $(SCREEN_TESTS) $(HOUSE_TESTS) \
	tests/driver tests/run-cli tests/tap.sh tests/house/tree.sh tests/screen/harness.sh

# every object of the engine with the engine's libraries alone: links, or is not one
check_PROGRAMS += tests/house/engine_alone
tests_house_engine_alone_SOURCES = tests/house/engine_alone.c
tests_house_engine_alone_LDFLAGS = $(AM_LDFLAGS) \
	-Wl,--whole-archive,./libseq.a,--no-whole-archive
tests_house_engine_alone_LDADD = $(ENGINE_LIBS)
tests_house_engine_alone_DEPENDENCIES = libseq.a

# C units: one cmocka program per file.
UNIT_TESTS = \
	tests/unit/test_alert \
	tests/unit/test_arithmetic \
	tests/unit/test_broken \
	tests/unit/test_casual \
	tests/unit/test_budget \
	tests/unit/test_canvas \
	tests/unit/test_charset \
	tests/unit/test_choices \
	tests/unit/test_ckpt \
	tests/unit/test_ckpt_hostile \
	tests/unit/test_codec \
	tests/unit/test_control \
	tests/unit/test_corpus \
	tests/unit/test_dash \
	tests/unit/test_dash_keys \
	tests/unit/test_dataset \
	tests/unit/test_dialog \
	tests/unit/test_talk \
	tests/unit/test_formats \
	tests/unit/test_full \
	tests/unit/test_gemm \
	tests/unit/test_half \
	tests/unit/test_held \
	tests/unit/test_history \
	tests/unit/test_int8 \
	tests/unit/test_keep \
	tests/unit/test_layout \
	tests/unit/test_look \
	tests/unit/test_loss \
	tests/unit/test_metric \
	tests/unit/test_model \
	tests/unit/test_near \
	tests/unit/test_opt \
	tests/unit/test_order \
	tests/unit/test_pairs \
	tests/unit/test_panes \
	tests/unit/test_paste \
	tests/unit/test_plot \
	tests/unit/test_pool \
	tests/unit/test_prompt \
	tests/unit/test_shell \
	tests/unit/test_ranks \
	tests/unit/test_reverse \
	tests/unit/test_run_reader \
	tests/unit/test_rundir \
	tests/unit/test_search \
	tests/unit/test_seeds \
	tests/unit/test_settings \
	tests/unit/test_settings_check \
	tests/unit/test_stateful \
	tests/unit/test_states \
	tests/unit/test_steer \
	tests/unit/test_strategy \
	tests/unit/test_sha256 \
	tests/unit/test_srt \
	tests/unit/test_subtitles \
	tests/unit/test_tfevents \
	tests/unit/test_train \
	tests/unit/test_train_ranks \
	tests/unit/test_tsv \
	tests/unit/test_ui_text \
	tests/unit/test_utf8 \
	tests/unit/test_variety \
	tests/unit/test_vec \
	tests/unit/test_vector_model \
	tests/unit/test_vectors \
	tests/unit/test_vmath \
	tests/unit/test_vocab \
	tests/unit/test_watch \
	tests/unit/test_width \
	tests/unit/test_wording

if HAVE_SENTENCEPIECE
UNIT_TESTS += tests/unit/test_respell tests/unit/test_subword
endif

if HAVE_CMOCKA
check_PROGRAMS += $(UNIT_TESTS)
TESTS += $(UNIT_TESTS)
endif

TOY = tests/toy.c tests/toy.h

UNIT_LDADD = libseq.a $(ENGINE_LIBS) $(CMOCKA_LIBS)
UI_LDADD = $(UI_LIBS) $(CMOCKA_LIBS)

tests_unit_test_canvas_SOURCES = tests/unit/test_canvas.c
tests_unit_test_canvas_LDADD = $(UI_LDADD)

tests_unit_test_broken_SOURCES = tests/unit/test_broken.c $(DATA_FILE)
tests_unit_test_broken_LDADD = $(UNIT_LDADD)
tests_unit_test_casual_SOURCES = tests/unit/test_casual.c
tests_unit_test_casual_LDADD = $(UNIT_LDADD)

tests_unit_test_charset_SOURCES = tests/unit/test_charset.c
tests_unit_test_charset_LDADD = $(UNIT_LDADD)

GOLDEN = tests/unit/golden.c tests/unit/golden.h
tests_unit_test_watch_SOURCES = tests/unit/test_watch.c $(GOLDEN)
tests_unit_test_watch_LDADD = $(UI_LDADD)

tests_unit_test_tfevents_SOURCES = tests/unit/test_tfevents.c
tests_unit_test_tfevents_LDADD = $(UI_LDADD)

tests_unit_test_sha256_SOURCES = tests/unit/test_sha256.c
tests_unit_test_sha256_LDADD = $(UNIT_LDADD)

tests_unit_test_corpus_SOURCES = tests/unit/test_corpus.c $(DATA_FILE)
tests_unit_test_corpus_LDADD = $(UNIT_LDADD)

tests_unit_test_formats_SOURCES = tests/unit/test_formats.c
tests_unit_test_formats_LDADD = $(UNIT_LDADD)

tests_unit_test_srt_SOURCES = tests/unit/test_srt.c
tests_unit_test_srt_LDADD = $(UNIT_LDADD)

tests_unit_test_subtitles_SOURCES = tests/unit/test_subtitles.c
tests_unit_test_subtitles_LDADD = $(UNIT_LDADD)

tests_unit_test_choices_SOURCES = tests/unit/test_choices.c
tests_unit_test_choices_LDADD = $(UNIT_LDADD)

tests_unit_test_alert_SOURCES = tests/unit/test_alert.c
tests_unit_test_alert_LDADD = $(UNIT_LDADD)

tests_unit_test_control_SOURCES = tests/unit/test_control.c
tests_unit_test_control_LDADD = $(UI_LDADD)

DASH_RUN = tests/unit/dash_run.c tests/unit/dash_run.h $(GOLDEN)
tests_unit_test_dash_SOURCES = tests/unit/test_dash.c $(DASH_RUN)
tests_unit_test_dash_LDADD = $(UI_LDADD)

tests_unit_test_dash_keys_SOURCES = tests/unit/test_dash_keys.c $(DASH_RUN)
tests_unit_test_dash_keys_LDADD = $(UI_LDADD)

tests_unit_test_history_SOURCES = tests/unit/test_history.c
tests_unit_test_history_LDADD = $(UI_LDADD)

tests_unit_test_metric_SOURCES = tests/unit/test_metric.c
tests_unit_test_metric_LDADD = $(UNIT_LDADD)

tests_unit_test_full_SOURCES = tests/unit/test_full.c
tests_unit_test_full_LDADD = $(UI_LDADD)

tests_unit_test_look_SOURCES = tests/unit/test_look.c $(TOY)
tests_unit_test_look_LDADD = $(UI_LDADD)

tests_unit_test_near_SOURCES = tests/unit/test_near.c
tests_unit_test_near_LDADD = $(UNIT_LDADD)

tests_unit_test_opt_SOURCES = tests/unit/test_opt.c
tests_unit_test_opt_LDADD = $(UI_LDADD)

tests_unit_test_panes_SOURCES = tests/unit/test_panes.c $(GOLDEN) $(TOY)
tests_unit_test_panes_LDADD = $(UI_LDADD)

tests_unit_test_paste_SOURCES = tests/unit/test_paste.c
tests_unit_test_paste_LDADD = $(UI_LDADD)

tests_unit_test_shell_SOURCES = tests/unit/test_shell.c $(TOY)
tests_unit_test_shell_LDADD = $(UI_LDADD)

tests_unit_test_prompt_SOURCES = tests/unit/test_prompt.c
tests_unit_test_prompt_LDADD = $(UI_LDADD)

tests_unit_test_plot_SOURCES = tests/unit/test_plot.c
tests_unit_test_plot_LDADD = $(UI_LDADD)

tests_unit_test_run_reader_SOURCES = tests/unit/test_run_reader.c
tests_unit_test_run_reader_LDADD = $(UI_LDADD)

tests_unit_test_ui_text_SOURCES = tests/unit/test_ui_text.c
tests_unit_test_ui_text_LDADD = $(UI_LDADD)

tests_unit_test_width_SOURCES = tests/unit/test_width.c
tests_unit_test_width_LDADD = $(UI_LDADD)

# screens: as text, and the run that they show
EXTRA_DIST += \
	tests/screen/fake_trainer.sh \
	tests/screen/fixture/add3-0907/config \
	tests/screen/fixture/add3-0907/events.jsonl \
	tests/screen/fixture/add3-0907/status \
	tests/screen/golden/dash-132x36-braille.txt \
	tests/screen/golden/dash-200x50-attention.txt \
	tests/screen/golden/dash-200x50-braille.txt \
	tests/screen/golden/dash-80x24-ascii-attention.txt \
	tests/screen/golden/dash-80x24-ascii-accuracy.txt \
	tests/screen/golden/dash-80x24-ascii-help.txt \
	tests/screen/golden/dash-80x24-ascii.txt \
	tests/screen/golden/dash-80x24-braille.txt \
	tests/screen/golden/prompt-200x50-utf8.txt \
	tests/screen/golden/prompt-40x12-utf8.txt \
	tests/screen/golden/prompt-80x24-ascii-help.txt \
	tests/screen/golden/prompt-80x24-ascii-why.txt \
	tests/screen/golden/prompt-80x24-ascii.txt \
	tests/screen/golden/watch-200x50-braille.txt \
	tests/screen/golden/watch-80x24-ascii-help.txt \
	tests/screen/golden/watch-80x24-ascii-probes.txt \
	tests/screen/golden/watch-80x24-ascii.txt

DATA_FILE = tests/unit/data_file.c tests/unit/data_file.h
CKPT_FILES = tests/unit/ckpt_files.c tests/unit/ckpt_files.h
tests_unit_test_ckpt_SOURCES = tests/unit/test_ckpt.c $(CKPT_FILES)
tests_unit_test_ckpt_LDADD = $(UNIT_LDADD)

tests_unit_test_ckpt_hostile_SOURCES = tests/unit/test_ckpt_hostile.c $(CKPT_FILES)
tests_unit_test_ckpt_hostile_LDADD = $(UNIT_LDADD)

tests_unit_test_model_SOURCES = tests/unit/test_model.c $(TOY)
tests_unit_test_model_LDADD = $(UNIT_LDADD)

tests_unit_test_vector_model_SOURCES = tests/unit/test_vector_model.c $(TOY)
tests_unit_test_vector_model_LDADD = $(UNIT_LDADD)

tests_unit_test_search_SOURCES = tests/unit/test_search.c $(SEARCH_TOY)
tests_unit_test_search_LDADD = $(UNIT_LDADD)

tests_unit_test_strategy_SOURCES = tests/unit/test_strategy.c
tests_unit_test_strategy_LDADD = $(UNIT_LDADD)

tests_unit_test_stateful_SOURCES = tests/unit/test_stateful.c $(TOY)
tests_unit_test_stateful_LDADD = $(UNIT_LDADD)

tests_unit_test_states_SOURCES = tests/unit/test_states.c $(TOY)
tests_unit_test_states_LDADD = $(UNIT_LDADD)

tests_unit_test_steer_SOURCES = tests/unit/test_steer.c $(TOY)
tests_unit_test_steer_LDADD = $(UNIT_LDADD)

tests_unit_test_gemm_SOURCES = tests/unit/test_gemm.c
tests_unit_test_gemm_LDADD = $(UNIT_LDADD)
tests_unit_test_half_SOURCES = tests/unit/test_half.c
tests_unit_test_half_LDADD = $(UNIT_LDADD)
tests_unit_test_int8_SOURCES = tests/unit/test_int8.c
tests_unit_test_int8_LDADD = $(UNIT_LDADD)

tests_unit_test_keep_SOURCES = tests/unit/test_keep.c $(TOY)
tests_unit_test_keep_LDADD = $(UNIT_LDADD)

tests_unit_test_loss_SOURCES = tests/unit/test_loss.c
tests_unit_test_loss_LDADD = $(UNIT_LDADD)

tests_unit_test_order_SOURCES = tests/unit/test_order.c
tests_unit_test_order_LDADD = $(UNIT_LDADD)

tests_unit_test_pool_SOURCES = tests/unit/test_pool.c
tests_unit_test_pool_LDADD = $(UNIT_LDADD)

tests_unit_test_rundir_SOURCES = tests/unit/test_rundir.c
tests_unit_test_rundir_LDADD = $(UNIT_LDADD)

FAKE_WIRE = tests/unit/fake_wire.c tests/unit/fake_wire.h
tests_unit_test_ranks_SOURCES = tests/unit/test_ranks.c $(FAKE_WIRE)
tests_unit_test_ranks_LDADD = $(UNIT_LDADD)

tests_unit_test_train_ranks_SOURCES = tests/unit/test_train_ranks.c $(FAKE_WIRE) $(TOY)
tests_unit_test_train_ranks_LDADD = $(UNIT_LDADD)

tests_unit_test_vec_SOURCES = tests/unit/test_vec.c
tests_unit_test_vec_LDADD = $(UNIT_LDADD)

tests_unit_test_vmath_SOURCES = tests/unit/test_vmath.c
tests_unit_test_vmath_LDADD = $(UNIT_LDADD)

tests_unit_test_budget_SOURCES = tests/unit/test_budget.c $(TOY)
tests_unit_test_budget_LDADD = $(UNIT_LDADD)
tests_unit_test_train_SOURCES = tests/unit/test_train.c $(TOY)
tests_unit_test_train_LDADD = $(UNIT_LDADD)

tests_unit_test_arithmetic_SOURCES = tests/unit/test_arithmetic.c
tests_unit_test_arithmetic_LDADD = $(UNIT_LDADD)

tests_unit_test_codec_SOURCES = tests/unit/test_codec.c
tests_unit_test_codec_LDADD = $(UNIT_LDADD)

tests_unit_test_dataset_SOURCES = tests/unit/test_dataset.c $(DATA_FILE)
tests_unit_test_dataset_LDADD = $(UNIT_LDADD)

tests_unit_test_pairs_SOURCES = tests/unit/test_pairs.c
tests_unit_test_pairs_LDADD = $(UNIT_LDADD)

tests_unit_test_settings_SOURCES = tests/unit/test_settings.c
tests_unit_test_settings_LDADD = $(UNIT_LDADD)

tests_unit_test_settings_check_SOURCES = tests/unit/test_settings_check.c
tests_unit_test_settings_check_LDADD = $(UNIT_LDADD)

tests_unit_test_talk_SOURCES = tests/unit/test_talk.c $(DATA_FILE)
tests_unit_test_talk_LDADD = $(UNIT_LDADD)

tests_unit_test_dialog_SOURCES = tests/unit/test_dialog.c $(DATA_FILE)
tests_unit_test_dialog_LDADD = $(UNIT_LDADD)

tests_unit_test_reverse_SOURCES = tests/unit/test_reverse.c
tests_unit_test_reverse_LDADD = $(UNIT_LDADD)

tests_unit_test_seeds_SOURCES = tests/unit/test_seeds.c
tests_unit_test_seeds_LDADD = $(UNIT_LDADD)

SEARCH_TOY = tests/unit/search_toy.c tests/unit/search_toy.h $(TOY)

tests_unit_test_held_SOURCES = tests/unit/test_held.c $(SEARCH_TOY)
tests_unit_test_held_LDADD = $(UNIT_LDADD)

tests_unit_test_wording_SOURCES = tests/unit/test_wording.c
tests_unit_test_wording_LDADD = $(UNIT_LDADD)

tests_unit_test_vectors_SOURCES = tests/unit/test_vectors.c
tests_unit_test_vectors_LDADD = $(UNIT_LDADD)

tests_unit_test_layout_SOURCES = tests/unit/test_layout.c $(DATA_FILE)
tests_unit_test_layout_LDADD = $(UNIT_LDADD)

tests_unit_test_respell_SOURCES = tests/unit/test_respell.c
tests_unit_test_respell_LDADD = $(UNIT_LDADD)

tests_unit_test_subword_SOURCES = tests/unit/test_subword.c
tests_unit_test_subword_LDADD = $(UNIT_LDADD)

tests_unit_test_tsv_SOURCES = tests/unit/test_tsv.c $(DATA_FILE)
tests_unit_test_tsv_LDADD = $(UNIT_LDADD)

tests_unit_test_variety_SOURCES = tests/unit/test_variety.c
tests_unit_test_variety_LDADD = $(UI_LDADD)

tests_unit_test_utf8_SOURCES = tests/unit/test_utf8.c
tests_unit_test_utf8_LDADD = $(UNIT_LDADD)

tests_unit_test_vocab_SOURCES = tests/unit/test_vocab.c
tests_unit_test_vocab_LDADD = $(UNIT_LDADD)

# Gradients against finite differences, on the engine in double.
GRAD_TESTS = tests/grad/test_grad

check_PROGRAMS += $(GRAD_TESTS)
TESTS += $(GRAD_TESTS)

tests_grad_test_grad_SOURCES = tests/grad/test_grad.c $(TOY)
tests_grad_test_grad_CPPFLAGS = $(AM_CPPFLAGS) -DSEQ_DOUBLE
tests_grad_test_grad_LDADD = libseqd.a $(ENGINE_LIBS)

# The engine against PyTorch and Keras, in both precisions.
GOLDEN_TESTS = tests/golden/test_golden tests/golden/test_golden_double \
	tests/golden/test_metrics

check_PROGRAMS += $(GOLDEN_TESTS)
TESTS += $(GOLDEN_TESTS)
EXTRA_DIST += \
	tests/golden/golden_file.py \
	tests/golden/make.py \
	tests/golden/make_keras.py \
	tests/golden/make_metrics.py \
	tests/golden/make_torch.py \
	tests/golden/metrics \
	tests/golden/torch_layers.py \
	tests/golden/torch_nets.py \
	tests/golden/keras-repeat-gru-after.safetensors \
	tests/golden/keras-repeat-gru-hard.safetensors \
	tests/golden/keras-repeat-gru.safetensors \
	tests/golden/keras-repeat-lstm-hard.safetensors \
	tests/golden/keras-repeat-lstm.safetensors \
	tests/golden/keras-repeat-simple.safetensors \
	tests/golden/keras-seed-003.safetensors \
	tests/golden/torch-attention-bahdanau-deep.safetensors \
	tests/golden/torch-attention-bahdanau-gru-after.safetensors \
	tests/golden/torch-attention-bahdanau-gru.safetensors \
	tests/golden/torch-attention-bahdanau-norm.safetensors \
	tests/golden/torch-attention-bahdanau.safetensors \
	tests/golden/torch-attention-before-dot.safetensors \
	tests/golden/torch-attention-before-static.safetensors \
	tests/golden/torch-attention-location-after.safetensors \
	tests/golden/torch-attention-location-before.safetensors \
	tests/golden/torch-attention-luong-additive-feed.safetensors \
	tests/golden/torch-attention-luong-additive.safetensors \
	tests/golden/torch-attention-luong-dot-feed.safetensors \
	tests/golden/torch-attention-luong-dot.safetensors \
	tests/golden/torch-attention-luong-general-feed.safetensors \
	tests/golden/torch-attention-luong-general.safetensors \
	tests/golden/torch-attention-luong-layers-residual.safetensors \
	tests/golden/torch-readout-deep.safetensors \
	tests/golden/torch-readout-forced-norm.safetensors \
	tests/golden/torch-readout-forced-peek.safetensors \
	tests/golden/torch-readout-forced.safetensors \
	tests/golden/torch-readout-peek.safetensors \
	tests/golden/torch-readout-plain.safetensors \
	tests/golden/torch-readout-separate-zeros.safetensors \
	tests/golden/torch-readout-separate.safetensors \
	tests/golden/torch-readout-zeros.safetensors \
	tests/golden/torch-repeat-gru-after.safetensors \
	tests/golden/torch-repeat-gru.safetensors \
	tests/golden/torch-repeat-lstm-2.safetensors \
	tests/golden/torch-repeat-lstm-hard.safetensors \
	tests/golden/torch-repeat-lstm.safetensors \
	tests/golden/torch-repeat-simple.safetensors \
	tests/golden/torch-transfer-gru-after-both.safetensors \
	tests/golden/torch-transfer-gru-after.safetensors \
	tests/golden/torch-transfer-gru-hard.safetensors \
	tests/golden/torch-transfer-gru-norm-residual.safetensors \
	tests/golden/torch-transfer-gru-tanh.safetensors \
	tests/golden/torch-transfer-gru.safetensors \
	tests/golden/torch-transfer-lstm-2.safetensors \
	tests/golden/torch-transfer-lstm-norm.safetensors \
	tests/golden/torch-transfer-lstm-tied.safetensors \
	tests/golden/torch-transfer-lstm-widths.safetensors \
	tests/golden/torch-transfer-lstm.safetensors \
	tests/golden/torch-transfer-simple-residual.safetensors \
	tests/golden/torch-transfer-simple.safetensors

tests_golden_test_golden_SOURCES = tests/golden/test_golden.c
tests_golden_test_golden_LDADD = libseq.a $(ENGINE_LIBS)

tests_golden_test_golden_double_SOURCES = tests/golden/test_golden.c
tests_golden_test_golden_double_CPPFLAGS = $(AM_CPPFLAGS) -DSEQ_DOUBLE
tests_golden_test_golden_double_LDADD = libseqd.a $(ENGINE_LIBS)

tests_golden_test_metrics_SOURCES = tests/golden/test_metrics.c
tests_golden_test_metrics_LDADD = $(UI_LIBS)

# Fuzz targets, replayed: each one on its seeds and on random changes of them.
FUZZ_TESTS = \
	tests/fuzz/fuzz_ckpt \
	tests/fuzz/fuzz_corpus \
	tests/fuzz/fuzz_import \
	tests/fuzz/fuzz_metric \
	tests/fuzz/fuzz_srt

check_PROGRAMS += $(FUZZ_TESTS)
TESTS += $(FUZZ_TESTS)
EXTRA_DIST += tests/fuzz/seeds tests/fuzz/make_ckpt_seeds.py tests/fuzz/make_import_seeds.py
CLEANFILES += fuzz_*.failed

FUZZ_LDADD = libseq.a $(ENGINE_LIBS)
FUZZ_DRIVER = tests/fuzz/driver.c tests/fuzz/fuzz.h

tests_fuzz_fuzz_ckpt_SOURCES = tests/fuzz/fuzz_ckpt.c $(FUZZ_DRIVER)
tests_fuzz_fuzz_ckpt_LDADD = $(FUZZ_LDADD)

tests_fuzz_fuzz_metric_SOURCES = tests/fuzz/fuzz_metric.c $(FUZZ_DRIVER)
tests_fuzz_fuzz_metric_LDADD = $(FUZZ_LDADD)

tests_fuzz_fuzz_import_SOURCES = tests/fuzz/fuzz_import.c $(FUZZ_DRIVER)
tests_fuzz_fuzz_import_LDADD = $(FUZZ_LDADD)

tests_fuzz_fuzz_corpus_SOURCES = tests/fuzz/fuzz_corpus.c $(FUZZ_DRIVER)
tests_fuzz_fuzz_corpus_LDADD = $(FUZZ_LDADD)

tests_fuzz_fuzz_srt_SOURCES = tests/fuzz/fuzz_srt.c $(FUZZ_DRIVER)
tests_fuzz_fuzz_srt_LDADD = $(FUZZ_LDADD)

# Models of PyTorch and Keras, and what onnxruntime makes of ours: where Python has them.
IMPORT_TESTS = tests/import/live.sh

TESTS += $(IMPORT_TESTS)
EXTRA_DIST += $(IMPORT_TESTS) \
	tests/import/check_import.py \
	tests/import/check_onnx.py \
	tests/import/keras_models.py \
	tests/import/make_import.py \
	tests/import/torch_models.py \
	tests/import/fixture

check_PROGRAMS += tests/import/tool
tests_import_tool_SOURCES = tests/import/tool.c
tests_import_tool_LDADD = libseq.a $(ENGINE_LIBS)

# libui.a: everything that shows something. The program and its tests link it with
# $(UI_LIBS).

UI_FILES = \
	ui/answer.c ui/answer.h \
	ui/ask.c ui/ask.h \
	ui/attach.c ui/attach.h \
	ui/batch.c ui/batch.h \
	ui/beamdump.c ui/beamdump.h \
	ui/beamtree.c ui/beamtree.h \
	ui/canvas.c ui/canvas.h \
	ui/charset.c ui/charset.h \
	ui/chart.c ui/chart.h \
	ui/cmd.c ui/cmd.h \
	ui/cmd_branch.c \
	ui/cmd_data.c \
	ui/cmd_keep.c \
	ui/cmd_look.c \
	ui/cmd_mode.c \
	ui/cmd_model.c \
	ui/cmd_session.c \
	ui/cmd_set.c \
	ui/cmd_shell.c \
	ui/cmd_steer.c \
	ui/cmd_try.c \
	ui/complete.c ui/complete.h \
	ui/corpus.c ui/corpus.h \
	ui/corpus_stats.c ui/corpus_stats.h \
	ui/ctl.c ui/ctl.h \
	ui/dash.c ui/dash.h \
	ui/dash_draw.c ui/dash_keys.c ui/dash_layout.c ui/dash_own.h \
	ui/dash_table.c ui/dash_table.h ui/dash_tell.c ui/dash_view.c \
	ui/data.c ui/data.h \
	ui/doctor.c ui/doctor.h \
	ui/errand.c ui/errand.h \
	ui/eval.c ui/eval.h \
	ui/eval_metric.c ui/eval_metric.h \
	ui/diff.c ui/diff.h \
	ui/entry.c ui/entry.h \
	ui/export.c ui/export.h \
	ui/export_run.c ui/export_run.h \
	ui/filter.c ui/filter.h \
	ui/find.c ui/find.h \
	ui/fmt.c ui/fmt.h \
	ui/full.c ui/full.h \
	ui/full_draw.c ui/full_mouse.c \
	ui/get.c ui/get.h \
	ui/heat.c ui/heat.h \
	ui/heartbeat.c ui/heartbeat.h \
	ui/help.c ui/help.h \
	ui/history.c ui/history.h \
	ui/hotkey.c ui/hotkey.h \
	ui/import.c ui/import.h \
	ui/input.c ui/input.h \
	ui/inspect.c ui/inspect.h \
	ui/keys.c ui/keys.h \
	ui/knob.c ui/knob.h \
	ui/line.c ui/line.h \
	ui/metric_opt.c ui/metric_opt.h \
	ui/mode.c ui/mode.h \
	ui/moses.c ui/moses.h \
	ui/names.c ui/names.h \
	ui/neighbours.c ui/neighbours.h \
	ui/notes.c ui/notes.h \
	ui/opt.c ui/opt.h \
	ui/out.c ui/out.h \
	ui/palette.c ui/palette.h \
	ui/pane.h \
	ui/pane_attn.c \
	ui/pane_beam.c \
	ui/pane_state.c \
	ui/pane_talk.c \
	ui/pane_why.c \
	ui/paste.c ui/paste.h \
	ui/piece.c ui/piece.h \
	ui/peer.c ui/peer.h \
	ui/pick.c ui/pick.h \
	ui/plot.c ui/plot.h \
	ui/program.h \
	ui/raster.c ui/raster.h \
	ui/recall.c ui/recall.h \
	ui/relay.c ui/relay.h \
	ui/remote.c ui/remote.h \
	ui/repl.c ui/repl.h \
	ui/reply.c ui/reply.h \
	ui/reset.c ui/reset.h \
	ui/revision.c ui/revision.h \
	ui/restore.c ui/restore.h \
	ui/rim.c ui/rim.h \
	ui/rivals.c ui/rivals.h \
	ui/run_fact.c ui/run_fact.h \
	ui/run_file.c ui/run_file.h \
	ui/run_filter.c ui/run_filter.h \
	ui/run_line.c ui/run_line.h \
	ui/run_list.c ui/run_list.h \
	ui/run_metric.c ui/run_metric.h \
	ui/run_probe.c ui/run_probe.h \
	ui/run_reader.c ui/run_reader.h \
	ui/run_variety.c ui/run_variety.h \
	ui/runs.c ui/runs.h \
	ui/score.c ui/score.h \
	ui/score_differ.c ui/score_differ.h \
	ui/score_show.c ui/score_show.h \
	ui/screen.c ui/screen.h \
	ui/scroll.c ui/scroll.h \
	ui/session.c ui/session.h \
	ui/series.c ui/series.h \
	ui/sgr.c ui/sgr.h \
	ui/shell.c ui/shell.h \
	ui/spawn.c ui/spawn.h \
	ui/theme.c ui/theme.h \
	ui/train.c ui/train.h \
	ui/train_log.c ui/train_log.h \
	ui/transcript.c ui/transcript.h \
	ui/tty.c ui/tty.h \
	ui/ui_text.c ui/ui_text.h \
	ui/view.c ui/view.h \
	ui/view_accuracy.c \
	ui/view_attention.c \
	ui/view_events.c \
	ui/view_gnorm.c \
	ui/view_loss.c \
	ui/view_lr.c \
	ui/view_now.c \
	ui/view_ppl.c \
	ui/view_range.c \
	ui/view_rate.c \
	ui/view_samples.c \
	ui/view_score.c \
	ui/viewer.c ui/viewer.h \
	ui/watch.c ui/watch.h \
	ui/watch_chart.c \
	ui/watch_draw.c \
	ui/watch_keys.c \
	ui/watch_list.c \
	ui/watch_main.c \
	ui/watch_pane.c ui/watch_type.c \
	ui/why.c ui/why.h \
	ui/width.c ui/width.h

noinst_LIBRARIES += libui.a
libui_a_SOURCES = $(UI_FILES)

UI_LIBS = libui.a libseq.a $(ENGINE_LIBS) $(READLINE_LIBS) $(NCURSES_LIBS)

bin_PROGRAMS += seqsh
seqsh_SOURCES = ui/main.c
seqsh_LDADD = $(UI_LIBS)

# libui.a: everything that shows something. The program and its tests link it with
# $(UI_LIBS).

UI_FILES = \
	ui/canvas.c ui/canvas.h \
	ui/fmt.c ui/fmt.h \
	ui/opt.c ui/opt.h \
	ui/plot.c ui/plot.h \
	ui/run_line.c ui/run_line.h \
	ui/series.c ui/series.h \
	ui/theme.c ui/theme.h \
	ui/ui_text.c ui/ui_text.h \
	ui/width.c ui/width.h

noinst_LIBRARIES += libui.a
libui_a_SOURCES = $(UI_FILES)

UI_LIBS = libui.a libseq.a $(ENGINE_LIBS) $(READLINE_LIBS) $(NCURSES_LIBS)

#include "ui/view.h"

#include "ui/fmt.h"

#include <inttypes.h>

static const struct {
    enum glyph glyph;
    enum ink ink;
} look[] = {
    [RUN_EV_INFO] = { GLYPH_DOT, INK_DIM },
    [RUN_EV_BEST] = { GLYPH_BEST, INK_GOOD },
    [RUN_EV_SAVED] = { GLYPH_SAVED, INK_DIM },
    [RUN_EV_CONTROL] = { GLYPH_CONTROL, INK_STRONG },
    [RUN_EV_NOTE] = { GLYPH_WARN, INK_WARN },
    [RUN_EV_ALERT] = { GLYPH_WARN, INK_BAD },
    [RUN_EV_BAD] = { GLYPH_WARN, INK_BAD },
};

static const char *step_text(char buf[FMT_MAX], const struct run_event *e)
{
    snprintf(buf, FMT_MAX, "%" PRId64, e->step);
    return buf;
}

/* The next one from *back on, newest first, that is to be seen; NULL: no more. */
static const struct run_event *next(const struct run_reader *r, const struct view_options *o,
                                    int *back)
{
    const struct run_event *e;
    while ((e = run_reader_event(r, (*back)++)))
        if (!o->alerts || e->kind >= RUN_EV_ALERT)
            return e;
    return NULL;
}

/* Newest on top: step, mark, what happened. */
static void draw(struct area a, const struct run_reader *r, const struct view_options *o)
{
    struct area in = view_frame(a, o->alerts ? "alerts" : "events", "");
    const struct run_event *e;
    char step[FMT_MAX];
    int digits = 1, back = 0, y = 0;
    for (int n = 0; n < in.h && (e = next(r, o, &back)); n++)
        digits = MAX(digits, (int)strlen(step_text(step, e)));
    for (back = 0; y < in.h && (e = next(r, o, &back)); y++) {
        int x = digits + 2;
        area_right(in, digits + 1, y, INK_DIM, step_text(step, e));
        area_char(in, x, y, theme()->glyph[look[e->kind].glyph], look[e->kind].ink);
        area_field(in, x + 2, y, in.w - x - 2,
                   e->kind >= RUN_EV_NOTE ? look[e->kind].ink : INK_TEXT, e->text,
                   strlen(e->text));
    }
    if (in.h && !y)
        area_text(in, 1, in.h / 2, INK_DIM, "none yet");
}

const struct view view_events = {
    .name = "events",
    .help = "what happened, newest first: best, saved, notes",
    .draw = draw,
};

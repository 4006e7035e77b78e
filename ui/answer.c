#include "ui/answer.h"

#include "ui/ask.h"
#include "ui/line.h"
#include "ui/out.h"
#include "ui/rivals.h"
#include "ui/sgr.h"
#include "ui/ui_text.h"

#include <time.h>
#include <unistd.h>

enum { FLUSH_MS = 33 }; /* fast models need not write each token alone */

/* An answer as it grows on the screen. */
struct growth {
    struct shell *sh;
    bool live;           /* shown while it grows, not only when it is whole */
    struct ui_text text;
    size_t shown;        /* bytes of the answer */
    struct str out;      /* safe, not written yet */
    int64_t written;     /* when, ms */
};

static int64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void growth_write(struct growth *g)
{
    if (g->out.n)
        out_write(g->sh->answers, &g->out);
    str_clear(&g->out);
    g->written = now_ms();
}

/* The answer is now `text`, which begins as it did before. Has it grown? */
static bool growth_add(struct growth *g, const char *text)
{
    size_t n = strlen(text), more = n - MIN(n, g->shown);
    if (!g->live || more == 0)
        return false;
    ui_text_add(&g->text, &g->out, text + g->shown, more);
    g->shown = n;
    if (g->sh->knobs.pace > 0 || now_ms() - g->written >= FLUSH_MS)
        growth_write(g);
    return true;
}

/* ---- what follows the answer ----------------------------------------------------- */

/* Figures at the right edge of the answer's last row, or below if there is no room;
 * below in any case when they go elsewhere. */
static void add_figures(const struct growth *g, const struct ask *a, struct str *out)
{
    struct str text = STR_INIT;
    int columns = line_columns();
    ask_figures(a, &g->sh->knobs, g->sh->plain, &text);
    if (g->live) {
        int at = g->text.column % columns;
        int room = columns - 1 - (int)text.n;
        if (at + 2 > room) {
            str_addc(out, '\n');
            at = 0;
        }
        for (; at < room; at++)
            str_addc(out, ' ');
    }
    sgr_add(out, INK_DIM, text.s);
    str_addc(out, '\n');
    str_release(&text);
}

static void add_table(const struct growth *g, const struct ask *a, const struct rivals *v,
                      struct str *out)
{
    int rows = MAX(a->first, 0) + a->tokens + 1; /* and what ended it */
    rivals_table(v, rows, g->sh, line_columns(), out);
}

static void finish(struct growth *g, const struct ask *a, const char *answer,
                   const struct rivals *v, bool stopped)
{
    struct shell *sh = g->sh;
    struct str talk = STR_INIT;
    if (g->live) {
        ui_text_end(&g->text, &g->out);
        if (!*answer && !stopped)
            sgr_add(&g->out, INK_DIM, "(empty)");
    } else if (isatty(fileno(sh->answers))) {
        ui_text(&g->out, UI_FLOW, answer, strlen(answer));
        str_addc(&g->out, '\n');
    } else {
        out_plain(&g->out, answer);
        str_addc(&g->out, '\n');
    }
    if (stopped) {
        str_addf(&talk, "%s^C stopped after %d token%s\n", g->live ? "\n" : "", a->tokens,
                 a->tokens == 1 ? "" : "s");
    } else {
        if (sh->knobs.probs != PROBS_OFF)
            add_figures(g, a, &talk);
        else if (g->live)
            str_addc(&talk, '\n');
    }
    if (sh->knobs.probs == PROBS_NUM)
        add_table(g, a, v, &talk);
    growth_write(g);
    out_write(sh->talk, &talk);
    str_release(&talk);
}

int answer_show(struct shell *sh, const char *question)
{
    struct growth g = { .sh = sh };
    struct rivals rivals = { 0 };
    struct str answer = STR_INIT;
    struct decode_step s;
    struct ask a;
    struct err err;
    bool stopped = false, num = sh->knobs.probs == PROBS_NUM;
    if (ask_start(&a, sh->model, sh->reader, &sh->knobs, num ? RIVALS + 1 : 0, question,
                  strlen(question), &err) < 0) {
        shell_complain(sh, &err);
        return -1;
    }
    g.live = sh->answers == sh->talk && !sh->plain;
    ui_text_start(&g.text, UI_FLOW);
    while (!stopped && ask_next(&a, &s)) {
        bool grown = growth_add(&g, s.settled);
        str_clear(&answer);
        str_add(&answer, s.text);
        if (num)
            rivals_add(&rivals, &s);
        stopped = line_wait(grown && !s.done ? sh->knobs.pace : 0) && !s.done;
    }
    finish(&g, &a, str_cstr(&answer), &rivals, stopped);
    ask_end(&a);
    rivals_release(&rivals);
    str_release(&answer);
    str_release(&g.out);
    return stopped ? 1 : 0;
}

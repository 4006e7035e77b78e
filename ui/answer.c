#include "ui/answer.h"

#include "base/mem.h"
#include "ui/diff.h"
#include "ui/line.h"
#include "ui/notes.h"
#include "ui/out.h"
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

/* A token in the ink of its probability; the blanks before it have none. */
static void growth_ink(struct growth *g, enum ink ink, const char *text, size_t n)
{
    struct str safe = STR_INIT;
    ui_text_add(&g->text, &safe, text, n);
    size_t blanks = strspn(str_cstr(&safe), " \n");
    str_addn(&g->out, str_cstr(&safe), blanks);
    if (blanks < safe.n)
        sgr_add(&g->out, ink, safe.s + blanks);
    str_release(&safe);
}

/* Has what is settled of the answer grown? */
static bool growth_add(struct growth *g, const struct decode_step *s)
{
    bool inked = g->sh->knobs.probs != PROBS_OFF;
    size_t n = strlen(s->settled), more = n - MIN(n, g->shown);
    if (!g->live || more == 0)
        return false;
    growth_ink(g, inked ? notes_ink((double)s->p) : INK_TEXT, s->settled + g->shown, more);
    g->shown = n;
    if (g->sh->knobs.pace > 0 || g->sh->knobs.step || now_ms() - g->written >= FLUSH_MS)
        growth_write(g);
    return true;
}

/* ---- what follows the answer ----------------------------------------------------- */

/* Figures at the right edge of the answer's last row, or below if there is no room;
 * below in any case when they go elsewhere. */
static void add_figures(const struct growth *g, const struct reply *r, struct str *out)
{
    struct str text = STR_INIT;
    int columns = line_columns();
    ask_figures(&r->sums, &g->sh->knobs, g->sh->plain, &text);
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

static void finish(struct growth *g, const struct reply *r)
{
    struct shell *sh = g->sh;
    struct str talk = STR_INIT;
    const char *answer = str_cstr(&r->text);
    if (g->live) {
        ui_text_end(&g->text, &g->out);
        if (!*answer && !r->stopped)
            sgr_add(&g->out, INK_DIM, "(empty)");
    } else if (isatty(fileno(sh->answers))) {
        ui_text(&g->out, UI_FLOW, answer, strlen(answer));
        str_addc(&g->out, '\n');
    } else {
        out_answer(&g->out, answer);
        str_addc(&g->out, '\n');
    }
    if (r->stopped)
        str_addf(&talk, "%s^C stopped after %d token%s\n", g->live ? "\n" : "",
                 r->sums.tokens, r->sums.tokens == 1 ? "" : "s");
    else if (sh->knobs.probs != PROBS_OFF)
        add_figures(g, r, &talk);
    else if (g->live)
        str_addc(&talk, '\n');
    notes_add(sh, r, line_columns(), &talk);
    growth_write(g);
    out_write(sh->talk, &talk);
    str_release(&talk);
}

/* ---- a question ------------------------------------------------------------------ */

/* Waits between two tokens: some time, or for a key. true: enough. */
static bool hold(const struct growth *g, bool grown)
{
    const struct knobs *k = &g->sh->knobs;
    if (grown && k->step)
        return line_wait_enter();
    return line_wait(grown ? k->pace : 0);
}

int answer_show(struct shell *sh, const char *question)
{
    struct growth g = { .sh = sh };
    struct decode_step s;
    struct ask a;
    struct err err;
    struct str news = STR_INIT, asked = STR_INIT;
    bool stopped = false;
    shell_follow(sh, &news);
    out_write(sh->talk, &news);
    str_release(&news);
    shell_ask(sh, question, strlen(question), &asked);
    shell_team_start(sh);
    int bad = ask_start(&a, sh->model, sh->reader, &sh->knobs, REPLY_CANDS, str_cstr(&asked),
                        asked.n, &err);
    str_release(&asked);
    if (bad) {
        shell_team_stop();
        shell_complain(sh, &err);
        return -1;
    }
    struct reply *r = reply_new(question);
    g.live = sh->answers == sh->talk && !sh->plain;
    ui_text_start(&g.text, UI_FLOW);
    sh->asking = &a;
    while (!stopped && ask_next(&a, &s)) {
        bool grown = growth_add(&g, &s);
        stopped = hold(&g, grown && !s.done) && !s.done;
    }
    sh->asking = NULL;
    shell_team_stop();
    reply_end(r, sh->model, &a, &sh->knobs, stopped);
    finish(&g, r);
    if (!stopped)
        shell_remember(sh, a.decode, r);
    ask_end(&a);
    shell_keep(sh, r, false);
    str_release(&g.out);
    return stopped ? 1 : 0;
}

/* ---- once more ------------------------------------------------------------------- */

struct reply *answer_quietly(const struct shell *sh, const struct knobs *k,
                             const struct plan *plan)
{
    struct reply *r = reply_new(sh->said.now->question);
    struct decode_step s;
    struct ask a;
    bool stopped = false;
    r->plan = plan_copy(plan);
    shell_team_start(sh);
    ask_again(&a, sh->model, k, REPLY_CANDS, plan);
    while (!stopped && ask_next(&a, &s))
        stopped = line_wait(0) && !s.done;
    shell_team_stop();
    reply_end(r, sh->model, &a, k, stopped);
    ask_end(&a);
    if (!stopped)
        return r;
    reply_free(r);
    return NULL;
}

int answer_again(struct shell *sh, struct plan *plan, const char *how)
{
    struct reply *was = sh->said.now, *is = answer_quietly(sh, &sh->knobs, plan);
    struct str out = STR_INIT;
    plan_release(plan);
    if (!is) {
        shell_say(sh, INK_TEXT, "^C");
        return 1;
    }
    is->how = xstrdup(how);
    shell_correct(sh, was, is);
    shell_keep(sh, is, true);
    diff_add(was, is, line_columns(), &out);
    notes_add(sh, is, line_columns(), &out);
    out_write(sh->talk, &out);
    str_release(&out);
    return 0;
}

#include "ui/fmt.h"
#include "ui/line.h"
#include "ui/pane.h"
#include "ui/screen.h"
#include "ui/width.h"

enum { LEAST_W = 20, LEAST_H = 5, PANES = 5 };

/* ---- frames ---------------------------------------------------------------------- */

struct area pane_box(struct area a, const char *title, bool focus)
{
    struct area in = area_box(a, title, focus ? INK_STRONG : INK_FRAME);
    if (focus && in.w)
        area_heavy(a);
    return in;
}

/* ---- panes ----------------------------------------------------------------------- */

struct place {
    const struct pane *pane;
    int x, y, w, h;
};

/* Where the panes stand in w by h. The state goes first when there is little room, then
 * the beam, why, and attention; a model without attention leaves its room to the
 * transcript. */
static int layout(struct place *p, int w, int h, bool attends)
{
    int n = 0, left = w >= 140 ? w * 43 / 100 : w / 2, top = h;
    bool why = w >= 60 && h >= 12, beam = w >= 72 && h >= 18, state = w >= 140 && h >= 24;
    if (state)
        top = h * 7 / 10;
    else if (why)
        top = h * 63 / 100;
    bool beside = attends && w >= 60, below = attends && !beside && h >= 14;
    int talk_w = beside || state ? left : w, talk_h = below ? h / 2 : top;
    p[n++] = (struct place){ &pane_talk, 0, 0, talk_w, talk_h };
    if (state && attends) {
        int map = top * 6 / 10;
        p[n++] = (struct place){ &pane_attn, left, 0, w - left, map };
        p[n++] = (struct place){ &pane_beam, left, map, w - left, top - map };
    } else if (state) {
        p[n++] = (struct place){ &pane_beam, left, 0, w - left, top };
    } else if (beside) {
        p[n++] = (struct place){ &pane_attn, left, 0, w - left, top };
    } else if (below) {
        p[n++] = (struct place){ &pane_attn, 0, talk_h, w, h - talk_h };
    }
    if (why)
        p[n++] = (struct place){ &pane_why, 0, top, beam ? left : w, h - top };
    if (state)
        p[n++] = (struct place){ &pane_state, left, top, w - left, h - top };
    else if (beam)
        p[n++] = (struct place){ &pane_beam, left, top, w - left, h - top };
    return n;
}

static void draw_pane(struct full *f, const struct pane *p, struct area a)
{
    struct str title = STR_INIT;
    bool able = p == &pane_talk || f->reply;
    str_add(&title, p->name);
    if (able) {
        str_add(&title, "  ");
        p->title(f, &title);
    }
    str_trim(&title);
    struct area in = pane_box(a, title.s, f->focus == p);
    str_release(&title);
    if (in.w < 1 || in.h < 1)
        return;
    if (p == &pane_talk)
        line_columns_set(in.w);
    if (able)
        p->draw(f, in);
}

bool full_seen(const struct full *f, const struct pane *p)
{
    for (int i = 0; pane_table[i]; i++)
        if (pane_table[i] == p)
            return f->seen >> i & 1;
    return false;
}

static void draw_panes(struct full *f, struct area a)
{
    struct place place[PANES];
    const struct model *m = f->sh->model;
    int n = layout(place, a.w, a.h, m->arch == &arch_attention);
    f->seen = 0;
    for (int i = 0; i < n; i++)
        for (int k = 0; pane_table[k]; k++)
            f->seen |= (unsigned)(pane_table[k] == place[i].pane) << k;
    bool zoomed = f->focus && (f->zoom || !full_seen(f, f->focus));
    for (int i = 0; i < n && !zoomed; i++) {
        const struct place *p = &place[i];
        draw_pane(f, p->pane, area_sub(a, p->x, p->y, p->w, p->h));
    }
    if (zoomed)
        draw_pane(f, f->focus, a);
}

/* ---- head, line, foot ------------------------------------------------------------ */

static void draw_head(struct area a, const struct full *f)
{
    const struct shell *sh = f->sh;
    const struct settings *s = &sh->model->set;
    const struct decode_options *o = &sh->knobs.decode;
    struct str text = STR_INIT;
    char count[FMT_MAX];
    int end = area_right(a, a.w - 1, 0, INK_DIM, "F1 help  F2 inline");
    if (end < 24)
        area_fill(a, ' ', INK_TEXT);
    end = end < 24 ? a.w : end - 1;
    area_text(area_sub(a, 0, 0, end, 1), 1, 0, INK_TITLE, "seqsh");
    str_addf(&text, "%s  %s %s  h%d", sh->name, s->cell, sh->model->arch->name,
             s->hidden.enc);
    if (a.w >= 110)
        str_addf(&text, "  %s weights",
                 fmt_count(count, params_count(&sh->model->params)));
    str_addf(&text, "  %s", o->strategy->name);
    if (o->strategy == &strategy_beam)
        str_addf(&text, " k=%d", o->choose.width);
    if (o->strategy == &strategy_sample) {
        str_addf(&text, " T=%.3g", o->choose.temperature);
        if (o->choose.top_p < 1)
            str_addf(&text, " top-p %.3g", o->choose.top_p);
        if (o->choose.top_k > 0)
            str_addf(&text, " top-k %d", o->choose.top_k);
        if (sh->knobs.seed >= 0)
            str_addf(&text, " seed %ld", sh->knobs.seed);
    }
    area_field(area_sub(a, 0, 0, end, 1), 8, 0, end - 9, INK_BAR, text.s, text.n);
    str_release(&text);
}

/* The line that is typed; what does not fit is scrolled so that the cursor is seen. */
static void draw_line(struct area a, const struct full *f, int y, const char *prompt,
                      const char *text, int point)
{
    struct str before = STR_INIT, all = STR_INIT;
    int start = ui_text(&before, UI_FIELD, prompt, strlen(prompt));
    start += ui_text(&before, UI_FIELD, text, (size_t)point);
    ui_text(&all, UI_FIELD, prompt, strlen(prompt));
    ui_text(&all, UI_FIELD, text, strlen(text));
    int shift = MAX(start - (a.w - 2), 0);
    area_textn(a, -shift, 0, INK_TEXT, str_cstr(&all), all.n);
    if (shift > 0)
        area_char(a, 0, 0, theme()->glyph[GLYPH_MORE], INK_DIM);
    screen_cursor(f->focus ? -1 : start - shift, y);
    str_release(&before);
    str_release(&all);
}

/* Hints to keys, as many as there is room for. */
static int hint(struct area a, int x, const char *key, const char *text)
{
    int width = (int)(strlen(key) + 1 + strlen(text));
    if (x + width > a.w)
        return a.w;
    area_text(a, x, 0, INK_STRONG, key);
    area_text(a, x + (int)strlen(key) + 1, 0, INK_DIM, text);
    return x + width + 2;
}

static void draw_foot(struct area a, const struct full *f)
{
    int x = 1;
    if (f->message[0]) {
        area_field(a, 1, 0, a.w - 2, INK_WARN, f->message, strlen(f->message));
        return;
    }
    if (f->live) {
        x = hint(a, x, "Ctrl-C", "stop the answer");
        return;
    }
    if (!f->focus) {
        x = hint(a, x, "F6", "panes");
        x = hint(a, x, "PgUp PgDn", "scroll");
        x = hint(a, x, "Tab", "complete");
        x = hint(a, x, "/help", "commands");
        hint(a, x, "Ctrl-D", "leave");
        return;
    }
    x = hint(a, x, "Esc", "line");
    x = hint(a, x, "Tab", "focus");
    if (f->focus != &pane_attn)
        x = hint(a, x, "Left Right", "token");
    for (const struct pane_key *k = f->focus->keys; k->name; k++)
        x = hint(a, x, k->name, k->help);
    hint(a, x, "?", "help");
}

/* ---- help ------------------------------------------------------------------------ */

const struct pane_key full_keys[] = {
    { "F2", "back to the ordinary screen" },
    { "F6, Alt-o", "to the panes, and back to the line" },
    { "PgUp, PgDn", "scroll the transcript" },
    { "F11", "the pane that has the focus alone, or all" },
    { "Ctrl-L", "draw the screen anew" },
    { "Tab, Shift-Tab", "the next pane, the one before" },
    { "1 to 5", "transcript, attention, why, beam, state" },
    { "a, w, b", "attention, why, beam" },
    { "Left, Right", "the token that the panes are about" },
    { "e", "another token in its place (/force)" },
    { "y", "copy the pane into the transcript" },
    { "Esc, Ctrl-C", "back to the line; while it answers: stop" },
    { NULL, NULL },
};

static int draw_keys(struct area a, int y, const char *title, const struct pane_key *k)
{
    area_text(a, 1, y++, INK_TITLE, title);
    for (; k->name; k++) {
        area_right(a, 17, y, INK_STRONG, k->name);
        area_field(a, 19, y++, a.w - 19, INK_TEXT, k->help, strlen(k->help));
    }
    return y;
}

static void draw_help(struct area a, const struct full *f)
{
    int y = 0;
    area_fill(a, ' ', INK_TEXT);
    struct area in = pane_box(a, "help: any key goes back", true);
    if (f->focus)
        y = draw_keys(in, y, f->focus->name, f->focus->keys) + (a.h >= 22);
    y = draw_keys(in, y, f->focus ? "all panes" : "keys", full_keys) + 1;
    for (int i = 0; pane_table[i] && !f->focus; i++)
        y = draw_keys(in, y, pane_table[i]->name, pane_table[i]->keys);
}

/* ---- all of it ------------------------------------------------------------------- */

static void draw_too_small(struct area a)
{
    struct scroll text = { 0 };
    char line[100];
    int n = snprintf(line, sizeof line, "seqsh: %dx%d is too small (need %dx%d)", a.w, a.h,
                     LEAST_W, LEAST_H);
    scroll_add(&text, line, (size_t)n);
    int rows = scroll_draw(area_sub(a, 0, 0, a.w, 0), &text, 100);
    scroll_draw(a, &text, MAX(rows - a.h, 0));
    scroll_release(&text);
}

void full_draw(struct full *f, struct canvas *c, const char *prompt, const char *text,
               int point)
{
    struct area a = canvas_area(c);
    canvas_clear(c);
    screen_cursor(-1, 0);
    if (a.w < LEAST_W || a.h < LEAST_H) {
        draw_too_small(a);
        return;
    }
    int head = a.h >= 8, foot = a.h >= 7, body = a.h - head - foot - 1;
    if (head)
        draw_head(area_sub(a, 0, 0, a.w, 1), f);
    struct area panes = area_sub(a, 0, head, a.w, body);
    draw_panes(f, panes);
    if (f->help)
        draw_help(panes, f);
    draw_line(area_sub(a, 0, head + body, a.w, 1), f, head + body, prompt, text, point);
    if (foot)
        draw_foot(area_sub(a, 0, a.h - 1, a.w, 1), f);
}

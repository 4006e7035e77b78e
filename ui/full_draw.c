#include "ui/line.h"
#include "ui/pane.h"
#include "ui/rim.h"
#include "ui/screen.h"
#include "ui/width.h"

enum { LEAST_W = 20, LEAST_H = 5 };

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

/* The transcript, and another pane beside it or below, if there is one and room. */
static int layout_two(struct place *p, int w, int h, const struct pane *other)
{
    bool beside = w >= 60, below = !beside && h >= 14;
    int left = w >= 140 ? w * 43 / 100 : w / 2;
    p[0] = (struct place){ &pane_talk, 0, 0, w, h };
    if (!other || (!beside && !below))
        return 1;
    p[0].w = beside ? left : w;
    p[0].h = beside ? h : h / 2;
    p[1] = (struct place){ other, beside ? left : 0, beside ? 0 : h / 2,
                           beside ? w - left : w, beside ? h : h - h / 2 };
    return 2;
}

/* Where all panes stand in w by h. The state goes first when there is little room, then
 * the beam, why, and attention; a model without attention leaves its room to the
 * transcript. */
static int layout_all(struct place *p, int w, int h, bool attends)
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

static int index_of(const struct pane *p)
{
    int i = 0;
    while (pane_table[i] != p)
        i++;
    return i;
}

/* Parts of a title stand two blanks apart: the last ones go where there is no room. */
static void fit_title(struct str *title, int room)
{
    while (width_text(str_cstr(title), title->n) > room) {
        size_t n = title->n;
        while (n > 1 && strncmp(title->s + n - 2, "  ", 2))
            n--;
        if (n < 2)
            return;
        str_cut(title, n - 2);
    }
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
    fit_title(&title, a.w - 6);
    struct area in = pane_box(a, title.s, f->focus == p);
    str_release(&title);
    if (in.w < 1 || in.h < 1)
        return;
    f->inside[index_of(p)] = in;
    if (p == &pane_talk)
        line_columns_set(in.w);
    if (able)
        p->draw(f, in);
}

bool full_seen(const struct full *f, const struct pane *p)
{
    return f->seen >> index_of(p) & 1;
}

static void draw_panes(struct full *f, struct area a)
{
    struct place place[FULL_PANES];
    bool attends = f->sh->model->arch == &arch_attention;
    if (f->focus && f->focus != &pane_talk)
        f->other = f->focus;
    const struct pane *other = f->other ? f->other : attends ? &pane_attn : &pane_why;
    int n = f->layout == FULL_ALL ? layout_all(place, a.w, a.h, attends)
                                  : layout_two(place, a.w, a.h,
                                               f->layout == FULL_TWO ? other : NULL);
    f->seen = 0;
    for (int i = 0; i < n; i++)
        f->seen |= 1u << index_of(place[i].pane);
    if (f->focus && (f->zoom || !full_seen(f, f->focus))) {
        draw_pane(f, f->focus, a);
        return;
    }
    for (int i = 0; i < n; i++) {
        const struct place *p = &place[i];
        draw_pane(f, p->pane, area_sub(a, p->x, p->y, p->w, p->h));
    }
}

/* ---- help ------------------------------------------------------------------------ */

const struct pane_key full_keys[] = {
    { "F2", "back to the ordinary screen", NULL },
    { "F3", "answers as in a chat (/mode), and back", NULL },
    { "F4", "all panes, the transcript and one, the transcript alone", NULL },
    { "F6, Alt-o", "to the panes, and back to the line", NULL },
    { "PgUp, PgDn", "scroll the transcript", NULL },
    { "Tab, Shift-Tab", "the next pane, the one before", NULL },
    { "1 to 5, a, w, b", "transcript, attention, why, beam, state", NULL },
    { "Left, Right", "the token that the panes are about", NULL },
    { "e", "another token in its place (/force)", "edit" },
    { "y", "copy the pane into the transcript", "copy" },
    { "F9", "the mouse chooses panes, cells and rows; or selects text", NULL },
    { "F11", "the pane that has the focus alone, or all", "zoom" },
    { "Ctrl-L", "draw the screen anew", NULL },
    { "Esc, Ctrl-C", "back to the line; while it answers: stop", NULL },
    { NULL, NULL, NULL },
};

static int draw_keys(struct area a, int y, const struct pane_key *k)
{
    for (; k->name; k++) {
        area_right(a, 17, y, INK_STRONG, k->name);
        area_field(a, 19, y++, a.w - 19, INK_TEXT, k->help, strlen(k->help));
    }
    return y;
}

static void draw_help(struct area a, const struct full *f)
{
    char title[64];
    int y = 0;
    area_fill(a, ' ', INK_TEXT);
    snprintf(title, sizeof title, "help: any key goes back%s%s", f->focus ? "  " : "",
             f->focus ? f->focus->name : "");
    struct area in = pane_box(a, title, true);
    if (f->focus) {
        y = draw_keys(in, y, f->focus->keys) + (a.h >= 22);
        area_text(in, 1, y++, INK_TITLE, "all panes");
    }
    y = draw_keys(in, y, full_keys) + 1;
    for (int i = 0; pane_table[i] && !f->focus; i++) {
        area_text(in, 1, y++, INK_TITLE, pane_table[i]->name);
        y = draw_keys(in, y, pane_table[i]->keys);
    }
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
    memset(f->inside, 0, sizeof f->inside);
    if (a.w < LEAST_W || a.h < LEAST_H) {
        draw_too_small(a);
        return;
    }
    int head = a.h >= 8, foot = a.h >= 7, knobs = a.h >= 40 && a.w >= 140;
    int body = a.h - head - foot - knobs - 1;
    if (head)
        rim_head(area_sub(a, 0, 0, a.w, 1), f);
    struct area panes = area_sub(a, 0, head, a.w, body);
    draw_panes(f, panes);
    if (f->help)
        draw_help(panes, f);
    rim_line(area_sub(a, 0, head + body, a.w, 1), f, head + body, prompt, text, point);
    if (knobs)
        rim_knobs(area_sub(a, 0, a.h - 2, a.w, 1), f);
    if (foot)
        rim_foot(area_sub(a, 0, a.h - 1, a.w, 1), f);
}

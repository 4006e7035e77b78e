#include "ui/rim.h"

#include "ui/fmt.h"
#include "ui/line.h"
#include "ui/pane.h"
#include "ui/screen.h"
#include "ui/width.h"

enum { WIDE = 110 }; /* columns from which more is told */

/* ---- the model ------------------------------------------------------------------- */

static bool reads_both_ways(const struct model *m)
{
    const char *said = m->set.bidirectional;
    return m->arch == &arch_attention ? strcmp(said, "no") != 0 : !strcmp(said, "yes");
}

static void add_pair(struct str *out, struct pair_int p)
{
    str_addf(out, p.enc == p.dec ? "%d" : "%d,%d", p.enc, p.dec);
}

/* "bilstm attention general  2x512  10,996,912 weights  vocab 6000/6000": what there is
 * room for. */
static void add_net(const struct model *m, bool wide, struct str *out)
{
    const struct settings *s = &m->set;
    char count[FMT_MAX];
    str_addf(out, "%s%s %s", wide && reads_both_ways(m) ? "bi" : "", s->cell, m->arch->name);
    if (!wide) {
        str_addf(out, "  h%d", s->hidden.enc);
        return;
    }
    if (m->arch == &arch_attention)
        str_addf(out, " %s", s->score);
    str_add(out, "  ");
    add_pair(out, s->depth);
    str_add(out, "x");
    add_pair(out, s->hidden);
    str_addf(out, "  %s weights", fmt_count(count, params_count(&m->params)));
    if (!m->src.dim && !m->tgt.dim)
        str_addf(out, "  vocab %d/%d", vocab_size(m->src.vocab), vocab_size(m->tgt.vocab));
}

static void add_decoder(const struct knobs *k, struct str *out)
{
    const struct decode_options *o = &k->decode;
    str_addf(out, "  %s", o->strategy->name);
    if (o->strategy == &strategy_beam)
        str_addf(out, " k=%d", o->choose.width);
    if (o->strategy != &strategy_sample)
        return;
    str_addf(out, " T=%.3g", o->choose.temperature);
    if (o->choose.top_p < 1)
        str_addf(out, " top-p %.3g", o->choose.top_p);
    if (o->choose.top_k > 0)
        str_addf(out, " top-k %d", o->choose.top_k);
    if (k->seed >= 0)
        str_addf(out, " seed %ld", k->seed);
}

void rim_head(struct area a, const struct full *f)
{
    const struct shell *sh = f->sh;
    struct str text = STR_INIT;
    char keys[64];
    snprintf(keys, sizeof keys, "F1 help  F2 inline%s%s%s", a.w >= WIDE ? "  F3 " : "",
             a.w >= WIDE ? mode_turn(sh->mode)->name : "",
             a.w >= WIDE ? "  F4 layout" : "");
    int end = area_right(a, a.w - 1, 0, INK_DIM, keys);
    if (end < 24)
        area_fill(a, ' ', INK_TEXT);
    end = end < 24 ? a.w : end - 1;
    area_text(area_sub(a, 0, 0, end, 1), 1, 0, INK_TITLE, "seqsh");
    str_addf(&text, "%s  ", sh->name);
    add_net(sh->model, a.w >= WIDE, &text);
    add_decoder(&sh->knobs, &text);
    if (sh->model->src.turns > 1)
        str_addf(&text, "  ctx %d", sh->knobs.context);
    area_field(area_sub(a, 0, 0, end, 1), 8, 0, end - 9, INK_BAR, text.s, text.n);
    str_release(&text);
}

/* ---- the line -------------------------------------------------------------------- */

/* What does not fit is scrolled so that the cursor is seen. */
void rim_line(struct area a, const struct full *f, int y, const char *prompt,
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

/* ---- how answers are made -------------------------------------------------------- */

/* Of a knob that is as it always is nothing is said, but for what shows answers. */
static bool is_usual(const struct opt *o, const char *value)
{
    static const char *const told[] = { "decoder", "probs", "attn" };
    struct knobs usual = knobs_defaults();
    struct str text = STR_INIT;
    usual.probs = PROBS_ON;
    o->show(&usual, &text);
    bool same = !strcmp(str_cstr(&text), value);
    for (size_t i = 0; i < ARRAY_LEN(told); i++)
        same &= strcmp(o->name, told[i]) != 0;
    str_release(&text);
    return same;
}

/* "/set  decoder beam  beam 3  probs on". */
void rim_knobs(struct area a, const struct full *f)
{
    const struct knobs *k = &f->sh->knobs;
    int x = area_text(a, 1, 0, INK_DIM, "/set") + 3;
    for (const struct opt *o = knob_table; o->name; o++) {
        struct str value = STR_INIT;
        o->show(k, &value);
        int width = (int)(strlen(o->name) + 1 + value.n);
        bool told = !knob_rests(k, o) && !is_usual(o, str_cstr(&value));
        if (told && x + width < a.w) {
            area_text(a, x, 0, INK_DIM, o->name);
            area_text(a, x + (int)strlen(o->name) + 1, 0, INK_TEXT, str_cstr(&value));
            x += width + 2;
        }
        str_release(&value);
    }
}

/* ---- keys ------------------------------------------------------------------------ */

/* Arrows are shorter than their names. */
static const char *key_name(const char *name)
{
    bool utf8 = theme()->utf8;
    if (!strcmp(name, "Left, Right"))
        return utf8 ? "←/→" : "<-/->";
    if (!strcmp(name, "Up, Down"))
        return utf8 ? "↑/↓" : "up/dn";
    return name;
}

/* A hint, if there is room for it; returns where the next one stands. */
static int hint(struct area a, int x, const char *key, const char *text)
{
    const char *name = key_name(key);
    int width = width_text(name, strlen(name));
    int all = width + 1 + (int)strlen(text);
    if (x + all > a.w)
        return x;
    area_text(a, x, 0, INK_STRONG, name);
    area_text(a, x + width + 1, 0, INK_DIM, text);
    return x + all + 2;
}

/* "history 412  UTF-8 256 colours": returns what room is left of it. */
static struct area draw_terminal(struct area a)
{
    char text[100], colours[32] = "mono";
    const struct theme *t = theme();
    if (a.w < WIDE)
        return a;
    if (t->colours)
        snprintf(colours, sizeof colours, t->colours > 256 ? "24-bit" : "%d colours",
                 t->colours);
    snprintf(text, sizeof text, "history %d  %s  %s", line_history_count(),
             t->utf8 ? "UTF-8" : "ASCII", colours);
    int x = area_right(a, a.w - 1, 0, INK_DIM, text);
    return area_sub(a, 0, 0, x - 1, 1);
}

static void draw_line_keys(struct area a)
{
    int x = hint(a, 1, "F6", "panes");
    x = hint(a, x, "PgUp PgDn", "scroll");
    x = hint(a, x, "Tab", "complete");
    x = hint(a, x, "/help", "commands");
    x = hint(a, x, "Ctrl-D", "leave");
    hint(a, x, "Ctrl-C", "discard");
}

static void draw_pane_keys(struct area a, const struct full *f)
{
    int x = hint(a, 1, "Esc", "line");
    x = hint(a, x, "Tab", "focus");
    if (f->focus != &pane_attn)
        x = hint(a, x, "Left, Right", "token");
    for (const struct pane_key *k = f->focus->keys; k->name; k++)
        x = hint(a, x, k->name, k->hint);
    for (const struct pane_key *k = full_keys; k->name; k++)
        if (k->hint)
            x = hint(a, x, k->name, k->hint);
    hint(a, x, "?", "help");
}

void rim_foot(struct area a, const struct full *f)
{
    a = draw_terminal(a);
    if (f->message[0])
        area_field(a, 1, 0, a.w - 2, INK_WARN, f->message, strlen(f->message));
    else if (f->live)
        hint(a, 1, "Ctrl-C", "stop the answer");
    else if (f->focus)
        draw_pane_keys(a, f);
    else
        draw_line_keys(a);
}

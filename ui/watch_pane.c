#include "ui/watch.h"

#include "ui/fmt.h"

#include <math.h>

enum { ROWS = 64 };

int watch_compared(const struct watch *w, struct run_entry *e[WATCH_MARKS])
{
    int n = 0;
    for (int mark = 1; mark <= WATCH_MARKS; mark++)
        for (int i = 0; i < w->all.n; i++)
            if (w->all.at[i]->mark == mark)
                e[n++] = w->all.at[i];
    if (!n && w->at)
        e[n++] = w->at;
    return n;
}

/* ---- differences of the settings ---- */

static void heads(struct area in, struct run_entry *const *e, int n, int x0, int width)
{
    char head[200];
    for (int i = 0; i < n; i++) {
        if (e[i]->mark)
            snprintf(head, sizeof head, "%d %s", e[i]->mark, e[i]->run->name);
        else
            snprintf(head, sizeof head, "%s", e[i]->run->name);
        area_field(in, x0 + i * width, 0, width - 1, INK_STRONG, head, strlen(head));
    }
}

/* "-" where the settings are not known. */
static void show_setting(const struct run_entry *e, const struct setting *s, struct str *out)
{
    str_clear(out);
    if (e->run->has_settings)
        setting_show(&e->run->settings, s, out);
    else
        str_add(out, "-");
}

/* One run from the others, or the only one from the defaults. */
static bool differs(struct run_entry *const *e, int n, const struct setting *s,
                    const struct settings *defaults)
{
    struct str first = STR_INIT, other = STR_INIT;
    bool differ = false;
    show_setting(e[0], s, &first);
    for (int i = 1; i < n && !differ; i++) {
        show_setting(e[i], s, &other);
        differ = strcmp(first.s, other.s) != 0;
    }
    if (n == 1 && e[0]->run->has_settings) {
        setting_show(defaults, s, &other);
        differ = strcmp(str_cstr(&first), str_cstr(&other)) != 0;
    }
    str_release(&first);
    str_release(&other);
    return differ;
}

struct columns {
    struct area in;
    int x0, width; /* of the first run's; of each */
};

static void draw_value(const struct columns *c, int i, int y, const struct str *text)
{
    area_field(c->in, c->x0 + i * c->width, y, c->width - 1, INK_TEXT, str_cstr(text), text->n);
}

static void draw_setting(const struct columns *c, struct run_entry *const *e, int n,
                         const struct setting *s, int y)
{
    struct str text = STR_INIT;
    area_field(c->in, 1, y, c->x0 - 2, INK_DIM, s->key, strlen(s->key));
    for (int i = 0; i < n; i++) {
        show_setting(e[i], s, &text);
        draw_value(c, i, y, &text);
    }
    str_release(&text);
}

/* What is no setting. */
static void draw_fact(const struct columns *c, struct run_entry *const *e, int n,
                      const char *name, int y, double now)
{
    struct str text = STR_INIT;
    area_field(c->in, 1, y, c->x0 - 2, INK_DIM, name, strlen(name));
    for (int i = 0; i < n; i++) {
        str_clear(&text);
        run_fact_show(run_fact_find(name), e[i], now, &text);
        if (!text.n)
            str_addc(&text, '-');
        draw_value(c, i, y, &text);
    }
    str_release(&text);
}

static bool any_revision(struct run_entry *const *e, int n)
{
    bool any = false;
    for (int i = 0; i < n; i++)
        any |= e[i]->run->git[0] != '\0';
    return any;
}

void watch_draw_diff(struct area a, const struct watch *w, double now)
{
    struct run_entry *e[WATCH_MARKS];
    struct settings defaults;
    int n = watch_compared(w, e), equal = 0, y = 2;
    struct area in = view_frame(a, n > 1 ? "config diff" : "config", w->all_keys ? "all" : "");
    if (!in.h || !n)
        return;
    struct columns c = { in, MIN(MAX(in.w / 3, 12), 20), 0 };
    n = MAX(MIN(n, (in.w - c.x0) / 6), 1);
    c.width = (in.w - c.x0) / n;
    settings_init(&defaults);
    heads(in, e, n, c.x0, c.width);
    draw_fact(&c, e, n, "params", 1, now);
    if (any_revision(e, n) && in.h > 3)
        draw_fact(&c, e, n, "git", y++, now);
    for (int i = 0; i < setting_count; i++) {
        bool other = differs(e, n, &setting_table[i], &defaults);
        equal += !other;
        if ((other || w->all_keys) && y < in.h - 1)
            draw_setting(&c, e, n, &setting_table[i], y++);
    }
    if (n == 1 && !e[0]->run->has_settings)
        area_text(in, 1, in.h - 1, INK_DIM, "settings not known");
    else
        area_textf(in, 1, in.h - 1, INK_DIM,
                   n > 1 ? "%d keys equal" : "%d keys as by default", equal);
}

/* ---- the same probe, each run ---- */

static const struct run_sample *answer_to(const struct run_reader *r, const char *question)
{
    for (int i = 0; i < r->samples; i++)
        if (!strcmp(r->sample[i].q, question))
            return &r->sample[i];
    return NULL;
}

/* The questions that were asked, each once, those of the first run first. */
static int questions(struct run_entry *const *e, int n, const char *q[ROWS])
{
    int rows = 0;
    for (int i = 0; i < n; i++) {
        for (int k = 0; k < e[i]->run->samples && rows < ROWS; k++) {
            bool known = false;
            for (int j = 0; j < rows; j++)
                known |= !strcmp(q[j], e[i]->run->sample[k].q);
            if (!known)
                q[rows++] = e[i]->run->sample[k].q;
        }
    }
    return rows;
}

static void draw_answer(struct area a, const struct run_sample *s)
{
    if (!s) {
        area_text(a, 0, 0, INK_DIM, "-");
        return;
    }
    const char *mark = s->ok ? theme()->right : theme()->wrong;
    int x = area_text(a, 0, 0, s->ok ? INK_GOOD : INK_BAD, mark) + 1;
    const char *g = s->g[0] ? s->g : "(nothing)";
    int right = a.w;
    if (a.w >= 16 && !isnan(s->p)) {
        char sure[16];
        snprintf(sure, sizeof sure, "p %.2f", s->p);
        right = area_right(a, a.w, 0, INK_DIM, sure) - 1;
    }
    area_field(a, x, 0, right - x, s->ok ? INK_TEXT : INK_BAD, g, strlen(g));
}

void watch_draw_probes(struct area a, const struct watch *w)
{
    struct run_entry *e[WATCH_MARKS];
    const char *q[ROWS];
    int n = watch_compared(w, e), rows = questions(e, n, q);
    struct area in = view_frame(a, "same probe, each run", "newest validation");
    if (!in.h)
        return;
    if (!rows) {
        area_text(in, 1, in.h / 2, INK_DIM, "none yet: the first validation brings them");
        return;
    }
    int x0 = MIN(MAX(in.w / 4, 10), 40), width = MAX((in.w - x0) / n, 8);
    bool exact = in.h >= 5;
    heads(in, e, n, x0, width);
    for (int y = 1; y <= rows && y < in.h - exact; y++) {
        area_field(in, 1, y, x0 - 2, INK_TEXT, q[y - 1], strlen(q[y - 1]));
        for (int i = 0; i < n; i++)
            draw_answer(area_sub(in, x0 + i * width, y, width - 1, 1),
                        answer_to(e[i]->run, q[y - 1]));
    }
    if (!exact)
        return;
    area_field(in, 1, in.h - 1, x0 - 2, INK_DIM, "exact, of all", 13);
    for (int i = 0; i < n; i++) {
        char text[FMT_MAX];
        fmt_percent(text, e[i]->run->series[RUN_VALID_EXACT].last);
        area_field(area_sub(in, 0, 0, in.w, in.h), x0 + i * width, in.h - 1, width - 1,
                   INK_TEXT, text, strlen(text));
    }
}

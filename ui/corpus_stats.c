#include "ui/corpus_stats.h"

#include "corpora/sift.h"
#include "text/tally.h"
#include "ui/canvas.h"
#include "ui/fmt.h"
#include "ui/out.h"
#include "ui/plot.h"

enum { CHART_W = 78, CHART_H = 12, LONGEST_SHOWN = 60, FREQUENT = 10 };

/* ---- what was not taken as it stands --------------------------------------------- */

struct reason {
    const char *why;
    enum example_kind kind;
    long times, files;
    int file;  /* first, */
    long line; /* there */
};

/* The reasons in the order met; notes of one reason have one text, not one address. */
static int collect(const struct corpus *c, struct reason *reason)
{
    struct vocab *known = vocab_new();
    int n = 0;
    for (int i = 0; i < c->notes; i++) {
        const struct corpus_note *note = &c->note[i];
        int id = vocab_add(known, note->why, strlen(note->why));
        if (id == n)
            reason[n++] = (struct reason){ .why = note->why, .kind = note->kind,
                                           .file = note->file, .line = note->line };
        reason[id].times += MAX(note->times, 1);
        reason[id].files++;
    }
    vocab_free(known);
    return n;
}

void corpus_stats_notes(const struct corpus *c)
{
    static const char *const title[] = {
        [EXAMPLE_BROKEN] = "broken", [EXAMPLE_LEFT_OUT] = "left out",
        [EXAMPLE_MENDED] = "mended",
    };
    struct reason *reason = xcalloc((size_t)c->notes + 1, sizeof *reason);
    int n = collect(c, reason);
    for (int kind = EXAMPLE_BROKEN; kind <= EXAMPLE_MENDED; kind++)
        for (int i = 0; i < n; i++) {
            struct str at = STR_INIT;
            if (reason[i].kind != (enum example_kind)kind)
                continue;
            corpus_place(c, reason[i].file, reason[i].line, &at);
            ui_say(stdout, "%-9s %7ld  %s (first: %s)", title[kind], reason[i].times,
                   reason[i].why, str_cstr(&at));
            str_release(&at);
        }
    free(reason);
}

/* ---- numbers --------------------------------------------------------------------- */

static int by_size(const void *a, const void *b)
{
    const int *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

struct lengths {
    int *words; /* [n] sorted */
    long all;
    struct tally types, lines;
};

static void add_words(struct lengths *l, const char *text)
{
    for (const char *p = text; *p;) {
        p += strspn(p, " ");
        size_t n = strcspn(p, " ");
        if (n)
            tally_add(&l->types, p, n);
        p += n;
    }
}

static void measure(const struct corpus *c, bool target, struct lengths *l)
{
    *l = (struct lengths){ .words = xcalloc((size_t)c->n + 1, sizeof *l->words) };
    tally_init(&l->types);
    tally_init(&l->lines);
    for (int i = 0; i < c->n; i++) {
        const char *text = target ? c->pair[i].tgt : c->pair[i].src;
        l->words[i] = sift_words(text);
        l->all += l->words[i];
        add_words(l, text);
        tally_add(&l->lines, text, strlen(text));
    }
    qsort(l->words, (size_t)c->n, sizeof *l->words, by_size);
}

static void lengths_release(struct lengths *l)
{
    free(l->words);
    tally_release(&l->types);
    tally_release(&l->lines);
}

static long once(const struct tally *t)
{
    long n = 0;
    for (int i = 0; i < vocab_size(t->pieces); i++)
        n += t->count[i] == 1;
    return n;
}

static void show_side(const char *name, const struct lengths *l, int n)
{
    char all[FMT_MAX], types[FMT_MAX], rare[FMT_MAX], lines[FMT_MAX];
    int half = l->words[n / 2], most = l->words[(int)(0.95 * (n - 1))];
    ui_say(stdout, "%-9s %s words, %s different, %s of them once; %s different lines", name,
           fmt_count(all, l->all), fmt_count(types, vocab_size(l->types.pieces)),
           fmt_count(rare, once(&l->types)), fmt_count(lines, vocab_size(l->lines.pieces)));
    ui_say(stdout, "%-9s words a line: %.1f mean, %d median, %d at 95 %%, %d to %d", "",
           (double)l->all / n, half, most, l->words[0], l->words[n - 1]);
}

static void show_frequent(const struct lengths *tgt, int n)
{
    struct tally_row *row = tally_rows(&tgt->lines);
    int kinds = vocab_size(tgt->lines.pieces);
    const char *label = "frequent";
    for (int i = 0; i < MIN(kinds, FREQUENT) && row[i].count > 1; i++) {
        ui_say(stdout, "%-9s %7d  %.2f %%  %s", label, row[i].count,
               100.0 * row[i].count / n, row[i].piece);
        label = "";
    }
    free(row);
}

/* Pairs that share a side with another one: what a random split would leak. */
static void show_shared(const struct corpus *c, const struct lengths *src,
                        const struct lengths *tgt)
{
    long shared = 0;
    for (int i = 0; i < c->n; i++) {
        const struct corpus_pair *p = &c->pair[i];
        int a = vocab_find(src->lines.pieces, p->src, strlen(p->src));
        int b = vocab_find(tgt->lines.pieces, p->tgt, strlen(p->tgt));
        shared += src->lines.count[a] > 1 || tgt->lines.count[b] > 1;
    }
    ui_say(stdout, "%-9s %.1f %% of the pairs have a side in common with another pair",
           "shared", 100.0 * (double)shared / c->n);
}

static void show_entropy(const struct corpus *c)
{
    double *src, *tgt, a = 0, b = 0;
    sift_entropies(c, &src, &tgt);
    for (int i = 0; i < c->n; i++) {
        a += src[i];
        b += tgt[i];
    }
    ui_say(stdout, "%-9s %.3f bits of a target given its source, %.3f the other way", "entropy",
           a / c->n, b / c->n);
    free(src);
    free(tgt);
}

/* ---- charts ---------------------------------------------------------------------- */

/* Words a line, up to LONGEST_SHOWN, against the share of lines. */
static void fill(struct series *s, const struct lengths *l, int n)
{
    int count[LONGEST_SHOWN + 1] = { 0 };
    series_init(s);
    for (int i = 0; i < n; i++)
        if (l->words[i] <= LONGEST_SHOWN)
            count[l->words[i]]++;
    for (int k = 0; k <= MIN(LONGEST_SHOWN, l->words[n - 1]); k++)
        series_add(s, k, (double)count[k] / n);
}

static void show_chart(const struct lengths *src, const struct lengths *tgt, int n)
{
    struct canvas *canvas = canvas_new(CHART_W, CHART_H);
    struct series a, b;
    struct str text = STR_INIT;
    fill(&a, src, n);
    fill(&b, tgt, n);
    struct plot_line lines[] = {
        { .series = &a, .ink = INK_1, .mark = 's' },
        { .series = &b, .ink = INK_2, .dash = PLOT_DASHED, .mark = 't' },
    };
    struct plot plot = {
        .line = lines, .n = 2, .percent = true,
        .x_end = MIN(LONGEST_SHOWN, MAX(src->words[n - 1], tgt->words[n - 1])),
    };
    plot_draw(canvas_area(canvas), &plot);
    canvas_dump(canvas, &text);
    ui_say(stdout, "words a line, share of the lines: source solid (s), target dashed (t)");
    out_write(stdout, &text);
    str_release(&text);
    series_release(&a);
    series_release(&b);
    canvas_free(canvas);
}

void corpus_stats_show(const struct corpus *c)
{
    char pairs[FMT_MAX], groups[FMT_MAX];
    struct lengths src, tgt;
    ui_say(stdout, "%-9s %s from %d file%s%s%s%s", "pairs", fmt_count(pairs, c->n),
           vocab_size(c->files), vocab_size(c->files) == 1 ? "" : "s",
           vocab_size(c->groups) ? ", " : "",
           vocab_size(c->groups) ? fmt_count(groups, vocab_size(c->groups)) : "",
           vocab_size(c->groups) ? " groups" : "");
    if (c->n == 0)
        return;
    measure(c, false, &src);
    measure(c, true, &tgt);
    show_side("source", &src, c->n);
    show_side("target", &tgt, c->n);
    show_shared(c, &src, &tgt);
    show_entropy(c);
    show_frequent(&tgt, c->n);
    show_chart(&src, &tgt, c->n);
    lengths_release(&src);
    lengths_release(&tgt);
}

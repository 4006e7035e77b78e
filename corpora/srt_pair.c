#include "base/file.h"
#include "base/mem.h"
#include "corpora/findings.h"
#include "corpora/timing.h"

#include <math.h>

/*
 * Two subtitle files of one film: cues of the source and of the target that stand at the
 * same time are a pair, one or a few of each. The target's clock is set by the source's.
 */

enum { FILM_SIZE = 64 << 20, CUES_MAX = 3 };

static const double start_within = 0.7, end_within = 1.2; /* seconds */

struct text {
    double start, end;
    size_t at;
    long line;
};

/* The cues of a file that say something. */
struct film {
    struct str said; /* texts, each with a NUL */
    struct text *text;
    int n;
    struct findings findings;
};

struct srt_pair {
    struct film src, tgt;
    int i, j;
    bool told;
    char *path, *target;
    char clock[100];
    uint64_t key;
    struct str a, b;
};

static void film_take(struct film *f, const struct srt *srt, const char *script)
{
    struct speech s = { 0 };
    f->text = xcalloc((size_t)srt->n + 1, sizeof *f->text);
    findings_start(&f->findings, srt);
    for (int i = 0; i < srt->n; i++) {
        const struct cue *cue = &srt->cue[i];
        speech_parse(&s, srt->text.s + cue->at, cue->n, script);
        findings_cue(&f->findings, &s, cue->line);
        if (s.n == 0 || cue->start < 0)
            continue;
        f->text[f->n++] = (struct text){ cue->start / 1e3, cue->end / 1e3, f->said.n,
                                         cue->line };
        for (int k = 0; k < s.n; k++) {
            str_add(&f->said, k ? " - " : s.n > 1 ? "- " : "");
            str_addn(&f->said, s.text.s + s.say[k].at, s.say[k].n);
        }
        str_addc(&f->said, '\0');
    }
    speech_release(&s);
}

static int film_load(struct film *f, const char *path, struct err *err)
{
    struct str bytes = STR_INIT;
    struct srt srt;
    int bad = file_read(path, FILM_SIZE, &bytes, err);
    if (!bad) {
        srt_parse(&srt, str_cstr(&bytes), bytes.n);
        film_take(f, &srt, "");
        srt_release(&srt);
        if (f->n == 0)
            bad = err_set(err, "'%s' has no cues with times, which pairs are made by", path);
    }
    str_release(&bytes);
    return bad;
}

static void film_release(struct film *f)
{
    str_release(&f->said);
    free(f->text);
}

static void set_clock(struct srt_pair *p)
{
    double *a = xcalloc((size_t)p->src.n, sizeof *a), *b = xcalloc((size_t)p->tgt.n, sizeof *b);
    for (int i = 0; i < p->src.n; i++)
        a[i] = p->src.text[i].start;
    for (int j = 0; j < p->tgt.n; j++)
        b[j] = p->tgt.text[j].start;
    struct timing fit = timing_fit(a, p->src.n, b, p->tgt.n);
    for (int j = 0; j < p->tgt.n; j++) {
        struct text *t = &p->tgt.text[j];
        t->start = fit.rate * t->start + fit.offset;
        t->end = fit.rate * t->end + fit.offset;
    }
    snprintf(p->clock, sizeof p->clock, "times of the target: * %.5f %+.2f s; %d of %d starts "
             "meet", fit.rate, fit.offset, fit.met, p->tgt.n);
    free(a);
    free(b);
}

static void srt_pair_close(void *own)
{
    struct srt_pair *p = own;
    film_release(&p->src);
    film_release(&p->tgt);
    str_release(&p->a);
    str_release(&p->b);
    free(p->path);
    free(p->target);
    free(p);
}

static void *srt_pair_open(const struct settings *s, const char *path, struct err *err)
{
    if (!s->target[0]) {
        err_set(err, "format = srt-pair has two files: set target to the second");
        return NULL;
    }
    struct srt_pair *p = xcalloc(1, sizeof *p);
    p->path = xstrdup(path);
    p->target = xstrdup(s->target);
    p->key = reader_key(s->data_seed, reader_hash(path));
    if (film_load(&p->src, path, err) == 0 && film_load(&p->tgt, s->target, err) == 0) {
        set_clock(p);
        return p;
    }
    srt_pair_close(p);
    return NULL;
}

/* Do they share half of the shorter one's time? */
static bool together(const struct text *a, const struct text *b)
{
    double shared = MIN(a->end, b->end) - MAX(a->start, b->start);
    double shorter = MIN(a->end - a->start, b->end - b->start);
    return shared > 0 && shared >= shorter / 2;
}

/* How many cues of each side, from i and j on, belong together. */
static void grow(const struct srt_pair *p, int *n, int *m)
{
    const struct text *a = p->src.text + p->i, *b = p->tgt.text + p->j;
    int left = p->src.n - p->i, right = p->tgt.n - p->j;
    *n = *m = 1;
    for (bool more = true; more;) {
        more = false;
        if (*n < left && *n <= CUES_MAX && together(&a[*n], &b[*m - 1])) {
            ++*n;
            more = true;
        }
        if (*m < right && *m <= CUES_MAX && together(&a[*n - 1], &b[*m])) {
            ++*m;
            more = true;
        }
    }
}

static void join(const struct film *f, int from, int n, struct str *out)
{
    str_clear(out);
    for (int i = 0; i < n; i++)
        str_addf(out, "%s%s", i ? " " : "", f->said.s + f->text[from + i].at);
}

static int other(struct example *ex, enum example_kind kind, const char *why,
                 const char *file, long line)
{
    *ex = (struct example){ .kind = kind, .why = why, .file = file, .line = line };
    return 1;
}

static int srt_pair_next(void *own, struct example *ex, struct err *err)
{
    struct srt_pair *p = own;
    int n, m;
    (void)err;
    if (findings_next(&p->src.findings, p->path, ex) ||
        findings_next(&p->tgt.findings, p->target, ex))
        return 1;
    if (!p->told) {
        p->told = true;
        return other(ex, EXAMPLE_MENDED, p->clock, p->target, 0);
    }
    if (p->i == p->src.n && p->j == p->tgt.n)
        return 0;
    const struct text *a = p->i < p->src.n ? &p->src.text[p->i] : NULL;
    const struct text *b = p->j < p->tgt.n ? &p->tgt.text[p->j] : NULL;
    if (!a || !b || !together(a, b)) {
        bool source = !b || (a && a->start < b->start);
        *(source ? &p->i : &p->j) += 1;
        return other(ex, EXAMPLE_LEFT_OUT, "no cue of the other file at this time",
                     source ? p->path : p->target, source ? a->line : b->line);
    }
    grow(p, &n, &m);
    join(&p->src, p->i, n, &p->a);
    join(&p->tgt, p->j, m, &p->b);
    bool meet = n <= CUES_MAX && m <= CUES_MAX && fabs(a->start - b->start) < start_within &&
                fabs(a[n - 1].end - b[m - 1].end) < end_within;
    p->i += n;
    p->j += m;
    if (!meet)
        return other(ex, EXAMPLE_LEFT_OUT, "the cues of both files do not begin and end "
                                           "together", p->path, a->line);
    *ex = (struct example){ .src = str_cstr(&p->a), .tgt = str_cstr(&p->b), .line = a->line,
                            .group = p->path, .key = p->key };
    return 1;
}

const struct reader reader_srt_pair = {
    .name = "srt-pair",
    .summary = "subtitles of one film in two languages, paired by their times",
    .open = srt_pair_open,
    .next = srt_pair_next,
    .close = srt_pair_close,
};

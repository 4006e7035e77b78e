/* Many answers at once: /sample N draws, /sub puts other words in. */
#include "base/mem.h"
#include "ui/answer.h"
#include "ui/cmd.h"
#include "ui/diff.h"
#include "ui/line.h"
#include "ui/out.h"
#include "ui/piece.h"
#include "ui/sgr.h"

#include <math.h>

enum {
    SAMPLES_MAX = 10000,
    ROWS = 20, /* of a table of answers */
};

static void write(const struct shell *sh, struct str *out)
{
    out_write(sh->talk, out);
    str_release(out);
}

/* ---- /sample ----------------------------------------------------------------------- */

/* Answers that were drawn, each once. */
struct draws {
    struct draw {
        struct reply *reply;
        int times;
    } *draw;
    int n;
};

static void draws_add(struct draws *d, struct reply *r)
{
    for (int i = 0; i < d->n; i++)
        if (!strcmp(str_cstr(&d->draw[i].reply->text), str_cstr(&r->text))) {
            d->draw[i].times++;
            reply_free(r);
            return;
        }
    d->draw = xrealloc(d->draw, (size_t)(d->n + 1) * sizeof *d->draw);
    d->draw[d->n++] = (struct draw){ r, 1 };
}

/* Most often first; of those the most probable. */
static int order(const void *a, const void *b)
{
    const struct draw *x = a, *y = b;
    double p = x->reply->sums.logp, q = y->reply->sums.logp;
    return x->times != y->times ? y->times - x->times : (p < q) - (p > q);
}

static void show_draws(const struct shell *sh, struct draws *d, long n, uint64_t seed)
{
    struct str out = STR_INIT, note = STR_INIT;
    if (d->n > 0)
        qsort(d->draw, (size_t)d->n, sizeof *d->draw, order);
    for (int i = 0; i < MIN(d->n, ROWS); i++) {
        str_addf(&out, "%5d", d->draw[i].times);
        diff_answer(sh->said.now, d->draw[i].reply, line_columns() - 6, &out);
    }
    str_addf(&note, "  %ld answer%s, %d different", n, n == 1 ? "" : "s", d->n);
    if (d->n > ROWS)
        str_addf(&note, " (the first %d are shown)", ROWS);
    str_addf(&note, ", temperature %.3g, seeds from %llu",
             sh->knobs.decode.choose.temperature, (unsigned long long)seed);
    sgr_add(&out, INK_DIM, note.s);
    str_addc(&out, '\n');
    write(sh, &out);
    str_release(&note);
}

static int draw_many(struct shell *sh, long n, struct err *err)
{
    const struct reply *now = shell_tokens(sh, err);
    struct knobs knobs = sh->knobs;
    struct draws d = { 0 };
    struct reply *r;
    long i;
    if (!now)
        return -1;
    struct plan plan = plan_copy(&now->plan);
    uint64_t seed = knobs.seed < 0 ? ask_seed() : (uint64_t)knobs.seed;
    knobs.decode.strategy = &strategy_sample;
    for (i = 0; i < n; i++) {
        plan.seed = seed + (uint64_t)i;
        r = answer_quietly(sh, &knobs, &plan);
        if (!r)
            break;
        draws_add(&d, r);
    }
    show_draws(sh, &d, i, seed);
    for (int k = 0; k < d.n; k++)
        reply_free(d.draw[k].reply);
    free(d.draw);
    plan_release(&plan);
    return 0;
}

static int run_sample(struct shell *sh, char *args, struct err *err)
{
    char name[] = "sample";
    long n;
    if (!*args)
        return cmd_turn(sh, "decoder", name, err);
    if (opt_whole(args, 1, SAMPLES_MAX, "the number of answers", &n, err) < 0)
        return -1;
    return draw_many(sh, n, err);
}

const struct cmd cmd_sample = {
    .name = "sample",
    .args = "[N]",
    .help = "draw tokens by probability; or N answers, counted",
    .more = "/sample is /set decoder sample. /sample 100 draws so many answers to the last\n"
            "question, with the temperature and the cuts as they are, and counts them.",
    .run = run_sample,
};

/* ---- /sub -------------------------------------------------------------------------- */

struct stand_in {
    int id;
    double near; /* cosine */
};

/* What the model has for each piece of the source: a row of numbers. */
static const struct tensor *source_rows(const struct model *m)
{
    static const char *const names[] = { "src.E", "enc.0.W" };
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        const struct tensor *t = params_find(&m->params, names[i]);
        if (t && t->rows == vocab_size(m->src.vocab))
            return t;
    }
    return NULL;
}

static double cosine(const struct tensor *t, int a, int b)
{
    const real *x = t->x + (size_t)a * (size_t)t->cols;
    const real *y = t->x + (size_t)b * (size_t)t->cols;
    double xy = 0, xx = 0, yy = 0;
    for (int i = 0; i < t->cols; i++) {
        xy += (double)(x[i] * y[i]);
        xx += (double)(x[i] * x[i]);
        yy += (double)(y[i] * y[i]);
    }
    return xx > 0 && yy > 0 ? xy / sqrt(xx * yy) : 0;
}

/* The n pieces nearest to `id`, nearest first; returns how many there are. */
static int nearest(const struct model *m, int id, int n, struct stand_in *out)
{
    const struct tensor *t = source_rows(m);
    int have = 0, symbols = vocab_size(m->src.vocab);
    for (int v = 0; v < symbols; v++) {
        if (v == id || vocab_is_special(m->src.vocab, v))
            continue;
        double near = t ? cosine(t, id, v) : 0;
        if (have == n && near <= out[n - 1].near)
            continue;
        int at = have < n ? have++ : n - 1;
        for (; at > 0 && out[at - 1].near < near; at--)
            out[at] = out[at - 1];
        out[at] = (struct stand_in){ v, near };
    }
    return have;
}

/* Answers with each of them at `place`; returns how many leave the answer as it is. */
static int substitute(const struct shell *sh, int place, const struct stand_in *in, int n,
                      struct str *out)
{
    struct plan plan = reply_plan(sh->said.now, 0);
    int same = 0, width = 1;
    for (int i = 0; i < n; i++)
        width = MAX(width, piece_width(codec_piece(&sh->model->src, in[i].id)));
    for (int i = 0; i < n; i++) {
        plan.src.id[place] = in[i].id;
        struct reply *r = answer_quietly(sh, &sh->knobs, &plan);
        if (!r) {
            str_add(out, "^C\n");
            break;
        }
        bool equal = !strcmp(str_cstr(&r->text), str_cstr(&sh->said.now->text));
        str_add(out, "  ");
        int shown = piece_add(out, codec_piece(&sh->model->src, in[i].id));
        str_addf(out, "%*s %s", width - shown, "", equal ? "=" : " ");
        diff_answer(sh->said.now, r, line_columns() - width - 4, out);
        same += equal;
        reply_free(r);
    }
    plan_release(&plan);
    return same;
}

static int run_sub(struct shell *sh, char *args, struct err *err)
{
    const struct reply *r = shell_tokens(sh, err);
    int place = r ? piece_place(r, &args, err) : -1;
    long k = ROWS;
    if (place < 0 || (*args && opt_whole(args, 1, 1000, "the number", &k, err) < 0))
        return -1;
    if (r->plan.src.id[place] < 0)
        return err_set(err, "that piece is blanked out: /branch A goes back");
    struct stand_in *in = xcalloc((size_t)k, sizeof *in);
    int n = nearest(sh->model, r->plan.src.id[place], (int)k, in);
    struct str out = STR_INIT, note = STR_INIT;
    int same = substitute(sh, place, in, n, &out);
    str_addf(&note, "  in place of ");
    piece_quote(&note, r->source.s[place]);
    str_addf(&note, " at %d, the nearest first; %d of %d leave the answer as it is",
             place + 1, same, n);
    sgr_add(&out, INK_DIM, note.s);
    str_addc(&out, '\n');
    write(sh, &out);
    str_release(&note);
    free(in);
    return 0;
}

const struct cmd cmd_sub = {
    .name = "sub",
    .args = "WORD|PLACE [K]",
    .help = "other pieces in its place, and what the answer becomes",
    .more = "The K (20) pieces nearest to it, as the model has them, nearest first. \"=\" marks\n"
            "those that leave the answer as it is.",
    .run = run_sub,
    .complete = complete_source,
};

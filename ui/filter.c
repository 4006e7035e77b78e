#include "ui/filter.h"

#include "base/mem.h"
#include "num/pool.h"
#include "ui/ask.h"
#include "ui/input.h"
#include "ui/out.h"
#include "ui/ui_text.h"

#include <unistd.h>

enum {
    BATCH = 64,    /* lines, where nothing is said */
    BATCH_MAX = 100000,
    AHEAD = 4,     /* batches of each thread that are read before the first is decoded:
                      sorted by length, they have less padding */
};

/* ---- options --------------------------------------------------------------------- */

static int take_batch(void *own, const char *value, struct err *err)
{
    struct filter *f = own;
    return opt_whole(value, 1, BATCH_MAX, "--batch", &f->batch, err);
}

static int take_threads(void *own, const char *value, struct err *err)
{
    struct filter *f = own;
    return opt_whole(value, 1, 256, "--threads", &f->threads, err);
}

static const char *alignment_choice(int i)
{
    static const char *const names[] = { "none", "hard", "soft" };
    return i < (int)ARRAY_LEN(names) ? names[i] : NULL;
}

static int take_alignment(void *own, const char *value, struct err *err)
{
    struct filter *f = own;
    int i = opt_choice(alignment_choice, value ? value : "hard", "--alignment", err);
    if (i < 0)
        return -1;
    f->moses.alignment = (enum alignment)i;
    return 0;
}

static int take_word_scores(void *own, const char *value, struct err *err)
{
    struct filter *f = own;
    (void)value;
    (void)err;
    f->moses.word_scores = true;
    return 0;
}

static int take_force(void *own, const char *value, struct err *err)
{
    struct filter *f = own;
    (void)value;
    (void)err;
    f->beyond = BEYOND_PREFIX;
    return 0;
}

static int take_score(void *own, const char *value, struct err *err)
{
    struct filter *f = own;
    (void)value;
    (void)err;
    f->beyond = BEYOND_TARGET;
    return 0;
}

const struct opt filter_options[] = {
    { .name = "batch", .arg = "N", .take = take_batch,
      .help = "lines: decode up to N together (64)" },
    { .name = "threads", .letter = 't', .arg = "N", .take = take_threads,
      .help = "lines: threads (all CPUs); one answer of a large model: 1" },
    { .name = "alignment", .arg = "[=HOW]", .take = take_alignment,
      .choice = alignment_choice,
      .help = "lines: where each token looked, hard or soft" },
    { .name = "word-scores", .take = take_word_scores,
      .help = "lines: the log-probability of each token" },
    { .name = "force-decode", .take = take_force,
      .help = "lines: behind a tab, what the answer begins with" },
    { .name = "score", .take = take_score,
      .help = "lines: behind a tab, an answer: its log-probability" },
    { .name = NULL },
};

int filter_check(const struct filter *f, const struct shell *sh, struct err *err)
{
    const struct model *m = sh->model;
    if (m->tgt.dim && (f->beyond || f->moses.word_scores || f->moses.alignment))
        return err_set(err, "%s answers with vectors, which have no tokens to force, score "
                       "or align", sh->name);
    bool figures = sh->knobs.probs == PROBS_ON || sh->knobs.probs == PROBS_NUM;
    if (f->beyond && (figures || sh->json))
        return err_set(err, "--probs and --json are for answers that are free: leave out "
                       "--force-decode and --score, or them");
    if (shell_recalls(sh) && (f->beyond || sh->knobs.decode.nbest > 1 || f->moses.word_scores ||
                       f->moses.alignment))
        return err_set(err, "%s remembers and answers line after line: no lists, scores, "
                       "alignments or forced answers%s", sh->name,
                       sh->memory ? "" : ", unless --context is 0");
    if (f->moses.alignment && m->arch != &arch_attention)
        return err_set(err, "%s has no attention to align by", sh->name);
    if (f->beyond == BEYOND_PREFIX && m->tgt.fixed && m->tgt.right != m->tgt.reverse)
        return err_set(err, "answers of %s begin with what fills them up: nothing can be "
                       "forced", sh->name);
    return 0;
}

/* ---- a line ---------------------------------------------------------------------- */

struct line {
    long number;         /* counted from 1 */
    struct ids src;
    struct request wish;
    bool bad;            /* err says why */
    struct err err;
    struct str out;      /* without the last line end */
};

static void line_release(struct line *l)
{
    ids_release(&l->src);
    ids_release(&l->wish.prefix);
    str_release(&l->out);
}

struct run {
    const struct shell *sh;
    const struct filter *filter;
    struct decode_options opt;
    struct moses moses;
    struct tape *tape;   /* [threads] */
    struct line *line;
    int n, cap;          /* lines that were read, and room for them */
    int *order;          /* [n] those that can be answered, by the length of the source */
    int good, each;      /* how many they are, and how many are decoded at once */
    uint64_t seed;
};

/* The target as tokens: whole to be scored; to begin with, without what ends or fills
 * it. */
static int encode_target(const struct codec *c, const char *text, bool whole,
                         struct ids *out, struct err *err)
{
    int eos = vocab_special(c->vocab, VOCAB_EOS), sos = vocab_special(c->vocab, VOCAB_SOS);
    if (!whole && !*text)
        return 0;
    if (codec_encode(c, text, out, err) < 0)
        return err_prefix(err, "behind the tab");
    if (sos >= 0 && out->id[0] == sos)
        memmove(out->id, out->id + 1, (size_t)--out->n * sizeof *out->id);
    while (!whole && out->n &&
           (out->id[out->n - 1] == eos || (c->fixed && out->id[out->n - 1] == c->filler)))
        out->n--;
    return 0;
}

static int read_target(const struct run *r, const char *text, size_t n, struct ids *out,
                       struct err *err)
{
    const struct model *m = r->sh->model;
    struct str plain = STR_INIT;
    int bad = ask_plain(m, NULL, text, n, &plain, err);
    if (!bad)
        bad = encode_target(&m->tgt, str_cstr(&plain), r->filter->beyond == BEYOND_TARGET,
                            out, err);
    str_release(&plain);
    return bad;
}

static int read_question(const struct run *r, const char *text, size_t n, struct ids *out,
                         struct err *err)
{
    const struct model *m = r->sh->model;
    struct str typed = STR_INIT, plain = STR_INIT;
    str_addn(&typed, text, n); /* up to the tab */
    int bad = ask_plain(m, r->sh->reader, str_cstr(&typed), n, &plain, err);
    if (!bad)
        bad = codec_encode(&m->src, str_cstr(&plain), out, err);
    str_release(&typed);
    str_release(&plain);
    return bad;
}

static int read_line(const struct run *r, const struct input *in, struct line *l)
{
    enum beyond beyond = r->filter->beyond;
    const char *text = str_cstr(&in->line);
    size_t n = in->line.n;
    const char *tab = beyond ? memchr(text, '\t', n) : NULL;
    if (in->length > INPUT_LINE_MAX)
        return err_set(&l->err, "%zu bytes are too many: at most %d", in->length, INPUT_LINE_MAX);
    if (beyond == BEYOND_TARGET && !tab)
        return err_set(&l->err, "no tab: the question, a tab and the answer to be scored");
    if (read_question(r, text, tab ? (size_t)(tab - text) : n, &l->src, &l->err) < 0)
        return -1;
    if (!tab)
        return 0;
    return read_target(r, tab + 1, n - (size_t)(tab + 1 - text), &l->wish.prefix, &l->err);
}

static void add_line(struct run *r, const struct input *in, long number)
{
    if (r->n == r->cap) {
        r->cap = MAX(16, 2 * r->cap);
        r->line = xrealloc(r->line, (size_t)r->cap * sizeof *r->line);
        r->order = xrealloc(r->order, (size_t)r->cap * sizeof *r->order);
    }
    struct line *l = &r->line[r->n++];
    *l = (struct line){ .number = number };
    l->wish.seed = r->seed + (r->sh->knobs.seed < 0 ? (uint64_t)number : 0);
    l->bad = read_line(r, in, l) < 0;
}

/* ---- decoding -------------------------------------------------------------------- */

static void add_answers(const struct run *r, const struct search *s, int question,
                        struct line *l)
{
    int n = search_answers(s, question);
    for (int i = 0; i < n; i++) {
        str_add(&l->out, i ? "\n" : "");
        if (r->filter->beyond == BEYOND_TARGET)
            moses_add_score(&r->moses, s, question, &l->out);
        else
            moses_add(&r->moses, r->sh->model, s, question, i, l->number - 1, &l->src,
                      &l->out);
    }
}

static void decode(const struct run *r, const int *order, int n, struct tape *tape)
{
    struct ids *src = xcalloc((size_t)n, sizeof *src);
    struct request *wish = xcalloc((size_t)n, sizeof *wish);
    struct batch b;
    for (int i = 0; i < n; i++) {
        src[i] = r->line[order[i]].src;
        wish[i] = r->line[order[i]].wish;
    }
    tape_start(tape, NULL, NULL);
    batch_of_sources(&b, tape->arena, src, n);
    struct search *s = search_start(r->sh->model, tape, &b, &r->opt, wish);
    while (search_next(s))
        ;
    for (int i = 0; i < n; i++)
        add_answers(r, s, i, &r->line[order[i]]);
    search_free(s);
    free(src);
    free(wish);
}

static void work(void *own, int id, int threads)
{
    struct run *r = own;
    for (int k = id * r->each; k < r->good; k += threads * r->each)
        decode(r, r->order + k, MIN(r->each, r->good - k), &r->tape[id]);
}

/* Lines of like length next to each other; it is no sorting of many. */
static void put_in_order(struct run *r)
{
    int longest = 0, *at;
    r->good = 0;
    for (int i = 0; i < r->n; i++)
        longest = MAX(longest, r->line[i].src.n);
    at = xcalloc((size_t)longest + 2, sizeof *at);
    for (int i = 0; i < r->n; i++)
        at[r->line[i].bad ? 0 : r->line[i].src.n + 1] += !r->line[i].bad;
    for (int k = 1; k <= longest + 1; k++)
        at[k] += at[k - 1];
    for (int i = 0; i < r->n; i++)
        if (!r->line[i].bad) {
            r->order[at[r->line[i].src.n]++] = i;
            r->good++;
        }
    free(at);
}

/* ---- running --------------------------------------------------------------------- */

static bool write_lines(struct run *r)
{
    bool failed = false, seen = isatty(STDOUT_FILENO);
    struct str out = STR_INIT;
    for (int i = 0; i < r->n; i++) {
        struct line *l = &r->line[i];
        if (l->bad)
            ui_say(stderr, "seqsh: line %ld: %s", l->number, l->err.msg);
        if (seen)
            ui_text(&out, UI_FLOW, str_cstr(&l->out), l->out.n);
        else
            str_addn(&out, str_cstr(&l->out), l->out.n);
        str_addc(&out, '\n');
        failed |= l->bad;
        line_release(l);
    }
    r->n = 0;
    out_write(stdout, &out);
    str_release(&out);
    return failed;
}

static void start(struct run *r, const struct shell *sh, const struct filter *f)
{
    *r = (struct run){ .sh = sh, .filter = f, .opt = sh->knobs.decode, .moses = f->moses };
    int threads = pool_start((int)f->threads);
    r->tape = xcalloc((size_t)threads, sizeof *r->tape);
    for (int i = 0; i < threads; i++)
        tape_init(&r->tape[i], &sh->model->params);
    r->seed = sh->knobs.seed < 0 ? ask_seed() : (uint64_t)sh->knobs.seed;
    r->opt.attention = f->moses.alignment != ALIGNMENT_NONE;
    r->moses.numbered = r->opt.nbest > 1;
    if (f->beyond != BEYOND_TARGET)
        return;
    r->opt.strategy = &strategy_argmax;
    r->opt.nbest = 1;
}

static void stop(struct run *r)
{
    for (int i = 0; i < pool_size(); i++)
        tape_release(&r->tape[i]);
    pool_stop();
    free(r->tape);
    free(r->line);
    free(r->order);
}

int filter_lines(struct shell *sh, const struct filter *f, int fd)
{
    struct input in = { .fd = fd, .text = true };
    struct run r;
    struct err err;
    bool failed = false;
    int more = 1;
    start(&r, sh, f);
    long batch = f->batch ? f->batch : BATCH, most = batch * pool_size() * AHEAD;
    for (long number = 1; more > 0;) {
        while (r.n < most && (r.n == 0 || input_ready(&in)) &&
               (more = input_next(&in, &err)) > 0)
            add_line(&r, &in, number++);
        put_in_order(&r);
        int share = (r.good + pool_size() - 1) / pool_size();
        r.each = MAX(1, MIN((int)batch, share));
        pool_run(work, &r);
        failed |= write_lines(&r);
    }
    if (more < 0)
        ui_say(stderr, "seqsh: %s", err.msg);
    str_release(&in.line);
    stop(&r);
    return failed || more < 0;
}

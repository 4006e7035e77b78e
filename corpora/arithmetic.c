#include "corpora/arithmetic.h"

#include "base/rng.h"
#include "base/utf8.h"
#include "corpora/reader.h"

/*
 * Sums, differences and products. Five laws give the operands:
 *   digits   k uniform in 1..digits, then k random digits: short numbers are as
 *            frequent as long ones (the law of Keras' addition example)
 *   uniform  every value of 0..10^digits-1 alike
 *   mixed    for each operand, one of these two by the toss of a coin
 *   upto     every value of 1..largest alike
 *   all      no chance: every ordered pair of 0..10^digits-1, in order
 */

enum {
    EXAMPLES_MAX = 100000000,
    DRAWS_MIN = 20000000, /* draws for unique questions before giving up: so many, */
    DRAWS_EACH = 32,      /* and so many for each example wanted */
};

const char arithmetic_ops[] = "+-*";

static int64_t power10(int n)
{
    int64_t v = 1;
    while (n-- > 0)
        v *= 10;
    return v;
}

static int digits_of(int64_t v)
{
    int n = 1;
    while (v >= 10) {
        v /= 10;
        n++;
    }
    return n;
}

struct operands arithmetic_operands(const struct settings *s, char op)
{
    int digits = op == '*' ? s->mul_digits : s->digits;
    if (!strcmp(s->operands, "upto"))
        return (struct operands){ 1, s->largest, digits_of(s->largest) };
    return (struct operands){ 0, power10(digits) - 1, digits };
}

/* ---- laws ------------------------------------------------------------------------ */

static int64_t draw_digits(struct rng *r, const struct operands *of)
{
    int k = 1 + (int)rng_below(r, (uint64_t)of->digits);
    return (int64_t)rng_below(r, (uint64_t)power10(k));
}

static int64_t draw_even(struct rng *r, const struct operands *of)
{
    return of->lo + (int64_t)rng_below(r, (uint64_t)(of->hi - of->lo + 1));
}

static int64_t draw_mixed(struct rng *r, const struct operands *of)
{
    return rng_below(r, 2) ? draw_digits(r, of) : draw_even(r, of);
}

static const struct law {
    const char *name;
    int64_t (*draw)(struct rng *, const struct operands *); /* NULL: every pair in turn */
} law_table[] = {
    { "digits", draw_digits },
    { "uniform", draw_even },
    { "mixed", draw_mixed },
    { "upto", draw_even },
    { "all", NULL },
};

/* ---- questions met so far -------------------------------------------------------- */

/* Operator and operands in one number, never 0: operands are below 10^9 < 2^30. */
static uint64_t pack(char op, int64_t a, int64_t b)
{
    uint64_t which = (uint64_t)(strchr(arithmetic_ops, op) - arithmetic_ops) + 1;
    return which << 60 | (uint64_t)a << 30 | (uint64_t)b;
}

/* a+b and b+a in one number. */
static uint64_t pack_sorted(char op, int64_t a, int64_t b)
{
    return pack(op, MIN(a, b), MAX(a, b));
}

struct seen {
    uint64_t *slot; /* open addressing; 0: free */
    int bits;       /* 2^bits slots */
};

static void seen_init(struct seen *s, int most)
{
    for (s->bits = 4; (1LL << s->bits) < most + most / 3LL; s->bits++)
        ;
    s->slot = xcalloc((size_t)1 << s->bits, sizeof *s->slot);
}

/* false: it was there. */
static bool seen_add(struct seen *s, uint64_t x)
{
    size_t mask = ((size_t)1 << s->bits) - 1;
    size_t i = (size_t)((x * 0x9e3779b97f4a7c15u) >> (64 - s->bits));
    for (; s->slot[i & mask]; i++)
        if (s->slot[i & mask] == x)
            return false;
    s->slot[i & mask] = x;
    return true;
}

/* ---- the generator --------------------------------------------------------------- */

struct arithmetic {
    struct rng rng;
    const struct law *law;
    char ops[SETTING_TEXT];
    char hold[SETTING_TEXT]; /* operators with held-out pairs; empty: all */
    int op_count, op_at; /* op_at: the operator whose turn it is, law `all` */
    struct operands of[SETTING_TEXT]; /* [op_count] */
    int64_t a, b;        /* the next pair, law `all` */
    int made, wanted, data_seed;
    int64_t draws_left;
    bool unique, sorted; /* sorted: a+b and b+a count as one */
    struct seen seen;
    char src[32], tgt[32];
};

static bool repeated(const char *ops, int i)
{
    return memchr(ops, ops[i], (size_t)i) != NULL;
}

/* Different questions there are. */
static int64_t count_questions(const struct arithmetic *g)
{
    int64_t all = 0; /* below 3 * 10^18 */
    for (int i = 0; i < g->op_count; i++) {
        int64_t n = g->of[i].hi - g->of[i].lo + 1;
        if (!repeated(g->ops, i))
            all += g->sorted ? n * (n + 1) / 2 : n * n;
    }
    return all;
}

static void drop_repeated_ops(struct arithmetic *g)
{
    int n = 0;
    for (int i = 0; i < g->op_count; i++)
        if (!repeated(g->ops, i)) {
            g->of[n] = g->of[i];
            g->ops[n++] = g->ops[i];
        }
    g->op_count = n;
}

static int plan_all(struct arithmetic *g, struct err *err)
{
    g->unique = g->sorted = false;
    drop_repeated_ops(g);
    int64_t there_are = count_questions(g);
    if (there_are > EXAMPLES_MAX)
        return err_set(err, "operands = all would make %lld examples: at most %d; set "
                            "digits or mul_digits lower",
                       (long long)there_are, EXAMPLES_MAX);
    g->wanted = (int)there_are;
    g->a = g->b = g->of[0].lo;
    return 0;
}

static int plan_drawn(struct arithmetic *g, const struct settings *s, struct err *err)
{
    g->unique = strcmp(s->unique, "none") != 0;
    g->sorted = !strcmp(s->unique, "pair");
    g->wanted = s->examples;
    g->draws_left = DRAWS_MIN + (int64_t)DRAWS_EACH * g->wanted;
    if (!g->unique)
        return 0;
    int64_t there_are = count_questions(g);
    if (g->wanted > there_are)
        return err_set(err, "examples = %d, but only %lld different questions exist: set "
                            "fewer examples, or unique = none",
                       g->wanted, (long long)there_are);
    seen_init(&g->seen, g->wanted);
    return 0;
}

static void arithmetic_close(void *own)
{
    struct arithmetic *g = own;
    free(g->seen.slot);
    free(g);
}

static void *arithmetic_open(const struct settings *s, const char *path, struct err *err)
{
    struct arithmetic *g = xcalloc(1, sizeof *g);
    (void)path;
    rng_init(&g->rng, (uint64_t)s->data_seed, RNG_DATA, 0);
    g->data_seed = s->data_seed;
    g->op_count = (int)strlen(s->ops);
    memcpy(g->ops, s->ops, sizeof g->ops);
    memcpy(g->hold, s->hold_ops, sizeof g->hold);
    for (int i = 0; i < g->op_count; i++)
        g->of[i] = arithmetic_operands(s, g->ops[i]);
    for (size_t i = 0; i < ARRAY_LEN(law_table); i++)
        if (!strcmp(law_table[i].name, s->operands))
            g->law = &law_table[i];
    if (!g->law)
        BUG("no law '%s'", s->operands);
    size_t good = strspn(g->ops, arithmetic_ops);
    int bad = 0;
    if (good == 0 || g->ops[good])
        bad = err_set(err, "ops: '%s' is no operator: use any of + - *",
                      utf8_quote(g->ops + good).s);
    else if (g->law->draw)
        bad = plan_drawn(g, s, err);
    else
        bad = plan_all(g, err);
    if (!bad)
        return g;
    arithmetic_close(g);
    return NULL;
}

static char *put_number(char *p, int64_t v)
{
    if (v < 0) {
        *p++ = '-';
        v = -v;
    }
    int n = digits_of(v);
    for (int i = n - 1; i >= 0; i--, v /= 10)
        p[i] = (char)('0' + v % 10);
    return p + n;
}

static int64_t answer(char op, int64_t a, int64_t b)
{
    return op == '+' ? a + b : op == '-' ? a - b : a * b;
}

/* Both orders of a pair have one key, so that they stay on one side of the split; the
 * last key of all is never held out. */
static uint64_t key_of(const struct arithmetic *g, char op, int64_t a, int64_t b)
{
    if (g->hold[0] && !strchr(g->hold, op))
        return UINT64_MAX;
    return reader_key(g->data_seed, pack_sorted(op, a, b));
}

static int give(struct arithmetic *g, struct example *ex, char op, int64_t a, int64_t b)
{
    char *p = put_number(g->src, a);
    *p++ = op;
    *put_number(p, b) = '\0';
    *put_number(g->tgt, answer(op, a, b)) = '\0';
    *ex = (struct example){
        .src = g->src,
        .tgt = g->tgt,
        .key = key_of(g, op, a, b),
    };
    g->made++;
    return 1;
}

static int next_in_turn(struct arithmetic *g, struct example *ex)
{
    const struct operands *of = &g->of[g->op_at];
    give(g, ex, g->ops[g->op_at], g->a, g->b);
    if (++g->b <= of->hi)
        return 1;
    g->b = of->lo;
    if (++g->a <= of->hi)
        return 1;
    if (++g->op_at < g->op_count)
        g->a = g->b = g->of[g->op_at].lo;
    return 1;
}

static int arithmetic_next(void *own, struct example *ex, struct err *err)
{
    struct arithmetic *g = own;
    if (g->made == g->wanted)
        return 0;
    if (!g->law->draw)
        return next_in_turn(g, ex);
    while (!g->unique || g->draws_left-- > 0) {
        int i = (int)rng_below(&g->rng, (uint64_t)g->op_count);
        char op = g->ops[i];
        int64_t a = g->law->draw(&g->rng, &g->of[i]);
        int64_t b = g->law->draw(&g->rng, &g->of[i]);
        uint64_t what = g->sorted ? pack_sorted(op, a, b) : pack(op, a, b);
        if (!g->unique || seen_add(&g->seen, what))
            return give(g, ex, op, a, b);
    }
    return err_set(err, "only %d of %d examples found: the others are too rare with "
                        "operands = %s; set fewer examples, or operands = all",
                   g->made, g->wanted, g->law->name);
}

/* ---- before anything is made ----------------------------------------------------- */

static void arithmetic_bounds(const struct settings *s, struct reader_bounds *out)
{
    struct str src = STR_INIT, tgt = STR_INIT;
    *out = (struct reader_bounds){ 0 };
    str_add(&src, "0123456789");
    str_add(&tgt, strchr(s->ops, '-') ? "0123456789-" : "0123456789");
    for (const char *op = arithmetic_ops; *op; op++) {
        if (!strchr(s->ops, *op))
            continue;
        struct operands of = arithmetic_operands(s, *op);
        int longest = *op == '-' ? 1 + digits_of(of.hi - of.lo)
                                 : digits_of(answer(*op, of.hi, of.hi));
        out->src_len = MAX(out->src_len, 2 * of.digits + 1);
        out->tgt_len = MAX(out->tgt_len, longest);
        str_addc(&src, *op);
    }
    memcpy(out->src_alphabet, src.s, src.n + 1);
    memcpy(out->tgt_alphabet, tgt.s, tgt.n + 1);
    str_release(&src);
    str_release(&tgt);
}

const struct reader reader_arithmetic = {
    .name = "arithmetic",
    .summary = "sums, differences and products of whole numbers",
    .generates = true,
    .open = arithmetic_open,
    .next = arithmetic_next,
    .close = arithmetic_close,
    .bounds = arithmetic_bounds,
    .question = arithmetic_question,
    .about = arithmetic_about,
    .example = arithmetic_example,
};

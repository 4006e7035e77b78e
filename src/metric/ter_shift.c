#include "metric/ter_shift.h"

#include "base/mem.h"

#include <math.h>

enum {
    BLOCK_MOST = 10,      /* words that move together */
    DISTANCE_MOST = 50,   /* between a block and the same words of the reference */
    TRIES_MOST = 1000,    /* moves tried for a line */
    BEAM = 25,            /* cells looked at on either side of the diagonal */
    FAR = 1 << 29,        /* the cost of cells not looked at */
};

enum op { SAME, CHANGE, TAKE_OUT, PUT_IN, UNKNOWN };

/* One row of the matrix of edit distances: what turns the first i words of the answer
 * into the first j of the reference. Only lo <= j < hi are there. */
struct row {
    int lo, hi;
    int *cost;         /* [hi - lo] */
    unsigned char *op; /* [hi - lo] the last edit */
};

struct ter_shift {
    struct arena *arena;      /* emptied for each line */
    const uint32_t *ref;      /* [m] */
    int n, m;                 /* words of the answer, of the reference */
    double slope;             /* of the diagonal: m / n */
    int beam;
    uint32_t *hyp, *moved;    /* [n] the answer as moved so far, and with one move more */
    struct row *row;          /* [n + 1] of hyp */
    struct row spare[2];      /* rows of moved, one after the other */
    unsigned char *hyp_wrong; /* [n] this word is not right where it stands */
    unsigned char *ref_wrong; /* [m] this word is not there */
    int *align;               /* [m] the word of hyp that stands for it, or the one before
                                 that place: -1 and on */
    enum op *trace;           /* [n + m] */
    int tried;
};

struct ter_shift *ter_shift_new(void)
{
    struct ter_shift *t = xcalloc(1, sizeof *t);
    t->arena = arena_new();
    return t;
}

void ter_shift_free(struct ter_shift *t)
{
    arena_free(t->arena);
    free(t);
}

/* ---- edit distance ---------------------------------------------------------------- */

static void row_place(const struct ter_shift *t, int i, struct row *r)
{
    int diagonal = (int)floor(i * t->slope);
    r->lo = i ? MAX(0, diagonal - t->beam) : 0;
    r->hi = i && i < t->n ? MIN(t->m + 1, diagonal + t->beam) : t->m + 1;
}

static int cost_at(const struct row *r, int j)
{
    return j >= r->lo && j < r->hi ? r->cost[j - r->lo] : FAR;
}

/* Row i from the row before it. Of equals the first counts: same or change, take out,
 * put in. */
static void row_fill(const struct ter_shift *t, int i, uint32_t word, const struct row *up,
                     struct row *r)
{
    int left = FAR;
    row_place(t, i, r);
    for (int j = r->lo; j < r->hi; j++) {
        int best = FAR, cost;
        enum op op = UNKNOWN;
        if (j > 0) {
            bool same = word == t->ref[j - 1];
            cost = cost_at(up, j - 1) + !same;
            if (cost < best) {
                best = cost;
                op = same ? SAME : CHANGE;
            }
        }
        cost = cost_at(up, j) + 1;
        if (cost < best) {
            best = cost;
            op = TAKE_OUT;
        }
        if (left + 1 < best) {
            best = left + 1;
            op = PUT_IN;
        }
        r->cost[j - r->lo] = left = best;
        r->op[j - r->lo] = (unsigned char)op;
    }
}

static void row_new(const struct ter_shift *t, int i, struct row *r)
{
    row_place(t, i, r);
    size_t width = (size_t)MAX(1, r->hi - r->lo);
    r->cost = arena_alloc(t->arena, width * sizeof *r->cost);
    r->op = arena_alloc(t->arena, width);
}

static void start(struct ter_shift *t, struct segment hyp, struct segment ref)
{
    arena_reset(t->arena);
    t->ref = ref.cp;
    t->n = hyp.n;
    t->m = ref.n;
    t->slope = t->n ? (double)t->m / t->n : 1;
    t->beam = BEAM < t->slope / 2 ? (int)ceil(t->slope / 2 + BEAM) : BEAM;
    t->tried = 0;
    size_t n = (size_t)t->n, m = (size_t)t->m;
    t->hyp = arena_alloc(t->arena, n * sizeof *t->hyp);
    t->moved = arena_alloc(t->arena, n * sizeof *t->moved);
    t->hyp_wrong = arena_alloc(t->arena, n);
    t->ref_wrong = arena_alloc(t->arena, m);
    t->align = arena_alloc(t->arena, m * sizeof *t->align);
    t->trace = arena_alloc(t->arena, (n + m) * sizeof *t->trace);
    t->row = arena_alloc(t->arena, (n + 1) * sizeof *t->row);
    for (int i = 0; i <= t->n; i++)
        row_new(t, i, &t->row[i]);
    for (int i = 0; i < 2; i++)
        row_new(t, 0, &t->spare[i]); /* the widest */
    for (int j = 0; j <= t->m; j++) {
        t->row[0].cost[j] = j;
        t->row[0].op[j] = PUT_IN;
    }
    if (n)
        memcpy(t->hyp, hyp.cp, n * sizeof *t->hyp);
}

/* The matrix of hyp from row `from` on. */
static void measure(struct ter_shift *t, int from)
{
    for (int i = from; i <= t->n; i++)
        row_fill(t, i, t->hyp[i - 1], &t->row[i - 1], &t->row[i]);
}

static int distance(const struct ter_shift *t)
{
    return cost_at(&t->row[t->n], t->m);
}

/* That of t->moved, whose first `same` words are those of hyp. */
static int distance_moved(struct ter_shift *t, int same)
{
    const struct row *up = &t->row[same];
    for (int i = same + 1; i <= t->n; i++) {
        struct row *r = &t->spare[i & 1];
        row_fill(t, i, t->moved[i - 1], up, r);
        up = r;
    }
    return cost_at(up, t->m);
}

/* Which words are wrong, and where the words of the reference would stand. */
static void align(struct ter_shift *t)
{
    int i = t->n, j = t->m, k = 0, h = -1, r = -1;
    while (i > 0 || j > 0) {
        const struct row *row = &t->row[i];
        enum op op = j >= row->lo && j < row->hi ? row->op[j - row->lo] : UNKNOWN;
        if (op == UNKNOWN)
            BUG("no way back from word %d of %d, %d of %d", i, t->n, j, t->m);
        t->trace[k++] = op;
        i -= op != PUT_IN;
        j -= op != TAKE_OUT;
    }
    while (k > 0) {
        enum op op = t->trace[--k];
        if (op != PUT_IN)
            t->hyp_wrong[++h] = op != SAME;
        if (op != TAKE_OUT) {
            t->ref_wrong[++r] = op != SAME;
            t->align[r] = h;
        }
    }
}

/* ---- moves ------------------------------------------------------------------------ */

/* A block of hyp that could move in front of the word `to`. */
struct move {
    int gain;   /* edits fewer */
    int length; /* 0: no move */
    int from, to;
};

/* A higher gain, else a longer block, else one further in front, else to a place further
 * in front. */
static bool better(const struct move *a, const struct move *b)
{
    if (b->length == 0)
        return true;
    if (a->gain != b->gain)
        return a->gain > b->gain;
    if (a->length != b->length)
        return a->length > b->length;
    if (a->from != b->from)
        return a->from < b->from;
    return a->to < b->to;
}

/* t->moved: hyp with the block moved. A place within the block counts on from there, so
 * that the block moves behind as many of the words that follow it. */
static void move_block(struct ter_shift *t, const struct move *m)
{
    const uint32_t *h = t->hyp;
    uint32_t *out = t->moved;
    int end = m->from + m->length;
    int to = m->to < m->from ? m->to : m->to > end ? m->to : m->to + m->length;
    int cut = MIN(to, t->n);
    size_t one = sizeof *h;
    if (to < m->from) {
        memcpy(out, h, (size_t)to * one);
        memcpy(out + to, h + m->from, (size_t)m->length * one);
        memcpy(out + to + m->length, h + to, (size_t)(m->from - to) * one);
        memcpy(out + end, h + end, (size_t)(t->n - end) * one);
    } else {
        memcpy(out, h, (size_t)m->from * one);
        memcpy(out + m->from, h + end, (size_t)(cut - end) * one);
        memcpy(out + cut - m->length, h + m->from, (size_t)m->length * one);
        memcpy(out + cut, h + cut, (size_t)(t->n - cut) * one);
    }
}

static bool any(const unsigned char *wrong, int n)
{
    return memchr(wrong, 1, (size_t)n) != NULL;
}

/* Tries all places for the block hyp[from ...], which equals ref[at ...]. */
static void try_block(struct ter_shift *t, int from, int at, int length, struct move *best)
{
    int before = -1, now = distance(t);
    if (!any(t->hyp_wrong + from, length) || !any(t->ref_wrong + at, length))
        return; /* it stands well, or the place is taken well */
    if (t->align[at] >= from && t->align[at] < from + length)
        return; /* it would move within itself */
    for (int k = at - 1; k < at + length && k < t->m; k++) {
        struct move m = { .length = length, .from = from,
                          .to = k < 0 ? 0 : t->align[k] + 1 };
        if (m.to == before)
            continue;
        before = m.to;
        move_block(t, &m);
        m.gain = now - distance_moved(t, MIN(from, m.to));
        t->tried++;
        if (better(&m, best))
            *best = m;
    }
}

static struct move best_move(struct ter_shift *t)
{
    struct move best = { 0 };
    align(t);
    for (int h = 0; h < t->n; h++) {
        int r = MAX(0, h - DISTANCE_MOST), end = MIN(t->m, h + DISTANCE_MOST + 1);
        for (; r < end; r++)
            for (int k = 0; k < BLOCK_MOST && h + k < t->n && r + k < t->m &&
                            t->hyp[h + k] == t->ref[r + k]; k++) {
                try_block(t, h, r, k + 1, &best);
                if (t->tried >= TRIES_MOST)
                    return best;
            }
    }
    return best;
}

int ter_shift_edits(struct ter_shift *t, struct segment hyp, struct segment ref)
{
    int moves = 0;
    if (ref.n == 0)
        return hyp.n;
    start(t, hyp, ref);
    measure(t, 1);
    for (;;) {
        struct move m = best_move(t);
        if (t->tried >= TRIES_MOST || m.gain <= 0)
            break;
        move_block(t, &m);
        memcpy(t->hyp, t->moved, (size_t)t->n * sizeof *t->hyp);
        measure(t, MIN(m.from, m.to) + 1);
        moves++;
    }
    return moves + distance(t);
}

#include "num/int8.h"

#include "base/mem.h"
#include "num/transpose.h"
#include "num/vec.h"
#include "num/vmath.h"

#include <endian.h>

#ifndef SEQ_DOUBLE

enum { ROWS = 64 }; /* of A that are rounded at a time, for all columns */

/* ---- the table ------------------------------------------------------------------ */

static bool always(void)
{
    return true;
}

VEC_CLONES
static void plain_tile(const struct int8_tile *t)
{
    int cols = INT8_LANES * t->vecs;
    for (int i = 0; i < t->rows; i++) {
        int32_t hi[INT8_PANEL] = { 0 }, lo[INT8_PANEL] = { 0 };
        const uint8_t *x = t->hi + i * t->next, *y = t->lo + i * t->next;
        const int8_t *b = t->b;
        for (int q = 0; q < t->quads; q++, x += 4, y += 4, b += 4 * cols)
            for (int j = 0; j < cols; j++)
                for (int k = 0; k < 4; k++) {
                    hi[j] += x[k] * b[4 * j + k];
                    lo[j] += y[k] * b[4 * j + k];
                }
        for (int j = 0; j < cols; j++)
            t->sum[i * INT8_PANEL + j] = 128 * hi[j] + lo[j];
    }
}

const struct int8_kernel int8_plain = {
    .name = "plain",
    .usable = always,
    .tile = plain_tile,
    .strip = INT8_STRIP,
};

const struct int8_kernel *const int8_table[] = {
#ifdef __x86_64__
    &int8_amx,
    &int8_avx512,
    &int8_avxvnni,
    &int8_avx2,
#endif
    &int8_plain,
    NULL,
};

const struct int8_kernel *int8_best(int m)
{
    int i = 0;
    while (m < int8_table[i]->from_rows || !int8_table[i]->usable())
        i++;
    return int8_table[i];
}

/* ---- packing -------------------------------------------------------------------- */

static int round_up(int n, int to)
{
    return (n + to - 1) / to * to;
}

static int stored_cols(const struct int8_matrix *q, int j)
{
    return MIN(INT8_PANEL, round_up(q->n - j, INT8_LANES));
}

/* Where k `l` of the panel that begins at column j is stored. */
static int8_t *panel_at(const struct int8_matrix *q, int j, int l)
{
    return q->w + (size_t)j * round_up(q->k, 4) + (size_t)l * stored_cols(q, j);
}

struct int8_matrix *int8_new(int k, int n)
{
    struct int8_matrix *q = xcalloc(1, sizeof *q);
    int cols = round_up(n, INT8_LANES), passes = (k + INT8_PASS - 1) / INT8_PASS;
    q->k = k;
    q->n = n;
    q->w = xaligned((size_t)round_up(k, 4) * cols);
    q->scale = xaligned(cols * sizeof *q->scale);
    q->offset = xaligned((size_t)passes * cols * sizeof *q->offset);
    return q;
}

void int8_free(struct int8_matrix *q)
{
    if (!q)
        return;
    free(q->w);
    free(q->scale);
    free(q->offset);
    free(q);
}

/* x to the nearest whole number, ties to even, |x| < 2^22: adding 1.5 * 2^23 leaves it in
 * the low bits. */
VM_INLINE int32_t to_whole(float x)
{
    union { float f; int32_t i; } t = { .f = x + 12582912.0f };
    return t.i - 0x4b400000;
}

struct quad {
    float x[4][INT8_PANEL];
};

/* Four rows of the panel at column j, filled up with zeros. */
static void read_quad(const struct int8_matrix *q, const float *b, int ldb, bool trans, int j,
                      int l, struct quad *to)
{
    int rows = MIN(4, q->k - l), cols = MIN(INT8_PANEL, q->n - j);
    if (rows < 4 || cols < INT8_PANEL)
        memset(to, 0, sizeof *to);
    if (trans)
        transpose(cols, rows, b + (size_t)j * ldb + l, ldb, to->x[0], INT8_PANEL);
    else
        for (int i = 0; i < rows; i++)
            memcpy(to->x[i], b + (size_t)(l + i) * ldb + j, cols * sizeof to->x[0][0]);
}

/* bad becomes NaN where a number is not finite, else stays 0 */
VEC_CLONES
static void widen(const struct quad *t, float *restrict most, float *restrict bad)
{
    for (int i = 0; i < 4; i++)
        for (int j = 0; j < INT8_PANEL; j++) {
            float x = fabsf(t->x[i][j]);
            most[j] = x > most[j] ? x : most[j];
            bad[j] += 0 * x;
        }
}

VEC_CLONES
static void round_quad(const struct quad *t, const float *restrict inverse,
                       int8_t *restrict w, int cols, int32_t *restrict sum)
{
    for (int j = 0; j < cols; j++)
        for (int i = 0; i < 4; i++) {
            int32_t v = inverse[j] > 0 ? to_whole(t->x[i][j] * inverse[j]) : 0;
            w[4 * j + i] = (int8_t)v;
            sum[j] += v;
        }
}

static void pack_panel(struct int8_matrix *q, const float *b, int ldb, bool trans, int j)
{
    int cols = stored_cols(q, j), all = round_up(q->n, INT8_LANES);
    float most[INT8_PANEL] = { 0 }, bad[INT8_PANEL] = { 0 }, inverse[INT8_PANEL];
    struct quad t;
    for (int l = 0; l < q->k; l += 4) {
        read_quad(q, b, ldb, trans, j, l, &t);
        widen(&t, most, bad);
    }
    for (int i = 0; i < cols; i++) {
        bool some = most[i] > 1e-30f && bad[i] == 0;
        inverse[i] = some ? 127 / most[i] : 0;
        q->scale[j + i] = (some ? most[i] / 127 : 0) + bad[i];
    }
    for (int l = 0; l < q->k; l += INT8_PASS) {
        int32_t sum[INT8_PANEL] = { 0 };
        for (int i = l; i < MIN(q->k, l + INT8_PASS); i += 4) {
            read_quad(q, b, ldb, trans, j, i, &t);
            round_quad(&t, inverse, panel_at(q, j, i), cols, sum);
        }
        for (int i = 0; i < cols; i++)
            q->offset[(size_t)(l / INT8_PASS) * all + j + i] = 8192 * sum[i];
    }
}

void int8_pack(struct int8_matrix *q, const float *b, int ldb, bool trans, int part, int parts)
{
    int first = (int)((int64_t)q->n * part / parts);
    int last = (int)((int64_t)q->n * (part + 1) / parts);
    for (int j = round_up(first, INT8_PANEL); j < last; j += INT8_PANEL)
        pack_panel(q, b, ldb, trans, j);
}

/* Four rows of B side by side, as a panel has them; sum += each column's. */
VEC_CLONES
static void join_quad(int cols, const int8_t *restrict const row[4], uint32_t *restrict quad,
                      int32_t *restrict sum)
{
    const int8_t *a = row[0], *b = row[1], *c = row[2], *d = row[3];
    for (int j = 0; j < cols; j++) {
        quad[j] = (uint32_t)(uint8_t)a[j] | (uint32_t)(uint8_t)b[j] << 8 |
                  (uint32_t)(uint8_t)c[j] << 16 | (uint32_t)(uint8_t)d[j] << 24;
        sum[j] += a[j] + b[j] + c[j] + d[j];
    }
}

void int8_take(struct int8_matrix *q, const int8_t *b, int ldb, const float *scale)
{
    static const int8_t zeros[INT8_PANEL];
    int all = round_up(q->n, INT8_LANES);
    memcpy(q->scale, scale, q->n * sizeof *scale);
    for (int j = 0; j < q->n; j += INT8_PANEL)
        for (int l = 0; l < q->k; l += INT8_PASS) {
            int cols = MIN(INT8_PANEL, q->n - j);
            int32_t sum[INT8_PANEL] = { 0 };
            for (int i = l; i < MIN(q->k, l + INT8_PASS); i += 4) {
                const int8_t *row[4];
                uint32_t quad[INT8_PANEL];
                for (int r = 0; r < 4; r++)
                    row[r] = i + r < q->k ? b + (size_t)(i + r) * ldb + j : zeros;
                join_quad(cols, row, quad, sum);
                for (int c = 0; c < cols; c++)
                    quad[c] = htole32(quad[c]);
                memcpy(panel_at(q, j, i), quad, cols * sizeof *quad);
            }
            for (int c = 0; c < cols; c++)
                q->offset[(size_t)(l / INT8_PASS) * all + j + c] = 8192 * sum[c];
        }
}

void int8_give(const struct int8_matrix *q, float *x, int ldx)
{
    for (int j = 0; j < q->n; j += INT8_PANEL)
        for (int i = 0; i < q->k; i++) {
            const int8_t *w = panel_at(q, j, i - i % 4) + i % 4;
            for (int c = 0; c < MIN(INT8_PANEL, q->n - j); c++)
                x[(size_t)i * ldx + j + c] = (float)w[4 * c] * q->scale[j + c];
        }
}

/* ---- products ------------------------------------------------------------------- */

/* Rows of A, rounded; each thread has its own. */
static _Thread_local struct rows {
    _Alignas(64) uint8_t hi[ROWS][INT8_PASS], lo[ROWS][INT8_PASS];
    float scale[ROWS];
} packed;

/* The bits of |x|, which as whole numbers are in the order of the values: infinity is above
 * all that are finite, and what is no number above that. */
VM_INLINE int32_t size_bits(float x)
{
    union { float f; int32_t i; } t = { .f = x };
    return t.i & 0x7fffffff;
}

enum { INFINITE = 0x7f800000 };

/* The largest |x|; NaN if a number is not finite */
VEC_CLONES
static float reach(int k, const float *x)
{
    union { float f; int32_t i; } most = { .i = 0 };
    for (int l = 0; l < k; l++)
        most.i = MAX(most.i, size_bits(x[l]));
    return most.i < INFINITE ? most.f : NAN;
}

VEC_CLONES
static void split(int k, float inverse, const float *restrict x, uint8_t *restrict hi,
                  uint8_t *restrict lo)
{
    for (int l = 0; l < k; l++) {
        int32_t v = to_whole(x[l] * inverse) + 8192;
        hi[l] = (uint8_t)(v >> 7);
        lo[l] = (uint8_t)(v & 127);
    }
}

static void pack_rows(int m, int k, const float *a, int lda)
{
    for (int i = 0; i < m; i++, a += lda) {
        float most = reach(k, a);
        packed.scale[i] = most / 8191;
        if (most > 1e-30f) {
            split(k, 8191 / most, a, packed.hi[i], packed.lo[i]);
        } else { /* zeros; or a scale that is no number */
            memset(packed.hi[i], 8192 / 128, k);
            memset(packed.lo[i], 0, k);
        }
        for (int l = k; l % 64; l++)
            packed.hi[i][l] = packed.lo[i][l] = 0;
    }
}

VEC_CLONES
static void finish(int rows, int cols, const int32_t *restrict sum,
                   const int32_t *restrict offset, const float *restrict row_scale,
                   const float *restrict scale, bool add, float *restrict c, int ldc)
{
    for (int i = 0; i < rows; i++, sum += INT8_PANEL, c += ldc)
        for (int j = 0; j < cols; j++) {
            float x = (float)(sum[j] - offset[j]) * (row_scale[i] * scale[j]);
            c[j] = add ? c[j] + x : x;
        }
}

void int8_mul(const struct int8_kernel *kn, int m, int first, int cols, const float *a, int lda,
              const struct int8_matrix *q, bool add, float *c, int ldc)
{
    _Alignas(64) int32_t sum[INT8_STRIP * INT8_PANEL];
    if (kn->start)
        kn->start();
    for (int l = 0; l == 0 || l < q->k; l += INT8_PASS, add = true)
        for (int i = 0; i < m; i += ROWS) {
            int deep = MIN(INT8_PASS, q->k - l), rows = MIN(ROWS, m - i);
            const int32_t *offset = q->offset + (size_t)(l / INT8_PASS) *
                                                    round_up(q->n, INT8_LANES);
            pack_rows(rows, deep, a + (size_t)i * lda + l, lda);
            for (int j = first; j < first + cols; j += INT8_PANEL)
                for (int r = 0, strip; r < rows; r += strip) {
                    strip = MIN(kn->strip, rows - r);
                    struct int8_tile t = {
                        .rows = strip,
                        .vecs = stored_cols(q, j) / INT8_LANES,
                        .quads = (deep + 3) / 4,
                        .hi = packed.hi[r],
                        .lo = packed.lo[r],
                        .next = INT8_PASS,
                        .b = panel_at(q, j, l),
                        .sum = sum,
                    };
                    kn->tile(&t);
                    finish(strip, MIN(INT8_PANEL, first + cols - j), sum, offset + j,
                           packed.scale + r, q->scale + j, add,
                           c + (size_t)(i + r) * ldc + j - first, ldc);
                }
        }
    if (kn->stop)
        kn->stop();
}

#endif

/*
 * Long short-term memory (Hochreiter & Schmidhuber 1997; forget gate: Gers et
 * al. 2000), gates in the order i f g o:
 *
 *     z = x W + b + h0 U
 *     i = gate(z_i)   f = gate(z_f)   g = tanh(z_g)   o = gate(z_o)
 *     c = f c0 + i g
 *     h = o tanh(c)
 *
 * and back, with dc' = dc + dh o (1 - tanh(c)^2):
 *
 *     dz_i = dc' g i'   dz_f = dc' c0 f'   dz_g = dc' i (1 - g^2)   dz_o = dh tanh(c) o'
 *     dc0 = dc' f       dh0 = dz U^T
 */
#include "nn/cell.h"

#include "nn/gate.h"

/* The loops over the units of a row are in blocks as wide as the widest register, and the last
 * block of a row overlaps the one before: what is left of a row of 75, unit by unit, would
 * cost as much as the 64. Units are independent, so that those of both blocks get the same
 * numbers twice. */
enum { BLOCK = 16 };
#ifdef __clang__
#define UNITS _Pragma("clang loop vectorize(assume_safety)")
#else
#define UNITS _Pragma("GCC ivdep")
#endif

/* n units; z -> gates, both in rows of their own stride: [4,n]. At a first step c0 is
 * zeros. */
VM_INLINE void lstm_units(bool hard, int n, const real *z, int zs, const real *c0, real *gates,
                          int gs, real *c1, real *h1)
{
    UNITS
    for (int j = 0; j < n; j++) {
        real i = gate(hard, z[j]), f = gate(hard, z[zs + j]);
        real g = vm_tanh(z[2 * zs + j]), o = gate(hard, z[3 * zs + j]);
        real c = f * c0[j] + i * g;
        gates[j] = i;
        gates[gs + j] = f;
        gates[2 * gs + j] = g;
        gates[3 * gs + j] = o;
        c1[j] = c;
        h1[j] = o * vm_tanh(c);
    }
}

/* One row of H units, in place: the last block is worked out before the others write. */
VM_INLINE void lstm_row(bool hard, int H, real *z, const real *c0, real *c1, real *h1)
{
    real gates[4 * BLOCK], c[BLOCK], h[BLOCK];
    int last = H % BLOCK ? H - BLOCK : -1, j = 0;
    if (H < BLOCK) {
        lstm_units(hard, H, z, H, c0, z, H, c1, h1);
        return;
    }
    if (last > 0)
        lstm_units(hard, BLOCK, z + last, H, c0 + last, gates, BLOCK, c, h);
    for (; j + BLOCK <= H; j += BLOCK)
        lstm_units(hard, BLOCK, z + j, H, c0 + j, z + j, H, c1 + j, h1 + j);
    if (last > 0) {
        for (int k = 0; k < 4; k++)
            memcpy(z + k * H + last, gates + k * BLOCK, BLOCK * sizeof *z);
        memcpy(c1 + last, c, sizeof c);
        memcpy(h1 + last, h, sizeof h);
    }
}

VM_INLINE void lstm_units_back(bool hard, int n, int H, const real *z, const real *c0,
                               const real *c1, const real *dh, const real *dc1, real *dc0,
                               real *dz)
{
    UNITS
    for (int j = 0; j < n; j++) {
        real i = z[j], f = z[H + j], g = z[2 * H + j], o = z[3 * H + j];
        real tc = vm_tanh(c1[j]);
        real dc = dc1[j] + dh[j] * o * (1 - tc * tc);
        dz[j] = dc * g * gate_slope(hard, i);
        dz[H + j] = dc * c0[j] * gate_slope(hard, f);
        dz[2 * H + j] = dc * i * (1 - g * g);
        dz[3 * H + j] = dh[j] * tc * gate_slope(hard, o);
        dc0[j] = dc * f;
    }
}

/* Nothing that is written is read. */
VM_INLINE void lstm_row_back(bool hard, int H, const real *z, const real *c0, const real *c1,
                             const real *dh, const real *dc1, real *dc0, real *dz)
{
    int n = MIN(H, BLOCK);
    for (int j = 0; j < H; j += BLOCK) {
        int k = MIN(j, H - n);
        if (n == BLOCK)
            lstm_units_back(hard, BLOCK, H, z + k, c0 + k, c1 + k, dh + k, dc1 + k, dc0 + k,
                            dz + k);
        else
            lstm_units_back(hard, n, H, z, c0, c1, dh, dc1, dc0, dz);
    }
}

VEC_CLONES
static void lstm_gates(bool hard, int rows, int H, real *z, const real *c0, int c0_row,
                       real *c1, real *h1)
{
    for (size_t b = 0; b < (size_t)rows; b++)
        if (hard)
            lstm_row(true, H, z + b * 4 * H, c0 + b * c0_row, c1 + b * H, h1 + b * H);
        else
            lstm_row(false, H, z + b * 4 * H, c0 + b * c0_row, c1 + b * H, h1 + b * H);
}

VEC_CLONES
static void lstm_slopes(bool hard, int rows, int H, const real *z, const real *c0,
                        int c0_row, const real *c1, const real *dh, const real *dc1,
                        real *dc0, int dc0_row, real *dz)
{
    for (size_t b = 0; b < (size_t)rows; b++)
        if (hard)
            lstm_row_back(true, H, z + b * 4 * H, c0 + b * c0_row, c1 + b * H,
                          dh + b * H, dc1 + b * H, dc0 + b * dc0_row, dz + b * 4 * H);
        else
            lstm_row_back(false, H, z + b * 4 * H, c0 + b * c0_row, c1 + b * H,
                          dh + b * H, dc1 + b * H, dc0 + b * dc0_row, dz + b * 4 * H);
}

static void lstm_step(const struct cell_step *s)
{
    int H = s->hidden;
    const real *c0 = s->scratch; /* a zero row */
    if (s->s0) {
        gemm_pack(s->rows, s->s0, H, &s->u[0]->mul, 1, s->z, 4 * H);
        c0 = s->s0 + s->state_stride;
    } else {
        memset(s->scratch, 0, H * sizeof *s->scratch);
    }
    lstm_gates(s->hard, s->rows, H, s->z, c0, s->s0 ? H : 0, s->s1 + s->state_stride,
               s->s1);
}

static void lstm_back(const struct cell_step *s)
{
    int H = s->hidden;
    /* without a state before, c0 is one zero row and dc0 goes into another row
     * that nobody reads */
    const real *c0 = s->s0 ? s->s0 + s->state_stride : s->scratch;
    real *dc0 = s->ds0 ? s->ds0 + s->dstate_stride : s->scratch + H;
    memset(s->scratch, 0, H * sizeof *s->scratch);
    lstm_slopes(s->hard, s->rows, H, s->z, c0, s->s0 ? H : 0, s->s1 + s->state_stride,
                s->ds1, s->ds1 + s->dstate_stride, dc0, s->ds0 ? H : 0, s->dz);
    if (s->ds0)
        gemm_pack(s->rows, s->dz, 4 * H, &s->u[0]->mul_t, 0, s->ds0, H);
}

static void lstm_grad_u(struct tape *t, const struct tensor *const *u, int rows, int H,
                        const real *h0, const real *keep, size_t stride, const real *dz)
{
    (void)keep;
    (void)stride;
    tape_use(t, u[0], NULL, rows, h0, H, dz, 4 * H);
}

const struct cell cell_lstm = {
    .name = "lstm",
    .summary = "long short-term memory: input, forget and output gates around a memory",
    .gates = 4,
    .gate = { "input", "forget", NULL, "output" },
    .states = 2,
    .blocks = 1,
    .block_gates = { 4 },
    .forget = true,
    .step = lstm_step,
    .back = lstm_back,
    .grad_u = lstm_grad_u,
};

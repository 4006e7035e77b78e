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

/* One row of H units. At a first step c0 is a row of zeros. */
VM_INLINE void lstm_row(bool hard, int H, real *restrict z, const real *restrict c0,
                        real *restrict c1, real *restrict h1)
{
    for (int j = 0; j < H; j++) {
        real i = gate(hard, z[j]), f = gate(hard, z[H + j]);
        real g = vm_tanh(z[2 * H + j]), o = gate(hard, z[3 * H + j]);
        real c = f * c0[j] + i * g;
        z[j] = i;
        z[H + j] = f;
        z[2 * H + j] = g;
        z[3 * H + j] = o;
        c1[j] = c;
        h1[j] = o * vm_tanh(c);
    }
}

VM_INLINE void lstm_row_back(bool hard, int H, const real *restrict z,
                             const real *restrict c0, const real *restrict c1,
                             const real *restrict dh, const real *restrict dc1,
                             real *restrict dc0, real *restrict dz)
{
    for (int j = 0; j < H; j++) {
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

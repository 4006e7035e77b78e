/*
 * Gated recurrent unit (Cho et al. 2014), the form that resets before the
 * product, as Keras' default was; gates in the order z r n:
 *
 *     z = gate(x W_z + b_z + h0 U_z)    r = gate(x W_r + b_r + h0 U_r)
 *     n = tanh(x W_n + b_n + (r h0) U_n)
 *     h = z h0 + (1 - z) n
 *
 * U_z and U_r stand side by side in U [H, 2H]; U_n is the weight Un [H, H]. The
 * one slot of `keep` holds r h0.
 */
#include "nn/cell.h"

#include "nn/gate.h"
#include "num/vec.h"

VEC_CLONES
static void gru_gates(bool hard, int rows, int H, real *restrict z,
                      const real *restrict h0, real *restrict rh)
{
    for (size_t b = 0; b < (size_t)rows; b++, z += 3 * H)
        for (int j = 0; j < H; j++) {
            z[j] = hard ? gate(true, z[j]) : gate(false, z[j]);
            z[H + j] = hard ? gate(true, z[H + j]) : gate(false, z[H + j]);
            rh[b * H + j] = h0 ? z[H + j] * h0[b * H + j] : 0;
        }
}

VEC_CLONES
static void gru_output(int rows, int H, real *restrict z, const real *restrict h0,
                       real *restrict h1)
{
    for (size_t b = 0; b < (size_t)rows; b++, z += 3 * H)
        for (int j = 0; j < H; j++) {
            real n = z[2 * H + j] = vm_tanh(z[2 * H + j]);
            real h = h0 ? h0[b * H + j] : 0;
            h1[b * H + j] = z[j] * h + (1 - z[j]) * n;
        }
}

static void gru_step(const struct cell_step *s)
{
    int H = s->hidden;
    if (s->s0)
        gemm_pack(s->rows, s->s0, H, &s->u[0]->mul, 1, s->z, 3 * H);
    gru_gates(s->hard, s->rows, H, s->z, s->s0, s->keep);
    if (s->s0)
        gemm_pack(s->rows, s->keep, H, &s->u[1]->mul, 1, s->z + 2 * H, 3 * H);
    gru_output(s->rows, H, s->z, s->s0, s->s1);
}

/* dz_z = dh (h0 - n) z'   dz_n = dh (1 - z) (1 - n^2) */
VEC_CLONES
static void gru_slopes(bool hard, int rows, int H, const real *restrict z,
                       const real *restrict h0, const real *restrict dh,
                       real *restrict dz)
{
    for (size_t b = 0; b < (size_t)rows; b++, z += 3 * H, dz += 3 * H)
        for (int j = 0; j < H; j++) {
            real h = h0 ? h0[b * H + j] : 0, n = z[2 * H + j], d = dh[b * H + j];
            dz[j] = d * (h - n) *
                    (hard ? gate_slope(true, z[j]) : gate_slope(false, z[j]));
            dz[2 * H + j] = d * (1 - z[j]) * (1 - n * n);
        }
}

/* With drh = dz_n U_n^T:  dz_r = drh h0 r'   dh0 = dh z + drh r (+ the gates' part) */
VEC_CLONES
static void gru_reset_slopes(bool hard, int rows, int H, const real *restrict z,
                             const real *restrict h0, const real *restrict dh,
                             const real *restrict drh, real *restrict dh0,
                             real *restrict dz)
{
    for (size_t b = 0; b < (size_t)rows; b++, z += 3 * H, dz += 3 * H)
        for (int j = 0; j < H; j++) {
            size_t p = b * H + j;
            real r = z[H + j];
            dz[H + j] = drh[p] * h0[p] *
                        (hard ? gate_slope(true, r) : gate_slope(false, r));
            if (dh0)
                dh0[p] = dh[p] * z[j] + drh[p] * r;
        }
}

static void gru_back(const struct cell_step *s)
{
    int H = s->hidden;
    real *drh = s->scratch;
    gru_slopes(s->hard, s->rows, H, s->z, s->s0, s->ds1, s->dz);
    if (!s->s0) {
        for (size_t b = 0; b < (size_t)s->rows; b++)
            vec_zero(H, s->dz + b * 3 * H + H); /* the reset gate met zeros */
        return;
    }
    gemm_pack(s->rows, s->dz + 2 * H, 3 * H, &s->u[1]->mul_t, 0, drh, H);
    gru_reset_slopes(s->hard, s->rows, H, s->z, s->s0, s->ds1, drh, s->ds0, s->dz);
    if (s->ds0)
        gemm_pack(s->rows, s->dz, 3 * H, &s->u[0]->mul_t, 1, s->ds0, H);
}

static void gru_grad_u(struct tape *t, const struct tensor *const *u, int rows, int H,
                       const real *h0, const real *keep, size_t stride, const real *dz)
{
    (void)stride;
    tape_use(t, u[0], NULL, rows, h0, H, dz, 3 * H);
    tape_use(t, u[1], NULL, rows, keep, H, dz + 2 * H, 3 * H);
}

const struct cell cell_gru = {
    .name = "gru",
    .summary = "gated recurrent unit: update and reset gates, no separate memory",
    .gates = 3,
    .gate = { "update", "reset" },
    .states = 1,
    .slots = 1,
    .blocks = 2,
    .block_gates = { 2, 1 },
    .step = gru_step,
    .back = gru_back,
    .grad_u = gru_grad_u,
};

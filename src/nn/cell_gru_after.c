/*
 * Gated recurrent unit in the form that resets after the product, as cuDNN, PyTorch
 * and Keras from 2.x on have it; gates in the order z r n:
 *
 *     z = gate(x W_z + b_z + h0 U_z)    r = gate(x W_r + b_r + h0 U_r)
 *     q = h0 U_n + b_q                  n = tanh(x W_n + b_n + r q)
 *     h = z h0 + (1 - z) n
 *
 * U_z and U_r stand side by side in U [H, 2H]; U_n is the weight Un [H, H]. The bias
 * b_q stands under the reset gate and cannot be joined with b_n: it is the weight bn
 * [H]. The one slot of `keep` holds q, and after the way back dq.
 */
#include "nn/cell.h"

#include "nn/gate.h"
#include "num/vec.h"

VEC_CLONES
static void after_gates(bool hard, int rows, int H, real *restrict z, const real *restrict q,
                        const real *restrict h0, real *restrict h1)
{
    for (size_t b = 0; b < (size_t)rows; b++, z += 3 * H)
        for (int j = 0; j < H; j++) {
            size_t p = b * H + j;
            real u = hard ? gate(true, z[j]) : gate(false, z[j]);
            real r = hard ? gate(true, z[H + j]) : gate(false, z[H + j]);
            real n = vm_tanh(z[2 * H + j] + r * q[p]);
            z[j] = u;
            z[H + j] = r;
            z[2 * H + j] = n;
            h1[p] = u * h0[p] + (1 - u) * n;
        }
}

static void after_step(const struct cell_step *s)
{
    int H = s->hidden;
    for (size_t b = 0; b < (size_t)s->rows; b++)
        memcpy(s->keep + b * H, s->u[2]->x, H * sizeof *s->keep);
    gemm_pack(s->rows, s->s0, H, &s->u[0]->mul, 1, s->z, 3 * H);
    gemm_pack(s->rows, s->s0, H, &s->u[1]->mul, 1, s->keep, H);
    after_gates(s->hard, s->rows, H, s->z, s->keep, s->s0, s->s1);
}

/* dz_n = dh (1 - z)(1 - n^2)   dz_z = dh (h0 - n) z'   dz_r = dz_n q r'   dq = dz_n r */
VEC_CLONES
static void after_slopes(bool hard, int rows, int H, const real *restrict z,
                         const real *restrict h0, real *restrict q,
                         const real *restrict dh, real *restrict dz, real *restrict dh0)
{
    for (size_t b = 0; b < (size_t)rows; b++, z += 3 * H, dz += 3 * H)
        for (int j = 0; j < H; j++) {
            size_t p = b * H + j;
            real u = z[j], r = z[H + j], n = z[2 * H + j];
            real dn = dh[p] * (1 - u) * (1 - n * n);
            dz[j] = dh[p] * (h0[p] - n) * (hard ? gate_slope(true, u) : gate_slope(false, u));
            dz[H + j] = dn * q[p] * (hard ? gate_slope(true, r) : gate_slope(false, r));
            dz[2 * H + j] = dn;
            q[p] = dn * r;
            if (dh0)
                dh0[p] = dh[p] * u;
        }
}

static void after_back(const struct cell_step *s)
{
    int H = s->hidden;
    after_slopes(s->hard, s->rows, H, s->z, s->s0, s->keep, s->ds1, s->dz, s->ds0);
    if (!s->ds0)
        return;
    gemm_pack(s->rows, s->dz, 3 * H, &s->u[0]->mul_t, 1, s->ds0, H);
    gemm_pack(s->rows, s->keep, H, &s->u[1]->mul_t, 1, s->ds0, H);
}

static void after_grad_u(struct tape *t, const struct tensor *const *u, int rows, int H,
                         const real *h0, const real *keep, size_t stride, const real *dz)
{
    (void)stride;
    tape_use(t, u[0], NULL, rows, h0, H, dz, 3 * H);
    tape_use(t, u[1], u[2], rows, h0, H, keep, H);
}

const struct cell cell_gru_after = {
    .name = "gru-after",
    .summary = "gated recurrent unit that resets after the product (PyTorch, cuDNN)",
    .gates = 3,
    .gate = { "update", "reset" },
    .states = 1,
    .slots = 1,
    .blocks = 2,
    .block_gates = { 2, 1 },
    .state_bias = true,
    .step = after_step,
    .back = after_back,
    .grad_u = after_grad_u,
};

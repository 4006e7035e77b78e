/*
 * The plain recurrent unit (Elman 1990):
 *
 *     h = tanh(x W + b + h0 U)
 */
#include "nn/cell.h"

#include "num/vec.h"
#include "num/vmath.h"

static void simple_step(const struct cell_step *s)
{
    int H = s->hidden;
    if (s->s0)
        gemm_pack(s->rows, s->s0, H, &s->u[0]->mul, 1, s->z, H);
    vec_tanh((size_t)s->rows * H, s->z, s->s1);
}

VEC_CLONES
static void simple_slopes(size_t n, const real *restrict h, const real *restrict dh,
                          real *restrict dz)
{
    for (size_t i = 0; i < n; i++)
        dz[i] = dh[i] * (1 - h[i] * h[i]);
}

static void simple_back(const struct cell_step *s)
{
    int H = s->hidden;
    simple_slopes((size_t)s->rows * H, s->s1, s->ds1, s->dz);
    if (s->ds0)
        gemm_pack(s->rows, s->dz, H, &s->u[0]->mul_t, 0, s->ds0, H);
}

static void simple_grad_u(struct tape *t, const struct tensor *const *u, int rows,
                          int H, const real *h0, const real *keep, size_t stride,
                          const real *dz)
{
    (void)keep;
    (void)stride;
    tape_use(t, u[0], NULL, rows, h0, H, dz, H);
}

const struct cell cell_simple = {
    .name = "simple",
    .summary = "plain recurrent unit: h = tanh(x W + b + h U)",
    .gates = 1,
    .states = 1,
    .blocks = 1,
    .block_gates = { 1 },
    .step = simple_step,
    .back = simple_back,
    .grad_u = simple_grad_u,
};

/* What the decoder knows at each token: its states, and how far its gates are open. */
#include "run/states.h"

#include "tests/toy.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct toy toy;
static struct states s;

static void set(struct settings *settings, const char *key, const char *value)
{
    struct err err;
    if (settings_set(settings, key, value, &err) < 0)
        fail_msg("%s", err.msg);
}

static void make(const char *arch, const char *cell, const char *gates)
{
    struct settings settings;
    struct ids src = { 0 }, said = { 0 };
    toy_settings(&settings);
    set(&settings, "arch", arch);
    set(&settings, "length", "free");
    set(&settings, "depth", "2");
    set(&settings, "hidden", strcmp(arch, "readout") ? "5,4" : "4");
    set(&settings, "cell", cell);
    set(&settings, "gates", gates);
    toy_make(&toy, &settings, 2);
    for (int i = 0; i < 3; i++) {
        ids_add(&src, i);
        ids_add(&said, i + 1);
    }
    states_of(toy.model, &src, &said, NULL, &s);
    ids_release(&src);
    ids_release(&said);
}

static void unmake(void)
{
    states_release(&s);
    toy_release(&toy);
}

static bool equal(double a, double b)
{
    return fabs(a - b) < 1e-5;
}

/* h = o tanh(c): the states of a layer lie one after the other. */
static void output_gate_makes_the_output(void **state)
{
    (void)state;
    make("transfer", "lstm", "sigmoid");
    assert_int_equal(s.layers, 2);
    assert_int_equal(s.dim, 2 * 2 * 4);
    for (int t = 0; t < s.n; t++)
        for (int l = 0; l < 2; l++) {
            const real *h = s.x + t * s.dim + l * 8, *c = h + 4;
            const real *o = states_gate(&s, t, l, 3);
            for (int j = 0; j < 4; j++)
                assert_true(equal((double)h[j], (double)o[j] * tanh((double)c[j])));
        }
    unmake();
}

/* c' = f c + i g */
static void forget_gate_keeps_the_memory(void **state)
{
    (void)state;
    make("attention", "lstm", "hard");
    for (int t = 1; t < s.n; t++)
        for (int l = 0; l < 2; l++) {
            const real *c = s.x + t * s.dim + l * 8 + 4, *c0 = c - s.dim;
            const real *i = states_gate(&s, t, l, 0), *f = states_gate(&s, t, l, 1);
            const real *g = states_gate(&s, t, l, 2);
            for (int j = 0; j < 4; j++)
                assert_true(equal((double)c[j], (double)(f[j] * c0[j] + i[j] * g[j])));
        }
    unmake();
}

/* h' = z h + (1 - z) n */
static void update_gate_keeps_the_state(void **state)
{
    static const char *const cells[] = { "gru", "gru-after" };
    (void)state;
    for (int k = 0; k < 2; k++) {
        make("repeat", cells[k], "sigmoid");
        assert_string_equal(s.cell->gate[0], "update");
        for (int t = 1; t < s.n; t++)
            for (int l = 0; l < 2; l++) {
                const real *h = s.x + t * s.dim + l * 4, *h0 = h - s.dim;
                const real *z = states_gate(&s, t, l, 0), *n = states_gate(&s, t, l, 2);
                for (int j = 0; j < 4; j++)
                    assert_true(equal((double)h[j],
                                      (double)(z[j] * h0[j] + (1 - z[j]) * n[j])));
            }
        unmake();
    }
}

/* Those with names are from shut to open, in every architecture; a plain unit has none. */
static void gates_are_shares(void **state)
{
    (void)state;
    for (int a = 0; arch_table[a]; a++)
        for (int k = 0; cell_table[k]; k++) {
            make(arch_table[a]->name, cell_table[k]->name, "sigmoid");
            assert_ptr_equal(s.cell, cell_table[k]);
            assert_int_equal(s.layers, 2);
            for (int g = 0; g < s.cell->gates; g++)
                for (int t = 0; s.cell->gate[g] && t < s.n; t++)
                    for (int j = 0; j < s.units[1]; j++) {
                        double x = (double)states_gate(&s, t, 1, g)[j];
                        assert_true(x > 0 && x < 1);
                    }
            unmake();
        }
    assert_null(cell_simple.gate[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(output_gate_makes_the_output),
        cmocka_unit_test(forget_gate_keeps_the_memory),
        cmocka_unit_test(update_gate_keeps_the_state),
        cmocka_unit_test(gates_are_shares),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Which pairs make up which batch. */
#include "run/order.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { PAIRS = 1000 };

/* Lengths 1 to 12 and, about as long, 1 to 15; pair 77 is longer than any batch. */
static void make_pairs(struct pairs *p)
{
    int id[600] = { 0 };
    struct rng r;
    rng_init(&r, 3, RNG_DATA, 0);
    pairs_init(p);
    for (int i = 0; i < PAIRS; i++) {
        int n = 1 + (int)rng_below(&r, 12), m = n + (int)rng_below(&r, 4);
        pairs_add(p, id, n, id, i == 77 ? 600 : m);
    }
}

static struct settings with(const char *key, const char *value)
{
    struct settings s;
    struct err err;
    settings_init(&s);
    if (settings_set(&s, key, value, &err) < 0)
        fail_msg("%s", err.msg);
    return s;
}

static void assert_every_pair_once(const struct order *o)
{
    int seen[PAIRS] = { 0 };
    for (int k = 0; k < o->batches; k++) {
        int n;
        const int *row = order_rows(o, k, &n);
        assert_true(n > 0);
        for (int i = 0; i < n; i++)
            seen[row[i]]++;
    }
    for (int i = 0; i < PAIRS; i++)
        assert_int_equal(seen[i], 1);
}

static void batches_have_so_many_tokens(void **state)
{
    (void)state;
    struct settings s = with("batch_tokens", "100");
    struct pairs p;
    struct order o;
    double src, tgt, length;
    make_pairs(&p);
    order_init(&o, &s, &p);
    order_epoch(&o, &p, 1, 0);
    assert_every_pair_once(&o);
    int64_t all = 0;
    int even = 0; /* batches whose targets all end at one step */
    for (int k = 0; k < o.batches; k++) {
        int n, tokens = 0, same = 0;
        const int *row = order_rows(&o, k, &n);
        for (int i = 0; i < n; i++) {
            tokens += p.tgt_n[row[i]];
            same += p.tgt_n[row[i]] == p.tgt_n[row[0]];
        }
        assert_true(tokens <= 150 || (n == 1 && row[0] == 77));
        all += tokens;
        even += same == n;
    }
    assert_true(o.batches < all / 80); /* well filled */
    assert_true(even < o.batches / 3);
    order_padding(&o, &p, &src, &tgt, &length);
    assert_true(src > 0 && src < 0.05 && tgt > 0 && tgt < 0.25);
    order_release(&o);
    pairs_release(&p);
}

static void epochs_differ_and_repeat(void **state)
{
    (void)state;
    struct settings s = with("batch_tokens", "100");
    struct pairs p;
    struct order o, other;
    int first[PAIRS], same = 0;
    make_pairs(&p);
    order_init(&o, &s, &p);
    order_init(&other, &s, &p);
    order_epoch(&o, &p, 1, 4);
    memcpy(first, o.row, sizeof first);
    order_epoch(&other, &p, 1, 9);
    for (int i = 0; i < PAIRS; i++)
        same += first[i] == other.row[i];
    assert_true(same < PAIRS / 4);
    assert_memory_not_equal(o.batch, other.batch, o.batches * sizeof *o.batch);
    order_epoch(&other, &p, 1, 4);
    assert_memory_equal(first, other.row, sizeof first);
    assert_memory_equal(o.batch, other.batch, o.batches * sizeof *o.batch);
    assert_every_pair_once(&other);
    order_release(&o);
    order_release(&other);
    pairs_release(&p);
}

static void batches_have_so_many_examples(void **state)
{
    (void)state;
    struct settings s = with("batch", "30");
    struct pairs p;
    struct order o;
    int small = 0;
    make_pairs(&p);
    order_init(&o, &s, &p);
    assert_int_equal(o.batches, 34);
    order_epoch(&o, &p, 1, 2);
    assert_every_pair_once(&o);
    for (int k = 0; k < o.batches; k++) {
        int n;
        order_rows(&o, k, &n);
        small += n != 30;
        assert_true(n == 30 || n == PAIRS - 33 * 30);
    }
    assert_int_equal(small, 1);
    order_release(&o);
    pairs_release(&p);
}

static void padding_is_counted(void **state)
{
    (void)state;
    struct settings s = with("batch", "2");
    struct pairs p;
    struct order o;
    double src, tgt, length;
    pairs_init(&p);
    pairs_add(&p, (int[]){ 1, 2, 3 }, 3, (int[]){ 1 }, 1);
    pairs_add(&p, (int[]){ 1 }, 1, (int[]){ 1, 2, 3, 4 }, 4);
    order_init(&o, &s, &p);
    order_epoch(&o, &p, 1, 0);
    order_padding(&o, &p, &src, &tgt, &length); /* 4 of 6, 5 of 8 */
    assert_true(src > 0.333 && src < 0.334 && tgt == 0.375 && length == 4);
    order_release(&o);
    pairs_release(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(batches_have_so_many_tokens),
        cmocka_unit_test(epochs_differ_and_repeat),
        cmocka_unit_test(batches_have_so_many_examples),
        cmocka_unit_test(padding_is_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

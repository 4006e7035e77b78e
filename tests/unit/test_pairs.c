#include "text/pairs.h"

#include "base/rng.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* Pair i: a source of 1 + i % 5 ids and a target of 1 + i % 3, all of them told by i. */
static void add_nth(struct pairs *p, int i)
{
    int src[5], tgt[3], src_n = 1 + i % 5, tgt_n = 1 + i % 3;
    for (int k = 0; k < src_n; k++)
        src[k] = (i * 7 + k) % CODEC_VOCAB_MAX;
    for (int k = 0; k < tgt_n; k++)
        tgt[k] = (i * 11 + k) % CODEC_VOCAB_MAX;
    pairs_add(p, src, src_n, tgt, tgt_n);
}

static void assert_nth(const struct pairs *p, int at, int i)
{
    assert_int_equal(p->src_n[at], 1 + i % 5);
    assert_int_equal(p->tgt_n[at], 1 + i % 3);
    for (int k = 0; k < p->src_n[at]; k++)
        assert_int_equal(pairs_src(p, at)[k], (i * 7 + k) % CODEC_VOCAB_MAX);
    for (int k = 0; k < p->tgt_n[at]; k++)
        assert_int_equal(pairs_tgt(p, at)[k], (i * 11 + k) % CODEC_VOCAB_MAX);
}

static void pairs_are_kept_in_order(void **state)
{
    (void)state;
    enum { MANY = 30000 };
    struct pairs p;
    pairs_init(&p);
    for (int i = 0; i < MANY; i++)
        add_nth(&p, i);
    assert_int_equal(p.n, MANY);
    for (int i = 0; i < MANY; i++)
        assert_nth(&p, i, i);
    pairs_release(&p);
}

static void the_largest_ids_fit(void **state)
{
    (void)state;
    static int row[CODEC_ROW_MAX];
    struct pairs p;
    pairs_init(&p);
    row[0] = CODEC_VOCAB_MAX - 1;
    pairs_add(&p, row, CODEC_ROW_MAX, row, 1);
    pairs_add(&p, row, 1, row, CODEC_ROW_MAX);
    assert_int_equal(pairs_src(&p, 0)[0], CODEC_VOCAB_MAX - 1);
    assert_int_equal(p.src_n[0], CODEC_ROW_MAX);
    assert_int_equal(pairs_tgt(&p, 1)[0], CODEC_VOCAB_MAX - 1);
    pairs_release(&p);
}

static void dropped_pairs_make_room(void **state)
{
    (void)state;
    struct pairs p;
    pairs_init(&p);
    for (int i = 0; i < 10; i++)
        add_nth(&p, i);
    pairs_drop_last(&p, 12);
    assert_int_equal(p.n, 10);
    pairs_drop_last(&p, 4);
    assert_int_equal(p.n, 4);
    size_t used = p.used;
    assert_int_equal(used, 1 + 2 + 3 + 4 + 1 + 2 + 3 + 1);
    add_nth(&p, 77);
    assert_int_equal(p.n, 5);
    for (int i = 0; i < 4; i++)
        assert_nth(&p, i, i);
    assert_nth(&p, 4, 77);
    pairs_drop_last(&p, 0);
    assert_int_equal(p.n, 0);
    assert_int_equal(p.used, 0);
    pairs_release(&p);
}

static void parting_keeps_the_order_on_both_sides(void **state)
{
    (void)state;
    enum { MANY = 2000 };
    struct pairs p, to;
    struct rng r;
    bool out[MANY];
    pairs_init(&p);
    pairs_init(&to);
    rng_init(&r, 1, RNG_DATA, 0);
    add_nth(&to, MANY); /* what is there stays */
    for (int i = 0; i < MANY; i++) {
        add_nth(&p, i);
        out[i] = rng_below(&r, 3) == 0;
    }
    size_t used = p.used + to.used;
    pairs_part(&p, out, &to);
    assert_int_equal(p.n + to.n, MANY + 1);
    assert_int_equal(p.used + to.used, used);
    assert_nth(&to, 0, MANY);
    for (int i = 0, in = 0, gone = 1; i < MANY; i++)
        if (out[i])
            assert_nth(&to, gone++, i);
        else
            assert_nth(&p, in++, i);
    add_nth(&p, 5);
    assert_nth(&p, p.n - 1, 5);
    pairs_release(&p);
    pairs_release(&to);
}

/* Three pairs: 5 6 7 -> 1 2;  8 -> 3;  9 4 -> 2 2 1. */
static void three_pairs(struct pairs *p)
{
    pairs_init(p);
    pairs_add(p, (int[]){ 5, 6, 7 }, 3, (int[]){ 1, 2 }, 2);
    pairs_add(p, (int[]){ 8 }, 1, (int[]){ 3 }, 1);
    pairs_add(p, (int[]){ 9, 4 }, 2, (int[]){ 2, 2, 1 }, 3);
}

static void batches_are_time_major(void **state)
{
    (void)state;
    static const int src[] = { 9, 5, 4, 6, -1, 7 };
    static const int in[] = { 0, 0, 2, 1, 2, -1 };
    static const int out[] = { 2, 1, 2, 2, 1, -1 };
    struct pairs p;
    struct batch b;
    struct arena *a = arena_new();
    three_pairs(&p);
    batch_make(&b, a, &p, (int[]){ 2, 0 }, 2, 0);
    assert_int_equal(b.rows, 2);
    assert_int_equal(b.src_steps, 3);
    assert_int_equal(b.tgt_steps, 3);
    assert_int_equal(b.targets, 5);
    assert_memory_equal(b.src, src, sizeof src);
    assert_memory_equal(b.in, in, sizeof in);
    assert_memory_equal(b.out, out, sizeof out);
    assert_int_equal(b.src_len[0], 2);
    assert_int_equal(b.src_len[1], 3);
    arena_free(a);
    pairs_release(&p);
}

static void without_a_start_nothing_is_fed_first(void **state)
{
    (void)state;
    static const int in[] = { -1, -1, -1, -1, 1, 2, -1, -1, 2 };
    struct pairs p;
    struct batch b;
    struct arena *a = arena_new();
    three_pairs(&p);
    batch_make(&b, a, &p, (int[]){ 1, 0, 2 }, 3, -1);
    assert_memory_equal(b.in, in, sizeof in);
    assert_int_equal(b.targets, 6);
    batch_make(&b, a, &p, (int[]){ 1, 1 }, 2, -1);
    assert_int_equal(b.src_steps, 1);
    assert_int_equal(b.tgt_steps, 1);
    assert_int_equal(b.src[1], 8);
    assert_int_equal(b.out[1], 3);
    arena_free(a);
    pairs_release(&p);
}

static void padding_is_left_out(void **state)
{
    (void)state;
    static const int out[] = { 2, 1, 2, 2, 1 }, kept[] = { 0, 1, 2, 3, 4 };
    static const int behind[] = { 3, 1, 2, 2, 2, 1 }, at[] = { 0, 1, 2, 4, 5, 8 };
    struct pairs p;
    struct batch b;
    struct arena *a = arena_new();
    three_pairs(&p);
    batch_make(&b, a, &p, (int[]){ 2, 0 }, 2, 0);
    batch_drop_padding(&b, a);
    assert_int_equal(b.targets, 5);
    assert_memory_equal(b.out, out, sizeof out);
    assert_memory_equal(b.kept, kept, sizeof kept);
    batch_make(&b, a, &p, (int[]){ 1, 0, 2 }, 3, 0);
    batch_drop_padding(&b, a);
    assert_int_equal(b.targets, 6);
    assert_memory_equal(b.out, behind, sizeof behind);
    assert_memory_equal(b.kept, at, sizeof at);
    batch_make(&b, a, &p, (int[]){ 1, 1 }, 2, 0);
    batch_drop_padding(&b, a);
    assert_null(b.kept);
    arena_free(a);
    pairs_release(&p);
}

static void words_are_dropped(void **state)
{
    (void)state;
    struct pairs p;
    struct batch b;
    struct rng r;
    struct arena *a = arena_new();
    int src = 0, in = 0, all = 2000;
    three_pairs(&p);
    rng_init(&r, 1, RNG_WORDS, 0);
    for (int i = 0; i < all; i++) {
        batch_make(&b, a, &p, (int[]){ 2, 2 }, 2, 0);
        batch_drop_words(&b, 0.25, i % 2, &r);
        src += b.src[1] < 0;
        in += b.in[2] < 0;
        assert_int_equal(b.in[0], 0); /* the first is never dropped */
        assert_int_equal(b.out[0], 2);
    }
    assert_true(abs(src - all / 4) < 80 && abs(in - all / 8) < 60);
    arena_free(a);
    pairs_release(&p);
}

static void sources_are_dropped(void **state)
{
    (void)state;
    struct rng r;
    struct pairs p;
    struct batch b;
    struct arena *a = arena_new();
    int dropped = 0, all = 1000;
    three_pairs(&p);
    rng_init(&r, 1, RNG_WORDS, 0);
    for (int i = 0; i < all; i++) {
        batch_make(&b, a, &p, (int[]){ 2, 0 }, 2, 0);
        int last = b.src[(b.src_len[0] - 1) * 2], len = b.src_len[0];
        batch_drop_sources(&b, 0.25, &r);
        if (b.src_len[0] == len) {
            assert_int_equal(b.src[(len - 1) * 2], last);
            continue;
        }
        dropped++;
        assert_int_equal(b.src_len[0], 1);
        assert_int_equal(b.src[0], last);
        for (int t = 1; t < len; t++)
            assert_int_equal(b.src[t * 2], -1);
    }
    assert_true(abs(dropped - all / 4) < 50);
    arena_free(a);
    pairs_release(&p);
}

static void one_source_is_a_batch(void **state)
{
    (void)state;
    static const int src[] = { 3, 1, 4 };
    struct batch b;
    struct arena *a = arena_new();
    batch_of_source(&b, a, src, 3);
    assert_int_equal(b.rows, 1);
    assert_int_equal(b.src_steps, 3);
    assert_int_equal(b.src_len[0], 3);
    assert_int_equal(b.tgt_steps, 0);
    assert_int_equal(b.targets, 0);
    assert_memory_equal(b.src, src, sizeof src);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pairs_are_kept_in_order),
        cmocka_unit_test(the_largest_ids_fit),
        cmocka_unit_test(dropped_pairs_make_room),
        cmocka_unit_test(parting_keeps_the_order_on_both_sides),
        cmocka_unit_test(batches_are_time_major),
        cmocka_unit_test(without_a_start_nothing_is_fed_first),
        cmocka_unit_test(padding_is_left_out),
        cmocka_unit_test(words_are_dropped),
        cmocka_unit_test(sources_are_dropped),
        cmocka_unit_test(one_source_is_a_batch),
    };
    return cmocka_run_group_tests_name("pairs", tests, NULL, NULL);
}

/* Vectors: their text, pairs and batches of them, data sets of them. */
#include "text/vectors.h"

#include "base/rng.h"
#include "corpora/reader.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <unistd.h>

#include <cmocka.h>

static void text_is_read(void **state)
{
    (void)state;
    struct vectors v = { 0 };
    struct err err;
    assert_int_equal(vectors_parse(&v, " 1 -0.5;2\t1e-2 ; 3 0 ", 0, &err), 0);
    assert_int_equal(v.n, 3);
    assert_int_equal(v.dim, 2);
    const real want[] = { 1, (real)-0.5, 2, (real)0.01, 3, 0 };
    assert_memory_equal(v.x, want, sizeof want);
    assert_int_equal(vectors_parse(&v, "7", 1, &err), 0);
    assert_int_equal(v.n, 1);
    assert_true(v.x[0] == 7);
    vectors_release(&v);
}

static void nonsense_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int dim;
        const char *why;
    } cases[] = {
        { "", 0, "vector 1 has no numbers" },
        { "1 2;", 0, "vector 2 has no numbers" },
        { "1 2;;3 4", 0, "vector 2 has no numbers" },
        { "1 2; 3", 0, "vector 2 has 1 number, not 2" },
        { "1 2; 3 4 5", 0, "vector 2 has 3 numbers, not 2" },
        { "1 2", 3, "vector 1 has 2 numbers, not 3" },
        { "1 x2", 0, "vector 1, number 2: 'x2' is not a number" },
        { "1 nan", 0, "'nan' is not a number" },
        { "inf", 0, "'inf' is not a number" },
        { "1e39", 0, "'1e39' is not a number" },
        { "1,5", 0, "'1,5' is not a number" },
        { "00000000000000000000000000000000000000000000000000000000000000001", 0,
          "is not a number" },
    };
    struct vectors v = { 0 };
    struct err err;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        assert_int_equal(vectors_parse(&v, cases[i].text, cases[i].dim, &err), -1);
        if (!strstr(err.msg, cases[i].why))
            fail_msg("'%s': %s", cases[i].text, err.msg);
    }
    vectors_release(&v);
}

static void what_is_written_is_read_back(void **state)
{
    (void)state;
    struct rng r;
    struct str text = STR_INIT;
    struct vectors v = { 0 };
    struct err err;
    real x[60];
    rng_init(&r, 1, RNG_DATA, 0);
    for (int k = 0; k < 60; k++)
        x[k] = (real)(rng_normal(&r) * pow(10, (int)rng_below(&r, 60) - 30));
    vectors_text(x, 15, 4, &text);
    assert_int_equal(vectors_parse(&v, text.s, 4, &err), 0);
    assert_int_equal(v.n, 15);
    assert_memory_equal(v.x, x, sizeof x);
    str_clear(&text);
    vectors_show((const real[]){ (real)0.123456, -1, (real)-0.00004, 2 }, 2, 2, &text);
    assert_string_equal(text.s, "0.1235 -1.0000; 0.0000 2.0000");
    str_release(&text);
    vectors_release(&v);
}

static struct vectors vectors_of(const char *text)
{
    struct vectors v = { 0 };
    assert_int_equal(vectors_parse(&v, text, 0, NULL), 0);
    return v;
}

/* Pairs 1: 1 2; 3 4 -> 5; 6; 7   2: 10 20; 30 40 -> 50; 60; 70   and so on. */
static void add_nth(struct pairs *p, int i)
{
    struct vectors src = vectors_of("1 2; 3 4"), tgt = vectors_of("5; 6; 7");
    for (int k = 0; k < 4; k++)
        src.x[k] *= (real)i;
    for (int k = 0; k < 3; k++)
        tgt.x[k] *= (real)i;
    pairs_add_vectors(p, &src, &tgt);
    vectors_release(&src);
    vectors_release(&tgt);
}

static void pairs_keep_and_part_vectors(void **state)
{
    (void)state;
    enum { MANY = 500 };
    struct pairs p, to;
    bool out[MANY];
    pairs_init(&p);
    pairs_init(&to);
    for (int i = 0; i < MANY; i++) {
        add_nth(&p, i + 1);
        out[i] = i % 3 == 1;
    }
    pairs_part(&p, out, &to);
    assert_int_equal(p.n + to.n, MANY);
    assert_int_equal(to.src_dim, 2);
    assert_int_equal(to.tgt_dim, 1);
    for (int i = 0, in = 0, gone = 0; i < MANY; i++) {
        const struct pairs *at = out[i] ? &to : &p;
        int k = out[i] ? gone++ : in++;
        assert_int_equal(at->src_n[k], 2);
        assert_int_equal(at->tgt_n[k], 3);
        assert_true(pairs_src_x(at, k)[3] == (real)(4 * (i + 1)));
        assert_true(pairs_tgt_x(at, k)[0] == (real)(5 * (i + 1)));
        assert_true(pairs_tgt_x(at, k)[2] == (real)(7 * (i + 1)));
    }
    pairs_release(&p);
    pairs_release(&to);
}

static void batches_of_vectors_are_time_major(void **state)
{
    (void)state;
    const real src[] = { 1, 2, 10, 20, 3, 4, 30, 40 };
    const real in[] = { 0, 0, 5, 50, 6, 60 };
    const real out[] = { 5, 50, 6, 60, 7, 70 };
    struct pairs p;
    struct batch b;
    struct arena *a = arena_new();
    pairs_init(&p);
    add_nth(&p, 1);
    add_nth(&p, 10);
    batch_make(&b, a, &p, (int[]){ 0, 1 }, 2, -1);
    assert_null(b.src);
    assert_null(b.in);
    assert_null(b.out);
    assert_int_equal(b.src_steps, 2);
    assert_int_equal(b.tgt_steps, 3);
    assert_int_equal(b.src_dim, 2);
    assert_int_equal(b.tgt_dim, 1);
    assert_int_equal(b.targets, 6);
    assert_int_equal(b.src_len[1], 2);
    assert_memory_equal(b.src_x, src, sizeof src);
    assert_memory_equal(b.in_x, in, sizeof in);
    assert_memory_equal(b.out_x, out, sizeof out);
    struct vectors one = vectors_of("1 2; 3 4");
    batch_of_vectors(&b, a, &one);
    assert_int_equal(b.rows, 1);
    assert_int_equal(b.src_len[0], 2);
    assert_memory_equal(b.src_x, one.x, 4 * sizeof(real));
    vectors_release(&one);
    arena_free(a);
    pairs_release(&p);
}

/* ---- data sets ------------------------------------------------------------------- */

static struct settings of_vectors(const char *data)
{
    struct settings s;
    settings_init(&s);
    assert_int_equal(settings_set(&s, "data", data, NULL), 0);
    assert_int_equal(settings_set(&s, "tokenizer", "vector", NULL), 0);
    assert_int_equal(settings_set(&s, "loss", "mse", NULL), 0);
    assert_int_equal(settings_check(&s, NULL), 0);
    return s;
}

/* The wave goes on: a sine obeys x(t-1) + x(t+1) = 2 cos(w) x(t), also from the source
 * into the target. */
static void waves_go_on(void **state)
{
    (void)state;
    struct settings s = of_vectors("waves");
    struct dataset ds;
    s.examples = 50;
    s.tgt_dim = s.src_dim = 3;
    assert_int_equal(dataset_load(&ds, &s, NULL), 0);
    assert_int_equal(ds.train.n, 45);
    assert_int_equal(ds.valid.n, 5);
    assert_int_equal(ds.src.dim, 3);
    assert_int_equal(ds.src.len, 7);
    assert_int_equal(ds.tgt.len, 8);
    for (int i = 0; i < ds.train.n; i++) {
        double x[15];
        for (int t = 0; t < 15; t++)
            x[t] = (double)(t < 7 ? pairs_src_x(&ds.train, i)[t * 3 + 1]
                                  : pairs_tgt_x(&ds.train, i)[(t - 7) * 3 + 1]);
        for (int t = 2; t < 14; t++) /* one ratio: compare with the steps before */
            assert_true(fabs((x[t - 1] + x[t + 1]) * x[t - 1] - (x[t - 2] + x[t]) * x[t])
                        < 1e-5);
        assert_true(fabs(x[3]) <= 0.9 + 1e-6);
        const real *y = pairs_tgt_x(&ds.train, i); /* components: half a radian apart */
        assert_true(fabs((double)(y[0] + y[2]) - 2 * cos(0.5) * (double)y[1]) < 1e-5);
    }
    dataset_release(&ds);
    s.src_dim = 5;
    s.tgt_dim = 8;
    s.src_len = 4;
    s.tgt_len = 2;
    assert_int_equal(dataset_load(&ds, &s, NULL), 0);
    assert_int_equal(ds.src.dim, 5);
    assert_int_equal(ds.tgt.dim, 8);
    assert_int_equal(ds.src.len, 4);
    assert_int_equal(ds.tgt.len, 2);
    dataset_release(&ds);
}

static void files_of_vectors(void **state)
{
    (void)state;
    char path[] = "/tmp/seqsh-vectors-XXXXXX";
    static const char good[] = "1 2; 3 4\t5; 6\n7 8; 9 10\t11; 12\n";
    static const struct {
        const char *text, *why;
    } bad[] = {
        { "1 2; 3 4\t5\n7 8 9\t6\n", "vector 1 has 3 numbers, not 2" },
        { "1 2; 3 4\t5\n7 8\t6\n", "source: 1 vector, not 2: rows of vectors have one" },
        { "1 2\tfive\n", "vector 1, number 1: 'five' is not a number" },
    };
    int fd = mkstemp(path);
    struct settings s = of_vectors(path);
    struct dataset ds;
    struct err err;
    s.valid = 0;
    assert_true(write(fd, good, sizeof good - 1) > 0);
    s.reverse = true;
    assert_int_equal(dataset_load(&ds, &s, &err), 0);
    assert_int_equal(ds.train.n, 2);
    assert_true(pairs_src_x(&ds.train, 1)[0] == 9); /* backwards, vector by vector */
    assert_true(pairs_src_x(&ds.train, 1)[1] == 10);
    assert_true(pairs_tgt_x(&ds.train, 1)[1] == 12);
    struct str text = STR_INIT;
    codec_decode_vectors(&ds.src, pairs_src_x(&ds.train, 1), 2, &text);
    assert_string_equal(text.s, "7.0000 8.0000; 9.0000 10.0000");
    str_release(&text);
    struct codec again;
    json_t *json = codec_to_json(&ds.src);
    assert_int_equal(codec_from_json(&again, json, &err), 0);
    assert_int_equal(again.dim, 2);
    assert_int_equal(again.len, 2);
    codec_release(&again);
    json_decref(json);
    dataset_release(&ds);
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        assert_int_equal(ftruncate(fd, 0), 0);
        assert_true(pwrite(fd, bad[i].text, strlen(bad[i].text), 0) > 0);
        assert_int_equal(dataset_load(&ds, &s, &err), -1);
        if (!strstr(err.msg, bad[i].why))
            fail_msg("%s: %s", bad[i].text, err.msg);
        assert_non_null(strstr(err.where, path));
    }
    close(fd);
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_is_read),
        cmocka_unit_test(nonsense_is_refused),
        cmocka_unit_test(what_is_written_is_read_back),
        cmocka_unit_test(pairs_keep_and_part_vectors),
        cmocka_unit_test(batches_of_vectors_are_time_major),
        cmocka_unit_test(waves_go_on),
        cmocka_unit_test(files_of_vectors),
    };
    return cmocka_run_group_tests_name("vectors", tests, NULL, NULL);
}

/*
 * The presets: every one can be read and makes sense; the models of the seed systems
 * have the weights that their sources count, less PyTorch's second biases.
 */
#include "base/file.h"
#include "base/mem.h"
#include "corpora/reader.h"
#include "model/model.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static char *preset_path(const char *name)
{
    const char *root = getenv("SRCDIR");
    char *folder = path_join(root ? root : ".", "models/presets");
    char *path = path_join(folder, name);
    free(folder);
    return path;
}

static struct settings preset(const char *name)
{
    struct settings s;
    struct err err;
    char *path = preset_path(name);
    settings_init(&s);
    if (settings_load(&s, path, &err) < 0)
        fail_msg("%s: %s", name, err.msg);
    free(path);
    return s;
}

static void set(struct settings *s, const char *assignments)
{
    char *copy = xstrdup(assignments), *save = NULL;
    struct err err;
    for (char *a = strtok_r(copy, " ", &save); a; a = strtok_r(NULL, " ", &save))
        if (settings_assign(s, a, &err) < 0)
            fail_msg("%s", err.msg);
    if (settings_check(s, &err) < 0)
        fail_msg("%s: %s", assignments, err.msg);
    free(copy);
}

/* A side of so many symbols, or of vectors of so many numbers. */
static struct codec side(const struct settings *s, bool target, int symbols)
{
    struct codec c = { .tokenizer = tokenizer_find(s->tokenizer), .vocab = vocab_new(),
                       .len = 5, .filler = -1 };
    vocab_add_special(c.vocab, VOCAB_SOS);
    vocab_add_special(c.vocab, VOCAB_EOS);
    for (int i = vocab_size(c.vocab); i < symbols; i++) {
        char piece[16];
        snprintf(piece, sizeof piece, "%d", i);
        vocab_add(c.vocab, piece, strlen(piece));
    }
    if (!strcmp(s->tokenizer, "vector")) {
        vocab_free(c.vocab);
        c.vocab = vocab_new();
        c.dim = symbols;
    }
    c.fixed = !strcmp(s->length, "fixed");
    c.mark_end = target && s->mark_end;
    return c;
}

static struct model *model_with(const struct settings *s, int src, int tgt)
{
    struct codec from = side(s, false, src), to = side(s, true, tgt);
    struct err err;
    struct model *m = model_new(s, &from, &to, &err);
    if (!m)
        fail_msg("%s", err.msg);
    return m;
}

static long long weights(const struct settings *s, int src, int tgt)
{
    struct model *m = model_with(s, src, tgt);
    long long n = params_count(&m->params);
    model_free(m);
    return n;
}

/* The weights of the layers whose names begin so: "encoder", "decoder". */
static long long weights_of(const struct settings *s, int src, int tgt, const char *name)
{
    struct model *m = model_with(s, src, tgt);
    struct layer_info info;
    long long n = 0;
    bool more = true;
    for (int i = 0; more; i++) {
        more = m->arch->layer(m, i, &info);
        n += more && !strncmp(info.name, name, strlen(name)) ? info.params : 0;
    }
    model_free(m);
    return n;
}

static void every_preset_makes_sense(void **state)
{
    (void)state;
    char *folder = preset_path("");
    DIR *dir = opendir(folder);
    struct dirent *e;
    struct err err;
    int n = 0;
    assert_non_null(dir);
    while ((e = readdir(dir))) {
        size_t k = strlen(e->d_name);
        if (k < 5 || strcmp(e->d_name + k - 5, ".conf"))
            continue;
        struct settings s = preset(e->d_name);
        if (settings_check(&s, &err) < 0)
            fail_msg("%s: %s", e->d_name, err.msg);
        n++;
    }
    closedir(dir);
    free(folder);
    assert_true(n >= 20);
}

/* What presets train on: made, beside them, or named with where to get it. */
static void every_preset_has_data(void **state)
{
    (void)state;
    static const char *const names[] = {
        "seed-001.conf", "dialog6.conf", "reverse.conf", "seed-004-simple.conf",
        "seed-004-deep.conf", "seed-004-deep-4-5.conf", "seed-004-seq2seq.conf",
        "seed-004-peek.conf", "seed-004-attention.conf", "seed-004-attention-uni.conf",
        "seed-004-vector.conf",
    };
    static const char *const far[] = { "seed-003.conf", "seed-004-movie.conf" };
    struct err err;
    char *folder[] = { preset_path("") };
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        struct settings s = preset(names[i]);
        struct dataset ds;
        s.examples = 200;
        if (reader_place(&s, folder, 1, &err) < 0 || dataset_load(&ds, &s, &err) < 0)
            fail_msg("%s: %s", names[i], err.msg);
        assert_true(ds.train.n > 0);
        dataset_release(&ds);
    }
    for (size_t i = 0; i < ARRAY_LEN(far); i++) {
        struct settings s = preset(far[i]);
        assert_null(reader_find(&s, &err));
        assert_non_null(strstr(err.msg, s.data));
        assert_non_null(strstr(err.msg, "get it from http"));
    }
    free(folder[0]);
}

/* Seed 002: 4*75*(12+75+1) + 4*50*(75+50+1) + 50*12+12; Keras' addition example:
 * 4*128*(12+128+1) + 4*128*(128+128+1) + 128*12+12. */
static void addition(void **state)
{
    (void)state;
    struct settings s = preset("seed-002.conf");
    assert_int_equal(weights(&s, 12, 12), 52212);
    s = preset("keras-add3.conf");
    assert_int_equal(weights(&s, 12, 12), 205324);
    s = preset("seed-000.conf");
    assert_int_equal(weights(&s, 12, 12), 205324);
}

/* Seed 001: 466,125 in PyTorch, with four second biases of 4 * 128. */
static void five_phrases(void **state)
{
    (void)state;
    struct settings s = preset("seed-001.conf");
    struct dataset ds;
    struct err err;
    char *folder[] = { preset_path("") };
    assert_int_equal(reader_place(&s, folder, 1, &err), 0);
    assert_int_equal(dataset_load(&ds, &s, &err), 0);
    free(folder[0]);
    assert_int_equal(ds.train.n, 5);
    assert_int_equal(vocab_size(ds.src.vocab), 12);
    assert_int_equal(vocab_size(ds.tgt.vocab), 13);
    for (int i = 0; i < VOCAB_SPECIALS; i++) { /* <pad> <s> </s> <unk> */
        assert_int_equal(vocab_special(ds.src.vocab, i), i);
        assert_int_equal(vocab_special(ds.tgt.vocab, i), i);
    }
    assert_int_equal(ds.train.src_n[1], 5); /* <s> how are you </s> */
    assert_int_equal(pairs_src(&ds.train, 1)[0], 1);
    assert_int_equal(pairs_src(&ds.train, 1)[4], 2);
    assert_int_equal(ds.train.tgt_n[1], 4); /* comment ça va </s> */
    struct model *m = model_new(&s, &ds.src, &ds.tgt, &err);
    assert_non_null(m);
    assert_int_equal(params_count(&m->params), 466125 - 4 * 4 * 128);
    model_free(m);
    dataset_release(&ds);
}

/* bentrevett's first translation model, by settings alone: 13,898,501 in PyTorch, with
 * four second biases of 4 * 512. */
static void translation_by_words(void **state)
{
    (void)state;
    struct settings s = preset("seed-001.conf");
    set(&s, "hidden=512 embed=256 dropout=0.5 dropout_embed=0.5 init=uniform lower=yes");
    assert_int_equal(weights(&s, 7853, 5893), 13898501 - 4 * 4 * 512);
}

/* Seed 003: 4*256*(71+256+1) + 4*256*(93+256+1) + 256*93+93. */
static void translation_by_characters(void **state)
{
    (void)state;
    struct settings s = preset("seed-003.conf");
    assert_int_equal(weights(&s, 71, 93), 718173);
    set(&s, "pad=nothing");
    assert_int_equal(weights(&s, 71, 93), 718173);
}

/* The library of seed 004, by its documented structure. */
static void seq2seq_library(void **state)
{
    (void)state;
    struct settings s = preset("seed-004-vector.conf");
    set(&s, "hidden=10 depth=1 head=none"); /* 4*10*(5+10+1) + 4*8*(10+8+1) */
    assert_int_equal(weights(&s, 5, 8), 1248);
    set(&s, "depth=3"); /* and two of 4*10*(10+10+1) on each side */
    assert_int_equal(weights(&s, 5, 8), 4608);
    set(&s, "depth=4,5"); /* 20 numbers out: 640 + 3*840, 4*840 + 4*20*(10+20+1) */
    assert_int_equal(weights(&s, 5, 20), 9000);

    /* dense 5*10+10, encoder 4*840, context 10*20+20, decoder 4*1460 */
    set(&s, "arch=readout hidden=10 depth=4 teacher=0");
    assert_int_equal(weights(&s, 5, 20), 9480);
    set(&s, "peek=yes");
    assert_int_equal(weights(&s, 5, 20), 9480);

    /* both ways: 2 * (640 + 3 * 840); its decoder has another shape than ours */
    s = preset("seed-004-attention.conf");
    set(&s, "hidden=10");
    assert_int_equal(weights_of(&s, 5, 20, "encoder"), 6320);
    assert_int_equal(weights(&s, 5, 20), 6320 + 1640 + 3 * 840 + 220 + 220); /* 10,920 */
    s = preset("seed-004-attention-uni.conf");
    set(&s, "hidden=10");
    assert_int_equal(weights_of(&s, 5, 20, "encoder"), 3160);
}

/* The presets for symbols have the same, and an output layer. */
static void the_library_for_symbols(void **state)
{
    (void)state;
    struct settings s = preset("seed-004-simple.conf");
    set(&s, "hidden=10,8");
    assert_int_equal(weights(&s, 5, 5), 1248 + 8 * 5 + 5);
    s = preset("seed-004-seq2seq.conf");
    set(&s, "hidden=10 readout=20");
    assert_int_equal(weights(&s, 5, 5), 9480 + 20 * 5 + 5);
    s = preset("seed-004-peek.conf");
    set(&s, "hidden=10 readout=20");
    assert_int_equal(weights(&s, 5, 5), 9480 + 20 * 5 + 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_preset_makes_sense),
        cmocka_unit_test(every_preset_has_data),
        cmocka_unit_test(addition),
        cmocka_unit_test(five_phrases),
        cmocka_unit_test(translation_by_words),
        cmocka_unit_test(translation_by_characters),
        cmocka_unit_test(seq2seq_library),
        cmocka_unit_test(the_library_for_symbols),
    };
    return cmocka_run_group_tests_name("seeds", tests, NULL, NULL);
}

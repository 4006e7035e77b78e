#include "base/file.h"
#include "tests/unit/data_file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <unistd.h>

#include <cmocka.h>

/* A row as pieces, or as the text it stands for. */
static void show_row(const struct codec *c, const uint16_t *row, int n, bool decoded,
                     struct str *out)
{
    struct ids ids = { 0 };
    for (int i = 0; i < n; i++) {
        ids_add(&ids, row[i]);
        if (!decoded)
            str_add(out, codec_piece(c, row[i]));
    }
    if (decoded)
        codec_decode(c, ids.id, ids.n, out);
    ids_release(&ids);
}

static void show_pair(const struct dataset *ds, const struct pairs *p, int i,
                      bool decoded, struct str *out)
{
    str_clear(out);
    show_row(&ds->src, pairs_src(p, i), p->src_n[i], decoded, out);
    str_addc(out, '>');
    show_row(&ds->tgt, pairs_tgt(p, i), p->tgt_n[i], decoded, out);
}

static void assert_pair(const struct dataset *ds, const struct pairs *p, int i,
                        const char *want)
{
    struct str got = STR_INIT;
    show_pair(ds, p, i, false, &got);
    assert_string_equal(got.s, want);
    str_release(&got);
}

/* ---- arithmetic ------------------------------------------------------------------ */

static void presets_have_the_published_sizes(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        int train, valid, src_len, tgt_len;
    } cases[] = {
        { "keras-add2", 4500, 500, 5, 3 },
        { "keras-add3", 45000, 5000, 7, 4 },
        { "keras-add4", 360000, 40000, 9, 5 },
        { "keras-add5", 495000, 55000, 11, 6 },
        { "seed-000", 45000, 5000, 7, 4 },
        { "seed-002", 800, 200, 5, 2 },
    };
    const char *root = getenv("SRCDIR");
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char file[1000];
        struct settings s;
        struct dataset ds;
        struct err err;
        settings_init(&s);
        snprintf(file, sizeof file, "%s/models/presets/%s.conf", root ? root : ".",
                 cases[i].name);
        if (settings_load(&s, file, &err) < 0 || settings_check(&s, &err) < 0)
            fail_msg("%s: %s %s", file, err.where, err.msg);
        assert_int_equal(s.examples, cases[i].train + cases[i].valid);
        int part = MAX(1, s.examples / 50000); /* the big ones take their time */
        s.examples /= part;
        assert_int_equal(dataset_load(&ds, &s, &err), 0);
        assert_int_equal(ds.train.n, cases[i].train / part);
        assert_int_equal(ds.valid.n, cases[i].valid / part);
        assert_int_equal(vocab_size(ds.src.vocab), 12);
        assert_int_equal(vocab_size(ds.tgt.vocab), 12);
        assert_int_equal(ds.src.len, cases[i].src_len);
        assert_int_equal(ds.tgt.len, cases[i].tgt_len);
        assert_pieces(&ds.src, s.src_alphabet[0] ? "0123456789+ " : " +0123456789");
        assert_pieces(&ds.tgt, s.src_alphabet[0] ? "0123456789+ " : " +0123456789");
        dataset_release(&ds);
    }
}

/* Each row of fixed length as the settings lay it out. */
static void fixed_rows_are_laid_out(void **state)
{
    (void)state;
    static const struct {
        const char *text, *row; /* of 0+0, 0+1, ... the second */
    } cases[] = {
        { "operands = all\ndigits = 2", "0+1  >1  " },
        { "operands = all\ndigits = 2\nreverse = true", "  1+0>1  " },
        { "operands = all\ndigits = 2\nalign = right", "  0+1>  1" },
        { "operands = all\ndigits = 2\nalign = right\nreverse = true", "1+0  >  1" },
        { "operands = all\ndigits = 2\nsrc_len = 9\ntgt_len = 5", "0+1      >1    " },
        { "operands = all\ndigits = 2\nops = -", "0-1  >-1 " },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct dataset ds;
        load(&ds, cases[i].text, NULL);
        assert_pair(&ds, &ds.train, 1, cases[i].row);
        dataset_release(&ds);
    }
}

static void vocabularies_follow_the_layout(void **state)
{
    (void)state;
    static const struct {
        const char *text, *src, *tgt;
    } cases[] = {
        { "ops = +", " +0123456789", " +0123456789" },
        { "ops = *-+-", " *+-0123456789", " *+-0123456789" },
        { "ops = +\narch = readout", " +0123456789", " +0123456789" },
        { "ops = +\narch = transfer", " +0123456789", "<s> +0123456789" },
        { "ops = +\narch = attention", " +0123456789", "<s> +0123456789" },
        { "ops = +\nlength = free", "+0123456789", "</s>0123456789" },
        { "ops = -*\nlength = free\narch = transfer", "*-0123456789",
          "<s></s>-0123456789" },
        { "length = free\nsrc_alphabet = 9876543210+x", "9876543210+x",
          "</s>0123456789" },
        { "tgt_alphabet = \"x 9876543210\"", " +0123456789", "x 9876543210" },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct dataset ds;
        load(&ds, cases[i].text, NULL);
        assert_pieces(&ds.src, cases[i].src);
        assert_pieces(&ds.tgt, cases[i].tgt);
        dataset_release(&ds);
    }
}

static void free_targets_end_in_the_end(void **state)
{
    (void)state;
    struct dataset ds;
    load(&ds, "operands = all\ndigits = 2\nlength = free\nreverse = true\nops = -", NULL);
    assert_pair(&ds, &ds.train, 10, "01-0>-10</s>");
    assert_int_equal(ds.src.len, 5);
    assert_int_equal(ds.tgt.len, 4); /* -99 and the end */
    dataset_release(&ds);
}

/* ---- the split ------------------------------------------------------------------- */

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* All pairs as text, training first; sorted where asked. */
static char **texts(const struct dataset *ds, bool sorted)
{
    int n = ds->train.n + ds->valid.n;
    char **all = xcalloc((size_t)n, sizeof *all);
    struct str one = STR_INIT;
    for (int i = 0; i < n; i++) {
        if (i < ds->train.n)
            show_pair(ds, &ds->train, i, true, &one);
        else
            show_pair(ds, &ds->valid, i - ds->train.n, true, &one);
        all[i] = xstrdup(one.s);
    }
    str_release(&one);
    if (sorted)
        qsort(all, (size_t)n, sizeof *all, by_text);
    return all;
}

static void texts_free(char **all, int n)
{
    for (int i = 0; i < n; i++)
        free(all[i]);
    free(all);
}

static int differences(char **a, char **b, int n)
{
    int differ = 0;
    for (int i = 0; i < n; i++)
        differ += strcmp(a[i], b[i]) != 0;
    return differ;
}

static void the_tail_is_the_end_of_the_generators_order(void **state)
{
    (void)state;
    struct dataset whole, cut;
    load(&whole, "examples = 1005\nvalid = 0", NULL);
    load(&cut, "examples = 1005\nvalid = 0.1", NULL);
    assert_int_equal(whole.train.n, 1005);
    assert_int_equal(whole.valid.n, 0);
    assert_int_equal(cut.train.n, 905);
    assert_int_equal(cut.valid.n, 100);
    char **a = texts(&whole, false), **b = texts(&cut, false);
    assert_int_equal(differences(a, b, 1005), 0);
    texts_free(a, 1005);
    texts_free(b, 1005);
    dataset_release(&whole);
    dataset_release(&cut);
}

static void random_ones_are_others_but_the_same_each_time(void **state)
{
    (void)state;
    struct dataset tail, once, twice;
    load(&tail, "examples = 1000\nvalid = 0.2", NULL);
    load(&once, "examples = 1000\nvalid = 0.2\nsplit = random", NULL);
    load(&twice, "examples = 1000\nvalid = 0.2\nsplit = random", NULL);
    assert_int_equal(once.valid.n, 200);
    char **a = texts(&tail, false), **b = texts(&once, false), **c = texts(&twice, false);
    assert_int_equal(differences(b, c, 1000), 0);
    assert_true(differences(a + 800, b + 800, 200) > 150);
    texts_free(a, 1000);
    texts_free(b, 1000);
    a = texts(&tail, true);
    b = texts(&once, true);
    assert_int_equal(differences(a, b, 1000), 0);
    texts_free(a, 1000);
    texts_free(b, 1000);
    texts_free(c, 1000);
    dataset_release(&tail);
    dataset_release(&once);
    dataset_release(&twice);
}

static void the_data_seed_draws_the_random_ones(void **state)
{
    (void)state;
    struct str file = STR_INIT;
    struct dataset ds;
    char **held[2];
    for (int i = 100; i < 200; i++)
        str_addf(&file, "%d\t%d\n", i, i);
    for (int k = 0; k < 2; k++) {
        load(&ds, k ? "split = random\ndata_seed = 2" : "split = random", file.s);
        assert_int_equal(ds.valid.n, 10);
        held[k] = texts(&ds, false);
        dataset_release(&ds);
    }
    assert_true(differences(held[0] + 90, held[1] + 90, 10) > 3);
    texts_free(held[0], 100);
    texts_free(held[1], 100);
    str_release(&file);
}

/* Marks [a][b] of "a+b>..." for every pair, 100 x 100. */
static void mark(const struct dataset *ds, const struct pairs *p, char mark_as,
                 char *table)
{
    struct str one = STR_INIT;
    int a, b;
    for (int i = 0; i < p->n; i++) {
        show_pair(ds, p, i, true, &one);
        assert_int_equal(sscanf(one.s, "%d+%d", &a, &b), 2);
        assert_true(!table[a * 100 + b] || table[a * 100 + b] == mark_as);
        table[a * 100 + b] = mark_as;
    }
    str_release(&one);
}

static void no_order_of_a_held_out_pair_is_trained(void **state)
{
    (void)state;
    static char drawn[100 * 100], all[100 * 100];
    struct dataset ds;
    load(&ds, "digits = 2\nexamples = 6000\nunique = none\nsplit = pair", NULL);
    assert_in_range(ds.valid.n, 450, 750);
    mark(&ds, &ds.train, 't', drawn);
    mark(&ds, &ds.valid, 'v', drawn);
    dataset_release(&ds);
    for (int a = 0; a < 100; a++)
        for (int b = 0; b < 100; b++)
            if (drawn[a * 100 + b] && drawn[b * 100 + a])
                assert_int_equal(drawn[a * 100 + b], drawn[b * 100 + a]);
    /* an evaluation on all sums finds exactly those */
    load(&ds, "digits = 2\noperands = all\nsplit = pair", NULL);
    mark(&ds, &ds.train, 't', all);
    mark(&ds, &ds.valid, 'v', all);
    dataset_release(&ds);
    for (int i = 0; i < 100 * 100; i++) {
        assert_true(all[i]);
        if (drawn[i])
            assert_int_equal(drawn[i], all[i]);
    }
}

/* ---- files ----------------------------------------------------------------------- */

static void files_of_characters(void **state)
{
    (void)state;
    struct dataset ds;
    load(&ds, "valid = 0\nlength = free\narch = transfer", "Go.\tVa !\nHi.\tÇa va\n");
    assert_pieces(&ds.src, ".GHio");
    assert_pieces(&ds.tgt, "<s></s> !VavÇ");
    assert_int_equal(ds.src.len, 3);
    assert_int_equal(ds.tgt.len, 6);
    assert_pair(&ds, &ds.train, 0, "Go.>Va !</s>");
    assert_pair(&ds, &ds.train, 1, "Hi.>Ça va</s>");
    dataset_release(&ds);
    load(&ds, "valid = 0.5", "Go.\tVa !\nHi.\tÇa va\n");
    assert_pieces(&ds.src, " .GHio");
    assert_pieces(&ds.tgt, " !VavÇ");
    assert_int_equal(ds.src.filler, 0);
    assert_pair(&ds, &ds.train, 0, "Go.>Va ! ");
    assert_pair(&ds, &ds.valid, 0, "Hi.>Ça va");
    dataset_release(&ds);
    load(&ds, "valid = 0\nspaces = true", "a b\tc\n");
    assert_pair(&ds, &ds.train, 0, "a b>c");
    dataset_release(&ds);
}

static void files_of_words(void **state)
{
    (void)state;
    struct dataset ds;
    struct ids row = { 0 };
    load(&ds, "valid = 0\nlength = free\narch = transfer\ntokenizer = word\nreverse = true",
         "how are you\tcomment ça va\nhello\tbonjour\n");
    assert_pieces(&ds.src, "<unk>arehellohowyou");
    assert_pieces(&ds.tgt, "<s></s><unk>bonjourcommentvaça");
    assert_int_equal(ds.tgt.len, 4);
    assert_pair(&ds, &ds.train, 0, "youarehow>commentçava</s>");
    assert_int_equal(codec_encode(&ds.src, "hello there", &row, NULL), 0);
    assert_int_equal(row.id[0], vocab_special(ds.src.vocab, VOCAB_UNK));
    ids_release(&row);
    dataset_release(&ds);
    load(&ds, "valid = 0\ntokenizer = word", "how are you\tça va\nhello\tbonjour\n");
    assert_pieces(&ds.src, "<pad><unk>arehellohowyou");
    assert_pair(&ds, &ds.train, 1, "hello<pad><pad>>bonjour<pad>");
    dataset_release(&ds);
}

static void sources_held_out_by_pair_are_not_trained(void **state)
{
    (void)state;
    struct str file = STR_INIT, one = STR_INIT;
    struct dataset ds;
    char side[300] = { 0 };
    int n;
    for (int i = 0; i < 900; i++)
        str_addf(&file, "%d\t%d\n", i % 300, i);
    load(&ds, "valid = 0.3\nsplit = pair", file.s);
    assert_in_range(ds.valid.n, 180, 360);
    assert_int_equal(ds.valid.n + ds.train.n, 900);
    for (int i = 0; i < 900; i++) {
        bool out = i >= ds.train.n;
        show_pair(&ds, out ? &ds.valid : &ds.train, out ? i - ds.train.n : i, true, &one);
        assert_int_equal(sscanf(one.s, "%d", &n), 1);
        assert_true(!side[n] || side[n] == (out ? 'v' : 't'));
        side[n] = out ? 'v' : 't';
    }
    dataset_release(&ds);
    str_release(&file);
    str_release(&one);
}

/* ---- with codecs that exist ------------------------------------------------------ */

static void a_file_of_its_own_is_held_out(void **state)
{
    (void)state;
    static char other[] = "/tmp/test_dataset_valid.XXXXXX";
    struct settings s = config("length = free\narch = transfer\nvalid = 0.5\nfirst = 2",
                               "ab\tba\na\ta\nb\tb\n");
    struct dataset ds;
    struct err err;
    int fd = mkstemp(other);
    assert_true(fd >= 0 && write(fd, "ba\tab\nb\tb\naa\taa\n", 16) == 16);
    close(fd);
    assert_int_equal(settings_set(&s, "valid_data", other, &err), 0);
    if (dataset_load(&ds, &s, &err) < 0)
        fail_msg("%s %s", err.where, err.msg);
    assert_int_equal(ds.train.n, 2); /* nothing of it is held out, and first is its own */
    assert_int_equal(ds.valid.n, 3);
    assert_pair(&ds, &ds.valid, 0, "ba>ab</s>");
    assert_pair(&ds, &ds.valid, 2, "aa>aa</s>");
    dataset_release(&ds);
    FILE *out = fopen(other, "wb");
    assert_non_null(out);
    fputs("ab\tba\nx\ta\n", out);
    fclose(out);
    assert_int_equal(dataset_load(&ds, &s, &err), -1);
    assert_non_null(strstr(err.where, ":2"));
    assert_non_null(strstr(err.where, other));
    unlink(other);
    assert_int_equal(dataset_load(&ds, &s, &err), -1);
    assert_non_null(strstr(err.msg, "valid_data: there is no file"));
}

static void another_set_can_use_the_codecs(void **state)
{
    (void)state;
    struct dataset ds, again;
    struct err err;
    struct settings s = config("operands = all\ndigits = 2\nsplit = pair", NULL);
    load(&ds, "digits = 3\nreverse = true\nexamples = 100", NULL);
    assert_int_equal(dataset_load_with(&again, &s, &ds.src, &ds.tgt, &err), 0);
    assert_int_equal(again.train.n + again.valid.n, 10000);
    assert_null(again.src.vocab);
    assert_null(again.tgt.vocab);
    assert_int_equal(again.train.src_n[0], 7);
    dataset_release(&again);
    s = config("operands = all\ndigits = 2\nops = -", NULL);
    assert_int_equal(dataset_load_with(&again, &s, &ds.src, &ds.tgt, &err), -1);
    assert_string_equal(err.msg, "source '0-0': cannot read '-' (character 2): not in "
                                 "the vocabulary");
    assert_int_equal(again.train.n, 0);
    dataset_release(&ds);
}

/* ---- what goes wrong ------------------------------------------------------------- */

static void faults_are_explained_with_their_place(void **state)
{
    (void)state;
    struct str huge = STR_INIT;
    str_add(&huge, "a\tb\n");
    for (int i = 0; i < 257; i++)
        str_addc(&huge, 'x');
    str_add(&huge, "\tb\n");
    const struct {
        const char *text, *file;
        int line; /* 0: none */
        const char *says;
    } cases[] = {
        { "valid = 0", "", 0, "' has no examples" },
        { "valid = 0", "a\tb\nc\n", 2, "no tab between source and target" },
        { "valid = 0", "a\tb\nc d\te\n", 2, "set spaces = true" },
        { "src_len = 3", "a\tb\nabcd\te\n", 2, "source 'abcd': 4 characters" },
        { "tgt_len = 3\nlength = free", "a\tabcd\n", 1, "target 'abcd': 4 characters" },
        { "src_alphabet = \"ab \"", "a\tb\nac\tb\n", 2, "cannot read 'c' (character 2)" },
        { "tokenizer = word\nlength = free", huge.s, 2, "a word of 257 bytes" },
        { "examples = 100\nvalid = 0.99\nsplit = pair\ndigits = 1\nunique = none\n"
          "operands = upto\nlargest = 1", NULL, 0, "none are left to train on" },
        { "digits = 1\nexamples = 56", NULL, 0, "only 55 different questions" },
        { "src_len = 3\noperands = all\ndigits = 2", NULL, 0, "source '0+10': 4 char" },
        { "data = nonsense", NULL, 0, "neither a file that can be read nor one of" },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct settings s = config(cases[i].text, cases[i].file);
        struct dataset ds;
        struct err err;
        char where[60] = "";
        if (dataset_load(&ds, &s, &err) != -1)
            fail_msg("%s: taken", cases[i].text);
        if (cases[i].line)
            snprintf(where, sizeof where, "%s:%d", path, cases[i].line);
        assert_string_equal(err.where, where);
        if (!strstr(err.msg, cases[i].says))
            fail_msg("%s: %s", cases[i].text, err.msg);
        assert_null(ds.src.vocab);
        assert_int_equal(ds.train.n, 0);
        dataset_release(&ds); /* harmless */
    }
    str_release(&huge);
}

static void vocabularies_beyond_two_bytes_are_refused(void **state)
{
    (void)state;
    struct str file = STR_INIT;
    struct settings s;
    struct dataset ds;
    struct err err;
    for (int i = 0; i < 65532; i++)
        str_addf(&file, "%d\tb\n", i);
    s = config("tokenizer = word\nlength = free", file.s);
    assert_int_equal(dataset_load(&ds, &s, &err), -1);
    assert_non_null(strstr(err.msg, "more than 65531 different words"));
    assert_non_null(strstr(err.where, ":65532"));
    str_release(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(presets_have_the_published_sizes),
        cmocka_unit_test(fixed_rows_are_laid_out),
        cmocka_unit_test(vocabularies_follow_the_layout),
        cmocka_unit_test(free_targets_end_in_the_end),
        cmocka_unit_test(the_tail_is_the_end_of_the_generators_order),
        cmocka_unit_test(random_ones_are_others_but_the_same_each_time),
        cmocka_unit_test(the_data_seed_draws_the_random_ones),
        cmocka_unit_test(no_order_of_a_held_out_pair_is_trained),
        cmocka_unit_test(files_of_characters),
        cmocka_unit_test(files_of_words),
        cmocka_unit_test(sources_held_out_by_pair_are_not_trained),
        cmocka_unit_test(a_file_of_its_own_is_held_out),
        cmocka_unit_test(another_set_can_use_the_codecs),
        cmocka_unit_test(faults_are_explained_with_their_place),
        cmocka_unit_test(vocabularies_beyond_two_bytes_are_refused),
    };
    return cmocka_run_group_tests_name("dataset", tests, make_path, drop_path);
}

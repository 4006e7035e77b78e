#include "base/settings.h"

#include "base/file.h"
#include "base/rng.h"

#include <setjmp.h>
#include <stdarg.h>
#include <unistd.h>

#include <cmocka.h>

static struct settings fresh(void)
{
    struct settings s;
    settings_init(&s);
    return s;
}

static void assert_has(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("'%s' does not say '%s'", text, part);
}

static void assert_shown(const struct settings *s, const char *key, const char *want)
{
    struct str v = STR_INIT;
    setting_show(s, setting_find(key), &v);
    if (strcmp(str_cstr(&v), want))
        fail_msg("%s = %s, not %s", key, str_cstr(&v), want);
    str_release(&v);
}

/* ---- the table ------------------------------------------------------------------- */

static const struct {
    size_t size, align;
} shape_of[] = {
    [SET_TEXT] = { SETTING_TEXT, 1 },
    [SET_CHOICE] = { SETTING_TEXT, 1 },
    [SET_INT] = { sizeof(int), _Alignof(int) },
    [SET_REAL] = { sizeof(double), _Alignof(double) },
    [SET_BOOL] = { sizeof(bool), _Alignof(bool) },
    [SET_PAIR] = { sizeof(struct pair_int), _Alignof(struct pair_int) },
};

/* In table order the fields follow each other with nothing but padding between. */
static void fields_neither_overlap_nor_leave_gaps(void **state)
{
    (void)state;
    size_t end = 0;
    for (int i = 0; i < setting_count; i++) {
        const struct setting *row = &setting_table[i];
        size_t align = shape_of[row->type].align;
        if (row->offset != (end + align - 1) / align * align)
            fail_msg("%s lies at %zu, the field before it ends at %zu", row->key,
                     row->offset, end);
        end = row->offset + shape_of[row->type].size;
    }
    assert_true(sizeof(struct settings) - end < _Alignof(struct settings));
}

/* "int src_len, tgt_len;" declares fields that must have rows. */
static int check_declaration(char *line)
{
    char *type = line + strspn(line, " "), *save = NULL;
    int fields = 0;
    line[strcspn(line, ";")] = '\0';
    char *names = type + strcspn(type, " ");
    if (!strncmp(type, "struct ", 7))
        names = type + 7 + strcspn(type + 7, " ");
    for (char *name = strtok_r(names, ", ", &save); name;
         name = strtok_r(NULL, ", ", &save)) {
        name[strcspn(name, "[")] = '\0';
        if (!setting_find(name))
            fail_msg("the field '%s' has no row", name);
        fields++;
    }
    return fields;
}

static void every_field_of_the_struct_has_a_row(void **state)
{
    (void)state;
    const char *root = getenv("SRCDIR");
    struct str text = STR_INIT;
    char *path = path_join(root ? root : ".", "src/base/settings.h"), *save = NULL;
    int fields = 0;
    assert_int_equal(file_read(path, 1 << 20, &text, NULL), 0);
    char *body = strstr(text.s, "\nstruct settings {\n");
    assert_non_null(body);
    body += strlen("\nstruct settings {\n");
    char *end = strstr(body, "\n};");
    assert_non_null(end);
    *end = '\0';
    for (char *line = strtok_r(body, "\n", &save); line;
         line = strtok_r(NULL, "\n", &save))
        if (strchr(line, ';'))
            fields += check_declaration(line);
    assert_int_equal(fields, setting_count);
    str_release(&text);
    free(path);
}

static void rows_are_complete(void **state)
{
    (void)state;
    static const char *const groups[] = { "data", "text", "model", "training" };
    for (int i = 0; i < setting_count; i++) {
        const struct setting *row = &setting_table[i];
        size_t g = 0;
        while (g < ARRAY_LEN(groups) && strcmp(groups[g], row->group))
            g++;
        assert_true(g < ARRAY_LEN(groups));
        assert_true(strlen(row->help) > 5 && strlen(row->help) < 80);
        assert_null(strchr(row->help, '\n'));
        assert_ptr_equal(setting_find(row->key), row);
        if (row->type == SET_CHOICE)
            assert_non_null(row->choice);
        else if (row->type != SET_TEXT && row->type != SET_BOOL)
            assert_true(row->min < row->max);
    }
}

/* What was trained and written down with these must not change under it. */
static void defaults_are_the_documented_ones(void **state)
{
    (void)state;
    static const char *const want[][2] = {
        { "data", "arithmetic" }, { "ops", "+" }, { "digits", "3" }, { "mul_digits", "2" },
        { "operands", "digits" }, { "largest", "10" }, { "unique", "pair" },
        { "examples", "50000" }, { "valid", "0.1" }, { "split", "tail" }, { "data_seed", "1" },
        { "tokenizer", "char" }, { "length", "fixed" }, { "align", "left" },
        { "reverse", "false" }, { "spaces", "false" }, { "src_len", "0" }, { "tgt_len", "0" },
        { "src_alphabet", "\"\"" }, { "tgt_alphabet", "\"\"" }, { "arch", "repeat" },
        { "cell", "lstm" }, { "hidden", "128" }, { "depth", "1" }, { "embed", "0" },
        { "init", "keras" }, { "init_range", "0.08" }, { "init_embed", "0" },
        { "forget_bias", "1" }, { "gates", "sigmoid" }, { "dropout", "0" }, { "teacher", "1" },
        { "optimizer", "adam" }, { "lr", "0.001" }, { "beta1", "0.9" }, { "beta2", "0.999" },
        { "rho", "0.9" }, { "epsilon", "1e-07" }, { "momentum", "0" }, { "clip", "0" },
        { "schedule", "constant" },
        { "warmup", "0" }, { "lr_end", "0" }, { "batch", "128" }, { "shards", "2" },
        { "epochs", "30" }, { "seed", "1" }, { "log_every", "0" }, { "eval_every", "1" },
        { "save_every", "60" }, { "probes", "10" }, { "eval_limit", "0" },
        { "stop", "\"\"" }, { "patience", "0" }, { "average", "0" },
        { "letters", "abcdefghij" }, { "min_len", "1" }, { "max_len", "10" },
        { "longer", "0" }, { "src_dim", "5" }, { "tgt_dim", "8" }, { "format", "tsv" },
        { "target", "\"\"" }, { "script", "any" }, { "broken", "refuse" },
        { "sha256", "\"\"" },
        { "turns", "pairs" }, { "first", "0" }, { "origin", "\"\"" }, { "lower", "false" },
        { "pad", "space" }, { "mark_end", "false" }, { "wrap", "false" },
        { "specials", "needed" }, { "cut", "false" }, { "words", "0" },
        { "loss", "cross-entropy" },
    };
    struct settings s = fresh();
    struct err err;
    for (size_t i = 0; i < ARRAY_LEN(want); i++)
        assert_shown(&s, want[i][0], want[i][1]);
    assert_int_equal(settings_check(&s, &err), 0);
}

/* ---- values ---------------------------------------------------------------------- */

/* Any text that a setting may hold, awkward characters often. */
static void random_text(struct rng *r, struct str *out)
{
    static const char *const bits[] = { " ", "#", "\"", "\\", "=", "é", "a", "0", "日" };
    str_clear(out);
    for (int n = (int)rng_below(r, 12); n > 0; n--)
        str_add(out, bits[rng_below(r, ARRAY_LEN(bits))]);
}

static void randomize(struct rng *r, struct settings *s, const struct setting *row)
{
    char *field = (char *)s + row->offset;
    struct str text = STR_INIT;
    double span = row->max - row->min;
    int choices = 0;
    switch (row->type) {
    case SET_TEXT:
        random_text(r, &text);
        memset(field, 0, SETTING_TEXT);
        memcpy(field, str_cstr(&text), text.n);
        break;
    case SET_CHOICE:
        while (row->choice[choices])
            choices++;
        memset(field, 0, SETTING_TEXT);
        snprintf(field, SETTING_TEXT, "%s", row->choice[rng_below(r, (uint64_t)choices)]);
        break;
    case SET_INT:
        *(int *)field = (int)(row->min + rng_unit(r) * span);
        break;
    case SET_REAL:
        *(double *)field = row->min + rng_unit(r) * span;
        break;
    case SET_BOOL:
        *(bool *)field = rng_below(r, 2);
        break;
    case SET_PAIR:
        ((struct pair_int *)field)->enc = (int)(row->min + rng_unit(r) * span);
        ((struct pair_int *)field)->dec = (int)(row->min + rng_unit(r) * span);
        break;
    }
    str_release(&text);
}

static void what_is_dumped_is_read_back(void **state)
{
    (void)state;
    struct rng r;
    struct err err;
    rng_init(&r, 1, RNG_DATA, 0);
    for (int round = 0; round < 300; round++) {
        struct settings s = fresh(), back = fresh(), one = fresh();
        struct str text = STR_INIT, value = STR_INIT;
        for (int i = 0; i < setting_count; i++) {
            randomize(&r, &s, &setting_table[i]);
            str_clear(&value);
            setting_show(&s, &setting_table[i], &value);
            if (settings_set(&one, setting_table[i].key, str_cstr(&value), &err) < 0)
                fail_msg("%s: %s", str_cstr(&value), err.msg);
        }
        assert_memory_equal(&s, &one, sizeof s);
        settings_dump(&s, &text);
        if (settings_parse(&back, text.s, text.n, "dump", &err) < 0)
            fail_msg("%s: %s", err.where, err.msg);
        assert_memory_equal(&s, &back, sizeof s);
        str_release(&text);
        str_release(&value);
    }
}

static void values_are_understood(void **state)
{
    (void)state;
    static const struct {
        const char *assignment, *key, *shown;
    } cases[] = {
        { "hidden=75,50", "hidden", "75,50" },
        { "hidden = 75 , 50 ", "hidden", "75,50" },
        { "hidden=64,64", "hidden", "64" },
        { " epochs = 0.5", "epochs", "0.5" },
        { "lr=1e-3", "lr", "0.001" },
        { "epochs=1000000", "epochs", "1e+06" },
        { "reverse=yes", "reverse", "true" },
        { "reverse=OFF", "reverse", "false" },
        { "cell=gru", "cell", "gru" },
        { "data_seed=2147483647", "data_seed", "2147483647" },
        { "src_alphabet=\"01+ \"", "src_alphabet", "\"01+ \"" },
        { "src_alphabet= 01+ ", "src_alphabet", "01+" },
        { "data=a # b", "data", "\"a # b\"" },
        { "data=\"say \\\"x\\\"\"", "data", "say \"x\"" },
        { "data=", "data", "\"\"" },
        { "stop=exact>=0.99", "stop", "exact>=0.99" },
    };
    struct err err;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct settings s = fresh();
        if (settings_assign(&s, cases[i].assignment, &err) < 0)
            fail_msg("%s: %s", cases[i].assignment, err.msg);
        assert_shown(&s, cases[i].key, cases[i].shown);
    }
}

static void bad_values_are_refused_and_change_nothing(void **state)
{
    (void)state;
    char long_text[SETTING_TEXT + 10] = "data=";
    static const struct {
        const char *assignment, *says;
    } cases[] = {
        { "hiden=3", "unknown setting 'hiden': did you mean 'hidden'?" },
        { "epoch=3", "did you mean 'epochs'?" },
        { "optimiser=sgd", "did you mean 'optimizer'?" },
        { "evalevery=1", "did you mean 'eval_every'?" },
        { "=3", "unknown setting ''" },
        { "xyzzy=1", "unknown setting 'xyzzy'" },
        { "0123456789012345678901234567890123456789abc=1",
          "'0123456789012345678901234567890123456789…'" },
        { "epochs", "expected key=value, not 'epochs'" },
        { "digits=0", "digits = 0 is out of range: 1 to 9" },
        { "digits=10", "digits = 10 is out of range: 1 to 9" },
        { "digits=99999999999999999999", "out of range" },
        { "digits=1e9", "out of range" },
        { "digits=2.5", "digits: '2.5' is not a whole number" },
        { "digits=", "digits: '' is not a whole number" },
        { "digits=3x", "digits: '3x' is not a whole number" },
        { "valid=1", "valid = 1 is out of range: 0 to 0.99" },
        { "valid=-0.1", "out of range" },
        { "lr=nan", "lr: 'nan' is not a number" },
        { "lr=inf", "lr: 'inf' is not a number" },
        { "lr=0,1", "lr: '0,1' is not a number" },
        { "align=centre", "align: 'centre' is none of left, right" },
        { "align=", "align: '' is none of left, right" },
        { "reverse=maybe", "reverse: 'maybe' is neither true nor false" },
        { "hidden=75,0", "hidden = 0 is out of range: 1 to 16384" },
        { "hidden=75,50,25", "hidden: '50,25' is not a whole number" },
        { "hidden=75,", "hidden: '' is not a whole number" },
        { "src_alphabet=\"01", "src_alphabet: the closing quote is missing" },
        { "src_alphabet=\"01\\\"", "src_alphabet: the closing quote is missing" },
        { "src_alphabet=\"01\"2", "'2' follows the closing quote" },
        { "data=a\tb", "data: control characters are not allowed" },
        { "data=a\x1b[2J", "data: control characters are not allowed" },
        { "data=a\xff", "data: not valid UTF-8" },
    };
    struct err err;
    const struct settings before = fresh();
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct settings s = fresh();
        err.msg[0] = '\0';
        if (settings_assign(&s, cases[i].assignment, &err) == 0)
            fail_msg("%s was taken", cases[i].assignment);
        assert_has(err.msg, cases[i].says);
        assert_memory_equal(&s, &before, sizeof s);
    }
    struct settings s = fresh();
    memset(long_text + 5, 'x', SETTING_TEXT);
    assert_int_equal(settings_assign(&s, long_text, &err), -1);
    assert_has(err.msg, "data: 256 bytes are too many: at most 255");
    long_text[5 + SETTING_TEXT - 1] = '\0';
    assert_int_equal(settings_assign(&s, long_text, &err), 0);
    assert_string_equal(s.data, long_text + 5);
}

/* ---- files ----------------------------------------------------------------------- */

static int parse(struct settings *s, const char *text, struct err *err)
{
    return settings_parse(s, text, strlen(text), "x.conf", err);
}

static void files_are_read(void **state)
{
    (void)state;
    struct err err;
    struct settings s = fresh();
    static const char text[] =
        "\xef\xbb\xbf# a comment = not a key\r\n"
        "\r\n"
        "  hidden=75,50   # a comment\r\n"
        "\tsrc_alphabet\t=\t\"#+ \\\"\" # \"quoted\"\r\n"
        "data =#nothing\n"
        "stop = exact>=0.5\n"
        "   \t \n"
        "seed = 7";
    if (parse(&s, text, &err) < 0)
        fail_msg("%s: %s", err.where, err.msg);
    assert_shown(&s, "hidden", "75,50");
    assert_string_equal(s.src_alphabet, "#+ \"");
    assert_string_equal(s.data, "");
    assert_string_equal(s.stop, "exact>=0.5");
    assert_int_equal(s.seed, 7);
    assert_int_equal(parse(&s, "", &err), 0);
    assert_int_equal(s.seed, 7);
}

static void faults_of_files_have_a_line_and_change_nothing(void **state)
{
    (void)state;
    static const struct {
        const char *text, *where, *says;
    } cases[] = {
        { "hidden = 3\nhiden = 3\n", "x.conf:2", "did you mean 'hidden'?" },
        { "seed = 1\n\nseed = 2\n", "x.conf:3", "seed is set twice: line 1 sets it too" },
        { "seed = 1\r\nseed", "x.conf:2", "expected key = value, not 'seed'" },
        { "seed = 1 # x\n# y\n\nlr = fast # z\n", "x.conf:4", "lr: 'fast'" },
        { "seed = 1\nops = +\a\n", "x.conf:2", "a control character (byte 0x07)" },
        { "seed = 1\rlr = 1\n", "x.conf:1", "a control character (byte 0x0d)" },
        { "# a\x7f\n", "x.conf:1", "a control character (byte 0x7f)" },
        { "seed = 3\ndata = \xc3\n", "x.conf:2", "not valid UTF-8" },
        { "seed = 3\ndata = \"a\n\"\n", "x.conf:2", "the closing quote is missing" },
    };
    struct err err;
    char text[1100];
    const struct settings before = fresh();
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct settings s = fresh();
        assert_int_equal(parse(&s, cases[i].text, &err), -1);
        assert_string_equal(err.where, cases[i].where);
        assert_has(err.msg, cases[i].says);
        assert_memory_equal(&s, &before, sizeof s);
    }
    struct settings s = fresh();
    memset(text, '#', sizeof text);
    text[1001] = '\0';
    assert_int_equal(parse(&s, text, &err), -1);
    assert_has(err.msg, "a line of 1001 bytes: at most 1000");
    text[1000] = '\0';
    assert_int_equal(parse(&s, text, &err), 0);
    assert_int_equal(settings_parse(&s, "seed = 3\0\n", 10, "x.conf", &err), -1);
    assert_has(err.msg, "byte 0x00");
}

static void a_file_is_loaded_from_disk(void **state)
{
    (void)state;
    char path[] = "/tmp/test_settings.XXXXXX";
    struct err err;
    struct settings s = fresh();
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, "seed = 5\nbad\n", 13), 13);
    assert_int_equal(settings_load(&s, path, &err), -1);
    assert_has(err.where, path);
    assert_has(err.where, ":2");
    assert_int_equal(s.seed, 1);
    assert_int_equal(ftruncate(fd, 9), 0);
    assert_int_equal(settings_load(&s, path, &err), 0);
    assert_int_equal(s.seed, 5);
    close(fd);
    unlink(path);
    assert_int_equal(settings_load(&s, path, &err), -1);
    assert_has(err.msg, "No such file");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields_neither_overlap_nor_leave_gaps),
        cmocka_unit_test(every_field_of_the_struct_has_a_row),
        cmocka_unit_test(rows_are_complete),
        cmocka_unit_test(defaults_are_the_documented_ones),
        cmocka_unit_test(what_is_dumped_is_read_back),
        cmocka_unit_test(values_are_understood),
        cmocka_unit_test(bad_values_are_refused_and_change_nothing),
        cmocka_unit_test(files_are_read),
        cmocka_unit_test(faults_of_files_have_a_line_and_change_nothing),
        cmocka_unit_test(a_file_is_loaded_from_disk),
    };
    return cmocka_run_group_tests_name("settings", tests, NULL, NULL);
}

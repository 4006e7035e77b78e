#include "model/ckpt.h"

#include "base/file.h"
#include "base/mem.h"
#include "base/str.h"

#include <fcntl.h>
#include <ftw.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[] = "/tmp/seqsh-ckpt.XXXXXX";
static struct err err;

/* ---- files -------------------------------------------------------------- */

static const char *in_folder(const char *name)
{
    static char path[200];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static const char *save(const void *bytes, size_t n)
{
    const char *path = in_folder("m.safetensors");
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes, 1, n, f), n);
    assert_int_equal(fclose(f), 0);
    return path;
}

static void add_length(struct str *s, uint64_t length)
{
    for (int i = 0; i < 8; i++)
        str_addc(s, (char)(length >> 8 * i & 0xff));
}

/* A file of a header as it is and n bytes of data (zeros if data is NULL). */
static const char *save_parts(const char *header, const void *data, size_t n)
{
    struct str s = STR_INIT;
    add_length(&s, strlen(header));
    str_add(&s, header);
    for (size_t i = 0; i < n; i++)
        str_addc(&s, data ? ((const char *)data)[i] : 0);
    const char *path = save(s.s, s.n);
    str_release(&s);
    return path;
}

static struct str load(const char *path)
{
    struct str s = STR_INIT;
    assert_int_equal(file_read(path, 1 << 24, &s, &err), 0);
    return s;
}

static struct ckpt *open_good(const char *path)
{
    struct ckpt *c = ckpt_open(path, &err);
    if (!c)
        fail_msg("%s", err.msg);
    return c;
}

static void expect_message(const char *wanted)
{
    char text[800];
    err_text(&err, text, sizeof text);
    if (!strstr(text, wanted))
        fail_msg("'%s' is not in: %s", wanted, text);
}

static void expect_refused(const char *path, const char *wanted)
{
    memset(&err, 0, sizeof err);
    struct ckpt *c = ckpt_open(path, &err);
    if (c)
        fail_msg("opened, without '%s'", wanted);
    expect_message(wanted);
}

static void expect_unread(const struct ckpt *c, const char *name, int rows, int cols,
                          const char *wanted)
{
    real *x = xcalloc((size_t)(MAX(rows, 1) * cols), sizeof *x);
    memset(&err, 0, sizeof err);
    assert_int_equal(ckpt_read(c, name, rows, cols, x, &err), -1);
    expect_message(wanted);
    free(x);
}

static void commit(struct ckpt_new *n, const char *path)
{
    size_t bytes;
    struct stat st;
    if (ckpt_commit(n, path, &bytes, &err) < 0)
        fail_msg("%s", err.msg);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(bytes, st.st_size);
}

/* ---- round trips -------------------------------------------------------- */

static const real numbers[] = { 0, -1, 0.5, 1.5f, -65504, 0x1p-14f, 1024.0f };
enum { N = ARRAY_LEN(numbers) };

/* All of these numbers are exact in every type. */
static void every_float_type_comes_back(void **state)
{
    static const enum ckpt_type types[] = { CKPT_F32, CKPT_F16, CKPT_F64 };
    static const char *const names[] = { "F32", "F16", "F64" };
    static const size_t sizes[] = { 4, 2, 8 };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(types); i++) {
        real x[N];
        struct ckpt_new *n = ckpt_new();
        ckpt_put(n, "vector", types[i], 0, N, numbers);
        ckpt_put(n, "row", types[i], 1, N, numbers);
        ckpt_put(n, "matrix", types[i], 3, 2, numbers);
        ckpt_put(n, "nothing", types[i], 0, 0, numbers);
        const char *path = in_folder("m.safetensors");
        commit(n, path);
        struct ckpt *c = open_good(path);
        assert_string_equal(ckpt_path(c), path);
        assert_int_equal(ckpt_count(c), 4);
        assert_int_equal(ckpt_read(c, "vector", 0, N, x, &err), 0);
        assert_memory_equal(x, numbers, sizeof x);
        assert_int_equal(ckpt_read(c, "vector", 1, N, x, &err), 0);
        assert_int_equal(ckpt_read(c, "row", 1, N, x, &err), 0);
        assert_memory_equal(x, numbers, sizeof x);
        assert_int_equal(ckpt_read(c, "matrix", 3, 2, x, &err), 0);
        assert_memory_equal(x, numbers, 6 * sizeof *x);
        assert_int_equal(ckpt_read(c, "nothing", 0, 0, x, &err), 0);
        const struct ckpt_tensor *t = ckpt_find(c, "matrix");
        assert_int_equal(t->type, types[i]);
        assert_string_equal(t->dtype, names[i]);
        assert_int_equal(t->dims, 2);
        assert_int_equal(t->shape[0], 3);
        assert_int_equal(t->shape[1], 2);
        assert_int_equal(t->bytes, 6 * sizes[i]);
        assert_int_equal(ckpt_find(c, "row")->dims, 2);
        assert_int_equal(ckpt_find(c, "vector")->dims, 1);
        assert_null(ckpt_find(c, "vect"));
        ckpt_close(c);
    }
}

static void expect_bits(const struct str *file, const struct ckpt *c, const char *name,
                        const uint16_t *bits)
{
    const struct ckpt_tensor *t = ckpt_find(c, name);
    const unsigned char *p = (unsigned char *)file->s + t->offset;
    for (size_t i = 0; i < t->bytes / 2; i++)
        if ((p[2 * i] | p[2 * i + 1] << 8) != bits[i])
            fail_msg("%s %zu is %04x instead of %04x", name, i,
                     p[2 * i] | p[2 * i + 1] << 8, bits[i]);
}

/* Every finite 16-bit float from 0 on, read and written, and what lies between two of
 * them: the midpoint goes to the even one, its neighbours to the nearer one. `top` is
 * the pattern of infinity, one, tiny and most those of 1, of the smallest and of the
 * largest value. */
static void check_half(enum ckpt_type type, int top, int one, double tiny, double most)
{
    enum { SELF, MIDDLE, ABOVE, BELOW, WAYS };
    static const char *const way[] = { "self", "middle", "above", "below" };
    char header[100];
    real *x[WAYS];
    uint16_t *bits[WAYS];
    for (int k = 0; k < WAYS; k++) {
        x[k] = xcalloc((size_t)top, sizeof **x);
        bits[k] = xcalloc((size_t)top, sizeof **bits);
    }
    for (int i = 0; i < top; i++)
        bits[SELF][i] = (uint16_t)i;
    snprintf(header, sizeof header,
             "{\"w\":{\"dtype\":\"%s\",\"shape\":[%d],\"data_offsets\":[0,%d]}}",
             type == CKPT_F16 ? "F16" : "BF16", top, 2 * top);
    struct ckpt *c = open_good(save_parts(header, bits[SELF], (size_t)(2 * top)));
    assert_int_equal(ckpt_read(c, "w", 0, top, x[SELF], &err), 0);
    ckpt_close(c);
    assert_true(x[SELF][0] == 0 && x[SELF][one] == 1);
    assert_true(x[SELF][1] == tiny && x[SELF][top - 1] == most);

    for (int i = 1; i < top; i++) {
        float low = (float)x[SELF][i - 1], high = (float)x[SELF][i];
        float middle = low / 2 + high / 2; /* low + high could overflow */
        assert_true(low < high);
        x[MIDDLE][i] = middle;
        bits[MIDDLE][i] = (uint16_t)(i & 1 ? i - 1 : i);
        x[ABOVE][i] = nextafterf(middle, INFINITY);
        bits[ABOVE][i] = (uint16_t)i;
        x[BELOW][i] = -nextafterf(middle, 0);
        bits[BELOW][i] = (uint16_t)(0x8000 | (i - 1));
    }
    struct ckpt_new *n = ckpt_new();
    for (int k = 0; k < WAYS; k++)
        ckpt_put(n, way[k], type, 0, top, x[k]);
    const char *path = in_folder("m.safetensors");
    commit(n, path);
    c = open_good(path);
    struct str file = load(path);
    for (int k = 0; k < WAYS; k++) {
        expect_bits(&file, c, way[k], bits[k]);
        free(x[k]);
        free(bits[k]);
    }
    str_release(&file);
    ckpt_close(c);
}

static void sixteen_bit_floats_round_to_even(void **state)
{
    (void)state;
    check_half(CKPT_F16, 0x7c00, 0x3c00, 0x1p-24, 65504);
    check_half(CKPT_BF16, 0x7f80, 0x3f80, 0x1p-133, 0x1.fep127);
}

static void whole_numbers_are_read(void **state)
{
    static const int32_t small[3] = { 1, -2, INT32_MAX };
    static const int64_t large[2] = { INT64_MIN, 7 };
    unsigned char data[28];
    int64_t v[4];
    (void)state;
    memcpy(data, small, 12);
    memcpy(data + 12, large, 16);
    struct ckpt *c = open_good(save_parts(
        "{\"i\":{\"dtype\":\"I32\",\"shape\":[3,1,1],\"data_offsets\":[0,12]},"
        "\"j\":{\"dtype\":\"I64\",\"shape\":[2],\"data_offsets\":[12,28]}}",
        data, sizeof data));
    assert_int_equal(ckpt_read_ints(c, "i", 3, v, &err), 0);
    assert_true(v[0] == 1 && v[1] == -2 && v[2] == INT32_MAX);
    assert_int_equal(ckpt_read_ints(c, "j", 2, v, &err), 0);
    assert_true(v[0] == INT64_MIN && v[1] == 7);
    assert_int_equal(ckpt_read_ints(c, "i", 4, v, &err), -1);
    expect_message("m.safetensors: tensor 'i' has 3 values instead of 4");
    assert_int_equal(ckpt_read_ints(c, "k", 1, v, &err), -1);
    expect_message("there is no tensor 'k'");
    expect_unread(c, "j", 1, 2, "weight 'j' has the type I64, which is not read");
    ckpt_close(c);
}

static void texts_come_back(void **state)
{
    (void)state;
    const char *hard = "a\tb\n\"c\" \\ \x01 \xc3\xa9 \xe2\x98\x91 \xf0\x9f\x98\x80";
    struct ckpt_new *n = ckpt_new();
    ckpt_put_meta(n, "vocab", hard);
    ckpt_put_meta(n, "empty", "");
    const char *path = in_folder("m.safetensors");
    commit(n, path);
    struct ckpt *c = open_good(path);
    assert_string_equal(ckpt_meta(c, "vocab"), hard);
    assert_string_equal(ckpt_meta(c, "empty"), "");
    assert_null(ckpt_meta(c, "voca"));
    assert_int_equal(ckpt_count(c), 0);
    ckpt_close(c);
    commit(ckpt_new(), path);
    c = open_good(path);
    assert_null(ckpt_meta(c, "vocab"));
    ckpt_close(c);
}

static struct str bytes_of(bool swapped)
{
    struct ckpt_new *n = ckpt_new();
    ckpt_put_meta(n, swapped ? "settings" : "history", swapped ? "s" : "h");
    ckpt_put(n, "z", CKPT_F32, 0, 3, numbers);
    ckpt_put(n, "a", CKPT_F32, 2, 2, numbers);
    ckpt_put_meta(n, swapped ? "history" : "settings", swapped ? "h" : "s");
    const char *path = in_folder("m.safetensors");
    commit(n, path);
    return load(path);
}

static void same_contents_give_the_same_bytes(void **state)
{
    (void)state;
    struct str a = bytes_of(false), b = bytes_of(true);
    assert_int_equal(a.n, b.n);
    assert_memory_equal(a.s, b.s, a.n);
    struct ckpt *c = open_good(in_folder("m.safetensors"));
    assert_string_equal(ckpt_at(c, 0)->name, "z"); /* in the order put */
    assert_string_equal(ckpt_at(c, 1)->name, "a");
    assert_int_equal(ckpt_at(c, 0)->offset % 8, 0);
    assert_int_equal(ckpt_at(c, 1)->offset, ckpt_at(c, 0)->offset + 12);
    assert_int_equal(a.n, ckpt_at(c, 1)->offset + 16);
    ckpt_close(c);
    str_release(&a);
    str_release(&b);
}

/* ---- what is not written ------------------------------------------------ */

static void expect_unwritten(struct ckpt_new *n, const char *wanted)
{
    const char *path = in_folder("old.safetensors");
    struct str before, after;
    if (!file_is(path))
        commit(ckpt_new(), path);
    before = load(path);
    assert_int_equal(ckpt_commit(n, path, NULL, &err), -1);
    expect_message(wanted);
    after = load(path);
    assert_int_equal(before.n, after.n);
    str_release(&before);
    str_release(&after);
}

static void what_could_not_be_read_is_not_written(void **state)
{
    (void)state;
    real x[2][3] = { { 1, 2, 3 }, { 4, NAN, 6 } };
    real big[3] = { 0, 65519, 65520 };
    struct ckpt_new *n = ckpt_new();
    ckpt_put(n, "enc.0.W", CKPT_F32, 2, 3, x[0]);
    expect_unwritten(n, "old.safetensors': weight 'enc.0.W' [1,1] is nan as F32");
    n = ckpt_new();
    ckpt_put(n, "w", CKPT_F16, 0, 2, big);
    commit(n, in_folder("m.safetensors"));
    n = ckpt_new();
    ckpt_put(n, "w", CKPT_F16, 0, 3, big);
    expect_unwritten(n, "weight 'w' [0,2] is inf as F16");
    n = ckpt_new();
    ckpt_put_meta(n, "data", "caf\xe9.tsv");
    expect_unwritten(n, "its 'data' is not valid UTF-8");
    n = ckpt_new();
    struct str huge = STR_INIT;
    for (int i = 0; i < CKPT_HEADER_MAX / 16; i++)
        str_add(&huge, "0123456789abcdef");
    ckpt_put_meta(n, "vocab", huge.s);
    expect_unwritten(n, "its texts take 16777");
    str_release(&huge);
    n = ckpt_new();
    assert_int_equal(ckpt_commit(n, in_folder("no/such/m"), NULL, &err), -1);
    expect_message("cannot create");
    ckpt_drop(ckpt_new());
    ckpt_drop(NULL);
}

/* ---- hostile files ------------------------------------------------------ */

#define T(name, dtype, shape, begin, end)                                              \
    "\"" name "\":{\"dtype\":\"" dtype "\",\"shape\":" shape                             \
    ",\"data_offsets\":[" #begin "," #end "]}"

/* Headers over 8 bytes of data. */
static const struct {
    const char *header, *fault;
} hostile[] = {
    { "", "the header does not start with '{'" },
    { "[]", "the header does not start with '{'" },
    { " {}", "the header does not start with '{'" },
    { "{", "the header is wrong at its byte 1" },
    { "{}{}", "the header is wrong at its byte" },
    { "{\"a\":1}", "tensor 'a' has no dtype" },
    { "{\"a\":{\"dtype\":4}}", "tensor 'a' has no dtype" },
    { "{\"a\":{\"dtype\":\"F32\"}}", "tensor 'a' has no shape" },
    { "{\"a\":{\"dtype\":\"F32\",\"shape\":2}}", "tensor 'a' has no shape" },
    { "{\"a\":{\"dtype\":\"F32\",\"shape\":[2]}}", "data_offsets of tensor 'a'" },
    { "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8,8]}}",
      "data_offsets of tensor 'a'" },
    { "{" T("a", "F32", "[2]", 0, 8.0) "}", "data_offsets of tensor 'a'" },
    { "{" T("a", "F32", "[2]", -8, 0) "}", "data_offsets of tensor 'a'" },
    { "{" T("a", "F32", "[2]", 0, 99999999999999999999) "}", "too big integer" },
    { "{" T("a", "F32", "[-2]", 0, 8) "}", "the shape of tensor 'a'" },
    { "{" T("a", "F32", "[-1,-2]", 0, 8) "}", "the shape of tensor 'a'" },
    { "{" T("a", "F32", "[2.0]", 0, 8) "}", "the shape of tensor 'a'" },
    { "{" T("a", "F32", "[\"2\"]", 0, 8) "}", "the shape of tensor 'a'" },
    { "{" T("a", "F32", "[1,1,1,1,2]", 0, 8) "}", "has 5 dimensions, more than 4" },
    { "{" T("a", "F32", "[2]", 8, 0) "}", "ends at byte 0, before its start at 8" },
    { "{" T("a", "F32", "[2]", 8, 16) "}", "tensor 'a' ends at byte 16 of 8 bytes" },
    { "{" T("a", "F32", "[2]", 0, 9223372036854775807) "}",
      "ends at byte 9223372036854775807 of 8 bytes of data" },
    { "{" T("a", "F32", "[3]", 0, 8) "}", "has 8 bytes, which its shape and F32 do not" },
    { "{" T("a", "F64", "[2]", 0, 8) "}", "has 8 bytes, which its shape and F64 do not" },
    { "{" T("a", "F32", "[]", 0, 8) "}", "has 8 bytes, which its shape and F32 do not" },
    { "{" T("a", "U16", "[2]", 0, 8) "}", "has 8 bytes, which its shape and U16 do not" },
    /* products that wrap around to 8 bytes, and to 0 */
    { "{" T("a", "F32", "[4611686018427387904,2,2]", 0, 8) "}",
      "which its shape and F32" },
    { "{" T("a", "U8", "[4294967296,4294967296]", 0, 0) "," T("b", "F64", "[]", 0, 8) "}",
      "tensor 'a' has 0 bytes, which its shape and U8" },
    { "{" T("a", "F32", "[4611686018427387906]", 0, 8) "}", "which its shape and F32" },
    { "{" T("a", "F32", "[1]", 0, 4) "," T("b", "F32", "[2]", 0, 8) "}",
      "tensors 'a' and 'b' overlap" },
    { "{" T("b", "U8", "[5]", 3, 8) "," T("a", "U8", "[4]", 0, 4) "}",
      "tensors 'a' and 'b' overlap" },
    { "{" T("a", "F64", "[1]", 0, 8) "," T("b", "F32", "[0]", 4, 4) "}",
      "tensors 'a' and 'b' overlap" },
    { "{" T("a", "?", "[1]", 0, 6) "," T("b", "F32", "[1]", 4, 8) "}",
      "tensors 'a' and 'b' overlap" },
    { "{" T("a", "F32", "[1]", 0, 4) "}", "4 bytes at the end belong to no tensor" },
    { "{" T("a", "F32", "[1]", 4, 8) "}", "4 bytes before tensor 'a' belong to no" },
    { "{" T("a", "U8", "[2]", 0, 2) "," T("b", "U8", "[4]", 4, 8) "}",
      "2 bytes before tensor 'b' belong to no tensor" },
    { "{}", "8 bytes at the end belong to no tensor" },
    { "{" T("a", "F32", "[2]", 0, 8) "," T("a", "F32", "[2]", 0, 8) "}", "duplicate" },
    { "{" T("a", "F32", "[2]", 0, 8) "," T("\\u0061", "F32", "[2]", 0, 8) "}",
      "duplicate" },
    { "{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\"}}", "duplicate" },
    { "{" T("", "F32", "[2]", 0, 8) "}", "a name is empty" },
    { "{" T("a\\u0007", "F32", "[2]", 0, 8) "}", "holds a control character" },
    { "{" T("a\\u007f", "F32", "[2]", 0, 8) "}", "holds a control character" },
    { "{" T("a\\u009b", "F32", "[2]", 0, 8) "}", "holds a control character" },
    { "{" T("a\\u0000", "F32", "[2]", 0, 8) "}", "the header is wrong" },
    { "{" T("a\xff", "F32", "[2]", 0, 8) "}", "the header is wrong" },
    { "{\"__metadata__\":[]}", "__metadata__ is not a table of texts" },
    { "{\"__metadata__\":{\"a\":1}}", "'a' in __metadata__ is not a text" },
    { "{\"__metadata__\":{\"a\":\"\\u0000\"}}", "the header is wrong" },
    { "{\"__metadata__\":{\"a\\n\":\"\"}}", "holds a control character" },
    { "{\"__metadata__\":{\"a\":\"\",\"a\":\"\"}}", "duplicate" },
};

static void hostile_headers_are_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(hostile); i++) {
        const char *path = save_parts(hostile[i].header, NULL, 8);
        expect_refused(path, "m.safetensors' is not a checkpoint: ");
        expect_refused(path, hostile[i].fault);
    }
}

static void names_have_a_limit(void **state)
{
    (void)state;
    for (int n = CKPT_NAME_MAX; n <= CKPT_NAME_MAX + 1; n++) {
        struct str s = STR_INIT;
        str_add(&s, n % 2 ? "{\"x" : "{\"xx"); /* characters of two bytes, out of step */
        while (s.n < (size_t)n + 2)
            str_add(&s, "\xc3\xa9");
        str_add(&s, "\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}");
        const char *path = save_parts(s.s, NULL, 8);
        if (n == CKPT_NAME_MAX)
            ckpt_close(open_good(path));
        else
            expect_refused(path, "\xa9...' has more than 200 bytes");
        str_release(&s);
    }
}

static void good_headers_are_accepted(void **state)
{
    static const char *const good[] = {
        "{" T("a", "F32", "[2]", 0, 8) "}",
        "{" T("a", "F32", "[2]", 0, 8) "}   \n ",
        "{" T("a", "F64", "[]", 0, 8) "}",
        "{" T("a", "F32", "[1,1,2,1]", 0, 8) "}",
        "{" T("a", "F64", "[9223372036854775807,4,0]", 0, 0) ","
            T("b", "U8", "[8]", 0, 8) "}",
        "{" T("b", "F32", "[1]", 4, 8) "," T("a", "F32", "[1]", 0, 4) "}",
        "{" T("a", "F4", "[99]", 0, 8) "}", /* sizes of unknown types are unknown */
        "{\"__metadata__\":{}," T("a", "BOOL", "[8]", 0, 8) "}",
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(good); i++) {
        struct ckpt *c = open_good(save_parts(good[i], NULL, 8));
        assert_string_equal(ckpt_at(c, 0)->name, "a");
        ckpt_close(c);
    }
}

/* Shapes, types and values are checked when a tensor is read; the file's values here
 * are 0x3f800000 (1), an infinity and not-a-numbers. */
static void wrong_values_are_named(void **state)
{
    uint32_t v[7] = { 0x3f800000, 0x3f800000, 0xff800000, 0x7f800000, 0x7fc00000,
                      0xffc00001, 0x3f800000 };
    real x[4];
    int64_t ints[4];
    (void)state;
    struct ckpt *c = open_good(save_parts(
        "{" T("a", "F32", "[2,2]", 0, 16) "," T("b", "F32", "[2]", 16, 24) ","
            T("c", "F32", "[]", 24, 28) "," T("d", "F32", "[1,0,1]", 28, 28) ","
            T("e", "F4", "[0]", 28, 28) "}", v, sizeof v));
    expect_unread(c, "a", 2, 2, "m.safetensors: weight 'a' [1,0] is -inf");
    expect_unread(c, "b", 1, 2, "weight 'b' [0] is nan");
    assert_int_equal(ckpt_read(c, "c", 1, 1, x, &err), 0);
    assert_true(x[0] == 1);
    expect_unread(c, "a", 4, 1, "weight 'a' has the shape [2,2] instead of [4,1]");
    expect_unread(c, "a", 1, 4, "weight 'a' has the shape [2,2] instead of [1,4]");
    expect_unread(c, "b", 2, 1, "weight 'b' has the shape [2] instead of [2,1]");
    expect_unread(c, "c", 1, 2, "weight 'c' has the shape [] instead of [1,2]");
    expect_unread(c, "d", 1, 0, "weight 'd' has the shape [1,0,1] instead of [1,0]");
    expect_unread(c, "e", 1, 0, "weight 'e' has the type F4, which is not read");
    assert_int_equal(ckpt_read_ints(c, "a", 4, ints, &err), -1);
    expect_message("tensor 'a' has the type F32 instead of I32 or I64");
    expect_unread(c, "f", 1, 1, "m.safetensors: there is no weight 'f'");
    ckpt_close(c);
    double big = 1e300;
    c = open_good(save_parts("{" T("g", "F64", "[1]", 0, 8) "}", &big, 8));
    expect_unread(c, "g", 1, 1, "weight 'g' [0] is inf");
    ckpt_close(c);
}

static void data_may_lie_at_any_address(void **state)
{
    double v = 0.1;
    char header[80] = "{" T("a", "F64", "[1]", 0, 8) "}";
    (void)state;
    for (int i = 0; i < 8; i++) {
        real x;
        struct ckpt *c = open_good(save_parts(header, &v, 8));
        assert_int_equal(ckpt_read(c, "a", 0, 1, &x, &err), 0);
        assert_true(x == (real)0.1);
        ckpt_close(c);
        size_t n = strlen(header);
        header[n] = ' ';
        header[n + 1] = '\0';
    }
}

/* ---- not files of this kind at all -------------------------------------- */

static void lengths_beyond_the_file_are_refused(void **state)
{
    static const uint64_t lengths[] = { 113, 1u << 31, 1ull << 63, UINT64_MAX };
    unsigned char bytes[120] = { 0 };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(lengths); i++) {
        char wanted[200];
        for (int k = 0; k < 8; k++)
            bytes[k] = (unsigned char)(lengths[i] >> 8 * k & 0xff);
        snprintf(wanted, sizeof wanted,
                 "m.safetensors' is not a checkpoint: header length %llu is beyond the "
                 "file's 120 bytes",
                 (unsigned long long)lengths[i]);
        expect_refused(save(bytes, sizeof bytes), wanted);
    }
    expect_refused(save("", 0), "m.safetensors' is not a checkpoint: it is empty");
    expect_refused(save("1234567", 7), "is not a checkpoint: it has only 7 bytes");
    expect_refused(save("\0\0\0\0\0\0\0\0", 8), "the header does not start with '{'");
}

static void what_is_no_file_is_refused(void **state)
{
    (void)state;
    expect_refused(in_folder("nothing"), "nothing': No such file or directory");
    expect_refused(folder, "is not a checkpoint: it is a folder");
    expect_refused("/dev/zero", "'/dev/zero' is not a checkpoint: it is not a regular");
    assert_int_equal(mkfifo(in_folder("fifo"), 0600), 0);
    alarm(5); /* would wait for a writer */
    expect_refused(in_folder("fifo"), "fifo' is not a checkpoint: it is not a regular");
    alarm(0);
}

static void a_long_path_leaves_room_for_the_fault(void **state)
{
    char path[4000];
    (void)state;
    save("", 0);
    size_t n = (size_t)snprintf(path, sizeof path, "%s", folder);
    while (n < sizeof path - 100)
        n += (size_t)snprintf(path + n, sizeof path - n, "/.");
    snprintf(path + n, sizeof path - n, "/m.safetensors");
    expect_refused(path, "/m.safetensors' is not a checkpoint: it is empty");
}

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* A large file of one byte, but for the length of its header. */
static void refused_quickly(size_t size, char fill, uint64_t length, const char *wanted)
{
    const char *path = in_folder("large");
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(ftruncate(fd, (off_t)size), 0);
    unsigned char *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    assert_true(p != MAP_FAILED);
    memset(p, fill, size);
    for (int i = 0; length && i < 8; i++)
        p[i] = (unsigned char)(length >> 8 * i & 0xff);
    assert_int_equal(munmap(p, size), 0);
    close(fd);
    double start = seconds();
    expect_refused(path, wanted);
    assert_true(seconds() - start < 1);
    unlink(path);
}

static void large_nonsense_is_refused_quickly(void **state)
{
    enum { LARGE = 100 * 1000 * 1000 };
    (void)state;
    refused_quickly(LARGE, '{', 0, "header length 8897841259083430779 is beyond");
    refused_quickly(LARGE, '{', LARGE - 8,
                    "header length 99999992 is beyond the limit of 16777216 bytes");
    refused_quickly(CKPT_HEADER_MAX + 8, '{', CKPT_HEADER_MAX, "the header is wrong");
}

/* ---- damaged files ------------------------------------------------------ */

static struct str small_file(void)
{
    struct ckpt_new *n = ckpt_new();
    ckpt_put_meta(n, "settings", "hidden = 4\n");
    ckpt_put(n, "W", CKPT_F32, 2, 3, numbers);
    ckpt_put(n, "b", CKPT_F16, 0, 3, numbers);
    ckpt_put(n, "s", CKPT_BF16, 1, 1, numbers + 1);
    const char *path = in_folder("small.safetensors");
    commit(n, path);
    return load(path);
}

static void every_truncation_is_refused(void **state)
{
    (void)state;
    struct str s = small_file();
    for (size_t n = 0; n < s.n; n++)
        expect_refused(save(s.s, n), "m.safetensors' is not a checkpoint: ");
    ckpt_close(open_good(save(s.s, s.n)));
    str_addc(&s, 'x');
    expect_refused(save(s.s, s.n), "1 bytes at the end belong to no tensor");
    str_release(&s);
}

/* Either an error that says something, or values that are numbers. */
static void check_values(const struct ckpt *c)
{
    for (int i = 0; i < ckpt_count(c); i++) {
        const struct ckpt_tensor *t = ckpt_at(c, i);
        size_t n = t->bytes / 2; /* no type that is read has smaller values */
        int rows = t->dims == 2 ? (int)t->shape[0] : 1;
        int cols = t->dims ? (int)t->shape[t->dims - 1] : 1;
        real *x = xcalloc(n, sizeof *x);
        int64_t *v = xcalloc(n, sizeof *v);
        memset(&err, 0, sizeof err);
        if (ckpt_read(c, t->name, rows, cols, x, &err) < 0)
            assert_true(err.msg[0] && err.where[0]);
        else
            for (int k = 0; k < rows * cols; k++)
                assert_true(isfinite(x[k]));
        if (ckpt_read_ints(c, t->name, n, v, &err) < 0)
            assert_true(err.msg[0] && err.where[0]);
        free(x);
        free(v);
    }
}

static void every_flipped_bit_gives_an_error_or_numbers(void **state)
{
    int opened = 0, refused = 0;
    (void)state;
    struct str s = small_file();
    for (size_t bit = 0; bit < 8 * s.n; bit++) {
        s.s[bit / 8] = (char)(s.s[bit / 8] ^ 1 << bit % 8);
        memset(&err, 0, sizeof err);
        struct ckpt *c = ckpt_open(save(s.s, s.n), &err);
        if (c) {
            check_values(c);
            ckpt_close(c);
            opened++;
        } else {
            expect_message("m.safetensors' is not a checkpoint: ");
            refused++;
        }
        s.s[bit / 8] = (char)(s.s[bit / 8] ^ 1 << bit % 8);
    }
    /* the bits of the values and of the names at least; those of the length at least */
    assert_true(opened > 8 * 32 && refused > 8 * 8);
    str_release(&s);
}

/* ---- the run ------------------------------------------------------------ */

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *f)
{
    (void)st;
    (void)type;
    (void)f;
    return remove(path);
}

static int remove_folder(void **state)
{
    (void)state;
    return nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_float_type_comes_back),
        cmocka_unit_test(sixteen_bit_floats_round_to_even),
        cmocka_unit_test(whole_numbers_are_read),
        cmocka_unit_test(texts_come_back),
        cmocka_unit_test(same_contents_give_the_same_bytes),
        cmocka_unit_test(what_could_not_be_read_is_not_written),
        cmocka_unit_test(hostile_headers_are_refused),
        cmocka_unit_test(names_have_a_limit),
        cmocka_unit_test(good_headers_are_accepted),
        cmocka_unit_test(wrong_values_are_named),
        cmocka_unit_test(data_may_lie_at_any_address),
        cmocka_unit_test(lengths_beyond_the_file_are_refused),
        cmocka_unit_test(what_is_no_file_is_refused),
        cmocka_unit_test(a_long_path_leaves_room_for_the_fault),
        cmocka_unit_test(large_nonsense_is_refused_quickly),
        cmocka_unit_test(every_truncation_is_refused),
        cmocka_unit_test(every_flipped_bit_gives_an_error_or_numbers),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}

#include "model/ckpt.h"

#include "base/file.h"
#include "base/mem.h"
#include "model/ckpt_type.h"
#include "tests/unit/ckpt_files.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

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

/* What bits of sign, exponent and fraction mean, by the definition. */
static double defined(int bits, int fraction)
{
    int largest = (1 << (15 - fraction)) - 1, bias = largest / 2;
    int e = bits >> fraction & largest, f = bits & ((1 << fraction) - 1);
    double v = ldexp(e ? (1 << fraction) + f : f, MAX(e, 1) - bias - fraction);
    if (e == largest)
        v = f ? NAN : INFINITY;
    return bits & 0x8000 ? -v : v;
}

static void sixteen_bits_mean_what_is_defined(void **state)
{
    enum { ALL = 1 << 16 };
    static const struct {
        enum ckpt_type type;
        int fraction;
    } types[] = { { CKPT_F16, 10 }, { CKPT_BF16, 7 } };
    unsigned char *file = xmalloc(2 * ALL + 1);
    real *x = xcalloc(ALL, sizeof *x);
    (void)state;
    for (int i = 0; i < ALL; i++) { /* at odd addresses: any will do */
        file[2 * i + 1] = (unsigned char)(i & 255);
        file[2 * i + 2] = (unsigned char)(i >> 8);
    }
    for (size_t t = 0; t < ARRAY_LEN(types); t++) {
        ckpt_type_table[types[t].type].widen(file + 1, ALL, x);
        for (int i = 0; i < ALL; i++) {
            double want = defined(i, types[t].fraction);
            bool same = x[i] == want && !signbit(x[i]) == !signbit(want);
            if (isnan(want) ? !isnan(x[i]) : !same)
                fail_msg("%s %04x is %a instead of %a", ckpt_type_table[types[t].type].name,
                         (unsigned)i, (double)x[i], want);
        }
    }
    free(file);
    free(x);
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

/* ---- what is read wrongly ----------------------------------------------- */

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

/* Bytes with a scale a row or a column: right to half a step, zeros and the largest
 * exactly; refused without the scale, with NaN in either. */
static void scaled_bytes_come_back(void **state)
{
    (void)state;
    enum { R = 3, C = 5 };
    real x[R][C] = { { 0, -0.5, 100, 3, 1e-9f }, { 0, 0, 0, 0, 0 }, { 0, 7, -1, 2, 1e-3f } };
    for (int by_row = 0; by_row < 2; by_row++) {
        real back[R][C], most[MAX(R, C)] = { 0 };
        struct ckpt_new *n = ckpt_new();
        ckpt_put_scaled(n, "w", by_row, R, C, x[0]);
        const char *path = in_folder("m.safetensors");
        commit(n, path);
        struct ckpt *c = open_good(path);
        assert_int_equal(ckpt_find(c, "w")->bytes, R * C);
        assert_int_equal(ckpt_read(c, "w", R, C, back[0], &err), 0);
        for (int i = 0; i < R; i++)
            for (int j = 0; j < C; j++)
                most[by_row ? i : j] = (real)fmax(most[by_row ? i : j], fabs(x[i][j]));
        for (int i = 0; i < R; i++)
            for (int j = 0; j < C; j++) {
                double step = most[by_row ? i : j] / 127;
                assert_true(fabs(back[i][j] - x[i][j]) <= 0.5001 * step);
            }
        ckpt_close(c);
    }
    real one[C] = { 1, 2, 3, 4, 5 };
    struct ckpt_new *n = ckpt_new();
    ckpt_put(n, "w", CKPT_I8, 1, C, one);
    commit(n, in_folder("m.safetensors"));
    struct ckpt *c = open_good(in_folder("m.safetensors"));
    assert_int_equal(ckpt_read(c, "w", 1, C, one, &err), -1);
    expect_message("there is no 'w.scale'");
    ckpt_close(c);
    x[2][1] = (real)NAN;
    n = ckpt_new();
    ckpt_put_scaled(n, "w", true, R, C, x[0]);
    expect_unwritten(n, "weight 'w' [2,1] is nan as I8");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_float_type_comes_back),
        cmocka_unit_test(sixteen_bit_floats_round_to_even),
        cmocka_unit_test(sixteen_bits_mean_what_is_defined),
        cmocka_unit_test(whole_numbers_are_read),
        cmocka_unit_test(texts_come_back),
        cmocka_unit_test(same_contents_give_the_same_bytes),
        cmocka_unit_test(what_could_not_be_read_is_not_written),
        cmocka_unit_test(wrong_values_are_named),
        cmocka_unit_test(data_may_lie_at_any_address),
        cmocka_unit_test(scaled_bytes_come_back),
    };
    return cmocka_run_group_tests(tests, folder_make, folder_remove);
}

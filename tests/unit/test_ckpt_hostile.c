#include "model/ckpt.h"

#include "base/mem.h"
#include "tests/unit/ckpt_files.h"

#include <fcntl.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

/* ---- hostile files ------------------------------------------------------ */

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
    expect_refused(folder_path(), "is not a checkpoint: it is a folder");
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
    size_t n = (size_t)snprintf(path, sizeof path, "%s", folder_path());
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
    static const real numbers[] = { 0, -1, 0.5, 1.5f, 100, 1e-3f };
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hostile_headers_are_refused),
        cmocka_unit_test(names_have_a_limit),
        cmocka_unit_test(good_headers_are_accepted),
        cmocka_unit_test(lengths_beyond_the_file_are_refused),
        cmocka_unit_test(what_is_no_file_is_refused),
        cmocka_unit_test(a_long_path_leaves_room_for_the_fault),
        cmocka_unit_test(large_nonsense_is_refused_quickly),
        cmocka_unit_test(every_truncation_is_refused),
        cmocka_unit_test(every_flipped_bit_gives_an_error_or_numbers),
    };
    return cmocka_run_group_tests(tests, folder_make, folder_remove);
}

/* The examples of FIPS 180-4, and lengths around a block. */
#include "base/sha256.h"

#include "base/str.h"

#include <setjmp.h>
#include <stdarg.h>
#include <unistd.h>

#include <cmocka.h>

static void sums(const char *text, size_t n, const char *want)
{
    struct sha256 s;
    char sum[SHA256_TEXT];
    sha256_start(&s);
    for (size_t i = 0; i < n; i += 7) /* in pieces */
        sha256_add(&s, text + i, MIN(n - i, 7));
    sha256_end(&s, sum);
    assert_string_equal(sum, want);
    assert_true(sha256_valid(sum));
}

static void published_sums(void **state)
{
    (void)state;
    sums("", 0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    sums("abc", 3, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    sums("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 56,
         "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    struct str a = STR_INIT;
    for (int i = 0; i < 1000000; i++)
        str_addc(&a, 'a');
    sums(a.s, a.n, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    sums(a.s, 55, "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318");
    sums(a.s, 64, "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb");
    str_release(&a);
}

static void files_and_texts(void **state)
{
    (void)state;
    char path[] = "/tmp/seqsh-sha256-XXXXXX", sum[SHA256_TEXT];
    struct err err;
    int fd = mkstemp(path);
    assert_true(fd >= 0 && write(fd, "abc", 3) == 3);
    close(fd);
    assert_int_equal(sha256_file(path, sum, &err), 0);
    assert_string_equal(sum,
                        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    unlink(path);
    assert_int_equal(sha256_file(path, sum, &err), -1);
    assert_int_equal(sha256_file("/", sum, &err), -1);
    assert_false(sha256_valid(""));
    assert_false(sha256_valid("ba7816bf"));
    sum[0] = 'G';
    assert_false(sha256_valid(sum));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_sums),
        cmocka_unit_test(files_and_texts),
    };
    return cmocka_run_group_tests_name("sha256", tests, NULL, NULL);
}

/* The reverse task. */
#include "corpora/reader.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct settings reverse(void)
{
    struct settings s;
    settings_init(&s);
    assert_int_equal(settings_set(&s, "data", "reverse", NULL), 0);
    return s;
}

static void targets_are_sources_backwards(void **state)
{
    (void)state;
    struct settings s = reverse();
    struct example ex;
    int seen[8] = { 0 }, n = 0;
    s.examples = 3000;
    s.min_len = 3;
    s.max_len = 7;
    assert_int_equal(settings_set(&s, "letters", "aé日", NULL), 0);
    void *r = reader_reverse.open(&s, s.data, NULL);
    while (reader_reverse.next(r, &ex, NULL) > 0) {
        struct str back = STR_INIT;
        int letters = 0;
        for (const char *p = ex.src + strlen(ex.src); p > ex.src;) {
            const char *end = p;
            while ((*--p & 0xc0) == 0x80)
                ;
            str_addn(&back, p, (size_t)(end - p));
            letters++;
        }
        assert_string_equal(ex.tgt, back.s);
        assert_true(letters >= 3 && letters <= 7);
        seen[letters]++;
        str_release(&back);
        n++;
    }
    reader_reverse.close(r);
    assert_int_equal(n, 3000);
    for (int k = 3; k <= 7; k++)
        assert_true(seen[k] > 450 && seen[k] < 750); /* lengths alike: 600 */
}

static void held_out_strings_are_longer(void **state)
{
    (void)state;
    struct settings s = reverse();
    struct dataset ds;
    int longest = 0, beyond = 0;
    s.examples = 2000;
    s.max_len = 6;
    s.longer = 3;
    assert_int_equal(settings_set(&s, "length", "free", NULL), 0);
    assert_int_equal(dataset_load(&ds, &s, NULL), 0);
    assert_int_equal(ds.valid.n, 200);
    for (int i = 0; i < ds.train.n; i++)
        assert_true(ds.train.src_n[i] <= 6);
    for (int i = 0; i < ds.valid.n; i++) {
        longest = MAX(longest, ds.valid.src_n[i]);
        beyond += ds.valid.src_n[i] > 6;
    }
    assert_int_equal(longest, 9);
    assert_true(beyond > 40 && beyond < 100); /* a third */
    assert_int_equal(ds.src.len, 9);
    assert_int_equal(ds.tgt.len, 10); /* </s> */
    dataset_release(&ds);
}

/* Equal strings are on one side of a split by pair. */
static void keys_are_of_the_string(void **state)
{
    (void)state;
    struct settings s = reverse();
    struct example ex;
    uint64_t key[2] = { 0 };
    s.examples = 100;
    s.max_len = 1;
    assert_int_equal(settings_set(&s, "letters", "ab", NULL), 0);
    void *r = reader_reverse.open(&s, s.data, NULL);
    while (reader_reverse.next(r, &ex, NULL) > 0) {
        uint64_t *k = &key[*ex.src == 'b'];
        assert_true(*k == 0 || *k == ex.key);
        *k = ex.key;
    }
    reader_reverse.close(r);
    assert_true(key[0] != key[1]);
}

static void people_are_told(void **state)
{
    (void)state;
    struct settings s = reverse();
    struct str about = STR_INIT, example = STR_INIT;
    s.longer = 5;
    reader_reverse.about(&s, &about);
    assert_string_equal(about.s, "strings of 1 to 15 letters, backwards");
    assert_int_equal(settings_set(&s, "letters", "aé日", NULL), 0);
    reader_reverse.example(&s, &example);
    assert_string_equal(example.s, "aé日a");
    str_release(&about);
    str_release(&example);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(targets_are_sources_backwards),
        cmocka_unit_test(held_out_strings_are_longer),
        cmocka_unit_test(keys_are_of_the_string),
        cmocka_unit_test(people_are_told),
    };
    return cmocka_run_group_tests_name("reverse", tests, NULL, NULL);
}

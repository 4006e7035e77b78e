/* near: the word that was meant. */
#include "base/near.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const char *nearest(const char *typed, const char *const *words)
{
    struct near n = near_to(typed);
    for (; *words; words++)
        near_try(&n, *words);
    return n.best;
}

static const char *const words[] = { "hidden", "depth", "embed", "epochs", "lr", NULL };

static void one_slip_is_forgiven(void **state)
{
    (void)state;
    assert_string_equal(nearest("hiden", words), "hidden");   /* left out */
    assert_string_equal(nearest("hiddden", words), "hidden"); /* put in */
    assert_string_equal(nearest("hidgen", words), "hidden");  /* another */
    assert_string_equal(nearest("hdiden", words), "hidden");  /* changed places */
    assert_string_equal(nearest("dpeth", words), "depth");
    assert_string_equal(nearest("l", words), "lr");
    assert_string_equal(nearest("lr", words), "lr");
}

static void other_words_are_other_words(void **state)
{
    (void)state;
    assert_null(nearest("xyzzy", words));
    assert_null(nearest("temperature", words));
    assert_null(nearest("", words));
}

/* A longer word may have more slips; the nearer one wins, the first of equals. */
static void the_nearest_wins(void **state)
{
    static const char *const pair[] = { "src_alphabet", "tgt_alphabet", NULL };
    static const char *const equals[] = { "cat", "bat", NULL };
    (void)state;
    assert_string_equal(nearest("tgt_alpabhet", pair), "tgt_alphabet");
    assert_string_equal(nearest("sc_alphbet", pair), "src_alphabet");
    assert_string_equal(nearest("hat", equals), "cat");
}

static void long_words_do_no_harm(void **state)
{
    char typed[5000];
    (void)state;
    memset(typed, 'h', sizeof typed - 1);
    typed[sizeof typed - 1] = '\0';
    assert_null(nearest(typed, words));
    const char *const longer[] = { typed, "hidden", NULL };
    assert_string_equal(nearest("hidden", longer), "hidden");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_slip_is_forgiven),
        cmocka_unit_test(other_words_are_other_words),
        cmocka_unit_test(the_nearest_wins),
        cmocka_unit_test(long_words_do_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

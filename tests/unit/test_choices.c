/* The names a setting may take are the rows of a table, in settings_table.c as well. */
#include "base/settings.h"
#include "corpora/reader.h"
#include "model/arch.h"
#include "nn/attend.h"
#include "nn/cell.h"
#include "run/optim.h"
#include "text/tokenizer.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static bool is_choice(const char *key, const char *name)
{
    const struct setting *s = setting_find(key);
    assert_non_null(s);
    assert_non_null(s->choice);
    for (int i = 0; s->choice[i]; i++)
        if (!strcmp(s->choice[i], name))
            return true;
    return false;
}

static int count_choices(const char *key)
{
    int n = 0;
    while (setting_find(key)->choice[n])
        n++;
    return n;
}

/* Each row is a choice, and there are as many choices as rows. */
#define CHOICES_ARE_ROWS(key, table)                                                     \
    do {                                                                                 \
        int n = 0;                                                                       \
        for (; (table)[n]; n++)                                                          \
            if (!is_choice(key, (table)[n]->name))                                       \
                fail_msg("%s = %s cannot be chosen", key, (table)[n]->name);             \
        assert_int_equal(n, count_choices(key));                                         \
    } while (0)

static void test_arch(void **state)
{
    (void)state;
    CHOICES_ARE_ROWS("arch", arch_table);
}

static void test_cell(void **state)
{
    (void)state;
    CHOICES_ARE_ROWS("cell", cell_table);
}

static void test_score(void **state)
{
    (void)state;
    CHOICES_ARE_ROWS("score", score_table);
}

static void test_tokenizer(void **state)
{
    (void)state;
    CHOICES_ARE_ROWS("tokenizer", tokenizer_table);
}

/* Generators are chosen by `data`, readers of files by `format`. */
static void test_format(void **state)
{
    (void)state;
    int n = 0;
    for (int i = 0; reader_table[i]; i++)
        if (!reader_table[i]->generates) {
            if (!is_choice("format", reader_table[i]->name))
                fail_msg("format = %s cannot be chosen", reader_table[i]->name);
            n++;
        }
    assert_int_equal(n, count_choices("format"));
}

static void test_optimizer(void **state)
{
    (void)state;
    CHOICES_ARE_ROWS("optimizer", optim_table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_arch),      cmocka_unit_test(test_cell),
        cmocka_unit_test(test_score),     cmocka_unit_test(test_tokenizer),
        cmocka_unit_test(test_optimizer), cmocka_unit_test(test_format),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* run_variety: how much answers differ. */
#include "ui/run_variety.h"

#include "base/mem.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct run_reader *run;

static void answers(const char *const *guess)
{
    char question[20];
    for (; run->samples > 0; run->samples--) {
        struct run_sample *s = &run->sample[run->samples - 1];
        free(s->q);
        free(s->t);
        free(s->g);
    }
    for (int i = 0; guess[i]; i++) {
        snprintf(question, sizeof question, "question %d", i);
        run->sample[run->samples++] = (struct run_sample){
            .q = xstrdup(question), .t = xstrdup(""), .g = xstrdup(guess[i])
        };
    }
}

static int begin(void **state)
{
    (void)state;
    run = run_reader_new_fed("x");
    return 0;
}

static int end(void **state)
{
    (void)state;
    run_reader_free(run);
    return 0;
}

static void near(double a, double b)
{
    if (!(fabs(a - b) < 1e-9))
        fail_msg("%g is not %g", a, b);
}

static void the_same_to_everybody(void **state)
{
    struct run_variety v;
    (void)state;
    answers((const char *const[]){ "i do not know", "i do not know", "i do not know", NULL });
    run_variety(run, &v);
    near(v.generic, 1);
    near(v.distinct, 3 / 9.);
    near(v.self_bleu, 1);
    near(v.length, 4);
    near(v.spread, 0);
    assert_true(run_variety_generic(run, 1));
}

static void all_different(void **state)
{
    struct run_variety v;
    (void)state;
    answers((const char *const[]){ "a b c d", "e f", "  g  h  ", NULL });
    run_variety(run, &v);
    near(v.generic, 0);
    near(v.distinct, 1);
    near(v.self_bleu, 0);
    near(v.length, 8 / 3.);
    near(v.repeats, 0);
    assert_false(run_variety_generic(run, 1));
}

static void words_again_and_unknown_ones(void **state)
{
    struct run_variety v;
    (void)state;
    answers((const char *const[]){ "no no no", "<unk> yes", NULL });
    run_variety(run, &v);
    near(v.repeats, 2 / 5.);
    near(v.unknown, 1 / 5.);
    near(v.distinct, 2 / 3.);
    near(v.spread, .5);
}

static void nothing_to_say(void **state)
{
    struct run_variety v;
    (void)state;
    run_variety(run, &v);
    assert_true(isnan(v.length) && isnan(v.distinct) && isnan(v.self_bleu));
    answers((const char *const[]){ "", "22", NULL });
    run_variety(run, &v);
    near(v.length, .5);
    assert_true(isnan(v.distinct) && isnan(v.self_bleu));
}

int main(void)
{
#define IN(test) cmocka_unit_test_setup_teardown(test, begin, end)
    const struct CMUnitTest tests[] = {
        IN(the_same_to_everybody), IN(all_different), IN(words_again_and_unknown_ones),
        IN(nothing_to_say),
    };
    return cmocka_run_group_tests_name("variety", tests, NULL, NULL);
}

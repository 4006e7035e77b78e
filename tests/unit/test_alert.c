/* alert: each rule speaks when it should, once, and not before. */
#include "run/alert.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct alert a;
static struct str said;

static int begin(void **state)
{
    (void)state;
    a = (struct alert){ 0 };
    str_clear(&said);
    return 0;
}

static int end(void **state)
{
    (void)state;
    str_release(&said);
    return 0;
}

static bool step(double loss)
{
    return alert_feed(&a, &(struct event){ .kind = EVENT_STEP, .loss = loss }, &said);
}

static bool eval(double loss, bool best)
{
    return alert_feed(&a, &(struct event){ .kind = EVENT_EVAL, .loss = loss, .best = best },
                      &said);
}

static void a_jump(void **state)
{
    (void)state;
    assert_false(step(1));
    assert_false(step(100)); /* too early to know */
    begin(NULL);
    for (int i = 0; i < 30; i++)
        assert_false(step(1 + .01 * (i % 3)));
    assert_false(step(1.03));
    assert_true(step(1.2));
    assert_non_null(strstr(said.s, "spike: loss 1.2, z +"));
    for (int i = 0; i < 30; i++)
        assert_false(step(9)); /* said already */
    assert_false(step(NAN));
    for (int i = 0; i < 300; i++)
        assert_false(step(2 - i * .001)); /* down is fine */
    assert_true(step(5));
}

static void overfitting(void **state)
{
    (void)state;
    double train = 1;
    eval(1, true);
    for (int i = 1; i < ALERT_OVERFIT; i++) {
        step(train -= .1);
        assert_false(eval(1 + .1 * i, false));
    }
    step(train -= .1);
    assert_true(eval(2, false));
    assert_non_null(strstr(said.s, "overfit: "));
    step(train -= .1);
    assert_false(eval(3, false)); /* said already */
}

static void training_rises_too(void **state)
{
    (void)state;
    double train = 1;
    eval(1, true);
    for (int i = 1; i < ALERT_PLATEAU; i++) {
        step(train += .001);
        assert_false(eval(1 + .1 * i, false)); /* no overfitting, whatever it is */
    }
}

static void a_plateau(void **state)
{
    (void)state;
    assert_false(eval(1, true));
    for (int round = 0; round < 2; round++) {
        for (int i = 1; i < ALERT_PLATEAU; i++)
            assert_false(eval(1 + .1 * (i % 2), false));
        assert_true(eval(1, false));
        assert_non_null(strstr(said.s, "plateau: 10 validations"));
        assert_false(eval(1, false));
        assert_false(eval(.9, true)); /* it begins anew */
    }
}

int main(void)
{
#define IN(test) cmocka_unit_test_setup_teardown(test, begin, end)
    const struct CMUnitTest tests[] = {
        IN(a_jump),
        IN(overfitting),
        IN(training_rises_too),
        IN(a_plateau),
    };
    return cmocka_run_group_tests_name("alert", tests, NULL, NULL);
}

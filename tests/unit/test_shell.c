/* What the shell keeps of a talk, and what is asked with it. */
#include "tests/toy.h"

#include "ui/shell.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct toy toy;
static struct shell sh;

static struct reply *said(const char *question, const char *answer)
{
    struct reply *r = reply_new(question);
    str_add(&r->text, answer);
    return r;
}

static void asks(const char *typed, const char *want)
{
    struct str asked = STR_INIT;
    shell_ask(&sh, typed, strlen(typed), &asked);
    assert_string_equal(str_cstr(&asked), want);
    str_release(&asked);
}

static void say(const char *question, const char *answer)
{
    struct reply *r = said(question, answer);
    struct str asked = STR_INIT;
    shell_ask(&sh, question, strlen(question), &asked);
    shell_remember(&sh, NULL, r);
    str_release(&asked);
    reply_free(r);
}

static void lines_are_asked_with_those_before(void **state)
{
    (void)state;
    asks("a", "a");
    say("a", "b");
    asks("c", "a __eou__ b __eou__ c");
    say("c", "d");
    asks("e", "c __eou__ d __eou__ e");
    asks("  ", "  ");
    sh.knobs.context = 1;
    asks("e", "d __eou__ e");
    sh.knobs.context = 0;
    assert_false(shell_recalls(&sh));
    asks("e", "e");
    sh.knobs.context = 2;
    assert_true(shell_recalls(&sh));
    say("x", "");
    asks("y", "x __eou__ y");
    shell_forget(&sh);
    asks("y", "y");
}

static void another_answer_takes_its_place(void **state)
{
    struct reply *was = said("a", "b"), *is = said("a", "z"), *other = said("q", "r");
    (void)state;
    say("a", "b");
    shell_correct(&sh, was, is);
    asks("c", "a __eou__ z __eou__ c");
    shell_correct(&sh, other, was); /* not of the last line */
    asks("c", "a __eou__ z __eou__ c");
    shell_unsay(&sh, other);
    asks("c", "a __eou__ z __eou__ c");
    shell_unsay(&sh, is);
    asks("c", "c");
    say("p", "q");
    say("a", "z");
    shell_unsay(&sh, is);
    asks("c", "p __eou__ q __eou__ c");
    shell_forget(&sh);
    shell_correct(&sh, was, is);
    asks("c", "c");
    reply_free(was);
    reply_free(is);
    reply_free(other);
}

static int make(void **state)
{
    struct settings s;
    struct err err;
    (void)state;
    toy_settings(&s);
    settings_set(&s, "arch", "attention", &err);
    settings_set(&s, "length", "free", &err);
    toy_make(&toy, &s, 2);
    toy.model->src.turns = 3;
    shell_init(&sh);
    sh.model = toy.model;
    sh.knobs.context = 2;
    return 0;
}

static int unmake(void **state)
{
    (void)state;
    shell_forget(&sh);
    str_release(&sh.turns);
    toy_release(&toy);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(lines_are_asked_with_those_before, make, unmake),
        cmocka_unit_test_setup_teardown(another_answer_takes_its_place, make, unmake),
    };
    return cmocka_run_group_tests_name("turns kept", tests, NULL, NULL);
}

/* opt: command lines taken apart; knobs: what /set and the options share. */
#include "ui/opt.h"

#include "ui/knob.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

struct seen {
    struct str log; /* "name=value " for each option, in order */
};

static int note(void *own, const char *name, const char *value)
{
    struct seen *s = own;
    str_addf(&s->log, "%s=%s ", name, value ? value : "(none)");
    return 0;
}

static int take_name(void *own, const char *value, struct err *err)
{
    (void)err;
    return note(own, "name", value);
}

static int take_flag(void *own, const char *value, struct err *err)
{
    (void)err;
    return note(own, "flag", value);
}

static int take_maybe(void *own, const char *value, struct err *err)
{
    (void)err;
    return note(own, "maybe", value);
}

static int take_never(void *own, const char *value, struct err *err)
{
    (void)own;
    return err_set(err, "not '%s'", value);
}

static const struct opt first[] = {
    { "name", 'n', "TEXT", "", take_name, NULL, NULL },
    { "flag", 'f', NULL, "", take_flag, NULL, NULL },
    { .name = NULL },
};
static const struct opt second[] = {
    { "nominal", 0, NULL, "", take_flag, NULL, NULL },
    { "maybe", 'm', "[=HOW]", "", take_maybe, NULL, NULL },
    { "never", 0, "TEXT", "", take_never, NULL, NULL },
    { "na", 0, "TEXT", "", take_name, NULL, NULL },
    { .name = NULL },
};

/* Words apart by '|'. What was taken, then "; " and the operands; or the error. */
static void parses(const char *words, const char *expected)
{
    char copy[200], *argv[20] = { NULL }, *rest = copy;
    struct seen one = { STR_INIT }, two = { STR_INIT };
    struct opt_table tables[] = { { first, &one }, { second, &two }, { NULL, NULL } };
    struct err err;
    int argc = 0;
    snprintf(copy, sizeof copy, "seqsh|%s", words);
    while (rest)
        argv[argc++] = strsep(&rest, "|");
    int n = opt_parse(tables, argc, argv, &err);
    str_add(&one.log, str_cstr(&two.log));
    str_add(&one.log, n < 0 ? err.msg : ";");
    for (int i = 1; i <= n; i++)
        str_addf(&one.log, " %s", argv[i]);
    assert_string_equal(one.log.s, expected);
    str_release(&one.log);
    str_release(&two.log);
}

static void options_in_every_form(void **state)
{
    (void)state;
    parses("--name|x", "name=x ;");
    parses("--name=x", "name=x ;");
    parses("--name=", "name= ;");
    parses("--name=a=b", "name=a=b ;");
    parses("-n|x", "name=x ;");
    parses("-nx", "name=x ;");
    parses("-fnx", "flag=(none) name=x ;");
    parses("-ff", "flag=(none) flag=(none) ;");
    parses("-n|-5+3", "name=-5+3 ;");
    parses("--maybe|x", "maybe=(none) ; x");
    parses("--maybe=x", "maybe=x ;");
    parses("-mf", "flag=(none) maybe=(none) ;");
}

static void operands_stay(void **state)
{
    (void)state;
    parses("a|--flag|b", "flag=(none) ; a b");
    parses("a|--|--flag|-n", "; a --flag -n");
    parses("-|a", "; - a");
    parses("--|--", "; --");
    parses("|a", ";  a");
}

static void beginnings_will_do(void **state)
{
    (void)state;
    parses("--fl", "flag=(none) ;");
    parses("--nam=x", "name=x ;");
    parses("--n", "option '--n' could be one of: name nominal never na");
    parses("--na=x", "name=x ;"); /* a whole name, though others begin so */
    parses("--ne=x", "not 'x'");
}

static void mistakes_are_named(void **state)
{
    (void)state;
    parses("--nmae=x", "unknown option '--nmae': did you mean '--name'?");
    parses("--xyzzy", "unknown option '--xyzzy'");
    parses("-x", "unknown option '-x'");
    parses("-\xc3\xa9", "unknown option '-\xc3\xa9'");
    parses("-\xff", "unknown option '-\xff'");
    parses("--name", "option '--name' needs a value: TEXT");
    parses("-fn", "flag=(none) option '--name' needs a value: TEXT");
    parses("--flag=x", "option '--flag' takes no value");
    parses("--never|x", "not 'x'");
}

static void usage(void **state)
{
    struct str s = STR_INIT;
    (void)state;
    opt_usage(&first[0], &s);
    str_addc(&s, '|');
    opt_usage(&first[1], &s);
    str_addc(&s, '|');
    opt_usage(&second[1], &s);
    assert_string_equal(s.s, "-n, --name TEXT|-f, --flag|-m, --maybe[=HOW]");
    str_release(&s);
}

/* ---- knobs ------------------------------------------------------------------------ */

static void shows(const struct knobs *k, const char *name, const char *value)
{
    struct str s = STR_INIT;
    knob_find(name, NULL)->show(k, &s);
    assert_string_equal(s.s, value);
    str_release(&s);
}

/* What a knob shows it also takes, and what it refuses changes nothing. */
static void knobs_take_what_they_show(void **state)
{
    struct knobs k = knobs_defaults();
    struct err err;
    (void)state;
    k.probs = PROBS_ON;
    for (const struct opt *o = knob_table; o->name; o++) {
        struct str was = STR_INIT, is = STR_INIT;
        o->show(&k, &was);
        assert_int_equal(o->take(&k, was.s, &err), 0);
        if (strcmp(o->arg, "TEXT")) {
            assert_int_equal(o->take(&k, "no such thing", &err), -1);
            assert_non_null(strstr(err.msg, o->name));
            assert_non_null(strstr(err.msg, "no such thing"));
        }
        o->show(&k, &is);
        assert_string_equal(was.s, is.s);
        for (int i = 0; o->choice && o->choice(i); i++) {
            assert_int_equal(o->take(&k, o->choice(i), &err), 0);
            shows(&k, o->name, o->choice(i));
        }
        str_release(&was);
        str_release(&is);
    }
}

static void knobs_have_ranges(void **state)
{
    static const struct { const char *name, *good, *bad; } edge[] = {
        { "temperature", "0.01", "0.009" }, { "temperature", "100", "100.5" },
        { "top-k", "0", "-1" },             { "top-p", "1", "1.01" },
        { "top-p", "0.001", "0" },          { "seed", "0", "-1" },
        { "seed", "2147483647", "2147483648" }, { "max-len", "10000", "10001" },
        { "pace", "0", "-5" },              { "pace", "60000", "60001" },
        { "beam", "1", "0" },               { "nbest", "1000", "1001" },
        { "normalize", "0", "-0.1" },       { "repetition", "0.01", "0" },
        { "min-p", "1", "1.1" },            { "block", "0", "-1" },
    };
    struct knobs k = knobs_defaults();
    struct err err;
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(edge); i++) {
        const struct opt *o = knob_find(edge[i].name, &err);
        assert_int_equal(o->take(&k, edge[i].good, &err), 0);
        shows(&k, edge[i].name, edge[i].good);
        assert_int_equal(o->take(&k, edge[i].bad, &err), -1);
        shows(&k, edge[i].name, edge[i].good);
    }
}

static void knobs_are_found(void **state)
{
    struct err err;
    (void)state;
    assert_string_equal(knob_find("temp", &err)->name, "temperature");
    assert_null(knob_find("top", &err));
    assert_string_equal(err.msg, "setting 'top' could be one of: top-k top-p");
    assert_null(knob_find("tempo", &err));
    assert_string_equal(err.msg, "unknown setting 'tempo'");
    assert_null(knob_find("sede", &err));
    assert_string_equal(err.msg, "unknown setting 'sede': did you mean 'seed'?");
}

/* Some knobs rest until the decoder is theirs. */
static void knobs_know_when_they_rest(void **state)
{
    static const struct { const char *decoder; int resting; const char *wake; } cases[] = {
        { "argmax", 15, "/sample" }, { "sample", 2, NULL }, { "beam", 7, "/sample" },
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct knobs k = knobs_defaults();
        int resting = 0;
        assert_int_equal(knob_find("decoder", NULL)->take(&k, cases[i].decoder, NULL), 0);
        for (const struct opt *o = knob_table; o->name; o++)
            resting += knob_rests(&k, o) != NULL;
        assert_int_equal(resting, cases[i].resting);
        const char *wake = knob_rests(&k, knob_find("temperature", NULL));
        assert_int_equal(!wake, !cases[i].wake);
        assert_true(!wake || !strcmp(wake, cases[i].wake));
    }
}

/* A width asks for a beam. */
static void knobs_that_turn_others(void **state)
{
    struct knobs k = knobs_defaults();
    (void)state;
    assert_int_equal(knob_find("beam", NULL)->take(&k, "7", NULL), 0);
    assert_ptr_equal(k.decode.strategy, &strategy_beam);
    assert_int_equal(k.decode.choose.width, 7);
    assert_int_equal(knob_find("nbest", NULL)->take(&k, "3", NULL), 0);
    assert_int_equal(k.decode.nbest, 3);
}

static void knobs_from_words(void **state)
{
    struct knobs k = knobs_defaults();
    struct err err;
    (void)state;
    assert_int_equal(knobs_take(&k, "", &err), 0);
    assert_int_equal(knobs_take(&k, "  decoder=sample draws=7  mmi=0.5 ", &err), 0);
    shows(&k, "decoder", "sample");
    shows(&k, "draws", "7");
    shows(&k, "mmi", "0.5");
    assert_int_equal(knobs_take(&k, "ban=darn*,*heck,ass", &err), 0);
    shows(&k, "ban", "darn*,*heck,ass");
    assert_int_equal(knobs_take(&k, "ban=*", &err), -1);
    shows(&k, "ban", "darn*,*heck,ass");
    assert_int_equal(knobs_take(&k, "ban=none", &err), 0);
    assert_string_equal(k.decode.wording.ban, "");
    assert_int_equal(knobs_take(&k, "mmi=0.25 bloc=3 block=4", &err), -1);
    assert_non_null(strstr(err.msg, "'bloc'"));
    shows(&k, "mmi", "0.25");
    assert_int_equal(knobs_take(&k, "block", &err), -1);
    assert_string_equal(err.msg, "'block' has no value: NAME=VALUE");
    assert_int_equal(knobs_take(&k, "block=x", &err), -1);
    shows(&k, "block", "0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_in_every_form),
        cmocka_unit_test(operands_stay),
        cmocka_unit_test(beginnings_will_do),
        cmocka_unit_test(mistakes_are_named),
        cmocka_unit_test(usage),
        cmocka_unit_test(knobs_take_what_they_show),
        cmocka_unit_test(knobs_have_ranges),
        cmocka_unit_test(knobs_are_found),
        cmocka_unit_test(knobs_know_when_they_rest),
        cmocka_unit_test(knobs_that_turn_others),
        cmocka_unit_test(knobs_from_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

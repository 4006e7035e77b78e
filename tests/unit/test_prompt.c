/* The small pieces of the prompt: completion, the command table, figures, lines for
 * files. */
#include "ui/cmd.h"
#include "ui/ask.h"
#include "ui/complete.h"
#include "ui/out.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* Everything offered at the end of `line`, sorted, apart by blanks. */
static void offers(const char *line, const char *expected, bool files)
{
    struct shell sh;
    struct names all = { 0 };
    struct str text = STR_INIT;
    int from = (int)strlen(line);
    while (from > 0 && !strchr(" =", line[from - 1]))
        from--;
    shell_init(&sh);
    assert_int_equal(complete(&sh, line, from, &all), files);
    names_sort(&all);
    for (int i = 0; i < all.n; i++)
        str_addf(&text, "%s%s", i ? " " : "", all.s[i]);
    assert_string_equal(str_cstr(&text), expected);
    str_release(&text);
    names_release(&all);
    shell_release(&sh);
}

static void tab_offers_what_fits(void **state)
{
    (void)state;
    offers("/set decoder ", "argmax beam sample", false);
    offers("/set decoder=", "argmax beam sample", false);
    offers("/set dec arg", "argmax beam sample", false);
    offers("/set decoder argmax ", "", false);
    offers("/set temperature ", "", false);
    offers("/set nonsense ", "", false);
    offers("/set ", "attn ban beam block block-source block-source-words block-words bonus "
           "context coverage decoder diversity draws entropy follow groups max-len min-p "
           "min-p-within mmi mmi-rank mmi-steps nbest norm normalize pace precision probs "
           "repetition seed step stop temperature timing top-k top-p", false);
    offers("/probs ", "num off on", false);
    offers("/pro ", "num off on", false);
    offers("/probs on ", "", false);
    offers("/quit ", "", false);
    offers("10+", "", false);
    offers("", "", false);
    offers("//s", "", false);
}

/* Whatever command there is, Tab offers it. */
static void tab_offers_every_command(void **state)
{
    struct shell sh;
    struct names all = { 0 };
    int n = 0;
    (void)state;
    shell_init(&sh);
    assert_false(complete(&sh, "/", 0, &all));
    for (const struct cmd *const *c = cmd_table; *c; c++, n++) {
        assert_string_equal(all.s[n] + 1, (*c)->name);
        assert_true(*(*c)->help && (*c)->args && (*c)->run);
    }
    assert_int_equal(n, all.n);
    names_release(&all);
}

static void commands_by_their_beginning(void **state)
{
    struct err err;
    (void)state;
    assert_ptr_equal(cmd_find("quit", &err), &cmd_quit);
    assert_ptr_equal(cmd_find("q", &err), &cmd_quit);
    assert_ptr_equal(cmd_find("se", NULL), NULL);
    assert_null(cmd_find("clearly", &err));
    assert_string_equal(err.msg, "unknown command '/clearly': did you mean '/clear'?");
    assert_null(cmd_find("s", &err));
    assert_string_equal(err.msg, "command '/s' could be one of: sub set sample seed step "
                                 "stop stats save source");
}

static void words_of_a_line(void **state)
{
    char line[] = "  seed \t 7  x", *rest = line;
    (void)state;
    assert_string_equal(cmd_word(&rest), "seed");
    assert_string_equal(rest, "7  x");
    assert_string_equal(cmd_word(&rest), "7");
    assert_string_equal(cmd_word(&rest), "x");
    assert_null(cmd_word(&rest));
    assert_null(cmd_word(&rest));
}

static void probabilities(void **state)
{
    char buf[16];
    (void)state;
    assert_string_equal(ask_p(buf, 1), "1.00");
    assert_string_equal(ask_p(buf, 0.9999), ".999");
    assert_string_equal(ask_p(buf, 0.9815), ".981");
    assert_string_equal(ask_p(buf, 0.001), ".001");
    assert_string_equal(ask_p(buf, 0.0009), "9e-04");
    assert_string_equal(ask_p(buf, 0), "0e+00");
}

static void figures(void **state)
{
    struct ask a = { .tokens = 2, .logp = -0.0202, .bits = 0.191, .seconds = 0.0032 };
    struct knobs k = knobs_defaults();
    struct str s = STR_INIT;
    (void)state;
    ask_figures(&a, &k, false, &s);
    assert_string_equal(s.s, "p .980  H .19 bit  2 tok  3 ms");
    str_clear(&s);
    a.tokens = 1;
    a.bits = 12.3;
    a.seconds = 0.0004;
    a.seed = 42;
    k.decode.strategy = &strategy_sample;
    ask_figures(&a, &k, true, &s);
    assert_string_equal(s.s, "probability .980, entropy 12 bit, 1 token, 0.4 ms, seed 42");
    str_release(&s);
}

static void lines_for_files(void **state)
{
    struct str s = STR_INIT;
    (void)state;
    out_plain(&s, "été\t日本 \033[31m\nx\x7f\r\xc2\x85\xff\xc3");
    assert_string_equal(s.s, "été\t日本 �[31m�x�����");
    str_release(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tab_offers_what_fits),
        cmocka_unit_test(tab_offers_every_command),
        cmocka_unit_test(commands_by_their_beginning),
        cmocka_unit_test(words_of_a_line),
        cmocka_unit_test(probabilities),
        cmocka_unit_test(figures),
        cmocka_unit_test(lines_for_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Settings that do not go together, sizes that no machine has, and rules to stop by. */
#include "base/settings.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct settings fresh(void)
{
    struct settings s;
    settings_init(&s);
    return s;
}

static void assert_has(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("'%s' does not say '%s'", text, part);
}

static int parse(struct settings *s, const char *text, struct err *err)
{
    return settings_parse(s, text, strlen(text), "x.conf", err);
}

static void nonsense_is_explained(void **state)
{
    (void)state;
    static const struct {
        const char *config, *says; /* NULL: it makes sense */
    } cases[] = {
        { "arch = transfer\nlength = fixed\n", NULL },
        { "ops = +-*+++\n", NULL },
        { "ops = +-*\nhold_ops = +-\nsplit = pair\n", NULL },
        { "data = fra.tsv\nops = ?\ntokenizer = word\n", NULL },
        { "valid = 0\n", NULL },
        { "stop = loss<=0.1\npatience = 3\n", NULL },
        { "schedule = cosine\nlr_end = 0.1\n", NULL },
        { "optimizer = sgd\nmomentum = 0.9\n", NULL },
        { "arch = transfer\nteacher = 0.5\n", NULL },
        { "src_alphabet = \"0123456789+ \"\n", NULL },
        { "length = free\nsrc_alphabet = 0123456789+\n", NULL },
        { "batch = 4\nshards = 4\n", NULL },
        { "data = a.tsv\ntokenizer = subword\nlength = free\ncasual = 0.2\nsplit = pair\n", NULL },
        { "data = a.tsv\nlength = free\ncasual = 0.2\n", "casual is for subwords" },
        { "data = a.tsv\nmore = b.tsv\n", "more is learned from, and nothing of it held out" },
        { "data = a.tsv\nmore = b.tsv\nvalid_data = c.tsv\nswap = yes\n", NULL },
        { "data = a.tsv\nformat = dialog\nlength = free\nswap = yes\ncontext = 2\n",
          "swap would put replies before" },
        { "data = a.tsv\ntokenizer = subword\nlength = free\ncasual = 0.2\nsplit = tail\n",
          "set split = pair, or valid_data" },
        { "consistency = 5\nstateful = yes\n", "consistency answers all twice" },
        { "ops = +/\n", "ops: '/' is no operator" },
        { "ops =\n", "ops is empty" },
        { "hold_ops = +/\nsplit = pair\n", "hold_ops: '/' is no operator" },
        { "hold_ops = +\n", "hold_ops needs split = pair" },
        { "tokenizer = word\n", "set tokenizer = char" },
        { "batch = 3\nshards = 4\n", "shards = 4 is more than batch = 3" },
        { "valid = 0\nstop = exact>=0.9\n", "set valid above 0" },
        { "valid = 0\npatience = 2\n", "set valid above 0" },
        { "stop = good\n", "stop: cannot read 'good'" },
        { "lr_end = 0.1\n", "set schedule = cosine" },
        { "momentum = 0.9\n", "momentum is for optimizer = sgd" },
        { "teacher = 0.5\n", "set teacher = 1" },
        { "align = right\nlength = free\n", "align = right needs length = fixed" },
        { "src_alphabet = 0123456789+\n", "src_alphabet has no space" },
        { "tgt_alphabet = \"01é2é \"\n", "tgt_alphabet: 'é' stands in it twice" },
        { "data = x.tsv\ntokenizer = word\nsrc_alphabet = \"ab \"\n",
          "src_alphabet is for characters" },
        /* the reverse task */
        { "data = reverse\n", NULL },
        { "data = reverse\nlonger = 5\n", NULL },
        { "data = reverse\nletters =\n", "letters is empty: set letters" },
        { "data = reverse\nletters = \"a b\"\n", "letters has a space" },
        { "data = reverse\nmin_len = 9\nmax_len = 8\n", "set min_len = 8 or less" },
        { "data = reverse\nlonger = 5\nsplit = random\n", "set split = tail" },
        { "data = reverse\nlonger = 5\nvalid = 0\n", "set split = tail, and valid above" },
        { "data = reverse\ntokenizer = word\n", "set tokenizer = char" },
        /* layouts */
        { "data = x\nmark_end = yes\npad = nothing\n", NULL },
        { "data = x\nlength = free\nwrap = yes\n", NULL },
        { "length = free\nmark_end = yes\n", "mark_end is for length = fixed" },
        { "align = right\nmark_end = yes\n", "mark_end stands behind the text: set align" },
        { "pad = nothing\n", "pad = nothing needs length = fixed and mark_end = yes" },
        { "wrap = yes\n", "wrap is for sources of their own length: set length = free" },
        { "words = 5\n", "words is for tokenizer = word or token: set words = 0" },
        { "cut = yes\n", "set src_len, tgt_len or both" },
        { "cut = yes\nsrc_len = 4\n", NULL },
        /* vectors */
        { "data = waves\ntokenizer = vector\nloss = mse\n", NULL },
        { "data = waves\ntokenizer = vector\n", "loss = cross-entropy is for symbols, not "
          "for vectors: set loss = mse" },
        { "data = waves\n", "set tokenizer = vector and loss = mse" },
        { "loss = mse\n", "set loss = cross-entropy, or tokenizer = vector" },
        { "data = x\ntokenizer = vector\nloss = mse\nlength = free\n", "set length = fixed" },
        { "data = x\ntokenizer = vector\nloss = mse\nembed = 8\n", "set embed = 0" },
        { "data = x\ntokenizer = vector\nloss = mse\nlower = yes\n", "are for symbols" },
        { "data = x\ntokenizer = vector\nloss = mse\nspecials = all\n", "are for symbols" },
        { "data = x\ntokenizer = vector\nloss = mse\ncut = yes\n", "cut is for symbols" },
        { "data = x\ntokenizer = vector\nloss = mse\nsrc_alphabet = ab\n",
          "src_alphabet is for characters" },
        /* what other architectures have */
        { "score = dot\n", "score = dot is for arch = attention: leave it out of arch = "
          "repeat, or set arch = attention" },
        { "arch = transfer\nscore = general\n", "is for arch = attention" },
        { "arch = readout\nscore = static\n", "is for arch = attention" },
        { "arch = transfer\nattend = after\n", "attend = after is for arch = attention" },
        { "arch = transfer\nstart = zeros\n", "start = zeros is for arch = attention" },
        { "input_feeding = yes\n", "input_feeding = true is for arch = attention" },
        { "deep_output = yes\n", "deep_output = true is for arch = attention" },
        { "arch = transfer\nlocation = 1\n", "location = 1 is for arch = attention" },
        { "arch = attention\nscore = dot\nattend = after\n", NULL },
        { "arch = attention\npeek = yes\n", "peek = true is for arch = readout" },
        { "readout = 8\n", "readout = 8 is for arch = readout" },
        { "broadcast_state = no\n", "broadcast_state = false is for arch = readout" },
        { "inner_broadcast_state = no\n", "inner_broadcast_state = false is for arch" },
        { "arch = readout\nbidirectional = yes\n", "set bidirectional = no" },
        { "arch = readout\nresidual = yes\n", "set residual = no" },
        { "arch = readout\nresidual = yes\ninner_broadcast_state = no\ndepth = 2\n",
          "set residual = no" },
        { "arch = readout\ndepth = 3,2\n", NULL },
        { "arch = readout\ndepth = 3,2\ninner_broadcast_state = no\n",
          "3 layers are not 2: set depth = 3, or inner_broadcast_state = yes" },
        { "arch = readout\ndepth = 3,2\ninner_broadcast_state = no\n"
          "broadcast_state = no\n", NULL },
        { "arch = readout\ndepth = 2\ninner_broadcast_state = no\n", NULL },
    };
    struct err err;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct settings s = fresh();
        if (parse(&s, cases[i].config, &err) < 0)
            fail_msg("%s: %s", cases[i].config, err.msg);
        int got = settings_check(&s, &err);
        if (got != (cases[i].says ? -1 : 0))
            fail_msg("%s: %d", cases[i].config, got);
        if (cases[i].says)
            assert_has(err.msg, cases[i].says);
    }
}

static void sizes_out_of_range_are_refused(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        { "depth = 0\n", "depth = 0 is out of range: 1 to 16" },
        { "depth = 2,0\n", "depth = 0 is out of range: 1 to 16" },
        { "depth = 17\n", "depth = 17 is out of range" },
        { "hidden = 0\n", "hidden = 0 is out of range: 1 to 16384" },
        { "hidden = 0,5\n", "hidden = 0 is out of range" },
        { "dropout = 1.5\n", "dropout = 1.5 is out of range: 0 to 0.95" },
        { "dropout_embed = 1\n", "dropout_embed = 1 is out of range" },
        { "min_len = 0\n", "min_len = 0 is out of range" },
        { "src_dim = 0\n", "src_dim = 0 is out of range" },
        { "loss = hinge\n", "loss: 'hinge' is none of cross-entropy, mse" },
    };
    struct err err;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct settings s = fresh();
        assert_int_equal(parse(&s, cases[i][0], &err), -1);
        assert_has(err.msg, cases[i][1]);
    }
}

static void stop_rules_are_taken_apart(void **state)
{
    (void)state;
    static const struct {
        const char *stop, *metric;
        bool at_least;
        double value;
    } good[] = {
        { "exact>=0.99", "exact", true, 0.99 },
        { "loss <= 1e-2", "loss", false, 0.01 },
        { "acc>=1", "acc", true, 1 }, { "bleu>=40", "bleu", true, 40 }, /* is watched */
    };
    static const char *const bad[] = { "chrf>=40", "exact", "exact>0.9", "exact=0.9", "exact>=",
                                       "exact>=x", ">=0.9", "exactly>=0.9", "ppl<=3",
                                       "exact>=0.9 loss<=1", "exact==0.9" };
    struct stop_rule rule;
    struct err err;
    struct settings s = fresh();
    assert_int_equal(settings_stop(&s, &rule, &err), 0);
    assert_int_equal(settings_set(&s, "watch", "bleu", &err), 0);
    for (size_t i = 0; i < ARRAY_LEN(good); i++) {
        assert_int_equal(settings_set(&s, "stop", good[i].stop, &err), 0);
        assert_int_equal(settings_stop(&s, &rule, &err), 1);
        assert_string_equal(rule.metric, good[i].metric);
        assert_int_equal(rule.at_least, good[i].at_least);
        assert_true(rule.value == good[i].value);
    }
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        assert_int_equal(settings_set(&s, "stop", bad[i], &err), 0);
        if (settings_stop(&s, &rule, &err) != -1)
            fail_msg("'%s' was taken for a rule", bad[i]);
        assert_has(err.msg, bad[i]);
    }
}
int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nonsense_is_explained),
        cmocka_unit_test(sizes_out_of_range_are_refused),
        cmocka_unit_test(stop_rules_are_taken_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

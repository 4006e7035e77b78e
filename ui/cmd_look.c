/* Looking into the last answer: /attn, /describe, /why, /top, /beamtree, /stats. */
#include "ui/beamtree.h"
#include "ui/cmd.h"
#include "ui/heat.h"
#include "ui/line.h"
#include "ui/out.h"
#include "ui/piece.h"
#include "ui/rivals.h"
#include "ui/sgr.h"
#include "ui/ui_text.h"
#include "ui/why.h"

#include <math.h>

static void write_json(const struct shell *sh, const struct reply *r)
{
    struct str out = STR_INIT;
    reply_json(r, &out);
    str_addc(&out, '\n');
    out_write(sh->talk, &out);
    str_release(&out);
}

/* ---- /attn ----------------------------------------------------------------------- */

static void add_glyphs(const struct ramp *shade, struct str *out)
{
    for (int i = 0; i < shade->n; i++)
        sgr_glyph(out, INK_HEAT + i * (HEAT_LEVELS - 1) / (shade->n - 1), shade->glyph[i]);
}

/* How much of the attention each piece of the source got: 1 is one token's worth. */
static void add_coverage(const struct reply *r, struct str *out)
{
    struct str line = STR_INIT;
    str_add(&line, "  coverage");
    for (int j = 0; j < r->source.n; j++) {
        double sum = 0;
        for (int i = 0; i < r->n; i++)
            sum += (double)r->step[i].alpha[j];
        str_add(&line, "  ");
        piece_show(&line, r->source.s[j]);
        str_addf(&line, " %.1f", sum);
    }
    sgr_add(out, INK_DIM, line.s);
    str_addc(out, '\n');
    str_release(&line);
}

/* For ears: where each token looked most. */
static void add_sentences(const struct reply *r, struct str *out)
{
    for (int i = 0; i < r->n; i++) {
        int most = 0;
        for (int j = 1; j < r->source.n; j++)
            if (r->step[i].alpha[j] > r->step[i].alpha[most])
                most = j;
        str_addf(out, "token %d ", i + 1);
        piece_quote(out, r->step[i].piece);
        str_addf(out, " looks mostly at source %d ", most + 1);
        piece_quote(out, r->source.s[most]);
        str_addf(out, ", %.2f\n", (double)r->step[i].alpha[most]);
    }
}

static int show_map(struct shell *sh, const struct reply *r, bool words, struct err *err)
{
    struct str out = STR_INIT;
    struct heat heat;
    if (!heat_of_reply(&heat, r))
        return err_set(err, "this model has no attention: its arch is %s",
                       sh->model->arch->name);
    if (words) {
        add_sentences(r, &out);
    } else {
        heat_add(&heat, line_columns() - 1, &out);
        str_add(&out, "  rows: the answer; columns: the source; 0 \"");
        add_glyphs(theme()->shade, &out);
        str_add(&out, "\" 1\n");
        add_coverage(r, &out);
    }
    out_write(sh->talk, &out);
    heat_release(&heat);
    str_release(&out);
    return 0;
}

static int run_attn(struct shell *sh, char *args, struct err *err)
{
    if (*args && strcmp(args, "--json") != 0)
        return cmd_turn(sh, "attn", args, err);
    const struct reply *r = shell_reply(sh, err);
    if (!r)
        return -1;
    if (!*args)
        return show_map(sh, r, sh->plain, err);
    write_json(sh, r);
    return 0;
}

static bool complete_attn(const struct shell *sh, const char *before, struct names *out)
{
    (void)sh;
    static const char *const words[] = { "on", "off", "--json" };
    for (size_t i = 0; !*before && i < ARRAY_LEN(words); i++)
        names_add(out, words[i]);
    return false;
}

const struct cmd cmd_attn = {
    .name = "attn",
    .args = "[on|off|--json]",
    .help = "attention of the last answer; on: of each answer",
    .more = "A row for each token of the answer, a column for each piece of the source: how\n"
            "much the one looked at the other. Coverage is the sum of a column.",
    .run = run_attn,
    .complete = complete_attn,
};

/* ---- /describe ------------------------------------------------------------------- */

static int run_describe(struct shell *sh, char *args, struct err *err)
{
    const struct reply *r = shell_reply(sh, err);
    (void)args;
    return r ? show_map(sh, r, true, err) : -1;
}

const struct cmd cmd_describe = {
    .name = "describe",
    .args = "",
    .help = "attention of the last answer in words",
    .run = run_describe,
};

/* ---- /why ------------------------------------------------------------------------ */

static int run_why(struct shell *sh, char *args, struct err *err)
{
    const struct reply *r = shell_tokens(sh, err);
    int step = r ? (*args && *args != '-' ? piece_step(r, &args, err) : r->n - 1) : -1;
    bool json = !strcmp(args, "--json");
    struct str out = STR_INIT;
    struct why w;
    if (step < 0 || (!json && cmd_no_more(args, err) < 0))
        return -1;
    if (why_init(&w, sh, r, step))
        str_add(&out, "^C\n");
    else if (json)
        why_json(&w, sh->model, &out);
    else
        why_show(&w, sh->model, sh->plain, line_columns(), &out);
    str_add(&out, json ? "\n" : "");
    out_write(sh->talk, &out);
    why_release(&w);
    str_release(&out);
    return 0;
}

const struct cmd cmd_why = {
    .name = "why",
    .args = "[N] [--json]",
    .help = "why token N: candidates, attention, what it rests on",
    .more = "p_base is what the model says, p_final what temperature, top-k and top-p make of\n"
            "it. \"without\": each piece of the source blanked out, and what becomes of the\n"
            "token's probability.",
    .run = run_why,
};

/* ---- /top ------------------------------------------------------------------------ */

static int run_top(struct shell *sh, char *args, struct err *err)
{
    long n = 5;
    const struct reply *r = shell_reply(sh, err);
    struct str out = STR_INIT;
    if (*args && opt_whole(args, 1, REPLY_CANDS, "the number of tokens", &n, err) < 0)
        return -1;
    if (!r)
        return -1;
    rivals_table(r, (int)n, sh, line_columns(), &out);
    out_write(sh->talk, &out);
    str_release(&out);
    return 0;
}

const struct cmd cmd_top = {
    .name = "top",
    .args = "[K]",
    .help = "each token of the last answer and the K next best",
    .run = run_top,
};

/* ---- /beamtree --------------------------------------------------------------------- */

static int run_beamtree(struct shell *sh, char *args, struct err *err)
{
    const struct reply *r = shell_tokens(sh, err);
    struct decode_step s;
    struct str out = STR_INIT;
    struct ask a;
    bool stopped = false;
    (void)args;
    if (!r)
        return -1;
    if (sh->knobs.decode.strategy != &strategy_beam)
        return err_set(err, "no beam is searched when decoder is %s: /beam 4 first",
                       sh->knobs.decode.strategy->name);
    ask_again(&a, sh->model, &sh->knobs, 0, &r->plan);
    while (!stopped && ask_next(&a, &s))
        stopped = line_wait(0) && !s.done;
    if (stopped)
        str_add(&out, "^C\n");
    else
        beamtree_add(a.decode, sh->model, line_columns(), &out);
    ask_end(&a);
    out_write(sh->talk, &out);
    str_release(&out);
    return 0;
}

const struct cmd cmd_beamtree = {
    .name = "beamtree",
    .args = "",
    .help = "what a beam search for the last answer tried",
    .more = "A line for each leaf: an answer and its log-probability, or the step at which its\n"
            "hypothesis was given up.",
    .run = run_beamtree,
};

/* ---- /stats ---------------------------------------------------------------------- */

static int run_stats(struct shell *sh, char *args, struct err *err)
{
    double seconds = 0, bits = 0, logp = 0, worst = 1;
    long answers = 0, tokens = 0, doubtful = 0;
    (void)args;
    (void)err;
    for (int i = 0; i < sh->said.n; i++) {
        const struct reply *r = sh->said.reply[i];
        answers++;
        seconds += r->sums.seconds;
        bits += r->sums.bits;
        logp += r->sums.logp;
        worst = MIN(worst, exp(r->sums.logp));
        tokens += r->n;
        for (int k = 0; k < r->n; k++)
            doubtful += r->step[k].p < 0.3;
    }
    shell_say(sh, INK_TEXT, "%-12s %d, answers %ld, tokens %ld", "questions", sh->said.turn,
              answers, tokens);
    if (tokens == 0)
        return 0;
    shell_say(sh, INK_TEXT, "%-12s %.3g s, %.0f tokens a second", "computing", seconds,
              (double)tokens / MAX(seconds, 1e-6));
    shell_say(sh, INK_TEXT, "%-12s %.3f on average (geometric), %ld of %ld below .3",
              "token p", exp(logp / (double)tokens), doubtful, tokens);
    shell_say(sh, INK_TEXT, "%-12s %.2f bit on average", "entropy",
              bits / (double)tokens);
    shell_say(sh, INK_TEXT, "%-12s %.2g", "least likely", worst);
    return 0;
}

const struct cmd cmd_stats = {
    .name = "stats",
    .args = "",
    .help = "figures of this session",
    .run = run_stats,
};

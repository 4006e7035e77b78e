/* The last answer once more, with something changed: what was said before and what is
 * said now stand one above the other. */
#include "base/mem.h"
#include "base/utf8.h"
#include "ui/answer.h"
#include "ui/cmd.h"
#include "ui/piece.h"

/* For models that do not hear what they said. */
static void say_deaf(const struct shell *sh)
{
    if (sh->model->arch->food != FOOD_TOKEN)
        shell_say(sh, INK_DIM, "arch = %s does not hear what was forced: what follows stays",
                  sh->model->arch->name);
}

static int again(struct shell *sh, struct plan *plan, struct str *how)
{
    answer_again(sh, plan, str_cstr(how));
    str_release(how);
    return 0;
}

/* The answer goes on from another token at step i. */
static int take_token(struct shell *sh, const struct reply *r, int i, int token)
{
    struct plan plan = reply_plan(r, i);
    struct str how = STR_INIT;
    ids_add(&plan.forced, token);
    str_addf(&how, "'%s' forced at %d", codec_piece(&sh->model->tgt, token), i + 1);
    say_deaf(sh);
    return again(sh, &plan, &how);
}

/* ---- /alt, /force ------------------------------------------------------------------ */

static int run_alt(struct shell *sh, char *args, struct err *err)
{
    const struct reply *r = shell_tokens(sh, err);
    int i = r ? piece_step(r, &args, err) : -1;
    long k = 2;
    if (i < 0)
        return -1;
    if (*args && opt_whole(args, 1, MIN(r->step[i].cands, REPLY_CANDS), "the rank", &k,
                           err) < 0)
        return -1;
    if (k > r->step[i].cands)
        return err_set(err, "there is no other token");
    return take_token(sh, r, i, r->step[i].cand[k - 1].token);
}

const struct cmd cmd_alt = {
    .name = "alt",
    .args = "N [K]",
    .help = "go on from another token: at N, the K-th best",
    .more = "/alt 3 takes the second best token at step 3, /alt 3 5 the fifth; /why 3 lists\n"
            "them. What was said before that stays, what comes after is new.",
    .run = run_alt,
};

static int run_force(struct shell *sh, char *args, struct err *err)
{
    const struct reply *r = shell_tokens(sh, err);
    int i = r ? piece_step(r, &args, err) : -1;
    if (i < 0)
        return -1;
    if (!*args)
        return err_set(err, "which token? Any piece of the vocabulary");
    int token = piece_token(sh->model, args, err);
    return token < 0 ? -1 : take_token(sh, r, i, token);
}

static bool complete_force(const struct shell *sh, const char *before, struct names *out)
{
    char *copy = xstrdup(before), *rest = copy;
    bool second = cmd_word(&rest) && !*rest && sh->model;
    for (int v = 0; second && v < vocab_size(sh->model->tgt.vocab); v++)
        piece_offer(out, codec_piece(&sh->model->tgt, v));
    free(copy);
    return false;
}

const struct cmd cmd_force = {
    .name = "force",
    .args = "N TOKEN",
    .help = "go on from this token at N, whatever its probability",
    .run = run_force,
    .complete = complete_force,
};

/* ---- /attend --------------------------------------------------------------------- */

static int run_attend(struct shell *sh, char *args, struct err *err)
{
    const struct reply *r = shell_tokens(sh, err);
    int i = r ? piece_step(r, &args, err) : -1;
    if (i < 0)
        return -1;
    if (!r->step[0].alpha)
        return err_set(err, "this model has no attention: its arch is %s",
                       sh->model->arch->name);
    int place = piece_place(r, &args, err);
    if (place < 0 || cmd_no_more(args, err) < 0)
        return -1;
    struct plan plan = reply_plan(r, i);
    struct str how = STR_INIT;
    while (plan.attend.n < i)
        ids_add(&plan.attend, -1);
    ids_add(&plan.attend, place);
    str_addf(&how, "looks at '%s' at %d", r->source.s[place], i + 1);
    return again(sh, &plan, &how);
}

static bool complete_attend(const struct shell *sh, const char *before, struct names *out)
{
    const struct reply *r = sh->said.now;
    char *copy = xstrdup(before), *rest = copy;
    bool second = cmd_word(&rest) && !*rest && r;
    for (int j = 0; second && j < r->source.n; j++)
        piece_offer(out, r->source.s[j]);
    free(copy);
    return false;
}

const struct cmd cmd_attend = {
    .name = "attend",
    .args = "N WORD|PLACE",
    .help = "go on with token N looking at this place of the source",
    .more = "/attend 4 stehen: token 4 attends to 'stehen' and to nothing else. A place is a\n"
            "number, counted from 1, or the piece that stands there.",
    .run = run_attend,
    .complete = complete_attend,
};

/* ---- /mask ----------------------------------------------------------------------- */

static int run_mask(struct shell *sh, char *args, struct err *err)
{
    const struct reply *r = shell_tokens(sh, err);
    int place = r ? piece_place(r, &args, err) : -1;
    if (place < 0 || cmd_no_more(args, err) < 0)
        return -1;
    struct plan plan = reply_plan(r, 0);
    struct str how = STR_INIT;
    plan.src.id[place] = -1;
    str_addf(&how, "without '%s'", r->source.s[place]);
    return again(sh, &plan, &how);
}

bool complete_source(const struct shell *sh, const char *before, struct names *out)
{
    const struct reply *r = sh->said.now;
    for (int j = 0; !*before && r && j < r->source.n; j++)
        piece_offer(out, r->source.s[j]);
    return false;
}

const struct cmd cmd_mask = {
    .name = "mask",
    .args = "WORD|PLACE",
    .help = "answer again, this piece of the source blanked out",
    .run = run_mask,
    .complete = complete_source,
};

/* ---- /prefix, /continue, /regen ---------------------------------------------------- */

/* The tokens of a beginning: a whole text's, without what ends or fills it. */
static int read_prefix(const struct codec *c, const char *text, struct ids *out,
                       struct err *err)
{
    int eos = vocab_special(c->vocab, VOCAB_EOS), sos = vocab_special(c->vocab, VOCAB_SOS);
    if (c->reverse || (c->fixed && c->right))
        return err_set(err, "answers of this model do not begin where they are read");
    if (codec_encode(c, text, out, err) < 0)
        return -1;
    for (int i = 0; i < out->n; i++)
        if (out->id[i] == vocab_special(c->vocab, VOCAB_UNK))
            return err_set(err, "the model cannot say all of '%s'", utf8_quote(text).s);
    while (out->n > 0 && (out->id[out->n - 1] == eos ||
                          (c->fixed && out->id[out->n - 1] == c->filler)))
        out->n--;
    if (out->n > 0 && out->id[0] == sos && sos >= 0)
        memmove(out->id, out->id + 1, (size_t)--out->n * sizeof *out->id);
    return 0;
}

static int run_prefix(struct shell *sh, char *args, struct err *err)
{
    const struct reply *r = shell_tokens(sh, err);
    struct str how = STR_INIT;
    struct plan plan;
    if (!r)
        return -1;
    if (!*args)
        return err_set(err, "how shall the answer begin?");
    plan = reply_plan(r, 0);
    if (read_prefix(&sh->model->tgt, args, &plan.forced, err) < 0) {
        plan_release(&plan);
        return -1;
    }
    str_addf(&how, "beginning '%s'", args);
    say_deaf(sh);
    return again(sh, &plan, &how);
}

const struct cmd cmd_prefix = {
    .name = "prefix",
    .args = "TEXT",
    .help = "answer again, beginning with this text",
    .run = run_prefix,
};

/* The best token that does not end the answer. */
static int go_on(const struct model *m, const struct reply_step *s)
{
    int eos = vocab_special(m->tgt.vocab, VOCAB_EOS);
    for (int i = 0; i < s->cands; i++)
        if (s->cand[i].token != eos)
            return s->cand[i].token;
    return eos;
}

static int run_continue(struct shell *sh, char *args, struct err *err)
{
    const struct reply *r = shell_tokens(sh, err);
    const struct model *m = sh->model;
    struct str how = STR_INIT;
    (void)args;
    if (!r)
        return -1;
    if (m->tgt.fixed)
        return err_set(err, "answers of this model have %d tokens, and no more",
                       m->tgt.len);
    int eos = vocab_special(m->tgt.vocab, VOCAB_EOS), last = r->n - 1;
    bool ended = r->step[last].token == eos;
    struct plan plan = reply_plan(r, ended ? last : r->n);
    if (ended)
        ids_add(&plan.forced, go_on(m, &r->step[last]));
    str_add(&how, ended ? "goes on instead of ending" : "goes on");
    return again(sh, &plan, &how);
}

const struct cmd cmd_continue = {
    .name = "continue",
    .args = "",
    .help = "the last answer goes on where it was stopped or ended",
    .run = run_continue,
};

static int run_regen(struct shell *sh, char *args, struct err *err)
{
    const struct reply *r = shell_tokens(sh, err);
    struct str how = STR_INIT;
    (void)args;
    if (!r)
        return -1;
    struct plan plan = reply_plan(transcript_branch(&sh->said, 0), 0);
    plan.seed = sh->knobs.seed < 0 ? ask_seed() : (uint64_t)sh->knobs.seed;
    str_add(&how, "once more");
    if (sh->knobs.decode.strategy == &strategy_sample)
        str_addf(&how, ", seed %llu", (unsigned long long)plan.seed);
    return again(sh, &plan, &how);
}

const struct cmd cmd_regen = {
    .name = "regen",
    .args = "",
    .help = "answer the last question again, as the settings are now",
    .run = run_regen,
};

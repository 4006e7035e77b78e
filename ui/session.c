#include "ui/session.h"

#include "base/mem.h"
#include "base/utf8.h"
#include "ui/full.h"

#include <jansson.h>

enum { TOKENS_MAX = 100000 };

/* ---- writing --------------------------------------------------------------------- */

static json_t *json_ids(const struct ids *ids)
{
    json_t *a = json_array();
    for (int i = 0; i < ids->n; i++)
        json_array_append_new(a, json_integer(ids->id[i]));
    return a;
}

static json_t *json_numbers(const real *x, int n)
{
    json_t *a = json_array();
    for (int i = 0; i < n; i++)
        json_array_append_new(a, json_real((double)x[i]));
    return a;
}

static json_t *json_answer(const struct reply *r)
{
    struct ids said = { 0 };
    for (int i = 0; i < r->n; i++)
        ids_add(&said, r->step[i].token);
    json_t *o = json_pack("{s:o, s:o, s:i, s:i, s:s, s:I, s:b, s:o, s:o, s:o, s:o}",
                          "question", reply_json_text(r->question), "text",
                          reply_json_text(str_cstr(&r->text)), "turn", r->turn, "branch",
                          r->branch, "decoder", r->strategy->name, "seed",
                          (json_int_t)r->plan.seed, "stopped", r->stopped, "source",
                          json_ids(&r->plan.src), "forced", json_ids(&r->plan.forced),
                          "attend", json_ids(&r->plan.attend), "said", json_ids(&said));
    if (r->how)
        json_object_set_new(o, "how", reply_json_text(r->how));
    if (r->plan.memory)
        json_object_set_new(o, "memory", json_numbers(r->plan.memory, r->plan.memory_n));
    ids_release(&said);
    return o;
}

void session_write(const struct shell *sh, struct str *out)
{
    json_t *settings = json_object(), *answers = json_array(), *o;
    for (const struct opt *k = knob_table; k->name; k++) {
        struct str value = STR_INIT;
        k->show(&sh->knobs, &value);
        json_object_set_new(settings, k->name, reply_json_text(str_cstr(&value)));
        str_release(&value);
    }
    for (int i = sh->said.since; i < sh->said.n; i++)
        if (!sh->said.reply[i]->sums.vectors)
            json_array_append_new(answers, json_answer(sh->said.reply[i]));
    o = json_pack("{s:s, s:o, s:o, s:o}", "seqsh", PACKAGE_VERSION, "model",
                  reply_json_text(sh->path), "settings", settings, "answers", answers);
    if (sh->memory)
        json_object_set_new(o, "memory", json_numbers(sh->memory, model_memory(sh->model)));
    if (sh->turns.n)
        json_object_set_new(o, "turns", reply_json_text(sh->turns.s));
    char *text = json_dumps(o, JSON_INDENT(1) | JSON_ENSURE_ASCII | JSON_REAL_PRECISION(9));
    str_addf(out, "%s\n", text);
    free(text);
    json_decref(o);
}

/* ---- reading --------------------------------------------------------------------- */

static int wrong(const char *what, struct err *err)
{
    return err_set(err, "this is no session of seqsh: %s", what);
}

/* Numbers from `least` to `most` - 1. */
static int read_ids(const json_t *o, const char *key, int least, int most, struct ids *out,
                    struct err *err)
{
    const json_t *a = json_object_get(o, key);
    if (!json_is_array(a) || json_array_size(a) > TOKENS_MAX)
        return wrong(key, err);
    for (size_t i = 0; i < json_array_size(a); i++) {
        const json_t *v = json_array_get(a, i);
        json_int_t id = json_integer_value(v);
        if (!json_is_integer(v) || id < least || id >= most)
            return err_set(err, "the session is of another model: it has no piece %lld",
                           (long long)id);
        ids_add(out, (int)id);
    }
    return 0;
}

static real *read_numbers(const json_t *o, int n)
{
    const json_t *a = json_object_get(o, "memory");
    if (n == 0 || !json_is_array(a) || json_array_size(a) != (size_t)n)
        return NULL;
    real *x = xcalloc((size_t)n, sizeof *x);
    for (int i = 0; i < n; i++)
        x[i] = (real)json_number_value(json_array_get(a, (size_t)i));
    return x;
}

static int read_plan(const struct model *m, const json_t *o, struct plan *plan,
                     struct ids *said, struct err *err)
{
    int words = vocab_size(m->src.vocab), pieces = vocab_size(m->tgt.vocab);
    *plan = (struct plan){
        .seed = (uint64_t)json_integer_value(json_object_get(o, "seed")),
        .memory_n = model_memory(m),
    };
    if (read_ids(o, "source", -1, words, &plan->src, err) < 0 ||
        read_ids(o, "forced", 0, pieces, &plan->forced, err) < 0 ||
        read_ids(o, "said", 0, pieces, said, err) < 0 ||
        read_ids(o, "attend", -1, MAX(plan->src.n, 1), &plan->attend, err) < 0)
        return -1;
    plan->memory = read_numbers(o, plan->memory_n);
    plan->memory_n = plan->memory ? plan->memory_n : 0;
    return plan->src.n && said->n ? 0 : wrong("an answer without tokens", err);
}

static const struct strategy *strategy_of(const json_t *o)
{
    const char *name = json_string_value(json_object_get(o, "decoder"));
    for (int i = 0; name && strategy_table[i]; i++)
        if (!strcmp(strategy_table[i]->name, name))
            return strategy_table[i];
    return &strategy_argmax;
}

/* The answer with the tokens it had, and what the model says of them. */
static struct reply *decode(const struct model *m, const struct knobs *knobs,
                            const json_t *o, const struct plan *plan, const struct ids *said)
{
    struct knobs k = *knobs;
    struct plan all = plan_copy(plan);
    struct decode_step s;
    struct ask a;
    struct reply *r = reply_new(json_string_value(json_object_get(o, "question")));
    k.decode.strategy = strategy_of(o);
    if (k.decode.strategy == &strategy_beam)
        k.decode.strategy = &strategy_argmax; /* all is forced: nothing to search */
    ids_release(&all.forced);
    all.forced = (struct ids){ 0 };
    for (int i = 0; i < said->n; i++)
        ids_add(&all.forced, said->id[i]);
    ask_again(&a, m, &k, REPLY_CANDS, &all);
    for (int i = 0; i < said->n && ask_next(&a, &s); i++)
        ;
    r->plan = plan_copy(plan);
    reply_end(r, m, &a, &k, json_is_true(json_object_get(o, "stopped")));
    r->strategy = strategy_of(o);
    if (json_object_get(o, "how"))
        r->how = xstrdup(json_string_value(json_object_get(o, "how")));
    ask_end(&a);
    plan_release(&all);
    return r;
}

static int read_answer(const struct shell *sh, const json_t *o, struct transcript *to,
                       int *different, struct err *err)
{
    struct plan plan = { 0 };
    struct ids said = { 0 };
    const char *text = json_string_value(json_object_get(o, "text"));
    const json_t *how = json_object_get(o, "how");
    json_int_t branch = json_integer_value(json_object_get(o, "branch"));
    int bad = -1;
    if (!text || !json_string_value(json_object_get(o, "question")) ||
        (how && !json_is_string(how)) || (branch > 0 && to->n == 0))
        wrong("an answer", err);
    else
        bad = read_plan(sh->model, o, &plan, &said, err);
    if (bad == 0) {
        struct reply *r = decode(sh->model, &sh->knobs, o, &plan, &said);
        *different += strcmp(str_cstr(&r->text), text) != 0;
        transcript_add(to, r, branch > 0);
    }
    plan_release(&plan);
    ids_release(&said);
    return bad;
}

static int read_settings(struct shell *sh, const json_t *settings, struct err *err)
{
    const struct decode_options *was = &sh->knobs.decode;
    struct knobs k = knobs_defaults();
    const char *name;
    json_t *value;
    k.decode.memory = was->memory;
    json_object_foreach((json_t *)settings, name, value) {
        const struct opt *o = knob_find(name, err);
        if (!o || !json_is_string(value) || o->take(&k, json_string_value(value), err) < 0)
            return -1;
    }
    /* some settings choose the decoder as well: what the session says of it is last */
    const char *decoder = json_string_value(json_object_get(settings, "decoder"));
    if (decoder && knob_find("decoder", err)->take(&k, decoder, err) < 0)
        return -1;
    sh->knobs = k;
    return 0;
}

static int read_all(struct shell *sh, const json_t *o, int *different, struct err *err)
{
    const char *path = json_string_value(json_object_get(o, "model"));
    const json_t *settings = json_object_get(o, "settings");
    const json_t *answers = json_object_get(o, "answers");
    struct transcript said = { 0 };
    if (!path || !json_is_object(settings) || !json_is_array(answers))
        return wrong("model, settings or answers are missing", err);
    if (strcmp(path, sh->path) && shell_open(sh, path, err) < 0)
        return -1;
    struct knobs was = sh->knobs;
    int bad = read_settings(sh, settings, err);
    for (size_t i = 0; bad == 0 && i < json_array_size(answers); i++)
        bad = read_answer(sh, json_array_get(answers, i), &said, different, err);
    if (bad < 0) {
        sh->knobs = was;
        transcript_release(&said);
        return -1;
    }
    if (sh->full)
        full_forget(sh->full);
    transcript_release(&sh->said);
    sh->said = said;
    real *memory = read_numbers(o, sh->memory ? model_memory(sh->model) : 0);
    if (memory)
        memcpy(sh->memory, memory, (size_t)model_memory(sh->model) * sizeof *memory);
    free(memory);
    const char *turns = json_string_value(json_object_get(o, "turns"));
    str_clear(&sh->turns);
    str_add(&sh->turns, turns ? turns : "");
    return 0;
}

int session_read(struct shell *sh, const char *text, size_t n, int *different,
                 struct err *err)
{
    json_error_t e;
    json_t *o = json_loadb(text, n, 0, &e);
    *different = 0;
    if (!o)
        return err_set(err, "this is no session of seqsh: line %d: %s", e.line,
                       utf8_quote(e.text).s);
    int bad = read_all(sh, o, different, err);
    json_decref(o);
    return bad;
}

#include "ui/shell.h"

#include "base/mem.h"
#include "num/pool.h"
#include "run/remember.h"
#include "text/talk.h"
#include "ui/answer.h"
#include "ui/cmd.h"
#include "ui/data.h"
#include "ui/find.h"
#include "ui/fmt.h"
#include "ui/full.h"
#include "ui/inspect.h"
#include "ui/out.h"
#include "ui/sgr.h"
#include "ui/ui_text.h"

#include <errno.h>
#include <jansson.h>
#include <stdarg.h>

void shell_init(struct shell *sh)
{
    *sh = (struct shell){
        .knobs = knobs_defaults(),
        .mode = mode_own,
        .answers = stdout,
        .talk = stdout,
    };
}

void shell_release(struct shell *sh)
{
    transcript_release(&sh->said);
    pairs_release(&sh->near);
    if (sh->trace)
        fclose(sh->trace);
    model_free(sh->model);
    free(sh->memory);
    str_release(&sh->turns);
    names_release(&sh->given);
    free(sh->path);
    free(sh->name);
    *sh = (struct shell){ 0 };
}

/* How a model answers of its own accord, and as the command line said. */
static int knobs_own(const struct shell *sh, const struct model *m, struct knobs *k,
                     struct err *err)
{
    k->decode = decode_defaults();
    k->decode.memory = sh->knobs.decode.memory;
    if (knobs_take(k, m->set.decode, err) < 0)
        return err_prefix(err, "decode");
    return knobs_take_all(k, &sh->given, err);
}

/* The same, or as it was asked for: `was` is the model before, or NULL. */
static int knobs_of(const struct shell *sh, const struct model *was, const struct model *m,
                    struct knobs *k, struct err *err)
{
    bool own = m->set.decode[0] || !was || was->set.decode[0];
    *k = sh->knobs;
    k->context = MAX(m->src.turns - 1, 0);
    return own ? knobs_own(sh, m, k, err) : 0;
}

/* What checks questions; nothing, if its file is gone. */
static void find_reader(struct shell *sh)
{
    sh->reader = sh->mode->raw ? NULL : reader_find(&sh->model->set, NULL);
}

/* Takes the path. again: it is the open model with other weights, and goes on as it was. */
static int open_path(struct shell *sh, char *path, bool again, struct err *err)
{
    struct stat st = { 0 };
    if (path)
        stat(path, &st);
    struct model *m = path ? model_open(path, err) : NULL;
    struct knobs knobs = sh->knobs;
    if (!m || (!again && knobs_of(sh, sh->model, m, &knobs, err) < 0)) {
        model_free(m);
        free(path);
        return -1;
    }
    knobs_apply(&knobs, m);
    if (sh->full)
        full_forget(sh->full);
    if (!again)
        str_clear(&sh->turns);
    sh->knobs = knobs;
    pairs_release(&sh->near);
    model_free(sh->model);
    free(sh->path);
    free(sh->name);
    sh->model = m;
    transcript_part(&sh->said);
    sh->opened = st;
    sh->path = path;
    sh->name = find_name(path);
    find_reader(sh);
    free(sh->memory);
    sh->memory = model_memory(m) ? xcalloc(model_memory(m), sizeof *sh->memory) : NULL;
    sh->knobs.decode.memory = sh->memory;
    return 0;
}

int shell_open(struct shell *sh, const char *name, struct err *err)
{
    return open_path(sh, find_model(name, err), false, err);
}

int shell_mode(struct shell *sh, const struct mode *mode, struct err *err)
{
    struct knobs k = sh->knobs;
    struct names words = { 0 };
    mode_words(mode, &words);
    int bad = mode->own ? knobs_own(sh, sh->model, &k, err) : knobs_take_all(&k, &words, err);
    names_release(&words);
    if (bad)
        return -1;
    sh->knobs = k;
    sh->mode = mode;
    knobs_apply(&sh->knobs, sh->model);
    find_reader(sh);
    return 0;
}

bool shell_recalls(const struct shell *sh)
{
    return sh->memory || (sh->model->src.turns > 1 && sh->knobs.context > 0);
}

void shell_ask(struct shell *sh, const char *text, size_t n, struct str *asked)
{
    bool blank = strspn(text, " \t") == n;
    if (sh->model->src.turns > 1 && !blank) {
        talk_keep(&sh->turns, sh->knobs.context);
        str_addn(asked, sh->turns.s, sh->turns.n);
        talk_add(asked, text, n);
    } else {
        str_addn(asked, text, n);
    }
}

/* Turns without words are none. */
static void keep_turn(struct shell *sh, const char *text)
{
    if (sh->model->src.turns > 1 && text[strspn(text, " \t")])
        talk_add(&sh->turns, text, strlen(text));
}

void shell_correct(struct shell *sh, const struct reply *was, const struct reply *is)
{
    const char *turns = str_cstr(&sh->turns), *last = talk_last(turns);
    if (!sh->turns.n || strcmp(last, str_cstr(&was->text)))
        return;
    talk_drop(&sh->turns);
    keep_turn(sh, str_cstr(&is->text));
}

void shell_unsay(struct shell *sh, const struct reply *r)
{
    const char *text[] = { str_cstr(&r->text), r->question };
    for (int i = 0; i < 2; i++)
        if (sh->turns.n && !strcmp(talk_last(str_cstr(&sh->turns)), text[i]))
            talk_drop(&sh->turns);
}

void shell_keep(struct shell *sh, struct reply *r, bool branch)
{
    struct str line = STR_INIT;
    transcript_add(&sh->said, r, branch);
    if (!sh->trace)
        return;
    reply_json(r, &line);
    str_addc(&line, '\n');
    if (out_try(sh->trace, &line) < 0) {
        shell_say(sh, INK_WARN, "the trace ends here: %s", strerror(errno));
        fclose(sh->trace);
        sh->trace = NULL;
    }
    str_release(&line);
}

static void remember_line(struct shell *sh, const struct decode *d)
{
    struct pairs line;
    struct tape tape;
    pairs_init(&line);
    decode_line(d, &line);
    tape_init(&tape, &sh->model->params);
    if (line.n)
        remember(sh->model, &tape, &line, sh->memory);
    tape_release(&tape);
    pairs_release(&line);
}

void shell_remember(struct shell *sh, const struct decode *d, const struct reply *r)
{
    keep_turn(sh, r->question);
    keep_turn(sh, str_cstr(&r->text));
    if (sh->memory)
        remember_line(sh, d);
}

void shell_forget(struct shell *sh)
{
    str_clear(&sh->turns);
    if (sh->memory)
        memset(sh->memory, 0, (size_t)model_memory(sh->model) * sizeof *sh->memory);
}

/* Settings are passed on where the data are others: is every piece known? */
static bool reads(const struct codec *c, const char *text)
{
    struct ids row = { 0 };
    struct err err;
    int unk = vocab_special(c->vocab, VOCAB_UNK);
    bool known = !c->dim && codec_encode(c, text, &row, &err) == 0;
    for (int i = 0; i < row.n; i++)
        known &= row.id[i] != unk || unk < 0;
    ids_release(&row);
    return known;
}

/* That of the preset with the model's name, for those that were made without one. */
static bool preset_example(const char *name, struct settings *s)
{
    struct str path = STR_INIT;
    struct err err;
    str_addf(&path, "presets/%s.conf", name);
    char *file = data_find(path.s);
    settings_init(s);
    bool known = file && settings_load(s, file, &err) == 0 && s->example[0];
    free(file);
    str_release(&path);
    return known;
}

bool shell_example(const struct shell *sh, struct str *out)
{
    const struct model *m = sh->model;
    struct settings preset;
    const char *text = m ? m->set.example : "";
    if (m && sh->reader && sh->reader->example) {
        sh->reader->example(&m->set, out);
        return true;
    }
    if (m && !*text && preset_example(sh->name, &preset))
        text = preset.example;
    bool known = *text && reads(&m->src, text);
    str_add(out, known ? text : "");
    return known;
}

void shell_introduce(const struct shell *sh, const char *then)
{
    struct str head = STR_INIT, learned = STR_INIT, last = STR_INIT, example = STR_INIT;
    const struct settings *set = &sh->model->set;
    const struct reader *r = sh->reader;
    inspect_headline(sh->model, sh->name, &head);
    if (r && r->about)
        r->about(set, &learned);
    else
        str_addf(&learned, "from %s", set->data);
    if (shell_example(sh, &example))
        str_addf(&last, strchr(example.s, ' ') ? "Try \"%s\". " : "Try %s. ", example.s);
    str_add(&last, then);
    shell_say(sh, INK_STRONG, "%s", head.s);
    shell_say(sh, INK_TEXT, "It learned %s.", learned.s);
    if (shell_recalls(sh) && *then)
        shell_say(sh, INK_TEXT, "It remembers the lines before, /reset forgets them.");
    if (last.n)
        shell_say(sh, INK_DIM, "%s", last.s);
    str_release(&head);
    str_release(&learned);
    str_release(&last);
    str_release(&example);
}

const struct reply *shell_reply(const struct shell *sh, struct err *err)
{
    if (!sh->said.now)
        err_set(err, sh->said.n ? "this model has not answered anything yet"
                                : "there is no answer yet: ask something");
    return sh->said.now;
}

const struct reply *shell_tokens(const struct shell *sh, struct err *err)
{
    const struct reply *r = shell_reply(sh, err);
    if (r && r->n == 0) {
        err_set(err, "this model reads or says vectors: there is nothing to choose");
        return NULL;
    }
    return r;
}

void shell_say(const struct shell *sh, enum ink ink, const char *fmt, ...)
{
    struct str safe = STR_INIT, line = STR_INIT;
    char some[2000];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(some, sizeof some, fmt, ap);
    va_end(ap);
    ui_text(&safe, UI_FIELD, some, strlen(some));
    sgr_add(&line, ink, str_cstr(&safe));
    str_addc(&line, '\n');
    out_write(sh->talk, &line);
    str_release(&safe);
    str_release(&line);
}

void shell_complain(const struct shell *sh, const struct err *err)
{
    char text[sizeof err->msg + sizeof err->where + 4];
    shell_say(sh, INK_WARN, "%s", err_text(err, text, sizeof text));
}

/* "/set seed 7"; "//text" is the text "/text". false: Ctrl-C, leave it at that. */
static bool run_line(struct shell *sh, char *line)
{
    struct err err;
    if (line[0] != '/')
        return answer_show(sh, line) <= 0;
    if (line[1] == '/')
        return answer_show(sh, line + 1) <= 0;
    if (cmd_run(sh, line + 1, &err) < 0)
        shell_complain(sh, &err);
    return !sh->leave;
}

int shell_refresh(struct shell *sh)
{
    struct stat st, *was = &sh->opened;
    char *newest = find_newest(sh->path), *path = newest ? newest : xstrdup(sh->path);
    int bad = 0;
    bool same = stat(path, &st) < 0 || (st.st_ino == was->st_ino &&
                                        st.st_mtim.tv_sec == was->st_mtim.tv_sec &&
                                        st.st_mtim.tv_nsec == was->st_mtim.tv_nsec);
    if (same)
        free(path);
    else
        bad = open_path(sh, path, true, NULL);
    return bad < 0 ? -1 : !same;
}

/* "step 1,200, validation loss 0.31": of the last measurement. */
static void add_progress(const struct model *m, struct str *out)
{
    json_t *all = m->history ? json_loads(m->history, 0, NULL) : NULL;
    json_t *last = json_array_get(all, json_array_size(all) ? json_array_size(all) - 1 : 0);
    json_t *step = json_object_get(last, "step"), *loss = json_object_get(last, "val_loss");
    char count[FMT_MAX];
    if (json_is_integer(step))
        str_addf(out, ": step %s", fmt_count(count, json_integer_value(step)));
    if (json_is_number(loss))
        str_addf(out, ", validation loss %.4g", json_number_value(loss));
    json_decref(all);
}

void shell_follow(struct shell *sh, struct str *news)
{
    struct str line = STR_INIT, safe = STR_INIT;
    if (!sh->knobs.follow || shell_refresh(sh) <= 0)
        return;
    str_addf(&line, "new weights of %s", sh->name);
    add_progress(sh->model, &line);
    ui_text(&safe, UI_FIELD, line.s, line.n);
    sgr_add(news, INK_DIM, str_cstr(&safe));
    str_addc(news, '\n');
    str_release(&line);
    str_release(&safe);
}

void shell_team_start(const struct shell *sh)
{
    if (sh->threads > 1)
        pool_start(sh->threads);
}

void shell_team_stop(void)
{
    pool_stop();
}

bool shell_run(struct shell *sh, const char *typed)
{
    char *copy = xstrdup(typed), *line = copy, *end;
    bool going;
    do {
        end = strchr(line, '\n');
        if (end)
            *end++ = '\0';
        going = run_line(sh, line);
    } while (going && (line = end) && *line);
    free(copy);
    return going;
}

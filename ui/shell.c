#include "ui/shell.h"

#include "base/mem.h"
#include "num/pool.h"
#include "run/remember.h"
#include "ui/answer.h"
#include "ui/cmd.h"
#include "ui/find.h"
#include "ui/fmt.h"
#include "ui/full.h"
#include "ui/inspect.h"
#include "ui/out.h"
#include "ui/sgr.h"
#include "ui/ui_text.h"

#include <jansson.h>
#include <stdarg.h>

void shell_init(struct shell *sh)
{
    *sh = (struct shell){
        .knobs = knobs_defaults(),
        .answers = stdout,
        .talk = stdout,
    };
}

void shell_release(struct shell *sh)
{
    transcript_release(&sh->said);
    model_free(sh->model);
    free(sh->memory);
    free(sh->path);
    free(sh->name);
    *sh = (struct shell){ 0 };
}

int shell_open(struct shell *sh, const char *name, struct err *err)
{
    char *path = find_model(name, err);
    struct stat st = { 0 };
    if (path)
        stat(path, &st);
    struct model *m = path ? model_load(path, err) : NULL;
    if (!m) {
        free(path);
        return -1;
    }
    knobs_apply(&sh->knobs, m);
    if (sh->full)
        full_forget(sh->full);
    model_free(sh->model);
    free(sh->path);
    free(sh->name);
    sh->model = m;
    transcript_part(&sh->said);
    sh->opened = st;
    sh->path = path;
    sh->name = find_name(path);
    sh->reader = reader_find(&m->set, NULL); /* its file may be gone: no checks then */
    free(sh->memory);
    sh->memory = model_memory(m) ? xcalloc(model_memory(m), sizeof *sh->memory) : NULL;
    sh->knobs.decode.memory = sh->memory;
    return 0;
}

void shell_remember(struct shell *sh, const struct decode *d)
{
    struct pairs line;
    struct tape tape;
    if (!sh->memory)
        return;
    pairs_init(&line);
    decode_line(d, &line);
    tape_init(&tape, &sh->model->params);
    if (line.n)
        remember(sh->model, &tape, &line, sh->memory);
    tape_release(&tape);
    pairs_release(&line);
}

void shell_forget(struct shell *sh)
{
    if (sh->memory)
        memset(sh->memory, 0, (size_t)model_memory(sh->model) * sizeof *sh->memory);
}

void shell_introduce(const struct shell *sh, const char *then)
{
    struct str head = STR_INIT, learned = STR_INIT, last = STR_INIT;
    const struct settings *set = &sh->model->set;
    const struct reader *r = sh->reader;
    inspect_headline(sh->model, sh->name, &head);
    if (r && r->about)
        r->about(set, &learned);
    else
        str_add(&learned, set->data);
    if (r && r->example) {
        str_add(&last, "Try ");
        r->example(set, &last);
        str_add(&last, ". ");
    }
    if (sh->memory && *then)
        str_add(&last, "It remembers the lines before, /reset forgets them. ");
    str_add(&last, then);
    shell_say(sh, INK_STRONG, "%s", head.s);
    shell_say(sh, INK_TEXT, "It learned %s.", learned.s);
    if (last.n)
        shell_say(sh, INK_DIM, "%s", last.s);
    str_release(&head);
    str_release(&learned);
    str_release(&last);
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
    if (!same)
        bad = shell_open(sh, path, NULL);
    free(path);
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

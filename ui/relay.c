#include "ui/relay.h"

#include "base/file.h"
#include "base/mem.h"
#include "ui/attach.h"
#include "ui/export_run.h"
#include "ui/out.h"
#include "ui/run_list.h"

#include <errno.h>
#include <jansson.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { LOOK_MS = 500, STATUS_LIMIT = 1 << 16, CONFIG_LIMIT = 1 << 20, FLUSH_AT = 1 << 16 };

/* What was said about a run so far. */
struct told {
    char *dir;
    struct run_file file;
    uint64_t rewinds;
    struct str status, config;
    char tags[TAGS_MAX];
    enum run_state state;
    bool here;
};

struct relay {
    const char *folder;
    bool self;
    struct run_list all;
    struct told *told;
    int n;
    struct str out;
};

static void flush(struct relay *r)
{
    out_write(stdout, &r->out);
    str_clear(&r->out);
}

/* {"run":"NAME" */
static void open_line(struct relay *r, const struct told *t)
{
    const char *slash = strrchr(t->dir, '/');
    struct str plain = STR_INIT;
    out_plain(&plain, slash ? slash + 1 : t->dir);
    json_t *name = json_string(str_cstr(&plain));
    char *text = json_dumps(name, JSON_ENCODE_ANY | JSON_ENSURE_ASCII);
    str_addf(&r->out, "{\"run\":%s%s", text, r->self ? ",\"self\":true" : "");
    free(text);
    json_decref(name);
    str_release(&plain);
}

static void close_line(struct relay *r)
{
    str_add(&r->out, "}\n");
    if (r->out.n > FLUSH_AT)
        flush(r);
}

static void put_flag(struct relay *r, const struct told *t, const char *flag)
{
    open_line(r, t);
    str_addf(&r->out, ",\"%s\":true", flag);
    close_line(r);
}

static void put_records(struct relay *r, struct told *t)
{
    struct run_record rec;
    if (!run_file_open(&t->file))
        return;
    while (run_file_next(&t->file, &rec)) {
        if (t->rewinds != t->file.rewinds)
            put_flag(r, t, "again");
        t->rewinds = t->file.rewinds;
        open_line(r, t);
        str_add(&r->out, ",\"event\":");
        export_json(&r->out, rec.text, rec.n);
        close_line(r);
    }
}

/* The file's text into *was; true: it is another one than before. */
static bool changed(const char *dir, const char *name, size_t limit, struct str *was)
{
    struct str now = STR_INIT;
    char *path = path_join(dir, name);
    bool other = file_is(path) && file_read(path, limit, &now, NULL) == 0 &&
                 (now.n != was->n || memcmp(str_cstr(&now), str_cstr(was), now.n) != 0);
    free(path);
    if (other) {
        str_release(was);
        *was = now;
    } else {
        str_release(&now);
    }
    return other;
}

/* ,"config":"TEXT": a text that may hold anything. */
static void put_text(struct relay *r, struct told *t, const char *name, const char *s, size_t n)
{
    json_t *value = json_stringn(s, n);
    char *text = value ? json_dumps(value, JSON_ENCODE_ANY | JSON_ENSURE_ASCII) : NULL;
    if (text) {
        open_line(r, t);
        str_addf(&r->out, ",\"%s\":%s", name, text);
        close_line(r);
    }
    free(text);
    json_decref(value);
}

static void put_config(struct relay *r, struct told *t)
{
    if (changed(t->dir, "config", CONFIG_LIMIT, &t->config))
        put_text(r, t, "config", str_cstr(&t->config), t->config.n);
}

static void put_tags(struct relay *r, struct told *t, const char *tags)
{
    if (!strcmp(t->tags, tags))
        return;
    memcpy(t->tags, tags, TAGS_MAX);
    put_text(r, t, "tags", tags, strlen(tags));
}

static void put_status(struct relay *r, struct told *t, enum run_state state)
{
    bool fresh = changed(t->dir, "status", STATUS_LIMIT, &t->status);
    json_t *status = json_loadb(str_cstr(&t->status), t->status.n, 0, NULL);
    char *text = status ? json_dumps(status, JSON_COMPACT | JSON_ENSURE_ASCII) : NULL;
    if (text && (fresh || state != t->state)) {
        open_line(r, t);
        str_addf(&r->out, ",\"state\":\"%s\",\"status\":%s", run_state_name(state), text);
        close_line(r);
        t->state = state;
    }
    free(text);
    json_decref(status);
}

static struct told *told_of(struct relay *r, const char *dir)
{
    for (int i = 0; i < r->n; i++)
        if (!strcmp(r->told[i].dir, dir))
            return &r->told[i];
    r->told = xrealloc(r->told, (size_t)(r->n + 1) * sizeof *r->told);
    struct told *t = &r->told[r->n++];
    *t = (struct told){ .dir = xstrdup(dir), .state = RUN_STATES };
    run_file_init(&t->file, dir);
    put_flag(r, t, "again"); /* whoever listens may know it from an earlier call */
    return t;
}

static void forget(struct told *t)
{
    run_file_release(&t->file);
    str_release(&t->status);
    str_release(&t->config);
    free(t->dir);
}

static void round_of_all(struct relay *r)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    run_list_scan(&r->all, r->folder);
    run_list_poll(&r->all, (double)t.tv_sec + (double)t.tv_nsec * 1e-9);
    for (int i = 0; i < r->n; i++)
        r->told[i].here = false;
    for (int i = 0; i < r->all.n; i++) {
        struct run_reader *run = r->all.at[i]->run;
        struct told *told = told_of(r, run->dir);
        told->here = true;
        put_config(r, told);
        put_tags(r, told, run->tags);
        put_records(r, told);
        put_status(r, told, run->status.state);
    }
    for (int i = r->n - 1; i >= 0; i--) {
        if (r->told[i].here)
            continue;
        put_flag(r, &r->told[i], "gone");
        forget(&r->told[i]);
        r->told[i] = r->told[--r->n];
    }
    flush(r);
}

/* An answer for each line: how long the way is. Without an input, or one that has ended,
 * nothing; a terminal is left to its person. */
static void answer(struct relay *r, struct pollfd *in)
{
    char text[256];
    ssize_t n = read(in->fd, text, sizeof text);
    if (n == 0 || (n < 0 && errno != EINTR && errno != EAGAIN))
        in->fd = -1;
    for (ssize_t i = 0; i < n; i++)
        if (text[i] == '\n')
            str_add(&r->out, "{\"beat\":true}\n");
    flush(r);
}

int relay(const char *folder, bool follow, struct err *err)
{
    struct relay r = { .folder = folder, .self = attach_written(folder) > 0 };
    struct pollfd p[2] = { { .fd = STDOUT_FILENO },
                           { .fd = isatty(STDIN_FILENO) ? -1 : STDIN_FILENO,
                             .events = POLLIN } };
    if (!dir_is(folder))
        return err_set(err, "there is no folder '%s'", folder);
    round_of_all(&r);
    str_add(&r.out, "{\"ready\":true}\n");
    flush(&r);
    while (follow) {
        int n = poll(p, ARRAY_LEN(p), LOOK_MS);
        if (n > 0 && p[0].revents) { /* nobody listens any more */
            signal(SIGPIPE, SIG_DFL);
            raise(SIGPIPE);
        }
        if (n > 0 && p[1].revents)
            answer(&r, &p[1]);
        else
            round_of_all(&r);
    }
    while (r.n)
        forget(&r.told[--r.n]);
    free(r.told);
    run_list_release(&r.all);
    str_release(&r.out);
    return 0;
}

#include "ui/run_reader.h"

#include "base/file.h"
#include "base/mem.h"
#include "base/str.h"
#include "ui/fmt.h"
#include "ui/run_line.h"

#include <math.h>

enum {
    STATUS_LIMIT = 1 << 16,
    SAMPLE_LIMIT = 400,     /* bytes of a question or an answer */
    QUIET = 2,              /* seconds without a new status until the lock is tried */
};

/* ---- life ---- */

struct run_reader *run_reader_new(const char *dir)
{
    struct run_reader *r = xcalloc(1, sizeof *r);
    r->dir = xstrdup(dir);
    size_t n = strlen(r->dir);
    while (n > 1 && r->dir[n - 1] == '/')
        r->dir[--n] = '\0';
    const char *slash = strrchr(r->dir, '/');
    r->name = slash && slash[1] ? slash + 1 : r->dir;
    heartbeat_init(&r->status);
    run_file_init(&r->file, r->dir);
    for (int i = 0; i < RUN_SERIES; i++)
        series_init(&r->series[i]);
    r->last_step = r->best_step = r->least_step = r->saved_step = -1;
    r->began = NAN;
    return r;
}

static void release_samples(struct run_sample *s, int n)
{
    for (int i = 0; i < n; i++) {
        free(s[i].q);
        free(s[i].t);
        free(s[i].g);
        free(s[i].was);
    }
}

static void drop_samples(struct run_reader *r)
{
    release_samples(r->sample, r->samples);
    r->samples = 0;
}

void run_reader_free(struct run_reader *r)
{
    if (!r)
        return;
    drop_samples(r);
    run_probes_clear(&r->probes);
    for (int i = 0; i < RUN_SERIES; i++)
        series_release(&r->series[i]);
    run_file_release(&r->file);
    free(r->dir);
    free(r);
}

/* As if no record had been read. */
static void forget_records(struct run_reader *r)
{
    drop_samples(r);
    run_probes_clear(&r->probes);
    for (int i = 0; i < RUN_SERIES; i++) {
        series_clear(&r->series[i]);
        r->recent[i].n = r->recent[i].next = 0;
    }
    r->last_step = r->best_step = r->least_step = r->saved_step = -1;
    r->steps = r->valid_n = 0;
    r->events = 0;
    r->began = NAN;
    r->tokens = 0;
}

/* ---- recent values ---- */

static void recent_add(struct run_recent *c, double v)
{
    if (!isfinite(v))
        return;
    c->v[c->next] = v;
    c->next = (c->next + 1) % RUN_RECENT;
    c->n = MIN(c->n + 1, RUN_RECENT);
}

double run_recent_z(const struct run_recent *c)
{
    double sum = 0, squares = 0, last;
    int n = c->n - 1;
    if (n < 20)
        return NAN;
    int last_at = (c->next + RUN_RECENT - 1) % RUN_RECENT;
    last = c->v[last_at];
    for (int i = 0; i < c->n; i++)
        sum += i == last_at ? 0 : c->v[i];
    for (int i = 0; i < c->n; i++)
        squares += i == last_at ? 0 : pow(c->v[i] - sum / n, 2);
    double spread = sqrt(squares / n);
    return spread > 0 ? (last - sum / n) / spread : NAN;
}

double run_recent_error(const struct run_recent *c)
{
    double sum = 0, squares = 0;
    if (c->n < 20)
        return NAN;
    for (int i = 0; i < c->n; i++)
        sum += c->v[i];
    for (int i = 0; i < c->n; i++)
        squares += pow(c->v[i] - sum / c->n, 2);
    return sqrt(squares / (c->n - 1.0) / c->n);
}

double run_recent_ema(const struct run_recent *c)
{
    double sum = 0, weight = 0;
    for (int i = 0; i < c->n; i++) {
        double v = c->v[(c->next - c->n + i + RUN_RECENT) % RUN_RECENT];
        sum = .9 * sum + .1 * v;
        weight = .9 * weight + .1;
    }
    return c->n ? sum / weight : NAN;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double run_recent_quantile(const struct run_recent *c, double q)
{
    double sorted[RUN_RECENT];
    if (!c->n)
        return NAN;
    memcpy(sorted, c->v, (size_t)c->n * sizeof *sorted);
    qsort(sorted, (size_t)c->n, sizeof *sorted, ascending);
    return sorted[(int)ceil(q * (c->n - 1))];
}

/* ---- records ---- */

static void add_event(struct run_reader *r, const struct run_line *l,
                      enum run_event_kind kind, const char *text)
{
    struct run_event *e = &r->event[r->events++ % RUN_EVENTS];
    *e = (struct run_event){ .kind = kind, .t = run_line_number(l, FIELD_T),
                             .step = (int64_t)run_line_number(l, FIELD_STEP) };
    snprintf(e->text, sizeof e->text, "%s", text);
}

static void add_to(struct run_reader *r, const struct run_line *l, enum run_field f,
                   enum run_series s)
{
    if (!run_line_has(l, f))
        return;
    double v = run_line_number(l, f);
    series_add(&r->series[s], (int64_t)run_line_number(l, FIELD_STEP), v);
    recent_add(&r->recent[s], v);
}

/* Where a step stands on the other axes. */
static void add_axes(struct run_reader *r, const struct run_line *l)
{
    double t = run_line_number(l, FIELD_T), rate = run_line_number(l, FIELD_RATE);
    double seconds = run_line_number(l, FIELD_MS) * 1e-3;
    int64_t step = (int64_t)run_line_number(l, FIELD_STEP);
    int64_t since = step - MAX(r->series[RUN_TOKENS].last_step, 0);
    if (isfinite(t - r->began))
        series_add(&r->series[RUN_TIME], step, t - r->began);
    if (isfinite(rate * seconds) && since > 0)
        r->tokens += rate * seconds * (double)since;
    series_add(&r->series[RUN_TOKENS], step, r->tokens);
}

static void on_step(struct run_reader *r, const struct run_line *l)
{
    add_axes(r, l);
    add_to(r, l, FIELD_LOSS, RUN_LOSS);
    add_to(r, l, FIELD_ACC, RUN_ACC);
    add_to(r, l, FIELD_GNORM, RUN_GNORM);
    add_to(r, l, FIELD_LR, RUN_LR);
    add_to(r, l, FIELD_RATE, RUN_RATE);
    add_to(r, l, FIELD_MS, RUN_MS);
    add_to(r, l, FIELD_CLIPPED, RUN_CLIPPED);
    add_to(r, l, FIELD_WAIT, RUN_WAIT);
    add_to(r, l, FIELD_DELTA, RUN_DELTA);
}

/* What else a validation loss says. */
static void add_loss(struct run_reader *r, const struct run_line *l)
{
    double loss = run_line_number(l, FIELD_LOSS);
    int64_t step = (int64_t)run_line_number(l, FIELD_STEP);
    series_add(&r->series[RUN_VALID_PPL], step, exp(loss));
    if (isfinite(loss) && (r->least_step < 0 || loss < r->least_loss)) {
        r->least_step = step;
        r->least_loss = loss;
    }
}

static void on_eval(struct run_reader *r, const struct run_line *l)
{
    char text[120], number[FMT_MAX], exact[FMT_MAX];
    add_to(r, l, FIELD_LOSS, RUN_VALID_LOSS);
    add_to(r, l, FIELD_ACC, RUN_VALID_ACC);
    add_to(r, l, FIELD_EXACT, RUN_VALID_EXACT);
    add_to(r, l, FIELD_SCORE, RUN_VALID_SCORE);
    add_loss(r, l);
    double n = run_line_number(l, FIELD_N);
    r->valid_n = n > 0 && n < 1e12 ? (int64_t)n : 0;
    if (run_line_number(l, FIELD_BEST) != 1)
        return;
    r->best_step = (int64_t)run_line_number(l, FIELD_STEP);
    snprintf(text, sizeof text, "valid %s, best so far; exact %s",
             fmt_real(number, run_line_number(l, FIELD_LOSS)),
             fmt_percent(exact, run_line_number(l, FIELD_EXACT)));
    add_event(r, l, RUN_EV_BEST, text);
}

static char *sample_text(const json_t *row, const char *key)
{
    const json_t *v = json_object_get(row, key);
    if (!json_is_string(v))
        return xstrdup("");
    size_t n = MIN(json_string_length(v), (size_t)SAMPLE_LIMIT);
    return xstrndup(json_string_value(v), n);
}

/* What was said to a question before; NULL: it was not asked. */
static char *answer_before(const struct run_sample *s, int n, const char *question)
{
    for (int i = 0; i < n; i++)
        if (!strcmp(s[i].q, question))
            return xstrdup(s[i].g);
    return NULL;
}

static void on_samples(struct run_reader *r, const struct run_line *l)
{
    const json_t *rows = json_object_get(l->json, "rows"), *p;
    struct run_sample before[RUN_SAMPLES];
    int n = r->samples;
    memcpy(before, r->sample, sizeof before);
    r->samples = 0;
    for (size_t i = 0; i < json_array_size(rows) && r->samples < RUN_SAMPLES; i++) {
        const json_t *row = json_array_get(rows, i);
        struct run_sample *s = &r->sample[r->samples++];
        p = json_object_get(row, "p");
        *s = (struct run_sample){
            .q = sample_text(row, "q"),
            .t = sample_text(row, "t"),
            .g = sample_text(row, "g"),
            .ok = json_is_true(json_object_get(row, "ok")),
            .p = json_is_number(p) ? json_number_value(p) : NAN,
        };
        s->was = answer_before(before, n, s->q);
    }
    release_samples(before, n);
    r->samples_before = n ? r->samples_step : -1;
    r->samples_step = (int64_t)run_line_number(l, FIELD_STEP);
}

static void on_probe(struct run_reader *r, const struct run_line *l)
{
    run_probes_add(&r->probes, (int64_t)run_line_number(l, FIELD_STEP), l->json);
}

static void on_start(struct run_reader *r, const struct run_line *l)
{
    char text[64], params[FMT_MAX];
    double steps = run_line_number(l, FIELD_STEPS);
    if (steps > 0 && steps < 1e12)
        r->steps = (int64_t)steps;
    fmt_count(params, json_integer_value(json_object_get(l->json, "params")));
    r->batch = (int)json_integer_value(json_object_get(l->json, "batch"));
    r->batch_steps = (int)json_integer_value(json_object_get(l->json, "length"));
    size_t git;
    snprintf(r->git, sizeof r->git, "%s", run_line_text(l, "git", &git));
    const json_t *padding = json_object_get(l->json, "padding");
    r->padding = json_is_number(padding) ? json_number_value(padding) : NAN;
    snprintf(text, sizeof text, "%s, %s parameters",
             run_line_is(l, "resume") ? "resumed" : "started", params);
    add_event(r, l, RUN_EV_INFO, text);
}

static void on_saved(struct run_reader *r, const struct run_line *l)
{
    char text[160], size[FMT_MAX];
    size_t n;
    const char *file = run_line_text(l, "file", &n);
    r->saved_step = (int64_t)run_line_number(l, FIELD_STEP);
    r->saved_bytes = run_line_number(l, FIELD_BYTES);
    fmt_bytes(size, r->saved_bytes);
    snprintf(text, sizeof text, "saved %s %.80s", size, file);
    add_event(r, l, RUN_EV_SAVED, text);
}

static void on_note(struct run_reader *r, const struct run_line *l)
{
    size_t n;
    char text[300];
    const char *by = run_line_text(l, "by", &n);
    snprintf(text, sizeof text, "%s%s%.30s", run_line_text(l, "text", &n), *by ? "  by " : "",
             by);
    add_event(r, l, *by ? RUN_EV_CONTROL : RUN_EV_NOTE, text);
}

static void on_alert(struct run_reader *r, const struct run_line *l)
{
    size_t n;
    add_event(r, l, RUN_EV_ALERT, run_line_text(l, "text", &n));
}

static void on_done(struct run_reader *r, const struct run_line *l)
{
    char text[160], exact[FMT_MAX];
    size_t n;
    const char *reason = run_line_text(l, "reason", &n);
    fmt_percent(exact, run_line_number(l, FIELD_EXACT));
    r->early = !strcmp(reason, "patience");
    r->killed = !strcmp(reason, "killed");
    snprintf(text, sizeof text, "done (%.60s): exact %s", reason, exact);
    add_event(r, l, strcmp(reason, "failed") ? RUN_EV_INFO : RUN_EV_BAD, text);
}

static const struct {
    const char *ev;
    void (*on)(struct run_reader *, const struct run_line *);
} record_table[] = {
    { "step", on_step },       { "eval", on_eval },   { "samples", on_samples },
    { "start", on_start },     { "resume", on_start }, { "saved", on_saved },
    { "note", on_note },       { "done", on_done },    { "control", on_note },
    { "probe", on_probe },     { "alert", on_alert },
};

/* ---- the file ---- */

static void use_record(struct run_reader *r, const struct run_line *l)
{
    if (isnan(r->began))
        r->began = run_line_number(l, FIELD_T);
    for (size_t i = 0; i < ARRAY_LEN(record_table); i++) {
        if (run_line_is(l, record_table[i].ev)) {
            record_table[i].on(r, l);
            r->last_step = MAX(r->last_step, (int64_t)run_line_number(l, FIELD_STEP));
            return;
        }
    }
}

static void heed_rewind(struct run_reader *r)
{
    if (r->rewinds == r->file.rewinds)
        return;
    r->rewinds = r->file.rewinds;
    forget_records(r);
}

static bool poll_events(struct run_reader *r)
{
    struct run_record rec;
    if (!run_file_open(&r->file))
        return false;
    while (run_file_next(&r->file, &rec)) {
        heed_rewind(r);
        use_record(r, rec.line);
    }
    heed_rewind(r);
    r->bad_lines = r->file.bad_lines;
    r->bytes = (uint64_t)r->file.offset;
    return true;
}

/* ---- status and config ---- */

/* true: there is a new one. */
static bool read_status(struct run_reader *r)
{
    struct str text = STR_INIT;
    struct stat st;
    char *path = path_join(r->dir, "status");
    bool fresh = false;
    if (stat(path, &st) == 0 && S_ISREG(st.st_mode) &&
        !run_file_same(&st, &r->status_seen)) {
        fresh = file_read(path, STATUS_LIMIT, &text, NULL) == 0 &&
                heartbeat_parse(&r->status, str_cstr(&text), text.n) == 0;
        r->status_seen = st;
    }
    if (fresh)
        r->said = r->status.state;
    str_release(&text);
    free(path);
    return fresh;
}

/* A fresh heartbeat is proof enough of life: trying the lock each time could get
 * in the way of a trainer that is just taking it. */
static bool poll_status(struct run_reader *r, double now)
{
    enum run_state before = r->status.state;
    bool first = r->news == 0, fresh = read_status(r);
    if (fresh)
        r->news = now;
    if (first || now < r->news || now - r->news >= QUIET) {
        char *lock = path_join(r->dir, "lock");
        r->status.state = heartbeat_judge(&r->status, r->said, lock, now);
        free(lock);
    }
    return fresh || r->status.state != before;
}

bool run_settings(const char *dir, struct settings *s)
{
    char *path = path_join(dir, "config");
    settings_init(s);
    bool good = settings_load(s, path, NULL) == 0;
    free(path);
    return good;
}

/* true: there is a new one that can be read. */
static bool poll_config(struct run_reader *r)
{
    struct stat st;
    char *path = path_join(r->dir, "config");
    bool fresh = stat(path, &st) == 0 && S_ISREG(st.st_mode) &&
                 !run_file_same(&st, &r->config_seen);
    if (fresh) {
        r->config_seen = st;
        r->has_settings = run_settings(r->dir, &r->settings);
    }
    free(path);
    return fresh && r->has_settings;
}

static bool poll_tags(struct run_reader *r)
{
    struct stat st = { 0 };
    char *path = path_join(r->dir, "tags");
    bool there = stat(path, &st) == 0, fresh = !run_file_same(&st, &r->tags_seen);
    free(path);
    if (!fresh)
        return false;
    r->tags_seen = st;
    if (there)
        tags_read(r->dir, r->tags);
    else
        r->tags[0] = '\0';
    return true;
}

bool run_reader_poll(struct run_reader *r, double now)
{
    if (r->fed) {
        bool news = r->fresh;
        r->fresh = false;
        r->changes += news;
        return news;
    }
    bool status = poll_status(r, now);
    bool events = poll_events(r);
    bool config = poll_config(r), tags = poll_tags(r);
    if (!status && !events && !config && !tags)
        return false;
    if (r->status.steps > 0)
        r->steps = r->status.steps;
    r->changes++;
    return true;
}

/* ---- fed by somebody else ---- */

struct run_reader *run_reader_new_fed(const char *dir)
{
    struct run_reader *r = run_reader_new(dir);
    r->fed = true;
    return r;
}

void run_reader_feed_again(struct run_reader *r)
{
    forget_records(r);
    r->fresh = true;
}

void run_reader_feed_record(struct run_reader *r, const char *text, size_t n)
{
    struct run_line l;
    if (run_line_parse(&l, text, n) == 0)
        use_record(r, &l);
    else
        r->bad_lines++;
    run_line_release(&l);
    r->fresh = true;
}

void run_reader_feed_config(struct run_reader *r, const char *text, size_t n)
{
    settings_init(&r->settings);
    r->has_settings = settings_parse(&r->settings, text, n, r->dir, NULL) == 0;
    r->fresh = true;
}

void run_reader_feed_tags(struct run_reader *r, const char *text)
{
    snprintf(r->tags, sizeof r->tags, "%s", text);
    r->fresh = true;
}

void run_reader_feed_status(struct run_reader *r, const char *text, size_t n,
                            const char *state)
{
    enum run_state is = RUN_STATES;
    for (int i = 0; state && i < RUN_STATES; i++)
        if (!strcmp(run_state_name((enum run_state)i), state))
            is = (enum run_state)i;
    if (is == RUN_LOST && !text && !run_reader_live(r))
        return;
    if (text)
        heartbeat_parse(&r->status, text, n);
    if (is < RUN_STATES)
        r->status.state = is;
    if (r->status.steps > 0)
        r->steps = r->status.steps;
    r->fresh = true;
}

bool run_reader_live(const struct run_reader *r)
{
    return r->status.state >= RUN_STARTING && r->status.state <= RUN_SAVING;
}

int64_t run_reader_step(const struct run_reader *r)
{
    return r->status.state == RUN_WAITING ? MAX(r->last_step, 0) : r->status.step;
}

long run_reader_pid(const struct run_reader *r)
{
    long pid;
    char *path = path_join(r->dir, "lock");
    bool held = heartbeat_lock(path, &pid);
    free(path);
    bool sure = held && pid == r->status.pid && heartbeat_here(&r->status);
    return sure ? pid : -1;
}

const struct run_event *run_reader_event(const struct run_reader *r, int back)
{
    if (back < 0 || (uint64_t)back >= MIN(r->events, RUN_EVENTS))
        return NULL;
    return &r->event[(r->events - 1 - (uint64_t)back) % RUN_EVENTS];
}

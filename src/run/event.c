#include "run/event.h"

#include <jansson.h>
#include <math.h>

static void put_number(json_t *o, const char *key, double v)
{
    json_object_set_new(o, key, isfinite(v) ? json_real(v) : json_null());
}

static void put_int(json_t *o, const char *key, int64_t v)
{
    json_object_set_new(o, key, json_integer(v));
}

/* jansson refuses bytes that are not UTF-8: replace them one by one. */
static json_t *text_json(const char *s)
{
    json_t *v = json_string(s);
    if (v)
        return v;
    struct str fixed = STR_INIT;
    for (; *s; s++) {
        json_t *one;
        int n = 1;
        unsigned char c = (unsigned char)*s;
        int want = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : c >= 0xc0 ? 2 : 1;
        while (n < want && s[n])
            n++;
        if ((one = json_stringn(s, n))) {
            json_decref(one);
            str_addn(&fixed, s, n);
            s += n - 1;
        } else {
            str_add(&fixed, "\xef\xbf\xbd");
        }
    }
    v = json_string(str_cstr(&fixed));
    str_release(&fixed);
    return v;
}

static void put_text(json_t *o, const char *key, const char *s)
{
    json_object_set_new(o, key, text_json(s ? s : ""));
}

static void put_start(json_t *o, const struct event *e)
{
    put_text(o, "run", e->run);
    put_int(o, "params", e->params);
    put_int(o, "train", e->train);
    put_int(o, "valid", e->valid);
    put_int(o, "batch", e->batch);
    put_int(o, "steps", e->steps);
    put_text(o, "version", e->version);
    put_int(o, "threads", e->threads);
    put_int(o, "seed", e->seed);
    put_int(o, "length", e->length);
    put_number(o, "padding", e->padding);
    if (e->git)
        put_text(o, "git", e->git);
}

static void put_step(json_t *o, const struct event *e)
{
    put_number(o, "loss", e->loss);
    put_number(o, "acc", e->acc);
    put_number(o, "gnorm", e->gnorm);
    put_number(o, "lr", e->lr);
    put_number(o, "rate", e->rate);
    put_number(o, "ms", e->ms);
    put_number(o, "clipped", e->clipped);
    put_number(o, "wait", e->wait);
    put_number(o, "delta", e->delta);
}

static void put_eval(json_t *o, const struct event *e)
{
    put_number(o, "loss", e->loss);
    put_number(o, "acc", e->acc);
    put_number(o, "exact", e->exact);
    if (e->metric)
        put_number(o, e->metric, e->score);
    put_int(o, "n", e->count);
    put_number(o, "seconds", e->seconds);
    json_object_set_new(o, "best", json_boolean(e->best));
}

static void put_samples(json_t *o, const struct event *e)
{
    json_t *rows = json_array();
    for (int i = 0; i < e->samples; i++) {
        json_t *r = json_object();
        put_text(r, "q", e->sample[i].question);
        put_text(r, "t", e->sample[i].truth);
        put_text(r, "g", e->sample[i].guess);
        json_object_set_new(r, "ok", json_boolean(e->sample[i].ok));
        if (!isnan(e->sample[i].p))
            put_number(r, "p", e->sample[i].p);
        json_array_append_new(rows, r);
    }
    json_object_set_new(o, "rows", rows);
}

static json_t *texts_json(char *const *s, int n)
{
    json_t *list = json_array();
    for (int i = 0; i < n; i++)
        json_array_append_new(list, text_json(s[i]));
    return list;
}

static void put_probe(json_t *o, const struct event *e)
{
    const struct probe *p = e->probe;
    json_t *map = json_array();
    put_int(o, "n", p->n);
    put_text(o, "q", p->question);
    put_text(o, "g", p->guess);
    json_object_set_new(o, "src", texts_json(p->col, p->cols));
    json_object_set_new(o, "out", texts_json(p->row, p->rows));
    for (int i = 0; i < p->rows; i++) {
        json_t *row = json_array();
        for (int j = 0; j < p->cols; j++)
            json_array_append_new(row, json_integer(p->level[i * p->stride + j]));
        json_array_append_new(map, row);
    }
    json_object_set_new(o, "a", map);
}

static void put_saved(json_t *o, const struct event *e)
{
    put_text(o, "file", e->text);
    put_int(o, "bytes", e->bytes);
    put_number(o, "seconds", e->seconds);
}

static void put_note(json_t *o, const struct event *e)
{
    put_text(o, "text", e->text);
    if (e->by)
        put_text(o, "by", e->by);
}

static void put_control(json_t *o, const struct event *e)
{
    put_text(o, "do", e->what);
    if (e->arg[0])
        put_text(o, "arg", e->arg);
    put_note(o, e);
}

static void put_done(json_t *o, const struct event *e)
{
    put_text(o, "reason", e->text);
    put_number(o, "loss", e->loss);
    put_number(o, "acc", e->acc);
    put_number(o, "exact", e->exact);
    put_number(o, "seconds", e->seconds);
}

static const struct {
    const char *name;
    void (*put)(json_t *, const struct event *);
} kind_table[] = {
    [EVENT_START] = { "start", put_start },
    [EVENT_RESUME] = { "resume", put_start },
    [EVENT_STEP] = { "step", put_step },
    [EVENT_EVAL] = { "eval", put_eval },
    [EVENT_SAMPLES] = { "samples", put_samples },
    [EVENT_PROBE] = { "probe", put_probe },
    [EVENT_SAVED] = { "saved", put_saved },
    [EVENT_NOTE] = { "note", put_note },
    [EVENT_ALERT] = { "alert", put_note },
    [EVENT_CONTROL] = { "control", put_control },
    [EVENT_DONE] = { "done", put_done },
};

void event_json(const struct event *e, struct str *out)
{
    json_t *o = json_object();
    put_text(o, "ev", kind_table[e->kind].name);
    put_number(o, "t", e->time);
    put_int(o, "step", e->step);
    put_number(o, "epoch", e->epoch);
    kind_table[e->kind].put(o, e);
    char *line = json_dumps(o, JSON_COMPACT | JSON_PRESERVE_ORDER | JSON_REAL_PRECISION(14));
    str_add(out, line);
    str_addc(out, '\n');
    free(line);
    json_decref(o);
}

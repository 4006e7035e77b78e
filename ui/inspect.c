#include "ui/inspect.h"

#include "base/mem.h"
#include "ui/find.h"
#include "ui/fmt.h"
#include "ui/ui_text.h"

#include <math.h>
#include <sys/stat.h>

static double file_size(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 ? (double)st.st_size : -1;
}

void inspect_headline(const struct model *m, const char *name, struct str *out)
{
    char count[FMT_MAX];
    str_addf(out, "%s: %s, %s, %s weights", name, m->cell->name, m->arch->name,
             fmt_count(count, params_count(&m->params)));
}

/* ---- layers ---------------------------------------------------------------------- */

static void title_of(const struct layer_info *layer, char *out, size_t n)
{
    snprintf(out, n, "%s (%s)", layer->name, layer->kind);
}

static void rule(FILE *out, int width)
{
    for (int i = 0; i < width; i++)
        fputc('-', out);
    fputc('\n', out);
}

static void show_layers(const struct model *m, FILE *out)
{
    struct layer_info layer;
    char title[128], count[FMT_MAX];
    int wide = 12, shape = 12;
    for (int i = 0; m->arch->layer(m, i, &layer); i++) {
        title_of(&layer, title, sizeof title);
        wide = MAX(wide, (int)strlen(title));
        shape = MAX(shape, (int)strlen(layer.shape));
    }
    ui_say(out, "%-*s   %-*s   %12s", wide, "Layer (type)", shape, "Output Shape", "Param #");
    rule(out, wide + shape + 18);
    for (int i = 0; m->arch->layer(m, i, &layer); i++) {
        title_of(&layer, title, sizeof title);
        ui_say(out, "%-*s   %-*s   %12s", wide, title, shape, layer.shape,
               fmt_count(count, layer.params));
    }
    rule(out, wide + shape + 18);
    ui_say(out, "%-*s   %12s", wide + shape + 3, "Total params",
           fmt_count(count, params_count(&m->params)));
}

/* ---- text and settings ----------------------------------------------------------- */

static void show_side(const char *name, const struct codec *c, FILE *out)
{
    char length[64], what[64];
    const char *unit = c->tokenizer->unit;
    if (c->len)
        snprintf(length, sizeof length, "%s %d %s%s", c->fixed ? "always" : "up to", c->len,
                 unit, c->len == 1 ? "" : "s");
    else
        snprintf(length, sizeof length, "any number of %ss", unit);
    if (c->dim)
        snprintf(what, sizeof what, "%d number%s a vector", c->dim, c->dim == 1 ? "" : "s");
    else if (c->subword)
        snprintf(what, sizeof what, "%d subwords (%s)", vocab_size(c->vocab),
                 subword_is_bpe(c->subword) ? "bpe" : "unigram");
    else
        snprintf(what, sizeof what, "%d symbols", vocab_size(c->vocab));
    ui_say(out, "%-10s %s; %s%s%s", name, what, length,
           c->fixed && c->right ? ", at the right" : "", c->reverse ? ", backwards" : "");
}

static void show_settings(const struct model *m, FILE *out)
{
    struct settings plain;
    const char *label = "settings";
    settings_init(&plain);
    for (int i = 0; i < setting_count; i++) {
        struct str is = STR_INIT, dflt = STR_INIT;
        setting_show(&m->set, &setting_table[i], &is);
        setting_show(&plain, &setting_table[i], &dflt);
        if (strcmp(str_cstr(&is), str_cstr(&dflt))) {
            ui_say(out, "%-10s %s = %s", label, setting_table[i].key, str_cstr(&is));
            label = "";
        }
        str_release(&is);
        str_release(&dflt);
    }
    if (*label)
        ui_say(out, "%-10s all as by default", label);
}

/* ---- training -------------------------------------------------------------------- */

static double number(const json_t *record, const char *key)
{
    const json_t *v = json_object_get(record, key);
    return json_is_number(v) ? json_number_value(v) : NAN;
}

static void show_record(const char *label, const json_t *record, FILE *out)
{
    static const struct { const char *key, *name; bool share; } column[] = {
        { "loss", "loss", false },
        { "val_loss", "valid", false },
        { "val_acc", "accuracy", true },
        { "exact", "exact", true },
    };
    struct str line = STR_INIT;
    char text[FMT_MAX];
    str_addf(&line, "epoch %.4g", number(record, "epoch"));
    for (size_t i = 0; i < ARRAY_LEN(column); i++) {
        double v = number(record, column[i].key);
        if (isfinite(v))
            str_addf(&line, ", %s %s", column[i].name,
                     column[i].share ? fmt_percent(text, v) : fmt_real(text, v));
    }
    ui_say(out, "%-10s %s", label, line.s);
    str_release(&line);
}

/* What training left is foreign: whatever is no list of records is no history. */
static void show_history(const struct model *m, FILE *out)
{
    json_t *all = m->history ? json_loads(m->history, 0, NULL) : NULL, *record;
    const json_t *best = NULL, *last = NULL;
    size_t i;
    json_array_foreach(all, i, record) {
        if (!isfinite(number(record, "epoch")))
            continue;
        last = record;
        if (!best || number(record, "exact") >= number(best, "exact"))
            best = record;
    }
    if (last)
        show_record("trained", last, out);
    else
        ui_say(out, "%-10s nothing is known", "trained");
    if (best != last)
        show_record("best", best, out);
    json_decref(all);
}

void inspect_show(const struct model *m, const char *path, FILE *out)
{
    char size[FMT_MAX];
    show_layers(m, out);
    fputc('\n', out);
    ui_say(out, "%-10s %s, %s", "file", path, fmt_bytes(size, file_size(path)));
    show_side("source", &m->src, out);
    show_side("target", &m->tgt, out);
    show_history(m, out);
    show_settings(m, out);
}

/* ---- JSON ------------------------------------------------------------------------ */

static json_t *layers_json(const struct model *m)
{
    struct layer_info l;
    json_t *all = json_array();
    for (int i = 0; m->arch->layer(m, i, &l); i++)
        json_array_append_new(all, json_pack("{s:s, s:s, s:s, s:I}", "name", l.name, "type",
                                             l.kind, "shape", l.shape, "params",
                                             (json_int_t)l.params));
    return all;
}

static json_t *settings_json(const struct model *m)
{
    json_t *all = json_object();
    for (int i = 0; i < setting_count; i++) {
        struct str v = STR_INIT;
        setting_show(&m->set, &setting_table[i], &v);
        json_object_set_new(all, setting_table[i].key, json_string(str_cstr(&v)));
        str_release(&v);
    }
    return all;
}

static json_t *side_json(const struct codec *c)
{
    return json_pack("{s:s, s:i, s:i, s:b, s:b, s:b, s:i}", "tokenizer", c->tokenizer->name,
                     "symbols", vocab_size(c->vocab), "dim", c->dim, "fixed", c->fixed,
                     "right", c->right, "reverse", c->reverse, "length", c->len);
}

void inspect_json(const struct model *m, const char *path, FILE *out)
{
    json_t *history = m->history ? json_loads(m->history, 0, NULL) : NULL;
    json_t *all = json_pack("{s:o, s:I, s:s, s:s, s:o, s:I, s:o, s:o, s:o, s:o}", "file",
                            json_string(path) ?: json_null(), "bytes", (json_int_t)file_size(path),
                            "arch", m->arch->name, "cell", m->cell->name, "layers",
                            layers_json(m), "params",
                            (json_int_t)params_count(&m->params), "source",
                            side_json(&m->src), "target", side_json(&m->tgt), "settings",
                            settings_json(m), "history", history ?: json_null());
    json_dumpf(all, out, JSON_ENSURE_ASCII | JSON_INDENT(2));
    fputc('\n', out);
    json_decref(all);
}

/* ---- seqsh inspect --------------------------------------------------------------- */

struct inspect {
    bool json;
};

static int take_json(void *own, const char *value, struct err *err)
{
    struct inspect *in = own;
    (void)value;
    (void)err;
    in->json = true;
    return 0;
}

const struct opt inspect_options[] = {
    { .name = "json", .take = take_json, .help = "one JSON object instead of a table" },
    { .name = NULL },
};

static int inspect(const struct inspect *in, const char *name)
{
    struct err err;
    char text[sizeof err.msg + sizeof err.where + 4];
    char *path = find_model(name, &err);
    struct model *m = path ? model_load(path, &err) : NULL;
    if (!m)
        ui_say(stderr, "seqsh: %s", err_text(&err, text, sizeof text));
    else if (in->json)
        inspect_json(m, path, stdout);
    else
        inspect_show(m, path, stdout);
    free(path);
    bool bad = !m;
    model_free(m);
    return bad ? 1 : 0;
}

int inspect_main(int argc, char **argv)
{
    struct inspect in = { .json = false };
    const struct opt_table tables[] = { { inspect_options, &in }, { NULL, NULL } };
    struct err err;
    int n = opt_parse(tables, argc, argv, &err), status = 0;
    if (n < 0 || (in.json && n > 1)) {
        if (n > 1)
            err_set(&err, "--json takes one model, not %d", n);
        ui_say(stderr, "seqsh: %s", err.msg);
        return 2;
    }
    if (n == 0)
        return inspect(&in, "arithmetic");
    for (int i = 1; i <= n; i++) {
        status |= inspect(&in, argv[i]);
        if (i < n)
            putchar('\n');
    }
    return status;
}

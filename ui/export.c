#include "ui/export.h"

#include "model/export.h"
#include "ui/attach.h"
#include "ui/export_run.h"
#include "ui/find.h"
#include "ui/knob.h"
#include "ui/relay.h"
#include "ui/ui_text.h"

struct export {
    const char *to, *out, *store, *decode, *example;
    bool follow;
    long since; /* -1: not said */
};

static int take_to(void *own, const char *v, struct err *err)
{
    struct export *ex = own;
    enum run_format format;
    ex->to = v;
    if (!strcmp(v, "safetensors") || !strcmp(v, "onnx") || !strcmp(v, "seqsh") ||
        !strcmp(v, "watch") || run_format_find(v, &format))
        return 0;
    return err_set(err, "--to: '%s' is none of safetensors, onnx, seqsh (models), jsonl, csv, "
                   "tensorboard (runs), watch (folders of runs)", v);
}

static int take_store(void *own, const char *v, struct err *err)
{
    struct export *ex = own;
    struct settings s;
    settings_init(&s);
    ex->store = v;
    return settings_set(&s, "store", v, err);
}

static int take_decode(void *own, const char *v, struct err *err)
{
    struct export *ex = own;
    struct knobs k = knobs_defaults();
    ex->decode = v;
    return knobs_take(&k, v, err) < 0 ? err_prefix(err, "--decode") : 0;
}

static int take_example(void *own, const char *v, struct err *err)
{
    struct export *ex = own;
    struct settings s;
    settings_init(&s);
    ex->example = v;
    return settings_set(&s, "example", v, err);
}

static int take_out(void *own, const char *v, struct err *err)
{
    struct export *ex = own;
    (void)err;
    ex->out = v;
    return 0;
}

static int take_follow(void *own, const char *v, struct err *err)
{
    struct export *ex = own;
    (void)v;
    (void)err;
    ex->follow = true;
    return 0;
}

static int take_since(void *own, const char *v, struct err *err)
{
    struct export *ex = own;
    return opt_whole(v, 0, 1000000000000, "--since", &ex->since, err);
}

const struct opt export_options[] = {
    { .name = "to", .arg = "FORMAT", .take = take_to,
      .help = "models: safetensors, onnx or seqsh; runs: jsonl, csv, tensorboard, watch" },
    { .name = "store", .arg = "NUMBERS", .take = take_store,
      .help = "--to seqsh: f32, f16, bf16 or int8" },
    { .name = "decode", .arg = "KNOBS", .take = take_decode,
      .help = "--to seqsh: how it answers by itself, as in \"beam=5 block=3\"" },
    { .name = "example", .arg = "TEXT", .take = take_example,
      .help = "--to seqsh: a question to try, which its prompt shows" },
    { .name = "out", .letter = 'o', .arg = "FILE", .take = take_out,
      .help = "onnx: makes FILE-encoder.onnx and FILE-decoder.onnx; tensorboard: a folder" },
    { .name = "follow", .letter = 'f', .take = take_follow,
      .help = "runs: go on as records come, until the run is over" },
    { .name = "since", .arg = "STEP", .take = take_since,
      .help = "runs: only what comes after this step" },
    { .name = NULL },
};

/* Our own format, with other numbers, or another mind. */
static int save(struct model *m, const struct export *ex, struct str *files, struct err *err)
{
    if (ex->store && settings_set(&m->set, "store", ex->store, err) < 0)
        return -1;
    if (ex->decode && settings_set(&m->set, "decode", ex->decode, err) < 0)
        return -1;
    if (ex->example && settings_set(&m->set, "example", ex->example, err) < 0)
        return -1;
    str_add(files, ex->out);
    return model_save(m, ex->out, model_store(m->set.store), err);
}

/* An option that is for our own format alone; NULL: there is none. */
static const char *own_option(const struct export *ex)
{
    return ex->store ? "store" : ex->decode ? "decode" : ex->example ? "example" : NULL;
}

static int export(const struct export *ex, const char *name, struct err *err)
{
    struct str files = STR_INIT;
    char *path = find_model(name, err);
    struct model *m = path ? model_load(path, err) : NULL;
    int bad = -1;
    if (m && !strcmp(ex->to, "onnx"))
        bad = export_onnx(m, ex->out, &files, err);
    else if (m && !strcmp(ex->to, "seqsh"))
        bad = save(m, ex, &files, err);
    else if (m && (bad = export_torch(m, ex->out, err)) == 0)
        str_add(&files, ex->out);
    if (!bad)
        ui_say(stdout, "written: %s", str_cstr(&files));
    str_release(&files);
    model_free(m);
    free(path);
    return bad;
}

/* ---- which of the two is meant ---- */

static int say_error(const struct err *err, int status)
{
    char text[sizeof(struct err) + 4];
    ui_say(stderr, "seqsh: %s", err_text(err, text, sizeof text));
    return status;
}

static int export_model(const struct export *ex, const char *name)
{
    struct err err;
    if (!ex->to || !ex->out)
        err_set(&err, "%s", ex->to ? "where to? --out FILE"
                                   : "--to safetensors, onnx or seqsh?");
    else if (own_option(ex) && strcmp(ex->to, "seqsh"))
        err_set(&err, "--%s is for --to seqsh", own_option(ex));
    else if (ex->follow || ex->since >= 0)
        err_set(&err, "--follow and --since are for runs: --to jsonl, csv or tensorboard");
    else
        return export(ex, name, &err) < 0 ? say_error(&err, 1) : 0;
    return say_error(&err, 2);
}

static int export_records(const struct export *ex, const char *name, enum run_format format)
{
    struct err err;
    struct export_run want = { format, ex->out, ex->follow, ex->since };
    if (own_option(ex))
        err_set(&err, "--%s is for models: --to seqsh", own_option(ex));
    else if (format == RUN_TENSORBOARD && !ex->out)
        err_set(&err, "where to? --out FOLDER, the one that TensorBoard is shown");
    else {
        char *dir = attach_find(name, &err);
        int bad = dir ? export_run(&want, dir, &err) : -1;
        free(dir);
        return bad ? say_error(&err, 1) : 0;
    }
    return say_error(&err, 2);
}

/* Without --to, a folder that holds records of a training is a run. */
static bool is_run(const char *name)
{
    char *dir = attach_find(name, NULL);
    free(dir);
    return dir != NULL;
}

int export_main(int argc, char **argv)
{
    struct export ex = { .since = -1 };
    const struct opt_table tables[] = { { export_options, &ex }, { NULL, NULL } };
    struct err err;
    enum run_format format = RUN_JSONL;
    int n = opt_parse(tables, argc, argv, &err);
    if (n >= 0 && n != 1)
        n = err_set(&err, "export what? one model or run, such as `seqsh export arithmetic "
                    "--to onnx --out arithmetic.onnx`");
    if (n < 0)
        return say_error(&err, 2);
    if (ex.to && !strcmp(ex.to, "watch"))
        return relay(argv[1], ex.follow, &err) < 0 ? say_error(&err, 1) : 0;
    if (ex.to ? run_format_find(ex.to, &format) : is_run(argv[1]))
        return export_records(&ex, argv[1], format);
    return export_model(&ex, argv[1]);
}

#include "ui/export.h"

#include "model/export.h"
#include "num/gemm.h"
#include "ui/find.h"
#include "ui/ui_text.h"

struct export {
    const char *to, *out, *store;
};

static int take_to(void *own, const char *v, struct err *err)
{
    struct export *ex = own;
    ex->to = v;
    if (!strcmp(v, "safetensors") || !strcmp(v, "onnx") || !strcmp(v, "seqsh"))
        return 0;
    return err_set(err, "--to: '%s' is none of safetensors, onnx, seqsh", v);
}

static int take_store(void *own, const char *v, struct err *err)
{
    struct export *ex = own;
    struct settings s;
    settings_init(&s);
    ex->store = v;
    return settings_set(&s, "store", v, err);
}

static int take_out(void *own, const char *v, struct err *err)
{
    struct export *ex = own;
    (void)err;
    ex->out = v;
    return 0;
}

const struct opt export_options[] = {
    { .name = "to", .arg = "FORMAT", .take = take_to,
      .help = "safetensors, with the names of PyTorch; onnx; or seqsh" },
    { .name = "store", .arg = "NUMBERS", .take = take_store,
      .help = "--to seqsh: f32, f16, bf16 or int8" },
    { .name = "out", .letter = 'o', .arg = "FILE", .take = take_out,
      .help = "onnx: makes FILE-encoder.onnx and FILE-decoder.onnx" },
    { .name = NULL },
};

/* Our own format, with other numbers. */
static int save(struct model *m, const struct export *ex, struct str *files, struct err *err)
{
    if (ex->store && settings_set(&m->set, "store", ex->store, err) < 0)
        return -1;
    str_add(files, ex->out);
    return model_save(m, ex->out, model_store(m->set.store), err);
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

int export_main(int argc, char **argv)
{
    struct export ex = { .to = NULL };
    const struct opt_table tables[] = { { export_options, &ex }, { NULL, NULL } };
    char text[sizeof(struct err) + 4];
    struct err err;
    int n = opt_parse(tables, argc, argv, &err);
    if (n >= 0 && n != 1)
        n = err_set(&err, "export what? one model, such as `seqsh export arithmetic --to onnx "
                    "--out arithmetic.onnx`");
    else if (n == 1 && (!ex.to || !ex.out))
        n = err_set(&err, "%s", ex.to ? "where to? --out FILE"
                                      : "--to safetensors, onnx or seqsh?");
    if (n < 0) {
        ui_say(stderr, "seqsh: %s", err.msg);
        return 2;
    }
    if (ex.store && strcmp(ex.to, "seqsh")) {
        ui_say(stderr, "seqsh: --store is for --to seqsh");
        return 2;
    }
    gemm_init();
    if (export(&ex, argv[1], &err) == 0)
        return 0;
    ui_say(stderr, "seqsh: %s", err_text(&err, text, sizeof text));
    return 1;
}

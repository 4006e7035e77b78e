#include "ui/import.h"

#include "model/import.h"
#include "ui/inspect.h"
#include "ui/ui_text.h"

enum { MOST = 256 };

struct import {
    struct import_options options;
    const char *out;
    const char *given[MOST + 1], *map[MOST + 1]; /* NULL-ended */
};

/* ---- options ------------------------------------------------------------------------ */

static int add(const char **list, const char *v, const char *what, struct err *err)
{
    int n = 0;
    while (list[n])
        n++;
    if (n == MOST)
        return err_set(err, "more than %d %s", MOST, what);
    list[n] = v;
    return 0;
}

static int take_set(void *own, const char *v, struct err *err)
{
    struct import *in = own;
    return add(in->given, v, "--set", err);
}

static int take_map(void *own, const char *v, struct err *err)
{
    struct import *in = own;
    return add(in->map, v, "--map", err);
}

#define TEXT(name, field) \
    static int take_##name(void *own, const char *v, struct err *err) \
    { \
        struct import *in = own; \
        (void)err; \
        in->field = v; \
        return 0; \
    }
TEXT(out, out)
TEXT(config, options.config)
TEXT(vocab_src, options.vocab_src)
TEXT(vocab_tgt, options.vocab_tgt)

const struct opt import_options[] = {
    { .name = "out", .letter = 'o', .arg = "MODEL", .take = take_out,
      .help = "the model to write, MODEL.safetensors" },
    { .name = "vocab-src", .arg = "FILE", .take = take_vocab_src,
      .help = "symbols of the source: a line each, or NAME.json" },
    { .name = "vocab-tgt", .arg = "FILE", .take = take_vocab_tgt,
      .help = "symbols of the target" },
    { .name = "config", .arg = "CONFIG", .take = take_config,
      .help = "a file of settings that the weights do not tell" },
    { .name = "set", .letter = 's', .arg = "KEY=VALUE", .take = take_set,
      .help = "one such setting, as in reverse=true" },
    { .name = "map", .arg = "PREFIX=OURS", .take = take_map,
      .help = "PyTorch: what the tensors of this name are" },
    { .name = NULL },
};

/* ---- seqsh import ---------------------------------------------------------------------- */

/* Every line of the notes, each said on its own. */
static void say_notes(const struct str *notes)
{
    const char *p = str_cstr(notes);
    while (*p) {
        size_t n = strcspn(p, "\n");
        ui_say(stderr, "seqsh: %.*s", (int)n, p);
        p += n + (p[n] == '\n');
    }
}

static int import(const struct import *in, const char *path, struct err *err)
{
    struct str notes = STR_INIT, line = STR_INIT;
    struct model *m = import_file(path, &in->options, &notes, err);
    int bad = m ? model_save(m, in->out, CKPT_F32, err) : -1;
    say_notes(&notes);
    if (!bad) {
        inspect_headline(m, in->out, &line);
        ui_say(stdout, "%s", str_cstr(&line));
    }
    model_free(m);
    str_release(&notes);
    str_release(&line);
    return bad;
}

int import_main(int argc, char **argv)
{
    struct import in = { .out = NULL };
    const struct opt_table tables[] = { { import_options, &in }, { NULL, NULL } };
    char text[sizeof(struct err) + 4];
    struct err err;
    in.options.given = in.given;
    in.options.map = in.map;
    int n = opt_parse(tables, argc, argv, &err);
    if (n >= 0 && n != 1)
        n = err_set(&err, "import what? one file, such as `seqsh import model.keras --out "
                    "model.safetensors`");
    else if (n == 1 && !in.out)
        n = err_set(&err, "where to? --out MODEL.safetensors");
    if (n < 0) {
        ui_say(stderr, "seqsh: %s", err.msg);
        return 2;
    }
    if (import(&in, argv[1], &err) == 0)
        return 0;
    ui_say(stderr, "seqsh: %s", err_text(&err, text, sizeof text));
    return 1;
}

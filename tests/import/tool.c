/*
 * What check_import.py asks our engine for:
 *
 *     tool make MODEL SYMBOLS KEY=VALUE...    a model with random weights
 *     tool logits MODEL                       for each line "S1 S2 ... ; T1 T2 ..." of
 *                                             stdin, ids: the logits that follow <s>, T1,
 *                                             T2 ..., a line each, then an empty line
 *
 * Symbols are numbers; a target of free length has <s> and </s> as 0 and 1.
 */
#include "base/mem.h"
#include "model/model.h"

static struct err err;

static void must(bool good)
{
    if (!good)
        BUG("%s %s", err.where, err.msg);
}

static void make_codec(struct codec *c, const struct settings *s, int symbols, bool target)
{
    *c = (struct codec){ .tokenizer = &tokenizer_word, .vocab = vocab_new(), .filler = -1 };
    c->fixed = !strcmp(s->length, "fixed");
    c->len = c->fixed ? 7 : 0;
    c->filler = c->fixed ? 0 : -1;
    if (target && !c->fixed) {
        vocab_add_special(c->vocab, VOCAB_SOS);
        vocab_add_special(c->vocab, VOCAB_EOS);
    }
    while (vocab_size(c->vocab) < symbols) {
        char name[16];
        int n = snprintf(name, sizeof name, "%d", vocab_size(c->vocab));
        vocab_add(c->vocab, name, (size_t)n);
    }
}

static void make(const char *path, const char *symbols, char **setting)
{
    struct settings s;
    struct codec src, tgt;
    long n;
    settings_init(&s);
    must(parse_long(symbols, 2, 60000, &n));
    must(settings_set(&s, "data", "none", &err) == 0);
    for (; *setting; setting++)
        must(settings_assign(&s, *setting, &err) == 0);
    make_codec(&src, &s, (int)n, false);
    make_codec(&tgt, &s, (int)n + 3, true);
    struct model *m = model_new(&s, &src, &tgt, &err);
    must(m != NULL);
    model_draw(m);
    must(model_save(m, path, CKPT_F32, &err) == 0);
    model_free(m);
}

static void say(const struct node *y)
{
    for (int i = 0; i < y->cols; i++)
        printf("%s%.9g", i ? " " : "", (double)y->x[i]);
    putchar('\n');
}

static void logits(const struct model *m, char *line)
{
    struct tape tape;
    struct dstate state;
    struct batch b;
    struct ids src = { 0 };
    int prev = vocab_special(m->tgt.vocab, VOCAB_SOS);
    bool target = false;
    tape_init(&tape, &m->params);
    dstate_init(&state);
    for (char *p = line; *(p += strspn(p, " \n")); p += strcspn(p, " \n")) {
        int id = (int)strtol(p, NULL, 10);
        if (*p == ';') {
            tape_start(&tape, NULL, NULL);
            batch_of_source(&b, tape.arena, src.id, src.n);
            arch_start(m, &tape, &b, &state);
            target = true;
        } else if (!target) {
            ids_add(&src, id);
        } else {
            tape_start(&tape, NULL, NULL);
            say(arch_step(m, &tape, &state, &prev, NULL));
            prev = id;
        }
    }
    putchar('\n');
    ids_release(&src);
    dstate_release(&state);
    tape_release(&tape);
}

int main(int argc, char **argv)
{
    static char line[1 << 16];
    if (argc > 3 && !strcmp(argv[1], "make")) {
        make(argv[2], argv[3], argv + 4);
    } else if (argc == 3 && !strcmp(argv[1], "logits")) {
        struct model *m = model_load(argv[2], &err);
        must(m != NULL);
        while (fgets(line, sizeof line, stdin))
            logits(m, line);
        model_free(m);
    } else {
        BUG("tool make MODEL SYMBOLS KEY=VALUE... or tool logits MODEL");
    }
    return 0;
}

#include "shapes.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { LINES = 2048 };

/* a, b: the sums of 1000 examples, and of Keras' addition example. c, d: the translators of
 * a paper, small and large. e: the net of the preset en-es. */
static const struct shape shapes[] = {
    { .name = "a",
      .settings = (const char *const[]){
          "digits=2", "operands=upto", "largest=10", "unique=none", "examples=1000",
          "valid=0.2", "align=right", "tgt_len=2", "hidden=75,50", "batch=32", NULL } },
    { .name = "b",
      .settings = (const char *const[]){
          "digits=3", "examples=50000", "valid=0.1", "reverse=true", "hidden=128",
          "batch=128", NULL } },
    { .name = "c", .words = 9997, .src_steps = 12, .tgt_steps = 12,
      .settings = (const char *const[]){
          "arch=attention", "attend=after", "score=general", "bidirectional=no",
          "embed=256", "hidden=512", "batch=64", NULL } },
    { .name = "d", .words = 15997, .src_steps = 20, .tgt_steps = 20,
      .settings = (const char *const[]){
          "arch=attention", "attend=after", "score=general", "bidirectional=no",
          "embed=512", "hidden=512", "depth=2", "batch=64", NULL } },
    { .name = "e", .words = 5997, .src_steps = 10, .tgt_steps = 10,
      .settings = (const char *const[]){
          "arch=attention", "attend=between", "score=general", "bidirectional=yes",
          "merge=concat", "bridge=tanh", "embed=320", "hidden=256,512", "depth=1,2",
          "tie=true", "init=pytorch", "batch=120", NULL } },
};

const struct shape *shape_find(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(shapes); i++)
        if (!strcmp(shapes[i].name, name))
            return &shapes[i];
    return NULL;
}

void shape_names(struct str *s)
{
    for (size_t i = 0; i < ARRAY_LEN(shapes); i++)
        str_addf(s, "%s%s", i ? "|" : "", shapes[i].name);
}

int shape_change(struct shape *s, const char *assignment)
{
    long n;
    const char *value = strchr(assignment, '=');
    if (!value || !parse_long(value + 1, 1, 60000, &n))
        return 0;
    if (!strncmp(assignment, "symbols=", 8)) {
        s->words = (int)n;
        return 1;
    }
    if (!strncmp(assignment, "steps=", 6)) {
        s->src_steps = s->tgt_steps = (int)n;
        return 1;
    }
    return 0;
}

/* n words, each as often as any other; *next counts them. 7919 is a prime. */
static void put_words(FILE *f, int n, long *next, int words, char end)
{
    for (int i = 0; i < n; i++, ++*next)
        fprintf(f, "%sw%ld", i ? " " : "", *next * 7919 % words);
    putc(end, f);
}

/* A target ends with </s>, which its vocabulary holds as well as <unk> and <s>. */
static int write_text(const struct shape *s, char *path, struct err *err)
{
    long src = 0, tgt = 0;
    snprintf(path, SETTING_TEXT, "/tmp/bench-XXXXXX");
    int fd = mkstemp(path);
    FILE *f = fd < 0 ? NULL : fdopen(fd, "w");
    if (!f)
        return err_set(err, "cannot write '%s': %s", path, strerror(errno));
    for (int i = 0; i < LINES; i++) {
        put_words(f, s->src_steps, &src, s->words, '\t');
        put_words(f, s->tgt_steps - 1, &tgt, s->words, '\n');
    }
    return fclose(f) ? err_set(err, "cannot write '%s': %s", path, strerror(errno)) : 0;
}

int shape_apply(const struct shape *s, struct settings *set, char *path, struct err *err)
{
    static const char *const text[] = { "format=tsv", "tokenizer=word", "length=free",
                                        "valid=0", NULL };
    int bad = 0;
    path[0] = '\0';
    if (s->words)
        bad = write_text(s, path, err) < 0 || settings_set(set, "data", path, err) < 0;
    for (const char *const *p = text; !bad && s->words && *p; p++)
        bad = settings_assign(set, *p, err);
    for (const char *const *p = s->settings; !bad && *p; p++)
        bad = settings_assign(set, *p, err);
    return bad ? -1 : 0;
}

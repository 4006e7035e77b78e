#include "ui/corpus.h"

#include "base/file.h"
#include "base/near.h"
#include "corpora/sift.h"
#include "corpora/split.h"
#include "ui/corpus_stats.h"
#include "ui/fmt.h"
#include "ui/ui_text.h"

struct ask {
    struct settings set;
    bool format;              /* was given */
    const char *out, *report;
    const char *outside[16];
    int outsides;
    const char *by;
    struct split_ask split;
    struct sift_ask sift;
};

/* ---- options --------------------------------------------------------------------- */

static int take_format(void *own, const char *v, struct err *err)
{
    struct ask *a = own;
    a->format = true;
    return settings_set(&a->set, "format", v, err);
}

static int take_target(void *own, const char *v, struct err *err)
{
    struct ask *a = own;
    return settings_set(&a->set, "target", v, err);
}

static int take_set(void *own, const char *v, struct err *err)
{
    struct ask *a = own;
    return settings_assign(&a->set, v, err);
}

static int take_out(void *own, const char *v, struct err *err)
{
    struct ask *a = own;
    (void)err;
    a->out = v;
    return 0;
}

static int take_report(void *own, const char *v, struct err *err)
{
    struct ask *a = own;
    (void)err;
    a->report = v;
    return 0;
}

static int take_dev(void *own, const char *v, struct err *err)
{
    struct ask *a = own;
    return opt_real(v, 0, 0.5, "--dev", &a->split.dev, err);
}

static int take_test(void *own, const char *v, struct err *err)
{
    struct ask *a = own;
    return opt_real(v, 0, 0.5, "--test", &a->split.test, err);
}

static int take_seed(void *own, const char *v, struct err *err)
{
    struct ask *a = own;
    long seed;
    if (opt_whole(v, 0, INT32_MAX, "--seed", &seed, err) < 0)
        return -1;
    a->split.seed = (int)seed;
    return 0;
}

static const char *by_name(int i)
{
    static const char *const names[] = { "sentence", "group", NULL };
    return names[i];
}

static int take_by(void *own, const char *v, struct err *err)
{
    struct ask *a = own;
    int i = opt_choice(by_name, v, "--by", err);
    a->by = i < 0 ? NULL : by_name(i);
    return i < 0 ? -1 : 0;
}

static int take_outside(void *own, const char *v, struct err *err)
{
    struct ask *a = own;
    if (a->outsides == (int)ARRAY_LEN(a->outside))
        return err_set(err, "more than %d --outside", a->outsides);
    a->outside[a->outsides++] = v;
    return 0;
}

static int take_words(const char *v, const char *name, int *out, struct err *err)
{
    long n;
    if (opt_whole(v, 1, 100000, name, &n, err) < 0)
        return -1;
    *out = (int)n;
    return 0;
}

static int take_min_words(void *own, const char *v, struct err *err)
{
    struct ask *a = own;
    return take_words(v, "--min-words", &a->sift.min_words, err);
}

static int take_max_words(void *own, const char *v, struct err *err)
{
    struct ask *a = own;
    return take_words(v, "--max-words", &a->sift.max_words, err);
}

static int take_ratio(void *own, const char *v, struct err *err)
{
    struct ask *a = own;
    return opt_real(v, 1, 1000, "--ratio", &a->sift.ratio, err);
}

static int take_language(void *own, const char *v, struct err *err)
{
    struct ask *a = own;
    a->sift.language = 1;
    return v ? opt_real(v, 0.1, 20, "--language", &a->sift.language, err) : 0;
}

static int take_entropy(void *own, const char *v, struct err *err)
{
    struct ask *a = own;
    return opt_real(v, 0.001, 30, "--entropy", &a->sift.entropy, err);
}

static int take_dull(void *own, const char *v, struct err *err)
{
    struct ask *a = own;
    return opt_real(v, 0.001, 20, "--dull", &a->sift.dull, err);
}

static int take_twice(void *own, const char *v, struct err *err)
{
    struct ask *a = own;
    (void)v;
    (void)err;
    a->sift.twice = true;
    return 0;
}

static int take_same(void *own, const char *v, struct err *err)
{
    struct ask *a = own;
    (void)v;
    (void)err;
    a->sift.same = true;
    return 0;
}

const struct opt corpus_options[] = {
    { .name = "format", .letter = 'f', .arg = "NAME", .take = take_format,
      .help = "how the files are to be read; by default found by content" },
    { .name = "target", .arg = "FILE", .take = take_target,
      .help = "the targets, where they have a file of their own (moses, srt-pair)" },
    { .name = "set", .letter = 's', .arg = "KEY=VALUE", .take = take_set,
      .help = "change a setting of reading, such as turns=all or script=latin" },
    { .name = "out", .letter = 'o', .arg = "PATH", .take = take_out,
      .help = "convert, filter: the file to write; split: the folder" },
    { .name = "report", .letter = 'r', .arg = "FILE", .take = take_report,
      .help = "write every line that was broken, mended or dropped, with place and reason" },
    { .name = "dev", .arg = "SHARE", .take = take_dev,
      .help = "split: for development (0.03)" },
    { .name = "test", .arg = "SHARE", .take = take_test, .help = "split: for tests (0.03)" },
    { .name = "seed", .arg = "N", .take = take_seed, .help = "split: draws the parts (1)" },
    { .name = "by", .arg = "WHAT", .take = take_by,
      .help = "split: no sentence in two parts, or no group (of dialogues the default)" },
    { .name = "outside", .arg = "FILE", .take = take_outside,
      .help = "split by sentence: what touches these pairs becomes a part of its own" },
    { .name = "min-words", .arg = "N", .take = take_min_words,
      .help = "filter: words of the shorter side" },
    { .name = "max-words", .arg = "N", .take = take_max_words,
      .help = "filter: words of the longer side" },
    { .name = "ratio", .arg = "R", .take = take_ratio,
      .help = "filter: words of the longer side for one of the shorter, at most" },
    { .name = "no-repeats", .take = take_twice, .help = "filter: each pair once" },
    { .name = "no-copies", .take = take_same,
      .help = "filter: no target that is its source" },
    { .name = "language", .arg = "[BITS]", .take = take_language,
      .help = "filter: lines that look like another language, by bits a character (1)" },
    { .name = "entropy", .arg = "BITS", .take = take_entropy,
      .help = "filter: pairs whose prompt has many replies, or whose reply many prompts" },
    { .name = "dull", .arg = "BITS", .take = take_dull,
      .help = "filter: of a reply to more prompts than BITS say, keep 2^BITS" },
    { .name = NULL }
};

/* ---- reading and writing --------------------------------------------------------- */

static int read_file(struct ask *a, struct corpus *c, const char *path, struct err *err)
{
    struct settings s = a->set;
    const char *format = reader_guess(path, s.target[0] != '\0');
    if (!a->format && settings_set(&s, "format", format, err) < 0)
        return -1;
    return corpus_read(c, &s, path, err);
}

static int read_files(struct ask *a, struct corpus *c, char **path, int n, struct err *err)
{
    if (a->set.target[0] && n > 1)
        return err_set(err, "--target goes with one file, not %d", n);
    for (int i = 0; i < n; i++)
        if (read_file(a, c, path[i], err) < 0)
            return -1;
    return 0;
}

static int write_pairs(const struct corpus *c, const unsigned char *part, int wanted,
                       const char *path, struct err *err)
{
    struct str text = STR_INIT;
    for (int i = 0; i < c->n; i++) {
        const struct corpus_pair *p = &c->pair[i];
        if (p->gone || (part && part[i] != wanted))
            continue;
        str_addf(&text, "%s\t%s", p->src, p->tgt);
        if (p->group >= 0)
            str_addf(&text, "\t%s", vocab_piece(c->groups, p->group));
        str_addc(&text, '\n');
    }
    int bad = file_write(path, str_cstr(&text), text.n, err);
    str_release(&text);
    return bad;
}

static int write_report(const struct ask *a, const struct corpus *c, struct err *err)
{
    struct str text = STR_INIT;
    int bad = 0;
    if (!a->report)
        return 0;
    corpus_report(c, &text);
    bad = file_write(a->report, str_cstr(&text), text.n, err);
    str_release(&text);
    return bad;
}

static int need_out(const struct ask *a, struct err *err)
{
    return a->out ? 0 : err_set(err, "where to? --out PATH");
}

/* ---- actions --------------------------------------------------------------------- */

static int inspect(struct ask *a, struct corpus *c, struct err *err)
{
    char n[FMT_MAX];
    (void)a;
    (void)err;
    ui_say(stdout, "%-9s %7s", "pairs", fmt_count(n, c->n));
    for (int i = 0; i < MIN(c->n, 3); i++)
        ui_say(stdout, "%-9s %s -> %s", i ? "" : "such as", c->pair[i].src, c->pair[i].tgt);
    corpus_stats_notes(c);
    return 0;
}

static int convert(struct ask *a, struct corpus *c, struct err *err)
{
    char n[FMT_MAX];
    if (need_out(a, err) < 0 || write_pairs(c, NULL, 0, a->out, err) < 0)
        return -1;
    ui_say(stdout, "%s pairs in %s", fmt_count(n, c->n), a->out);
    corpus_stats_notes(c);
    return 0;
}

static int filter(struct ask *a, struct corpus *c, struct err *err)
{
    if (need_out(a, err) < 0)
        return -1;
    sift(c, &a->sift);
    return convert(a, c, err);
}

static int write_parts(const struct ask *a, const struct corpus *c,
                       const unsigned char *part, struct err *err)
{
    static const char *const name[SPLIT_PARTS] = { "train", "dev", "test", "heldout" };
    for (int k = 0; k < SPLIT_PARTS; k++) {
        char file[32], shown[FMT_MAX];
        long n = 0;
        for (int i = 0; i < c->n; i++)
            n += !c->pair[i].gone && part[i] == k;
        if (n == 0 && k == SPLIT_HELD_OUT)
            continue;
        snprintf(file, sizeof file, "%s.tsv", name[k]);
        char *path = path_join(a->out, file);
        int bad = write_pairs(c, part, k, path, err);
        ui_say(stdout, "%-9s %9s pairs", name[k], fmt_count(shown, n));
        free(path);
        if (bad)
            return -1;
    }
    return 0;
}

static int split(struct ask *a, struct corpus *c, struct err *err)
{
    struct corpus outside;
    char n[FMT_MAX];
    int bad = need_out(a, err);
    if (bad || dir_make(a->out, err) < 0)
        return -1;
    a->split.by_group = a->by ? !strcmp(a->by, "group") : c->talk;
    if (a->split.by_group && vocab_size(c->groups) < 2)
        return err_set(err, "there is one group, or none, to split by: set --by sentence");
    if (a->split.by_group && a->outsides)
        return err_set(err, "--outside is for a split by sentence");
    corpus_init(&outside);
    for (int i = 0; i < a->outsides && !bad; i++)
        bad = read_file(a, &outside, a->outside[i], err);
    a->split.outside = a->outsides ? &outside : NULL;
    if (!bad) {
        unsigned char *part = split_make(c, &a->split);
        bad = write_parts(a, c, part, err);
        ui_say(stdout, "%-9s %9s sentences of the training part in others", "shared",
               fmt_count(n, split_leaks(c, part)));
        free(part);
    }
    corpus_release(&outside);
    return bad;
}

static int stats(struct ask *a, struct corpus *c, struct err *err)
{
    (void)a;
    (void)err;
    corpus_stats_show(c);
    return 0;
}

static const struct action {
    const char *name;
    int (*run)(struct ask *, struct corpus *, struct err *);
} actions[] = {
    { "inspect", inspect }, { "convert", convert }, { "filter", filter },
    { "split", split },     { "stats", stats },     { NULL, NULL },
};

static const struct action *action_find(const char *name, struct err *err)
{
    struct near near = near_to(name);
    for (const struct action *k = actions; k->name; k++) {
        if (!strcmp(k->name, name))
            return k;
        near_try(&near, k->name);
    }
    if (near.best)
        err_set(err, "corpus cannot '%s': did you mean '%s'?", name, near.best);
    else
        err_set(err, "corpus cannot '%s': inspect, convert, filter, split or stats", name);
    return NULL;
}

/* ---- seqsh corpus ---------------------------------------------------------------- */

static int run(struct ask *a, const struct action *action, char **path, int n,
               struct err *err)
{
    struct corpus c;
    corpus_init(&c);
    int bad = read_files(a, &c, path, n, err);
    if (!bad)
        bad = action->run(a, &c, err);
    if (!bad)
        bad = write_report(a, &c, err);
    corpus_release(&c);
    return bad;
}

int corpus_main(int argc, char **argv)
{
    struct ask a = { .split = { .dev = 0.03, .test = 0.03, .seed = 1 } };
    struct opt_table tables[] = { { corpus_options, &a }, { NULL, NULL } };
    const struct action *action = NULL;
    struct err err;
    char text[700];
    settings_init(&a.set);
    int n = opt_parse(tables, argc, argv, &err);
    if (n >= 0 && n < 2)
        err_set(&err, "corpus takes an action (inspect, convert, filter, split, stats) and "
                      "files");
    else if (n >= 2)
        action = action_find(argv[1], &err);
    if (!action) {
        ui_say(stderr, "seqsh: %s", err_text(&err, text, sizeof text));
        return 2;
    }
    if (run(&a, action, argv + 2, n - 1, &err) == 0)
        return 0;
    ui_say(stderr, "seqsh: %s", err_text(&err, text, sizeof text));
    return 1;
}

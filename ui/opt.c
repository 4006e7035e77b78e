#include "ui/opt.h"

#include "base/mem.h"
#include "base/utf8.h"
#include "ui/pick.h"

/* ---- finding a row --------------------------------------------------------------- */

struct found {
    const struct opt *opt; /* NULL: none */
    const struct opt_table *table;
};

static struct found by_letter(const struct opt_table *t, char letter)
{
    for (; t->opt; t++)
        for (const struct opt *o = t->opt; o->name; o++)
            if (o->letter == letter)
                return (struct found){ o, t };
    return (struct found){ NULL, NULL };
}

static struct found by_name(const struct opt_table *t, const char *name, struct err *err)
{
    struct found found = { NULL, NULL };
    struct pick pick = pick_of(name);
    for (; t->opt; t++)
        for (const struct opt *o = t->opt; o->name; o++)
            if (pick_try(&pick, o->name))
                found = (struct found){ o, t };
    return pick_end(&pick, "option", "--", err) < 0 ? (struct found){ NULL, NULL } : found;
}

/* ---- parsing --------------------------------------------------------------------- */

struct words {
    int argc, at;      /* at: the next word */
    char **argv;
    const struct opt_ear *ear; /* or NULL */
};

static bool takes_value(const struct opt *o)
{
    return o->arg && o->arg[0] != '[';
}

static int take(struct found f, const char *value, struct words *w, struct err *err)
{
    const struct opt *o = f.opt;
    if (!value && takes_value(o)) {
        if (w->at == w->argc)
            return err_set(err, "option '--%s' needs a value: %s", o->name, o->arg);
        value = w->argv[w->at++];
    }
    if (value && !o->arg)
        return err_set(err, "option '--%s' takes no value", o->name);
    if (o->take(f.table->own, value, err) < 0)
        return -1;
    if (w->ear)
        w->ear->took(w->ear->own, f.table, o, value);
    return 0;
}

/* `word` is behind the dashes: "seed=5". */
static int take_long(const struct opt_table *tables, const char *word, struct words *w,
                     struct err *err)
{
    size_t n = strcspn(word, "=");
    char *name = xstrndup(word, n);
    struct found f = by_name(tables, name, err);
    free(name);
    return f.opt ? take(f, word[n] ? word + n + 1 : NULL, w, err) : -1;
}

/* `word` is behind the dash: "s5", or several letters without values. */
static int take_letters(const struct opt_table *tables, const char *word, struct words *w,
                        struct err *err)
{
    while (*word) {
        struct found f = by_letter(tables, *word);
        if (!f.opt) {
            size_t n = utf8_next(word, strlen(word), NULL);
            return err_set(err, "unknown option '-%s'", utf8_quoten(word, n ? n : 1).s);
        }
        word++;
        bool rest = *word && takes_value(f.opt);
        if (take(f, rest ? word : NULL, w, err) < 0)
            return -1;
        if (rest)
            break;
    }
    return 0;
}

int opt_parse(const struct opt_table *tables, int argc, char **argv, struct err *err)
{
    return opt_parse_heard(tables, argc, argv, NULL, err);
}

int opt_parse_heard(const struct opt_table *tables, int argc, char **argv,
                    const struct opt_ear *ear, struct err *err)
{
    struct words w = { .argc = argc, .at = 1, .argv = argv, .ear = ear };
    int left = 0;
    bool options = true;
    while (w.at < argc) {
        char *word = argv[w.at++];
        int bad = 0;
        if (!options || word[0] != '-' || !word[1])
            argv[++left] = word;
        else if (!strcmp(word, "--"))
            options = false;
        else if (word[1] == '-')
            bad = take_long(tables, word + 2, &w, err);
        else
            bad = take_letters(tables, word + 1, &w, err);
        if (bad < 0)
            return -1;
    }
    return left;
}

void opt_usage(const struct opt *o, struct str *out)
{
    const char *arg = o->arg ? o->arg : "";
    if (o->letter)
        str_addf(out, "-%c, ", o->letter);
    str_addf(out, "--%s%s%s", o->name, takes_value(o) ? " " : "", arg);
}

/* ---- values ---------------------------------------------------------------------- */

int opt_choice(const char *(*choice)(int i), const char *value, const char *what,
               struct err *err)
{
    struct str all = STR_INIT;
    for (int i = 0; choice(i); i++) {
        if (!strcmp(choice(i), value)) {
            str_release(&all);
            return i;
        }
        str_addf(&all, "%s%s", i == 0 ? "" : choice(i + 1) ? ", " : " or ", choice(i));
    }
    err_set(err, "%s cannot be '%s': %s", what, utf8_quote(value).s, str_cstr(&all));
    str_release(&all);
    return -1;
}

int opt_whole(const char *value, long lo, long hi, const char *what, long *out,
              struct err *err)
{
    if (parse_long(value, lo, hi, out))
        return 0;
    return err_set(err, "%s cannot be '%s': a whole number from %ld to %ld", what,
                   utf8_quote(value).s, lo, hi);
}

int opt_real(const char *value, double lo, double hi, const char *what, double *out,
             struct err *err)
{
    double v;
    if (parse_double(value, &v) && v >= lo && v <= hi) {
        *out = v;
        return 0;
    }
    return err_set(err, "%s cannot be '%s': a number from %g to %g", what,
                   utf8_quote(value).s, lo, hi);
}

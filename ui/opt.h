/*
 * opt - command-line options, and what /set knows, as rows.
 *
 *     static const struct opt opts[] = {
 *         { "seed", 's', "N", "seed of the draws", take_seed },
 *         { .name = NULL }
 *     };
 *     struct opt_table tables[] = { { opts, &mine }, { NULL } };
 *     int n = opt_parse(tables, argc, argv, &err);          // argv[1..n]: what is left
 *
 * The conventions of GNU: --name value, --name=value, unique abbreviations, -s 5,
 * -s5, -ab, options and operands in any order, -- ends the options.
 */
#ifndef UI_OPT_H
#define UI_OPT_H

#include "base/err.h"
#include "base/str.h"

struct opt {
    const char *name;   /* without dashes; NULL ends a table */
    char letter;        /* as in -s; 0: none */
    const char *arg;    /* what follows it; NULL: nothing. In brackets: --name=value
                           or nothing, value NULL then */
    const char *help;   /* one line */
    int (*take)(void *own, const char *value, struct err *); /* 0, or -1: refused */
    /* for those that can be asked for their value later */
    void (*show)(const void *own, struct str *value);
    const char *(*choice)(int i); /* the values there are, NULL at the end */
};

struct opt_table {
    const struct opt *opt;
    void *own; /* goes to each take() */
};

/* Hears of every option that is taken. */
struct opt_ear {
    void (*took)(void *own, const struct opt_table *, const struct opt *, const char *value);
    void *own;
};

/* Takes the options out of argv[1..argc-1] in order. The operands are left in
 * argv[1] and on; returns their number, or -1. */
int opt_parse(const struct opt_table *, int argc, char **argv, struct err *);
int opt_parse_heard(const struct opt_table *, int argc, char **argv, const struct opt_ear *,
                    struct err *);

/* "-s, --seed N", appended. */
void opt_usage(const struct opt *, struct str *);

/* The number of the choice that value is; -1 with an error that lists them all. */
int opt_choice(const char *(*choice)(int i), const char *value, const char *what,
               struct err *);

/* Numbers with a range; errors name the thing, the value and the range. */
int opt_whole(const char *value, long lo, long hi, const char *what, long *out,
              struct err *);
int opt_real(const char *value, double lo, double hi, const char *what, double *out,
             struct err *);

#endif

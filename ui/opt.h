/*
 * opt - command-line options, and what /set knows, as rows.
 *
 *     static const struct opt opts[] = {
 *         { "seed", 's', "N", "seed of the draws", take_seed },
 *         { .name = NULL }
 *     };
 *     static const struct opt *const tables[] = { opts, NULL };
 *     int n = opt_parse(tables, &mine, argc, argv, &err);   // argv[1..n]: what is left
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
    const char *const *choice; /* the values there are, NULL-ended; NULL: many */
};

/* Takes the options out of argv[1..argc-1] in order; `own` goes to each take().
 * The operands are left in argv[1] and on; returns their number, or -1. */
int opt_parse(const struct opt *const *tables, void *own, int argc, char **argv,
              struct err *);

/* "-s, --seed N", appended. */
void opt_usage(const struct opt *, struct str *);

/* One of the choices, else an error that lists them. Its number or -1. */
int opt_choice(const char *const *choice, const char *value, const char *what,
               struct err *);

/* Numbers with a range; errors name the thing, the value and the range. */
int opt_whole(const char *value, long lo, long hi, const char *what, long *out,
              struct err *);
int opt_real(const char *value, double lo, double hi, const char *what, double *out,
             struct err *);

#endif

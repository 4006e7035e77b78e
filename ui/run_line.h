/*
 * run_line - one record of events.jsonl.
 *
 * A record is a JSON object with "ev" (what it is), "step", "t" and "epoch", and
 * numbers by name. Step records are the bulk of a file and flat: they are read by
 * hand, about 300 MB/s; whatever the hand does not know goes through jansson.
 *
 *     struct run_line l;
 *     if (run_line_parse(&l, text, n) == 0 && run_line_is(&l, "step"))
 *         use(run_line_number(&l, FIELD_LOSS));
 *     run_line_release(&l);
 */
#ifndef UI_RUN_LINE_H
#define UI_RUN_LINE_H

#include "base/base.h"

#include <jansson.h>

/* Order: as trainers write them, which is the order they are looked for. */
enum run_field {
    FIELD_T,       /* unix seconds */
    FIELD_STEP,
    FIELD_EPOCH,
    FIELD_LOSS,
    FIELD_ACC,     /* per token */
    FIELD_EXACT,   /* whole answers */
    FIELD_SCORE,   /* of the watched metric, whatever its name */
    FIELD_GNORM,
    FIELD_LR,
    FIELD_RATE,    /* tokens a second */
    FIELD_MS,      /* for a step */
    FIELD_CLIPPED, /* share of the steps */
    FIELD_WAIT,    /* share of the time waiting for data */
    FIELD_DELTA,   /* update over weights */
    FIELD_N,
    FIELD_SECONDS,
    FIELD_BEST,    /* true is 1 */
    FIELD_BYTES,
    FIELD_STEPS,
    FIELD_COUNT
};

struct run_line {
    char ev[16];
    double field[FIELD_COUNT]; /* NaN: null, or not a number */
    uint32_t has;              /* bit f: field f was there */
    json_t *json;              /* the whole record, unless it was read by hand */
};

/* 0, or -1: not a record (no object, no kind, no step in 0..10^12). Release
 * either way. */
int run_line_parse(struct run_line *, const char *text, size_t n);
void run_line_release(struct run_line *);

static inline bool run_line_is(const struct run_line *l, const char *ev)
{
    return !strcmp(l->ev, ev);
}

static inline bool run_line_has(const struct run_line *l, enum run_field f)
{
    return l->has >> f & 1;
}

/* NaN when it is not there. */
double run_line_number(const struct run_line *, enum run_field);

/* A text field, "" when there is none; *n its length. Foreign bytes. Lives as long
 * as the line. Records read by hand have none. */
const char *run_line_text(const struct run_line *, const char *name, size_t *n);

#endif

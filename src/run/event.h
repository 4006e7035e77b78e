/*
 * event - the only thing the engine says to the outside.
 *
 * The trainer puts events into a sink; the run folder, the console and tests are
 * sinks. Everything in an event is borrowed for the time of the call.
 */
#ifndef RUN_EVENT_H
#define RUN_EVENT_H

#include "base/str.h"

enum event_kind {
    EVENT_START,   /* a run begins */
    EVENT_RESUME,  /* a run goes on from a checkpoint; later records are void */
    EVENT_STEP,    /* measures since the last record of this kind */
    EVENT_EVAL,    /* a validation */
    EVENT_SAMPLES, /* some validation answers */
    EVENT_PROBE,   /* where the model looked while it answered a question */
    EVENT_SAVED,   /* a checkpoint was written */
    EVENT_NOTE,    /* something a person should see, or said */
    EVENT_ALERT,   /* something is wrong with the course of it: run/alert.h */
    EVENT_CONTROL, /* what somebody wanted of the run, and what came of it */
    EVENT_DONE,    /* the run is over */
};

struct sample {
    char *question, *truth, *guess; /* foreign bytes */
    bool ok;
    double p;                       /* of the whole guess, by the model; NaN: unknown */
};

/* An attention map: a row for each token of the answer, a column for each of the source. */
struct probe {
    int n;                 /* which question, from 0 */
    char *question, *guess; /* foreign bytes; guess may be NULL */
    int rows, cols, stride;
    char **row, **col;     /* labels; foreign bytes */
    uint8_t *level;        /* [rows][stride] percent */
};

struct event {
    enum event_kind kind;
    double time;                 /* Unix seconds */
    int64_t step;
    double epoch;
    /* START, RESUME */
    const char *run, *version;
    int64_t params, train, valid, steps;
    int batch, threads, seed;
    int length;                  /* steps of a batch's longest sequence, in the mean */
    double padding;              /* share of a batch's steps that only fills up */
    const char *git;             /* revision of the folder it was started in; NULL: none */
    /* STEP: loss, acc, gnorm, lr, rate, ms, clipped, wait, delta
     * EVAL: loss, acc, exact, count, seconds, best; score of metric, where one is watched
     * DONE: text (why), loss, acc, exact, seconds */
    double loss, acc, exact;
    double gnorm, lr;
    double rate;                 /* target tokens per second */
    double ms;                   /* per step */
    double clipped;              /* share of steps */
    double wait;                 /* share of the time that went into making batches */
    double delta;                /* length of the last update over that of the weights */
    double seconds;
    const char *metric;
    double score;
    int64_t count, bytes;
    bool best;
    const char *text;            /* NOTE: message; SAVED: file; DONE: reason; ALERT: what;
                                    CONTROL: what came of it */
    const char *what, *arg;      /* CONTROL: run/directive.h */
    const char *by;              /* CONTROL, NOTE: who, NULL: the trainer */
    const struct sample *sample;
    int samples;
    const struct probe *probe;
};

struct sink {
    void (*put)(void *own, const struct event *);
    void *own;
};

/* The event as one line of JSON with its newline, appended. Numbers that are not
 * finite become null, bytes that are not UTF-8 become U+FFFD. */
void event_json(const struct event *, struct str *);

#endif

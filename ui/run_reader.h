/*
 * run_reader - follows a run folder and turns it into values.
 *
 * Reads only files (never the trainer), so a run of this machine, of a shared
 * disk, a finished and a killed one are all the same. Nothing need be there yet,
 * and whatever is there may be damaged: bad lines are counted and skipped, a torn
 * last line is read once it is whole, records that a resume has made void are
 * left out. Memory does not grow with the run.
 *
 *     struct run_reader *r = run_reader_new("runs/add3");
 *     while (...)
 *         if (run_reader_poll(r, now))
 *             draw(r);
 *     run_reader_free(r);
 *
 * All texts in here are foreign bytes.
 */
#ifndef UI_RUN_READER_H
#define UI_RUN_READER_H

#include "base/base.h"
#include "base/settings.h"
#include "run/tags.h"
#include "ui/heartbeat.h"
#include "ui/run_file.h"
#include "ui/run_probe.h"
#include "ui/series.h"

enum run_series {
    RUN_LOSS,
    RUN_ACC,
    RUN_GNORM,
    RUN_LR,
    RUN_RATE,
    RUN_MS,
    RUN_CLIPPED,
    RUN_WAIT,      /* share of the time that threads waited for batches */
    RUN_DELTA,     /* length of the last update over that of the weights */
    RUN_VALID_LOSS,
    RUN_VALID_ACC,
    RUN_VALID_EXACT,
    RUN_VALID_PPL,   /* e to the loss */
    RUN_VALID_SCORE, /* of the watched metric: settings.watch */
    RUN_TIME,      /* seconds since the first record */
    RUN_TOKENS,    /* trained so far */
    RUN_SERIES
};

/* The newest values of a series, for spread and percentiles. */
enum { RUN_RECENT = 200 };
struct run_recent {
    double v[RUN_RECENT];
    int n, next;
};

/* One validation question: what was asked, the truth, what the model said. */
struct run_sample {
    char *q, *t, *g;
    char *was; /* what it said at the validation before; NULL: not asked then */
    bool ok;
    double p;  /* of the answer; NaN: unknown */
};

enum run_event_kind {
    RUN_EV_INFO, RUN_EV_BEST, RUN_EV_SAVED, RUN_EV_CONTROL, RUN_EV_NOTE, RUN_EV_ALERT,
    RUN_EV_BAD
};

struct run_event {
    enum run_event_kind kind;
    double t;
    int64_t step;
    char text[200];
};

enum { RUN_SAMPLES = 64, RUN_EVENTS = 64 };

struct run_reader {
    char *dir;
    const char *name;              /* last part of dir */

    struct heartbeat status;
    bool has_settings;
    struct settings settings;      /* out of `config` */

    struct series series[RUN_SERIES];
    struct run_recent recent[RUN_SERIES];
    int64_t last_step;             /* newest step with a record; -1: none */
    int64_t steps;                 /* of the whole run, 0: unknown */

    struct run_sample sample[RUN_SAMPLES];
    int samples;
    int64_t samples_step, samples_before; /* of this and the validation before; -1: none */
    struct run_probes probes;      /* attention */
    int64_t valid_n;               /* answers in the last validation, 0: none */
    int64_t best_step, saved_step; /* -1: none */
    int64_t least_step;            /* of the lowest validation loss, -1: none */
    double least_loss;
    double saved_bytes;
    bool early, killed;            /* ended by patience; without being saved */
    char tags[TAGS_MAX];           /* blanks between; "": none */
    int batch, batch_steps;        /* sequences of a batch, and their steps; 0: unknown */
    char git[48];                  /* the revision it was started at; "": not known */
    double padding;                /* share of these that only fills up */
    double began, tokens;          /* time of the first record (NaN: none); trained so far */

    struct run_event event[RUN_EVENTS]; /* a ring; see run_reader_event */
    uint64_t events;                    /* seen */

    uint64_t bad_lines;
    uint64_t bytes;                /* of events.jsonl read so far */
    uint64_t changes;              /* grows with every change of a value */

    /* private */
    bool fed, fresh;
    struct run_file file;
    uint64_t rewinds;
    struct stat status_seen, config_seen, tags_seen;
    enum run_state said;           /* the state in the file; status.state is judged */
    double news;                   /* when the status last changed; 0: never */
};

/* The settings of the run in a folder; false: there are none that can be read. */
bool run_settings(const char *dir, struct settings *);

struct run_reader *run_reader_new(const char *dir);
void run_reader_free(struct run_reader *);

/* Reads what is new. `now` in unix seconds decides about a silent trainer. true
 * when a value changed. */
bool run_reader_poll(struct run_reader *, double now);

/* A reader without files, of a run that somebody else tells of: records that count, in
 * order, and when they are void; settings; heartbeats with the state as it is. A state
 * "lost" without a text only touches a run at work. */
struct run_reader *run_reader_new_fed(const char *dir);
void run_reader_feed_again(struct run_reader *);
void run_reader_feed_record(struct run_reader *, const char *text, size_t n);
void run_reader_feed_config(struct run_reader *, const char *text, size_t n);
void run_reader_feed_tags(struct run_reader *, const char *text);
void run_reader_feed_status(struct run_reader *, const char *text, size_t n,
                            const char *state);

/* Does a trainer work on it now? */
bool run_reader_live(const struct run_reader *);

/* The newest step known: of the heartbeat, or, without one, of the records. */
int64_t run_reader_step(const struct run_reader *);

/* The process to ask for an end: its pid, or -1 when it is not certain that this
 * is the trainer (lock free, another host, lock and status disagree). */
long run_reader_pid(const struct run_reader *);

/* Newest first; NULL past the oldest that is kept. */
const struct run_event *run_reader_event(const struct run_reader *, int back);

/* How far the last value stands from the mean of those before it, in standard
 * deviations; NaN while there are fewer than 20. */
double run_recent_z(const struct run_recent *);

/* How far the mean of the recent values may be off: its standard error; NaN while there are
 * fewer than 20. */
double run_recent_error(const struct run_recent *);

/* The exponential average of the recent values, each weighing a tenth; NaN: there are none. */
double run_recent_ema(const struct run_recent *);

/* The value that a part q (0..1) of the recent values does not exceed; NaN: none. */
double run_recent_quantile(const struct run_recent *, double q);

#endif

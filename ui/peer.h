/*
 * peer - the runs of another machine, by way of `ssh HOST seqsh export --to watch
 * --follow DIR` (ui/relay.h). What comes is fed to readers in the list of runs. A line
 * that breaks is called again after 2, 4 ... 30 seconds; until then the runs of that
 * machine that were at work count as lost.
 */
#ifndef UI_PEER_H
#define UI_PEER_H

#include "ui/errand.h"
#include "ui/run_list.h"

struct peer {
    char *place, *host, *folder;
    struct errand line;
    bool ready;        /* all that was there has come */
    double down;       /* since when it is not; 0: it is up */
    double retry;      /* when it is called again */
    int tries;
    char message[200]; /* what ssh said last; foreign bytes */
    double bytes, since, rate; /* that came since then; a second, before; 0: unknown */
    double beat;       /* when it was last asked for a sign; 0: never */
    bool asked;        /* and has not given it yet */
    double trip;       /* seconds there and back; NaN: unknown */
};

struct peers {
    struct peer *at;
    int n;
};

/* HOST:DIR, with no slash before the colon. */
bool peer_is(const char *place);

/* -1: not a host or folder that can be asked for. */
int peers_add(struct peers *, const char *place, struct err *);
void peers_release(struct peers *); /* hangs up */

/* Calls, hears and feeds; true when something changed. */
bool peers_poll(struct peers *, struct run_list *, double now);

/* Has one been asked for a sign just now? Its answer is to be read when it comes. */
bool peers_wait(const struct peers *, double now);

/* Have all sent what there was, or failed? */
bool peers_ready(const struct peers *);

/* What is wrong with one of them; false: nothing. */
bool peers_news(const struct peers *, double now, char *buf, size_t n);

/* "ssh gpu1 0.3 KiB/s  rtt 41 ms  " for each that is up, appended. */
void peers_traffic(const struct peers *, struct str *);

/* A command for the shell of the other machine: "seqsh WORD... 'DIR/RUN'". */
void peer_command(const struct run_entry *, const char *words, const char *after,
                    struct str *out);

#endif

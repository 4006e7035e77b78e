/*
 * shell - the state of a session, and what a line typed at the prompt does:
 * line -> row of the command table, or question -> answer.
 */
#ifndef UI_SHELL_H
#define UI_SHELL_H

#include "corpora/reader.h"
#include "ui/mode.h"
#include "ui/theme.h"
#include "ui/transcript.h"

#include <sys/stat.h>

struct shell {
    struct model *model;
    char *path, *name;           /* of the model */
    const struct reader *reader; /* checks questions; NULL: any text is one */
    real *memory;                /* stateful: [model_memory()] what the model knows from the
                                    lines before; knobs.decode has it, too. Else NULL */
    struct str turns;            /* of a model that reads talks: what was said (text/talk.h) */
    struct knobs knobs;
    const struct mode *mode;     /* chosen last */
    struct names given;          /* NAME=VALUE: knobs of the command line */
    struct transcript said;
    const struct ask *asking;    /* what is being decoded for the transcript; NULL: nothing */
    struct full *full;           /* the full screen of this prompt; NULL: it cannot have one */
    FILE *answers;               /* answers and nothing else, if `talk` is another */
    FILE *talk;                  /* prompt, figures, messages */
    bool plain;                  /* for ears: words, whole answers, nothing redrawn */
    bool json;                   /* without a person: answers as JSON, a line each */
    struct beamdump *dump;       /* takes each search; NULL: nobody wants that */
    int threads;                 /* that share the work of one answer; 0 is 1 */
    bool leave;                  /* set by /quit */
    FILE *trace;                 /* takes each answer as JSON; NULL: nobody wants that */
    int depth;                   /* of files that are run by /source */
    struct stat opened;          /* the model's file when it was opened */
    struct pairs near;           /* of its training, those that /near looks at; empty: not
                                    loaded yet */
    int near_of;                 /* so many there are */
};

void shell_init(struct shell *); /* answers and talk on stdout, no model */
void shell_release(struct shell *);

/* Opens a model by name or path (find.h); on error the one before stays. A model may say
 * itself how it answers (its setting decode): then that is how, and what the command line
 * says comes after it. */
int shell_open(struct shell *, const char *name, struct err *);

/* Takes the settings of a mode. */
int shell_mode(struct shell *, const struct mode *, struct err *);

/* Does an answer depend on the lines before? */
bool shell_recalls(const struct shell *);

/* What is asked when text[n] is typed: that, and the turns before which are read with it;
 * appended. */
void shell_ask(struct shell *, const char *text, size_t n, struct str *asked);

/* A line and its answer, complete, are kept, in a stateful model's memory or as turns;
 * another answer to the last line takes the place of the first; and all of it forgotten. Of
 * other models, nothing. */
void shell_remember(struct shell *, const struct decode *, const struct reply *);
void shell_correct(struct shell *, const struct reply *was, const struct reply *is);
void shell_unsay(struct shell *, const struct reply *); /* takes the last line back */
void shell_forget(struct shell *);

/* A new answer goes into the transcript, and into the trace. */
void shell_keep(struct shell *, struct reply *, bool branch);

/* A question to try, appended; false: none is known that the model could read. */
bool shell_example(const struct shell *, struct str *);

/* A few lines about the model: its name and size, what it learned, an example. The
 * last one ends with `then`. */
void shell_introduce(const struct shell *, const char *then);

/* Opens the model again if its file has been replaced: 1 then, else 0, -1 if the new one
 * cannot be opened (the old one stays). */
int shell_refresh(struct shell *);

/* If a run is to be followed (knobs.follow) and there are newer weights: opens them, and
 * appends a line that says so. */
void shell_follow(struct shell *, struct str *news);

/* Around the computing of an answer: the threads are there in between. */
void shell_team_start(const struct shell *);
void shell_team_stop(void);

/* One line as it was typed, or several as they were pasted. false: Ctrl-C, or /quit. */
bool shell_run(struct shell *, const char *typed);

/* The current answer; NULL: err says why there is none. shell_tokens: one of tokens,
 * not of vectors, and not empty. */
const struct reply *shell_reply(const struct shell *, struct err *);
const struct reply *shell_tokens(const struct shell *, struct err *);

/* One line for the eye, in an ink; foreign bytes are made safe. */
void shell_say(const struct shell *, enum ink, const char *fmt, ...) PRINTF_LIKE(3, 4);
void shell_complain(const struct shell *, const struct err *);

#endif

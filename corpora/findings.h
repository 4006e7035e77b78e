/*
 * findings - what was odd about a subtitle file, told as examples that are no pairs.
 *
 *     findings_start(&f, &srt);
 *     findings_cue(&f, &speech, line) ...             // for every cue
 *     while (findings_next(&f, path, &ex)) ...        // reasons, each with its first line
 */
#ifndef CORPORA_FINDINGS_H
#define CORPORA_FINDINGS_H

#include "corpora/reader.h"
#include "corpora/speech.h"
#include "corpora/srt.h"

/* So often, and on which line first. */
struct finding {
    int count;
    long line;
};

struct findings {
    struct finding odd[SRT_ODDITIES], found[SPEECH_BITS];
    struct finding sounds; /* cues of nothing else */
    struct finding none;   /* no cue in the file */
    char encoding[64];     /* what is said of it */
    int told;
};

void findings_start(struct findings *, const struct srt *);
void findings_cue(struct findings *, const struct speech *, long line);

/* 1: *ex is the next reason, its text borrowed from the findings; 0: that was all. */
int findings_next(struct findings *, const char *file, struct example *ex);

#endif

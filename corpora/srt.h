/*
 * srt - a subtitle file taken apart into cues.
 *
 * Any bytes are read: whatever the encoding, line ends (LF, CR LF, CR, mixed), counters
 * that are missing or out of order, blank lines inside of cues, milliseconds behind a dot,
 * files without times. What was odd is listed, with the line it was first seen on.
 *
 *     struct srt srt;
 *     srt_parse(&srt, bytes, n);
 *     for (int i = 0; i < srt.n; i++)
 *         srt.text.s + srt.cue[i].at ...             // cue[i].n bytes
 *     srt_release(&srt);
 */
#ifndef CORPORA_SRT_H
#define CORPORA_SRT_H

#include "corpora/charset.h"

struct cue {
    long line;       /* of its first line of text, from 1 */
    long start, end; /* milliseconds; -1: not known */
    size_t at, n;    /* in srt.text: its lines, with line feeds between them */
};

enum srt_oddity { /* in the order of srt_oddity_text */
    SRT_ENCODING,  /* not UTF-8 */
    SRT_DOUBTFUL,  /* a code page that does not fit */
    SRT_BAD_BYTES,
    SRT_BOM,
    SRT_MIXED_ENDS,
    SRT_NUL,
    SRT_NO_TIMES,
    SRT_TIME_BROKEN,
    SRT_DOT,
    SRT_UNSORTED,
    SRT_OVERLAP,
    SRT_NEGATIVE,
    SRT_BLANK,
    SRT_EMPTY,
    SRT_LOOSE_TEXT,
    SRT_ODDITIES,
};

struct srt {
    struct charset_found charset;
    struct str text; /* the whole file, UTF-8, lines ended by LF */
    struct cue *cue; /* [n] by time, where there are times */
    int n;
    struct {
        int count;
        long line;   /* where first */
    } odd[SRT_ODDITIES];
};

void srt_parse(struct srt *, const char *bytes, size_t n);
void srt_release(struct srt *);

/* "cues overlap in time", for people. */
const char *srt_oddity_text(enum srt_oddity);

#endif

/*
 * speech - what is said in a cue of subtitles, and by whom if it says so.
 *
 * Dropped: tags (<i>, {\an8}), descriptions of sounds in brackets, characters that are
 * not seen. Entities (&amp;) become characters. A dash at the start of a line, a name
 * ("JEFF: ", ">> ", "<3-12,JEFF>") or a music sign is understood. Cues that hold an
 * advert, a song, or letters that were lost before (U+FFFD) say nothing.
 *
 *     struct speech s = { 0 };
 *     speech_parse(&s, cue_text, n, SCRIPT_ANY);
 *     for (int i = 0; i < s.n; i++)
 *         s.text.s + s.say[i].at ...                  // s.say[i].n bytes, one line
 *     speech_release(&s);
 */
#ifndef CORPORA_SPEECH_H
#define CORPORA_SPEECH_H

#include "base/str.h"

enum { SPEECH_SAYS = 8, SPEECH_NAME = 40 };

struct say {
    size_t at, n;           /* in speech.text */
    bool other;             /* a dash, a name or >>: somebody else begins here */
    char name[SPEECH_NAME]; /* who it is; empty: not told */
    int scene;              /* of CEDAC's labels; 0: not told */
};

enum { /* bits of speech.found */
    SPEECH_TAG = 1 << 0,
    SPEECH_NOTE = 1 << 1,   /* [SIGHS] */
    SPEECH_ENTITY = 1 << 2,
    SPEECH_NAMED = 1 << 3,
    SPEECH_DASHED = 1 << 4,
    SPEECH_HIDDEN = 1 << 5, /* marks of direction, zero-width space, controls */
    SPEECH_SCRIPT = 1 << 6, /* lines in another script: dropped */
    SPEECH_ADVERT = 1 << 7,
    SPEECH_SONG = 1 << 8,
    SPEECH_LOST = 1 << 9,
    SPEECH_CROWD = 1 << 10, /* more than SPEECH_SAYS: the last ones are joined */
    SPEECH_BITS = 11,
};

struct speech {
    struct str text;
    struct say say[SPEECH_SAYS];
    int n;
    unsigned found;
    struct say waiting;     /* own: a name on a line of its own speaks on the next */
    struct str work, bare;  /* own */
};

/* script: "" for all, or the name of one ("Latin"): lines whose letters are of another
 * are dropped. */
void speech_parse(struct speech *, const char *p, size_t n, const char *script);
void speech_release(struct speech *);

/* "tags: dropped", for people; bit from 0. */
const char *speech_found_text(int bit);

#endif

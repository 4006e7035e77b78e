/*
 * corpus - the pairs of some files in memory, cleaned, with a list of all that is not
 * taken and why.
 *
 *     struct corpus c;
 *     corpus_init(&c);
 *     if (corpus_read(&c, &settings, path, &err) < 0) ...  // as often as wanted
 *     corpus_drop(&c, i, "the same pair again");     // pair i is no longer one
 *     corpus_sweep(&c);                              // and now it is gone
 *     corpus_release(&c);
 */
#ifndef CORPORA_CORPUS_H
#define CORPORA_CORPUS_H

#include "base/mem.h"
#include "corpora/reader.h"
#include "text/vocab.h"

struct corpus_pair {
    const char *src, *tgt; /* cleaned */
    int group;             /* in corpus.groups; -1: none */
    int file;              /* in corpus.files */
    long line;
    bool gone;
};

struct corpus_note {
    enum example_kind kind;
    const char *why;
    int times;             /* 0: once */
    int file;
    long line;
    const char *src, *tgt; /* NULL where there is no text */
};

struct corpus {
    struct arena *text;
    struct vocab *files, *groups;
    struct corpus_pair *pair;
    int n, room;
    struct corpus_note *note;
    int notes, notes_room;
    bool talk; /* some of it is of a dialogue */
};

void corpus_init(struct corpus *);
void corpus_release(struct corpus *);

/* Adds a file or folder of settings.format. Broken lines are notes. -1: it cannot be read
 * at all. */
int corpus_read(struct corpus *, const struct settings *, const char *path, struct err *);

/* Pair i leaves, for a reason that stays (a literal). */
void corpus_drop(struct corpus *, int i, const char *why);
void corpus_sweep(struct corpus *);

/* "file:line", appended. */
void corpus_place(const struct corpus *, int file, long line, struct str *);

/* The notes as lines of: place, what happened, why, how often, source, target. */
void corpus_report(const struct corpus *, struct str *);

/* A text as files should have it: Unicode NFC, every blank a space and single, none at
 * the ends, no characters that are not seen. */
void corpus_clean(const char *text, struct str *out);

/* What two texts share that differ in case, signs and blanks only: lower case, letters,
 * digits and apostrophes; a text without any of them is itself. Replaces *out. */
void corpus_key(const char *text, struct str *out);

#endif

/*
 * wording - what an answer may not say in words, whatever tokens they are made of.
 *
 * The words are those that metrics count (13a, metric/tok.h), in small letters. An answer
 * is judged after every token, as it then stands: where "ass" is banned, "▁ass" is refused
 * even if "ume" were to come. So no beginning of an answer says what it may not, and with
 * runs of 3 the metric `repeat` finds nothing.
 *
 *     struct wording_options o = { .block = 3, .ban = "darn*,*heck" };
 *     struct wording *w = wording_new(&o, &model->tgt);
 *     ids_add(&said, token);
 *     if (!wording_allows(w, &said, NULL)) ...      // not this token
 *     wording_free(w);
 */
#ifndef RUN_WORDING_H
#define RUN_WORDING_H

#include "metric/codes.h"
#include "text/codec.h"

enum { WORDING_BAN = 256 }; /* bytes of a list of banned words, with the final NUL */

struct wording_options {
    int block;             /* no run of so many words twice in an answer; 0: any */
    int block_source;      /* no run of so many words of the question; 0: any */
    char ban[WORDING_BAN]; /* words with commas between; a * at an end of one stands for any
                              letters; parts of a word between - and ' count as words, too.
                              "": none */
};

struct wording;

/* For answers of the codec, which is borrowed. NULL: nothing is forbidden. */
struct wording *wording_new(const struct wording_options *, const struct codec *);
void wording_free(struct wording *); /* NULL is fine */

/* The words of a question, id[n] of the codec, by numbers of this wording. Nothing if they
 * do not matter. */
void wording_hear(struct wording *, const struct codec *, const int *id, int n,
                  struct codes *heard);

/* May the last of these tokens be said behind the others? Words that stood there before
 * it are not held against it. heard: the question's; NULL: none. */
bool wording_allows(struct wording *, const struct ids *said, const struct codes *heard);

/* Is it a list of banned words? */
bool wording_is_list(const char *ban);

#endif

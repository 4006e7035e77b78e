/*
 * asked - a question of a batch, as a search needs it.
 */
#ifndef RUN_ASKED_H
#define RUN_ASKED_H

#include "model/model.h"
#include "run/wording.h"

/* The source of row r as the answer would say it, appended: pieces that both vocabularies
 * have, -1 for the others and for what is no text. */
void asked_translated(const struct model *, const struct batch *, int r, struct ids *out);

/* Its words, for answers to be held against. */
void asked_heard(const struct model *, struct wording *, const struct batch *, int r,
                 struct codes *out);

/* A number of it (FNV-1a), so that one seed draws differently for each. */
uint64_t asked_number(const struct batch *, int r);

#endif

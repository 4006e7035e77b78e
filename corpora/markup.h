/*
 * markup - subtitle text without its markup.
 *
 * Two passes over the text of a cue: tags and entities, then descriptions in brackets.
 * CEDAC's labels "<scene-line,NAME>" stay, as LABEL scene , name LABEL.
 */
#ifndef CORPORA_MARKUP_H
#define CORPORA_MARKUP_H

#include "base/str.h"

enum { MARKUP_LABEL = 1 }; /* a byte that stands around a label */

/* Appends the text; returns SPEECH_ bits of what was found. */
unsigned markup_tags(const char *p, size_t n, struct str *out);
unsigned markup_notes(const char *p, size_t n, struct str *out);

#endif

/*
 * tfevents - event files of TensorBoard: what it needs of TFRecord and protobuf.
 *
 * A file is a row of records: the length of the payload (8 bytes, little-endian),
 * the masked CRC-32C of these 8 bytes, the payload, its masked CRC-32C. A payload is
 * a protobuf message `Event`; the first one says "brain.Event:2". Numbers are stored
 * as float, which is all that an Event has room for.
 *
 *     struct str out = STR_INIT;
 *     tfevents_begin(&out, time);
 *     tfevents_scalar(&out, time, step, "loss/train", 0.25);
 *
 * Only bytes are made here; the caller writes them.
 */
#ifndef RUN_TFEVENTS_H
#define RUN_TFEVENTS_H

#include "base/str.h"

/* Times in Unix seconds. Each appends one record. */
void tfevents_begin(struct str *, double time);
void tfevents_scalar(struct str *, double time, int64_t step, const char *tag, double v);

/* What was said about this step and later ones is void: a program began anew. */
void tfevents_restart(struct str *, double time, int64_t step);

/* A text, as the tab "Text" shows it (Markdown). `text` is to be UTF-8. */
void tfevents_text(struct str *, double time, int64_t step, const char *tag,
                   const char *text, size_t n);

#endif

/*
 * proto - protobuf's encoding, to write with: a message is a row of fields, each a
 * number with a value. Messages are built from the inside out.
 *
 *     struct str inner = STR_INIT, outer = STR_INIT;
 *     proto_text(&inner, 1, "name");
 *     proto_int(&inner, 2, 7);
 *     proto_message(&outer, 5, &inner);       // inner is released
 */
#ifndef BASE_PROTO_H
#define BASE_PROTO_H

#include "base/str.h"

/* Fields. Each is appended. */
void proto_int(struct str *, int field, int64_t v);
void proto_float(struct str *, int field, float v);
void proto_double(struct str *, int field, double v);
void proto_bytes(struct str *, int field, const void *p, size_t n);
void proto_text(struct str *, int field, const char *text);
void proto_message(struct str *, int field, struct str *message); /* it is released */

/* What stands in packed fields: the bare number, and one of so many bytes, the least
 * significant first. */
void proto_varint(struct str *, uint64_t v);
void proto_fixed(struct str *, uint64_t v, int bytes);
void proto_fixed_float(struct str *, float v);

#endif

/*
 * paste - what is pasted cannot act as if it were typed.
 *
 * A terminal puts ESC [200~ and ESC [201~ around a paste. Text from a web page may
 * contain the second mark itself, followed by commands. So the last mark of what
 * comes in one burst is taken for the end, and what is invisible before it, controls and
 * others, becomes visible text. Between the bytes of a person's typing and the editor:
 *
 *     struct paste p = { 0 };
 *     paste_add(&p, bytes, n, &keys);
 *     if (paste_waits(&p) && nothing more comes within 30 ms)
 *         paste_settle(&p, &keys);
 */
#ifndef UI_PASTE_H
#define UI_PASTE_H

#include "base/str.h"

struct paste {
    bool inside;
    int matched;     /* bytes of the opening mark that have just gone by */
    struct str held; /* since the opening mark */
};

void paste_release(struct paste *);

/* Appends to `keys` what is certain; holds what is not. */
void paste_add(struct paste *, const char *bytes, size_t n, struct str *keys);

/* A closing mark is held: was it the last one? */
bool paste_waits(const struct paste *);
void paste_settle(struct paste *, struct str *keys); /* it was */

#endif

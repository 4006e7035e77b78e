/*
 * codes - text as code points, and the rewriting that tokenizers do.
 *
 * A segment is text that belongs to somebody else; codes own theirs. White space is
 * what Unicode calls so (bidirectional classes WS, B and S, category Zs), with the
 * controls U+001C to U+001F: metrics count words, and all that compare themselves with
 * sacreBLEU have to agree on where one ends.
 */
#ifndef METRIC_CODES_H
#define METRIC_CODES_H

#include "base/base.h"

struct segment {
    const uint32_t *cp;
    int n;
};

struct codes {
    uint32_t *cp;
    int n, cap;
};

void codes_release(struct codes *);
void codes_clear(struct codes *);
void codes_add(struct codes *, uint32_t cp);
void codes_addn(struct codes *, const uint32_t *cp, int n);
struct segment codes_segment(const struct codes *); /* borrowed until it changes */

/* Appends UTF-8; each byte that is none becomes U+FFFD. Returns how many were. */
size_t codes_add_utf8(struct codes *, const char *s, size_t n);

/* Appends the segment in small letters, by the rules of Unicode: a final sigma is
 * final, and a letter may become two. */
void codes_add_lower(struct codes *, struct segment);

bool codes_space(uint32_t cp);

/*
 * Rewriting, from left to right, in one pass. `spare` is working memory.
 */

/* Every `from` becomes `to`; both ASCII. */
void codes_replace(struct codes *, struct codes *spare, const char *from, const char *to);

/* Spaces around one of two neighbours, a character of `first` with one of `second`
 * behind it; pairs do not overlap. Without `second`: around every one of `first`. */
struct codes_rule {
    bool (*first)(uint32_t), (*second)(uint32_t);
    bool behind; /* the second one is set apart, else the first */
};
void codes_set_apart(struct codes *, struct codes *spare, const struct codes_rule *);

/* Takes out what is of this kind. */
void codes_drop(struct codes *, bool (*kind)(uint32_t));

#endif

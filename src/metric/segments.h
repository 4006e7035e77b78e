/*
 * segments - the lines of a text as code points: a reference, or what a system said.
 *
 *     struct segments s = { 0 };
 *     if (segments_load(&s, "hyp.txt", &err) < 0) ...
 *     for (int i = 0; i < s.n; i++)
 *         use(segments_at(&s, i));
 *     segments_release(&s);
 *
 * Lines end with a line feed, and white space at their ends is dropped. Bytes that are
 * not UTF-8 count as U+FFFD each; how many, and where the first stood, is noted.
 */
#ifndef METRIC_SEGMENTS_H
#define METRIC_SEGMENTS_H

#include "base/err.h"
#include "metric/codes.h"

struct segments {
    int n, cap;
    size_t *end;       /* [n] where a line ends in cp; it starts where the last ended */
    uint32_t *cp;
    size_t used, room;
    size_t broken;     /* bytes that were not UTF-8 */
    int broken_line;   /* the first line with one, from 1 */
};

void segments_add(struct segments *, const char *line, size_t n);
int segments_load(struct segments *, const char *path, struct err *); /* 0 or -1 */
struct segment segments_at(const struct segments *, int i); /* borrowed until the next add */
void segments_release(struct segments *);

#endif

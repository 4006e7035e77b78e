/*
 * input - lines of an open file, as they come.
 */
#ifndef UI_INPUT_H
#define UI_INPUT_H

#include "base/err.h"
#include "base/str.h"

enum { INPUT_LINE_MAX = 1 << 20 }; /* bytes of a line that are kept */

struct input {
    int fd;
    bool text;       /* in the locale's bytes: lines are made UTF-8 (ui/charset.h) */
    char buf[1 << 14];
    size_t at, n;    /* of buf: taken, filled */
    struct str line; /* without its end, neither \n nor \r\n */
    size_t length;   /* of the line; beyond INPUT_LINE_MAX its bytes are not kept */
};

/* 1: a line, 0: no more, -1: error. A last line needs no end. Release l->line. */
int input_next(struct input *, struct err *);

/* Is there another line, whole, or the end, without waiting for anybody? */
bool input_ready(struct input *);

#endif

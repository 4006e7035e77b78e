/*
 * fmt - numbers as people read them, in few columns and plain ASCII.
 *
 * Each fills and returns a buffer of FMT_MAX bytes. What is not known (NaN, or a
 * negative count, time or size) comes out as "-".
 */
#ifndef UI_FMT_H
#define UI_FMT_H

#include "base/base.h"

enum { FMT_MAX = 32 };

const char *fmt_count(char buf[FMT_MAX], int64_t n);      /* 42,000 */
const char *fmt_short(char buf[FMT_MAX], double v);       /* 999  48.2k  1.31M */
const char *fmt_real(char buf[FMT_MAX], double v);        /* 0.1834  12.30  8.4e-04 */
const char *fmt_percent(char buf[FMT_MAX], double part);  /* 99.4 %, rounded down */
const char *fmt_bytes(char buf[FMT_MAX], double n);       /* 212 MiB */
const char *fmt_clock(char buf[FMT_MAX], double seconds); /* 01:22:07, 3d 04:00:00 */

#endif

/*
 * base.h - what every file of seqsh includes first: the number type, sizes,
 * BUG(), and the list of functions nobody may call.
 *
 * The engine is built twice from the same source: with `real` = float to run,
 * and with -DSEQ_DOUBLE (`real` = double) to check gradients at 1e-7.
 */
#ifndef BASE_BASE_H
#define BASE_BASE_H

#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef SEQ_DOUBLE
typedef double real;
#else
typedef float real;
#endif

#define ARRAY_LEN(a) (sizeof(a) / sizeof(*(a)))
#define MIN(a, b) ((a) < (b) ? (a) : (b))
#define MAX(a, b) ((a) > (b) ? (a) : (b))
#define PRINTF_LIKE(f, a) __attribute__((format(printf, f, a)))
#define NORETURN __attribute__((noreturn))

/* A fault of ours: prints file:line and the message, runs the death hook
 * (which gives the terminal back), aborts. */
#define BUG(...) bug_at(__FILE__, __LINE__, __VA_ARGS__)
NORETURN void bug_at(const char *file, int line, const char *fmt, ...) PRINTF_LIKE(3, 4);

/* Called before the process dies of a bug or of what is missing, such as memory. The engine
 * knows no terminal; whoever opened one sets this. */
void death_hook_set(void (*hook)(void));

/* What nothing goes on without is missing: runs the death hook, says so, exits with
 * status 1. */
NORETURN void die_of(const char *fmt, ...) PRINTF_LIKE(1, 2);
NORETURN void die_no_memory(size_t wanted);

/* Unbounded writes and silent number parsing have no place here: use str_addf
 * (base/str.h), snprintf, memcpy, and the parsers of base/str.h. */
#pragma GCC poison strcpy strcat sprintf vsprintf strtok atoi atof atol

#endif

/*
 * mem - memory that never answers NULL, and arenas.
 *
 * The x... family dies through die_no_memory() instead of returning NULL.
 * An arena hands out 64-byte aligned blocks that are all given back at once;
 * training resets its arenas once per batch, so steady state allocates nothing.
 *
 *     struct arena *a = arena_new();
 *     real *x = arena_alloc(a, n * sizeof *x);     // not zeroed
 *     arena_reset(a);                              // x is gone, the memory is kept
 *     arena_free(a);
 */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include "base/base.h"

void *xmalloc(size_t n);
void *xcalloc(size_t n, size_t size); /* zeroed; checks n * size for overflow */
void *xrealloc(void *p, size_t n);
char *xstrdup(const char *s);
char *xstrndup(const char *s, size_t n);
void *xmemdup(const void *p, size_t n);

/* n bytes at a multiple of 64, zeroed; give back with free(). */
void *xaligned(size_t n);

/* n bytes, zeroed, that take memory only where something is written; for what is large. Given
 * back with xpages_free and the same n; NULL is fine there. */
void *xpages(size_t n);
void xpages_free(void *, size_t n);

/* Little of it will be written, here and there: large pages would take too much. */
void xpages_sparse(void *, size_t n);

/* What is freed goes back to the system where it is large, as it does at first: glibc
 * would keep more and more of it. For who counts memory. */
void mem_give_back(void);

/* Bytes of memory that this process has; 0: the system does not tell. */
size_t mem_resident(void);

struct arena;
struct arena *arena_new(void);
void arena_free(struct arena *); /* NULL is fine */

/* 64-byte aligned, contents undefined / zeroed; lives until arena_reset. */
void *arena_alloc(struct arena *, size_t n);
void *arena_zalloc(struct arena *, size_t n);
char *arena_strndup(struct arena *, const char *s, size_t n);

/* Forgets every block. Chunks are merged into one, so that a second round of
 * the same size needs a single chunk. */
void arena_reset(struct arena *);

/* Forgets every block, and has the system take their memory back until it is used again. */
void arena_rest(struct arena *);

/* Forgets every block. About n bytes, and a little more, then take a single chunk. Returns
 * what the system will count for n bytes: large pages are counted whole. */
size_t arena_reserve(struct arena *, size_t n);

/* Bytes in use now, and the most that were ever in use between two resets. */
size_t arena_used(const struct arena *);
size_t arena_peak(const struct arena *);

#endif

#include "base/mem.h"

#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

#define ALIGN 64
#define HUGE_PAGE ((size_t)2 << 20)
#define FIRST_CHUNK (64 * 1024)

void *xmalloc(size_t n)
{
    void *p = malloc(n ? n : 1);
    if (!p)
        die_no_memory(n);
    return p;
}

void *xcalloc(size_t n, size_t size)
{
    void *p = calloc(n ? n : 1, size ? size : 1);
    if (!p)
        die_no_memory(n * size);
    return p;
}

void *xrealloc(void *old, size_t n)
{
    void *p = realloc(old, n ? n : 1);
    if (!p)
        die_no_memory(n);
    return p;
}

void *xmemdup(const void *p, size_t n)
{
    void *q = xmalloc(n);
    if (n)
        memcpy(q, p, n);
    return q;
}

char *xstrndup(const char *s, size_t n)
{
    char *q = xmalloc(n + 1);
    memcpy(q, s, n);
    q[n] = '\0';
    return q;
}

char *xstrdup(const char *s)
{
    return xstrndup(s, strlen(s));
}

static size_t round_up(size_t n)
{
    if (n > SIZE_MAX - ALIGN)
        die_no_memory(n);
    return (n + ALIGN - 1) / ALIGN * ALIGN;
}

/* n is a multiple of ALIGN. What is large asks for large pages: matrices are read along
 * columns too, and then each number comes from another of the small ones. */
static void *aligned_new(size_t n)
{
    size_t align = n >= HUGE_PAGE / 2 && n <= SIZE_MAX - HUGE_PAGE ? HUGE_PAGE : ALIGN;
    size_t full = (n + align - 1) / align * align;
    void *p = aligned_alloc(align, full);
    if (!p)
        die_no_memory(n);
#ifdef MADV_HUGEPAGE
    if (align == HUGE_PAGE)
        madvise(p, full, MADV_HUGEPAGE); /* a wish: without it all is as right */
#endif
    return p;
}

void *xaligned(size_t n)
{
    size_t full = round_up(n ? n : 1);
    return memset(aligned_new(full), 0, full);
}

#ifdef __SANITIZE_ADDRESS__ /* it watches what comes from malloc */

void *xpages(size_t n)
{
    return xaligned(n);
}

void xpages_free(void *p, size_t n)
{
    (void)n;
    free(p);
}

void xpages_sparse(void *p, size_t n)
{
    (void)p;
    (void)n;
}

#else

static size_t whole_pages(size_t n)
{
    if (n > SIZE_MAX - 2 * HUGE_PAGE)
        die_no_memory(n);
    return (n / HUGE_PAGE + 1) * HUGE_PAGE;
}

/* As large pages, where they are: what lies before and behind them is given back. */
void *xpages(size_t n)
{
    size_t full = whole_pages(n);
    char *p = mmap(NULL, full + HUGE_PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
                   -1, 0);
    if (p == MAP_FAILED)
        die_no_memory(n);
    size_t before = HUGE_PAGE - (uintptr_t)p % HUGE_PAGE;
    munmap(p, before);
    munmap(p + before + full, HUGE_PAGE - before);
    p += before;
#ifdef MADV_HUGEPAGE
    if (n >= HUGE_PAGE / 2)
        madvise(p, full, MADV_HUGEPAGE); /* a wish: without it all is as right */
#endif
    return p;
}

void xpages_free(void *p, size_t n)
{
    if (p)
        munmap(p, whole_pages(n));
}

void xpages_sparse(void *p, size_t n)
{
#ifdef MADV_NOHUGEPAGE
    madvise(p, whole_pages(n), MADV_NOHUGEPAGE); /* likewise */
#endif
}

#endif

void mem_give_back(void)
{
#ifdef M_MMAP_THRESHOLD
    mallopt(M_MMAP_THRESHOLD, (int)HUGE_PAGE / 4);
#endif
}

size_t mem_resident(void)
{
    long all, here = 0;
    FILE *f = fopen("/proc/self/statm", "r");
    if (!f)
        return 0;
    if (fscanf(f, "%ld %ld", &all, &here) != 2)
        here = 0;
    fclose(f);
    return (size_t)here * (size_t)sysconf(_SC_PAGESIZE);
}

struct chunk {
    struct chunk *older;
    size_t size, used; /* bytes of data */
    char *data;
};

struct arena {
    struct chunk *newest;
    size_t used, peak;
};

static void chunk_push(struct arena *a, size_t size)
{
    struct chunk *c = xmalloc(sizeof *c);
    c->data = aligned_new(size);
    c->size = size;
    c->used = 0;
    c->older = a->newest;
    a->newest = c;
}

static void chunks_free(struct arena *a)
{
    while (a->newest) {
        struct chunk *c = a->newest;
        a->newest = c->older;
        free(c->data);
        free(c);
    }
}

struct arena *arena_new(void)
{
    return xcalloc(1, sizeof(struct arena));
}

void arena_free(struct arena *a)
{
    if (!a)
        return;
    chunks_free(a);
    free(a);
}

void *arena_alloc(struct arena *a, size_t n)
{
    size_t full = round_up(n ? n : 1);
    struct chunk *c = a->newest;
    if (!c || c->size - c->used < full) {
        /* doubling keeps the number of chunks logarithmic in the first round */
        size_t size = c ? 2 * c->size : FIRST_CHUNK;
        chunk_push(a, MAX(size, full));
        c = a->newest;
    }
    void *p = c->data + c->used;
    c->used += full;
    a->used += full;
    a->peak = MAX(a->peak, a->used);
    return p;
}

void *arena_zalloc(struct arena *a, size_t n)
{
    return memset(arena_alloc(a, n), 0, n);
}

char *arena_strndup(struct arena *a, const char *s, size_t n)
{
    char *q = arena_alloc(a, n + 1);
    memcpy(q, s, n);
    q[n] = '\0';
    return q;
}

void arena_reset(struct arena *a)
{
    if (a->newest && a->newest->older) {
        size_t size = round_up(a->peak);
        chunks_free(a);
        chunk_push(a, size);
    } else if (a->newest) {
        a->newest->used = 0;
    }
    a->used = 0;
}

size_t arena_reserve(struct arena *a, size_t n)
{
    size_t size = round_up(n + n / 64 + FIRST_CHUNK);
    chunks_free(a);
    chunk_push(a, size);
    a->used = a->peak = 0;
    return size >= HUGE_PAGE / 2 ? (n + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE : n;
}

void arena_rest(struct arena *a)
{
    arena_reset(a);
#ifdef MADV_DONTNEED
    if (a->newest && a->newest->size >= HUGE_PAGE)
        madvise(a->newest->data, a->newest->size, MADV_DONTNEED);
#endif
}

size_t arena_used(const struct arena *a)
{
    return a->used;
}

size_t arena_peak(const struct arena *a)
{
    return a->peak;
}

#include "base/base.h"

#include <stdarg.h>

static void (*death_hook)(void);

void death_hook_set(void (*hook)(void))
{
    death_hook = hook;
}

static void run_hook(void)
{
    void (*hook)(void) = death_hook;
    death_hook = NULL; /* a hook that fails itself must not run again */
    if (hook)
        hook();
}

void bug_at(const char *file, int line, const char *fmt, ...)
{
    va_list ap;
    run_hook();
    fprintf(stderr, "seqsh: bug at %s:%d: ", file, line);
    va_start(ap, fmt);
    vfprintf(stderr, fmt, ap);
    va_end(ap);
    fputc('\n', stderr);
    abort();
}

void die_of(const char *fmt, ...)
{
    va_list ap;
    run_hook();
    fputs("seqsh: ", stderr);
    va_start(ap, fmt);
    vfprintf(stderr, fmt, ap);
    va_end(ap);
    fputc('\n', stderr);
    exit(1);
}

void die_no_memory(size_t wanted)
{
    die_of("out of memory (%zu bytes wanted)", wanted);
}

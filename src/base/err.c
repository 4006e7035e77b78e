#include "base/err.h"

#include <stdarg.h>

int err_set(struct err *e, const char *fmt, ...)
{
    va_list ap;
    if (!e)
        return -1;
    e->where[0] = '\0';
    va_start(ap, fmt);
    vsnprintf(e->msg, sizeof e->msg, fmt, ap);
    va_end(ap);
    return -1;
}

int err_at(struct err *e, const char *file, long line, const char *fmt, ...)
{
    va_list ap;
    if (!e)
        return -1;
    if (line > 0)
        snprintf(e->where, sizeof e->where, "%s:%ld", file, line);
    else
        snprintf(e->where, sizeof e->where, "%s", file);
    va_start(ap, fmt);
    vsnprintf(e->msg, sizeof e->msg, fmt, ap);
    va_end(ap);
    return -1;
}

int err_prefix(struct err *e, const char *fmt, ...)
{
    char front[200], rest[sizeof e->msg];
    va_list ap;
    if (!e)
        return -1;
    va_start(ap, fmt);
    vsnprintf(front, sizeof front, fmt, ap);
    va_end(ap);
    memcpy(rest, e->msg, sizeof rest);
    size_t n = strlen(front);
    memcpy(e->msg, front, n);
    snprintf(e->msg + n, sizeof e->msg - n, ": %s", rest);
    return -1;
}

const char *err_text(const struct err *e, char *buf, size_t n)
{
    if (e->where[0])
        snprintf(buf, n, "%s: %s", e->where, e->msg);
    else
        snprintf(buf, n, "%s", e->msg);
    return buf;
}

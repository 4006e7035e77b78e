#include "ui/input.h"

#include "ui/charset.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

/* Bytes added to the buffer, which is empty: 0 at the end, -1: error. */
static ssize_t fill(struct input *l, struct err *err)
{
    ssize_t got;
    do
        got = read(l->fd, l->buf + l->n, sizeof l->buf - l->n);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return err_set(err, "cannot read the input: %s", strerror(errno));
    l->n += (size_t)got;
    return got;
}

static void drop_return(struct str *line)
{
    if (line->n && line->s[line->n - 1] == '\r')
        str_cut(line, line->n - 1);
}

static int next_line(struct input *l, struct err *err)
{
    bool any = false;
    str_clear(&l->line);
    l->length = 0;
    for (;;) {
        if (l->at == l->n) {
            l->at = l->n = 0;
            ssize_t got = fill(l, err);
            if (got < 0)
                return -1;
            if (got == 0) {
                drop_return(&l->line);
                return any;
            }
        }
        any = true;
        char *from = l->buf + l->at, *end = memchr(from, '\n', l->n - l->at);
        size_t n = end ? (size_t)(end - from) : l->n - l->at;
        str_addn(&l->line, from, MIN(n, INPUT_LINE_MAX - l->line.n));
        l->length += n;
        l->at += n + (end != NULL);
        if (!end)
            continue;
        drop_return(&l->line);
        return 1;
    }
}

int input_next(struct input *l, struct err *err)
{
    int got = next_line(l, err);
    if (got > 0 && l->text && charset_own()) {
        struct str utf8 = STR_INIT;
        charset_in(&utf8, str_cstr(&l->line), l->line.n);
        str_release(&l->line);
        l->line = utf8;
    }
    return got;
}

/* What came of a line so far stays in the buffer; a line longer than that is waited for. */
bool input_ready(struct input *l)
{
    struct pollfd p = { .fd = l->fd, .events = POLLIN };
    while (!memchr(l->buf + l->at, '\n', l->n - l->at)) {
        if (l->at > 0) {
            memmove(l->buf, l->buf + l->at, l->n - l->at);
            l->n -= l->at;
            l->at = 0;
        }
        if (l->n == sizeof l->buf || poll(&p, 1, 0) != 1)
            return false;
        ssize_t got = fill(l, NULL);
        if (got <= 0)
            return got == 0 && l->n > 0;
    }
    return true;
}

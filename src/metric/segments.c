#include "metric/segments.h"

#include "base/file.h"
#include "base/mem.h"

enum {
    FILE_MOST = 1 << 30, /* bytes */
    LINE_MOST = 1 << 24, /* bytes */
};

void segments_release(struct segments *s)
{
    free(s->end);
    free(s->cp);
    *s = (struct segments){ 0 };
}

static void reserve(struct segments *s, size_t n)
{
    if (s->n == s->cap) {
        s->cap = s->cap ? 2 * s->cap : 256;
        s->end = xrealloc(s->end, (size_t)s->cap * sizeof *s->end);
    }
    if (s->used + n > s->room) {
        s->room = 2 * (s->used + n);
        s->cp = xrealloc(s->cp, s->room * sizeof *s->cp);
    }
}

void segments_add(struct segments *s, const char *line, size_t n)
{
    struct codes c = { 0 };
    size_t broken = codes_add_utf8(&c, line, n);
    while (c.n > 0 && codes_space(c.cp[c.n - 1]))
        c.n--;
    reserve(s, (size_t)c.n);
    if (c.n > 0)
        memcpy(s->cp + s->used, c.cp, (size_t)c.n * sizeof *c.cp);
    s->used += (size_t)c.n;
    s->end[s->n++] = s->used;
    if (broken && !s->broken)
        s->broken_line = s->n;
    s->broken += broken;
    codes_release(&c);
}

int segments_load(struct segments *s, const char *path, struct err *err)
{
    struct str text = STR_INIT;
    int bad = file_read(path, FILE_MOST, &text, err);
    const char *p = str_cstr(&text), *end = p + text.n;
    while (!bad && p < end) {
        const char *feed = memchr(p, '\n', (size_t)(end - p));
        size_t n = (size_t)((feed ? feed : end) - p);
        if (n > LINE_MOST)
            bad = err_at(err, path, s->n + 1, "%zu bytes are too many: at most %d", n,
                         LINE_MOST);
        else
            segments_add(s, p, n);
        p += n + 1;
    }
    str_release(&text);
    return bad;
}

struct segment segments_at(const struct segments *s, int i)
{
    size_t from = i ? s->end[i - 1] : 0;
    return (struct segment){ s->cp + from, (int)(s->end[i] - from) };
}

#include "corpora/lines.h"

#include "base/mem.h"
#include "base/utf8.h"

#include <errno.h>

struct lines *lines_open(const char *path, struct err *err)
{
    FILE *in = fopen(path, "rb");
    if (!in) {
        err_set(err, "cannot open '%s': %s", path, strerror(errno));
        return NULL;
    }
    struct lines *l = xmalloc(sizeof *l);
    l->in = in;
    l->path = xstrdup(path);
    l->line = 0;
    l->n = 0;
    return l;
}

void lines_close(struct lines *l)
{
    fclose(l->in);
    free(l->path);
    free(l);
}

bool lines_next(struct lines *l)
{
    int c;
    l->n = 0;
    while ((c = getc_unlocked(l->in)) != EOF && c != '\n')
        if (l->n < LINES_SIZE)
            l->text[l->n++] = (char)c;
    if (c == EOF && l->n == 0)
        return false;
    if (l->n < LINES_SIZE && l->n > 0 && l->text[l->n - 1] == '\r')
        l->n--;
    l->line++;
    if (l->line == 1 && l->n >= 3 && !memcmp(l->text, "\xef\xbb\xbf", 3)) {
        l->n -= 3;
        memmove(l->text, l->text + 3, l->n);
    }
    if (l->n < LINES_SIZE)
        l->text[l->n] = '\0';
    return true;
}

int lines_end(const struct lines *l, struct err *err)
{
    if (ferror(l->in))
        return err_set(err, "cannot read '%s': %s", l->path, strerror(errno));
    return 0;
}

const char *lines_fault(const struct lines *l)
{
    if (l->n == LINES_SIZE)
        return "the line is longer than 65535 bytes";
    if (memchr(l->text, '\0', l->n))
        return "the line has a NUL byte";
    if (!utf8_valid(l->text, l->n))
        return "the line is not valid UTF-8";
    return NULL;
}

bool lines_blank(const char *p, const char *end)
{
    while (p < end && *p == ' ')
        p++;
    return p == end;
}

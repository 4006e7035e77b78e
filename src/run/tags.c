#include "run/tags.h"

#include "base/file.h"
#include "base/utf8.h"

#include <ctype.h>

static char *tags_path(const char *dir)
{
    return path_join(dir, "tags");
}

void tags_read(const char *dir, char text[TAGS_MAX])
{
    struct str all = STR_INIT;
    char *path = tags_path(dir);
    if (file_is(path))
        file_read(path, TAGS_MAX, &all, NULL);
    str_trim(&all);
    snprintf(text, TAGS_MAX, "%s", str_cstr(&all));
    for (char *c = text; *c; c++)
        if (isspace((unsigned char)*c))
            *c = ' ';
    str_release(&all);
    free(path);
}

/* Appends the words of `text` but the one that is w, n. */
static void add_others(struct str *out, const char *text, const char *w, size_t n)
{
    for (;;) {
        text += strspn(text, " \t");
        size_t k = strcspn(text, " \t");
        if (!k)
            return;
        if (k != n || memcmp(text, w, n) != 0) {
            str_add(out, out->n ? " " : "");
            str_addn(out, text, k);
        }
        text += k;
    }
}

/* One word of what is wanted. */
static void change(struct str *tags, const char *w, size_t n)
{
    bool away = *w == '!' && n > 1;
    struct str next = STR_INIT;
    w += away;
    n -= away;
    add_others(&next, str_cstr(tags), w, n);
    if (!away) {
        str_add(&next, next.n ? " " : "");
        str_addn(&next, w, n);
    }
    str_release(tags);
    *tags = next;
}

static int put(const char *dir, const struct str *tags, struct err *err)
{
    struct str lines = STR_INIT;
    char *path = tags_path(dir);
    str_addf(&lines, "%s%s", str_cstr(tags), tags->n ? "\n" : "");
    for (size_t i = 0; i < lines.n; i++)
        if (lines.s[i] == ' ')
            lines.s[i] = '\n';
    int bad = file_write(path, str_cstr(&lines), lines.n, err);
    str_release(&lines);
    free(path);
    return bad;
}

int tags_change(const char *dir, const char *words, struct str *now, struct err *err)
{
    struct str tags = STR_INIT;
    char text[TAGS_MAX];
    int bad = 0;
    tags_read(dir, text);
    str_add(&tags, text);
    while (*(words += strspn(words, " \t"))) {
        size_t n = strcspn(words, " \t");
        change(&tags, words, n);
        words += n;
    }
    if (tags.n >= TAGS_MAX)
        bad = err_set(err, "too many tags: at most %d bytes", TAGS_MAX - 1);
    else if (!utf8_valid(str_cstr(&tags), tags.n))
        bad = err_set(err, "a tag is not UTF-8");
    else
        bad = put(dir, &tags, err);
    str_addf(now, "%s", str_cstr(&tags));
    str_release(&tags);
    return bad;
}

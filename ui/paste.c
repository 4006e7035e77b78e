#include "ui/paste.h"

#include "base/utf8.h"
#include "ui/ui_text.h"

static const char opening[] = "\033[200~";
static const char closing[] = "\033[201~";
enum { MARK = sizeof opening - 1 };

void paste_release(struct paste *p)
{
    str_release(&p->held);
    *p = (struct paste){ 0 };
}

void paste_add(struct paste *p, const char *bytes, size_t n, struct str *keys)
{
    for (size_t i = 0; i < n; i++) {
        if (p->inside) {
            str_addn(&p->held, bytes + i, n - i);
            return;
        }
        str_addc(keys, bytes[i]);
        if (bytes[i] != opening[p->matched])
            p->matched = 0;
        if (bytes[i] == opening[p->matched])
            p->matched++;
        if (p->matched == MARK) {
            p->inside = true;
            p->matched = 0;
        }
    }
}

/* Where the last closing mark is; NULL: nowhere. */
static const char *last_closing(const struct paste *p)
{
    const char *found = NULL, *at = p->held.s;
    size_t left = p->held.n;
    while (left && (at = memmem(at, left, closing, MARK))) {
        found = at++;
        left = p->held.n - (size_t)(at - p->held.s);
    }
    return found;
}

bool paste_waits(const struct paste *p)
{
    return p->inside && last_closing(p);
}

/* Line feeds and tabs stay; other controls are shown instead of obeyed. */
static void add_shown(struct str *keys, const char *s, size_t n)
{
    size_t k;
    uint32_t c;
    for (size_t i = 0; i < n; i += k) {
        k = utf8_next(s + i, n - i, &c);
        if (k && utf8_control(c) && !strchr("\r\n\t", s[i]))
            ui_text(keys, UI_FIELD, s + i, k);
        else
            str_addn(keys, s + i, MAX(k, 1));
        k = MAX(k, 1);
    }
}

void paste_settle(struct paste *p, struct str *keys)
{
    const char *end = last_closing(p);
    struct str all = p->held;
    size_t n = (size_t)(end - all.s);
    str_init(&p->held);
    p->inside = false;
    add_shown(keys, all.s, n);
    str_addn(keys, closing, MARK);
    paste_add(p, end + MARK, all.n - n - MARK, keys);
    str_release(&all);
}

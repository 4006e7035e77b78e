#include "ui/paste.h"

#include "base/utf8.h"
#include "ui/charset.h"
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

/* One character of what the terminal sends; 0: it is none. */
static size_t next_point(const char *s, size_t n, uint32_t *c)
{
    if (!charset_own())
        return utf8_next(s, n, c);
    *c = charset_point((unsigned char)*s);
    return *c != 0;
}

static void add_control(struct str *keys, const char *s, size_t n)
{
    struct str utf8 = STR_INIT;
    charset_in(&utf8, s, n);
    ui_text(keys, UI_FIELD, utf8.s, utf8.n);
    str_release(&utf8);
}

/* Text without controls: characters that would not be seen, or turn others around, and bytes
 * that are no text are spelled out (ui_text.h), whatever of the rest this terminal shows. */
static void add_text(struct str *keys, const char *s, size_t n)
{
    struct str utf8 = STR_INIT, safe = STR_INIT;
    struct ui_text t;
    charset_in(&utf8, s, n);
    ui_text_start(&t, UI_FLOW);
    t.utf8 = true;
    ui_text_add(&t, &safe, str_cstr(&utf8), utf8.n);
    ui_text_end(&t, &safe);
    charset_out(keys, str_cstr(&safe), safe.n);
    str_release(&utf8);
    str_release(&safe);
}

/* Line feeds and tabs stay; other controls are shown instead of obeyed. */
static void add_shown(struct str *keys, const char *s, size_t n)
{
    size_t from = 0, k;
    uint32_t c;
    for (size_t i = 0; i < n; i += MAX(k, 1)) {
        k = next_point(s + i, n - i, &c);
        if (k == 0 || !utf8_control(c))
            continue;
        add_text(keys, s + from, i - from);
        from = i + k;
        if (s[i] && strchr("\r\n\t", s[i]))
            str_addc(keys, s[i]);
        else
            add_control(keys, s + i, k);
    }
    add_text(keys, s + from, n - from);
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

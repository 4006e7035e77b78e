#include "ui/entry.h"

#include "base/mem.h"
#include "base/utf8.h"
#include "ui/screen.h"

static void set(struct entry *e, const char *text)
{
    e->n = e->at = 0;
    entry_insert(e, text, strlen(text));
}

void entry_open(struct entry *e, const char *text)
{
    e->open = true;
    e->back = 0;
    set(e, text);
}

void entry_release(struct entry *e)
{
    for (int i = 0; i < ENTRY_PAST; i++)
        free(e->past[i]);
    *e = (struct entry){ 0 };
}

void entry_insert(struct entry *e, const char *text, size_t n)
{
    if (e->n + n >= sizeof e->text)
        return;
    memmove(e->text + e->at + n, e->text + e->at, e->n - e->at);
    memcpy(e->text + e->at, text, n);
    e->n += n;
    e->at += n;
    e->text[e->n] = '\0';
}

static void erase(struct entry *e, size_t from, size_t to)
{
    memmove(e->text + from, e->text + to, e->n - to);
    e->n -= to - from;
    e->at = from;
    e->text[e->n] = '\0';
}

static bool inside(char c)
{
    return ((unsigned char)c & 0xc0) == 0x80;
}

static size_t before(const struct entry *e, size_t at)
{
    if (at > 0)
        at--;
    while (at > 0 && inside(e->text[at]))
        at--;
    return at;
}

static size_t after(const struct entry *e, size_t at)
{
    if (at < e->n)
        at++;
    while (at < e->n && inside(e->text[at]))
        at++;
    return at;
}

static size_t word_before(const struct entry *e)
{
    size_t at = e->at;
    while (at > 0 && e->text[at - 1] == ' ')
        at--;
    while (at > 0 && e->text[at - 1] != ' ')
        at--;
    return at;
}

static void remember(struct entry *e)
{
    if (!e->n || (e->past[0] && !strcmp(e->past[0], e->text)))
        return;
    free(e->past[ENTRY_PAST - 1]);
    memmove(e->past + 1, e->past, (ENTRY_PAST - 1) * sizeof *e->past);
    e->past[0] = xstrdup(e->text);
}

static void go_back(struct entry *e, int by)
{
    int to = e->back + by;
    if (to < 0 || to > ENTRY_PAST || (to > 0 && !e->past[to - 1]))
        return;
    e->back = to;
    set(e, to ? e->past[to - 1] : "");
}

enum entry_does entry_key(struct entry *e, int key)
{
    char c = (char)key;
    switch (key) {
    case '\r':
    case '\n':
        remember(e);
        e->open = false;
        return ENTRY_DONE;
    case 27:
    case SCREEN_CTRL('C'):
    case SCREEN_CTRL('G'):
        e->open = false;
        return ENTRY_DROPPED;
    case 127:
    case SCREEN_CTRL('H'):
        if (!e->n) {
            e->open = false;
            return ENTRY_DROPPED;
        }
        erase(e, before(e, e->at), e->at);
        break;
    case SCREEN_CTRL('D'):
        erase(e, e->at, after(e, e->at));
        break;
    case SCREEN_CTRL('U'): erase(e, 0, e->at); break;
    case SCREEN_CTRL('W'): erase(e, word_before(e), e->at); break;
    case SCREEN_CTRL('K'): erase(e, e->at, e->n); break;
    case SCREEN_LEFT: e->at = before(e, e->at); break;
    case SCREEN_RIGHT: e->at = after(e, e->at); break;
    case SCREEN_HOME:
    case SCREEN_CTRL('A'): e->at = 0; break;
    case SCREEN_END:
    case SCREEN_CTRL('E'): e->at = e->n; break;
    case SCREEN_UP: go_back(e, 1); break;
    case SCREEN_DOWN: go_back(e, -1); break;
    default:
        if (key >= ' ' && key < 256)
            entry_insert(e, &c, 1);
    }
    return ENTRY_GOES_ON;
}

static int width(const char *text, size_t n)
{
    struct str s = STR_INIT;
    int w = ui_text(&s, UI_FIELD, text, n);
    str_release(&s);
    return w;
}

void entry_draw(const struct entry *e, struct area a, char sign)
{
    uint32_t cursor = theme()->utf8 ? 0x2588 : '_';
    size_t from = 0;
    area_fill(a, ' ', INK_TEXT);
    area_char(a, 0, 0, (unsigned char)sign, INK_STRONG);
    while (from < e->at && width(e->text + from, e->at - from) > a.w - 3)
        from = after(e, from);
    int x = 2 + area_textn(a, 2, 0, INK_TEXT, e->text + from, e->at - from);
    area_textn(a, x + 1, 0, INK_TEXT, e->text + e->at, e->n - e->at);
    if (x < a.w)
        area_char(a, x, 0, cursor, INK_STRONG);
}

#include "ui/keys.h"

#include "base/utf8.h"

enum { ESC = SCREEN_ESCAPE };

/* xterm, what is made after it, and the consoles of Linux and rxvt where they differ. */
static const struct {
    const char *bytes;
    int key;
} known[] = {
    { "\033[A", SCREEN_UP },        { "\033OA", SCREEN_UP },
    { "\033[B", SCREEN_DOWN },      { "\033OB", SCREEN_DOWN },
    { "\033[C", SCREEN_RIGHT },     { "\033OC", SCREEN_RIGHT },
    { "\033[D", SCREEN_LEFT },      { "\033OD", SCREEN_LEFT },
    { "\033[H", SCREEN_HOME },      { "\033OH", SCREEN_HOME },
    { "\033[1~", SCREEN_HOME },     { "\033[7~", SCREEN_HOME },
    { "\033[F", SCREEN_END },       { "\033OF", SCREEN_END },
    { "\033[4~", SCREEN_END },      { "\033[8~", SCREEN_END },
    { "\033[5~", SCREEN_PAGE_UP },  { "\033[6~", SCREEN_PAGE_DOWN },
    { "\033[Z", SCREEN_BACK_TAB },  { "\033[200~", SCREEN_PASTE },
    { "\033OP", SCREEN_F1 },        { "\033[11~", SCREEN_F1 },
    { "\033[[A", SCREEN_F1 },       { "\033OQ", SCREEN_F2 },
    { "\033[12~", SCREEN_F2 },      { "\033[[B", SCREEN_F2 },
    { "\033OR", SCREEN_F3 },        { "\033[13~", SCREEN_F3 },
    { "\033[[C", SCREEN_F3 },       { "\033OS", SCREEN_F4 },
    { "\033[14~", SCREEN_F4 },      { "\033[[D", SCREEN_F4 },
    { "\033[17~", SCREEN_F6 },      { "\033[20~", SCREEN_F9 },
    { "\033[23~", SCREEN_F11 },
    { "\033o", SCREEN_F6 }, /* Alt-o: for keyboards without such keys */
};

const char *keys_sequence(int key, int i)
{
    for (size_t k = 0; k < ARRAY_LEN(known); k++)
        if (known[k].key == key && i-- == 0)
            return known[k].bytes;
    return NULL;
}

/* The length of a sequence that begins with ESC, as ECMA-48 has them; 0: it is not all
 * there. "ESC [ [ A" is the console of Linux. */
static size_t sequence(const char *s, size_t n)
{
    size_t i = 2;
    if (n < 2)
        return 0;
    if (s[1] == 'O')
        return n < 3 ? 0 : 3;
    if (s[1] != '[')
        return s[1] == ESC ? 1 : 1 + MAX(utf8_next(s + 1, n - 1, NULL), 1);
    if (n > 2 && s[2] == '[')
        return n < 4 ? 0 : 4;
    while (i < n && s[i] >= 0x20 && s[i] < 0x40)
        i++;
    return i < n ? i + 1 : 0;
}

/* "ESC [ < BUTTON ; X ; Y M": pressed, or, with m, released; X and Y from 1. */
static int mouse_key(const char *s, size_t n)
{
    long v[3] = { 0, 0, 0 };
    int i = 0, key = SCREEN_POINTER;
    for (size_t k = 3; k + 1 < n && i < 3; k++) {
        if (s[k] == ';')
            i++;
        else if (s[k] >= '0' && s[k] <= '9' && v[i] < 0xfff)
            v[i] = 10 * v[i] + s[k] - '0';
    }
    if (s[n - 1] == 'M')
        key = v[0] == 0 ? SCREEN_CLICK : v[0] == 64 ? SCREEN_WHEEL_UP :
              v[0] == 65 ? SCREEN_WHEEL_DOWN : SCREEN_POINTER;
    return screen_mouse_key(key, v[1] - 1, v[2] - 1);
}

int keys_next(const char *s, size_t n, bool over, size_t *taken)
{
    *taken = 0;
    if (n == 0)
        return SCREEN_NONE;
    if (s[0] != ESC) {
        size_t k = utf8_next(s, n, NULL);
        *taken = MAX(k, 1);
        return (unsigned char)s[0] < 128 ? s[0] ? s[0] : SCREEN_OTHER : SCREEN_OTHER;
    }
    size_t k = sequence(s, n);
    if (k == 0 && !over)
        return SCREEN_NONE;
    *taken = MAX(k, 1);
    if (*taken == 1)
        return ESC;
    if (k > 3 && s[1] == '[' && s[2] == '<')
        return mouse_key(s, k);
    for (size_t i = 0; i < ARRAY_LEN(known); i++)
        if (strlen(known[i].bytes) == k && !memcmp(known[i].bytes, s, k))
            return known[i].key;
    return SCREEN_OTHER;
}

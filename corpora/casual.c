#include "corpora/casual.h"

#include "base/mem.h"

#include <unicase.h>

/* Bytes of the text without spaces, and the marks of a sentence, at its end. */
static size_t without_marks(const char *text)
{
    size_t n = strlen(text);
    while (n > 0 && strchr(" .!?", text[n - 1]))
        n--;
    return n;
}

static bool ends_in_stop(const char *text)
{
    size_t n = strlen(text);
    return n > 1 && text[n - 1] == '.' && text[n - 2] != '.';
}

static void add_small(struct str *out, const char *text, size_t n)
{
    size_t small;
    uint8_t *by = u8_tolower((const uint8_t *)text, n, NULL, NULL, NULL, &small);
    if (by)
        str_addn(out, (const char *)by, small);
    else /* not UTF-8 */
        str_addn(out, text, n);
    free(by);
}

void casual(const char *src, const char *tgt, struct rng *r, struct str *careless,
            struct str *answer)
{
    enum { SMALL = 1, BARE = 2 };
    unsigned how = 1 + (unsigned)rng_below(r, SMALL | BARE);
    size_t all = strlen(src), n = how & BARE ? without_marks(src) : all;
    if (n == 0) /* nothing but marks */
        n = all;
    bool stop = n < all && ends_in_stop(src) && ends_in_stop(tgt);
    if (how & SMALL)
        add_small(careless, src, n);
    else
        str_addn(careless, src, n);
    str_addn(answer, tgt, strlen(tgt) - stop);
}

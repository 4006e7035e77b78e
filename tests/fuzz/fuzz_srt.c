/*
 * Any bytes as subtitles: turns of valid UTF-8 on one line each, within the text.
 */
#include "tests/fuzz/fuzz.h"

#include "base/utf8.h"
#include "corpora/turns.h"

static void check(const struct turns *t)
{
    for (int i = 0; i < t->n; i++) {
        const struct turn *turn = &t->turn[i];
        const char *p = t->text.s + turn->at;
        if (turn->at + turn->n >= t->text.n || strlen(p) != turn->n || turn->n == 0)
            BUG("turn %d is not %zu bytes", i, turn->n);
        if (!utf8_valid(p, turn->n) || strchr(p, '\n'))
            BUG("turn %d is no line of UTF-8", i);
    }
    if (t->n && !t->turn[0].cut)
        BUG("the first turn answers something");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static const char *const script[] = { "", "Latin", "Han" };
    struct srt srt;
    srt_parse(&srt, (const char *)data, n);
    for (size_t i = 0; i < ARRAY_LEN(script); i++) {
        struct turns t;
        turns_make(&t, &srt, script[i]);
        check(&t);
        turns_release(&t);
    }
    srt_release(&srt);
    return 0;
}

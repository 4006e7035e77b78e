#include "corpora/trigrams.h"

#include "base/mem.h"
#include "base/utf8.h"

#include <math.h>
#include <unicase.h>
#include <unictype.h>

enum {
    SLOTS = 1 << 20,  /* hashed counts; a clash costs little */
    LETTERS_MIN = 12, /* of a line that is judged, unless most of them are strange */
};

static const double rare = 1e-4;

struct trigrams {
    uint32_t three[SLOTS], two[SLOTS], one[SLOTS];
    uint64_t all;
};

struct trigrams *trigrams_new(void)
{
    return xcalloc(1, sizeof(struct trigrams));
}

void trigrams_free(struct trigrams *t)
{
    free(t);
}

static size_t slot(uint32_t a, uint32_t b, uint32_t c)
{
    uint64_t h = ((uint64_t)a << 42 | (uint64_t)b << 21 | c) * 0x9e3779b97f4a7c15u;
    return (size_t)(h >> 44);
}

/* The line's characters in small letters, other signs as blanks, runs of them as one. */
struct walk {
    const char *p, *end;
    uint32_t a, b, c; /* the last three */
    int letters;
};

static struct walk walk_of(const char *line)
{
    return (struct walk){ .p = line, .end = line + strlen(line), .b = ' ', .c = ' ' };
}

static bool walk_next(struct walk *w)
{
    while (w->p < w->end) {
        uint32_t c;
        size_t k = utf8_next(w->p, (size_t)(w->end - w->p), &c);
        w->p += k ? k : 1;
        bool letter = k && (uc_is_property_alphabetic(c) ||
                            uc_is_general_category(c, UC_MARK));
        c = letter ? uc_tolower(c) : ' ';
        if (c == ' ' && w->c == ' ')
            continue;
        w->letters += letter;
        w->a = w->b;
        w->b = w->c;
        w->c = c;
        return true;
    }
    return false;
}

void trigrams_add(struct trigrams *t, const char *line)
{
    for (struct walk w = walk_of(line); walk_next(&w); t->all++) {
        t->three[slot(w.a, w.b, w.c)]++;
        t->two[slot(0, w.a, w.b)]++;
        t->one[slot(0, 0, w.c)]++;
    }
}

/* p(c | a b) = (n(a b c) + k p(c)) / (n(a b) + k), with k = 5 */
double trigrams_bits(const struct trigrams *t, const char *line, bool own)
{
    double bits = 0;
    long n = 0, strange = 0; /* letters that the language has not */
    struct walk w = walk_of(line);
    for (; walk_next(&w); n++) {
        double three = t->three[slot(w.a, w.b, w.c)], two = t->two[slot(0, w.a, w.b)];
        double one = t->one[slot(0, 0, w.c)], all = (double)t->all;
        if (own) {
            three = MAX(three - 1, 0);
            two = MAX(two - 1, 0);
            one = MAX(one - 1, 0);
            all -= 1;
        }
        strange += w.c != ' ' && one < rare * all;
        bits -= log2((three + 5 * (one + 0.1) / (all + 100)) / (two + 5));
    }
    return w.letters < LETTERS_MIN && 2 * strange <= w.letters ? NAN : bits / (double)n;
}

#include "base/near.h"

enum { WORD_MAX = 32 };

struct near near_to(const char *typed)
{
    /* a word further away than this is another word */
    return (struct near){ .typed = typed, .distance = 2 + (int)strlen(typed) / 5 };
}

/* Letters put in, taken out, replaced, or swapped with their neighbour: the least
 * number that makes b of a (Damerau 1964, each place touched once). */
static int distance(const char *a, const char *b)
{
    int rows[3][WORD_MAX + 1], n = (int)strlen(b);
    int *before = rows[0], *last = rows[1], *row = rows[2];
    for (int j = 0; j <= n; j++)
        row[j] = j;
    for (int i = 1; a[i - 1]; i++) {
        int *oldest = before;
        before = last;
        last = row;
        row = oldest;
        row[0] = i;
        for (int j = 1; j <= n; j++) {
            row[j] = MIN(last[j - 1] + (a[i - 1] != b[j - 1]),
                         1 + MIN(last[j], row[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = MIN(row[j], before[j - 2] + 1);
        }
    }
    return row[n];
}

void near_try(struct near *n, const char *word)
{
    if (strlen(n->typed) > WORD_MAX || strlen(word) > WORD_MAX)
        return;
    int d = distance(n->typed, word);
    if (d < n->distance) {
        n->distance = d;
        n->best = word;
    }
}

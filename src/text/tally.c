#include "text/tally.h"

#include "base/mem.h"

void tally_init(struct tally *t)
{
    *t = (struct tally){ .pieces = vocab_new() };
}

void tally_release(struct tally *t)
{
    vocab_free(t->pieces);
    free(t->count);
    *t = (struct tally){ 0 };
}

void tally_add(struct tally *t, const char *piece, size_t n)
{
    int id = vocab_add(t->pieces, piece, n);
    if (id >= t->room) { /* a new piece */
        int room = 2 * id + 64;
        t->count = xrealloc(t->count, (size_t)room * sizeof *t->count);
        memset(t->count + t->room, 0, (size_t)(room - t->room) * sizeof *t->count);
        t->room = room;
    }
    t->count[id]++;
}

void tally_put(void *tally, const char *piece, size_t n)
{
    tally_add(tally, piece, n);
}

static int by_count(const void *a, const void *b)
{
    const struct tally_row *x = a, *y = b;
    if (x->count != y->count)
        return x->count > y->count ? -1 : 1;
    return strcmp(x->piece, y->piece);
}

struct tally_row *tally_rows(const struct tally *t)
{
    int n = vocab_size(t->pieces);
    struct tally_row *row = xcalloc((size_t)n, sizeof *row);
    for (int i = 0; i < n; i++)
        row[i] = (struct tally_row){ vocab_piece(t->pieces, i), t->count[i] };
    qsort(row, (size_t)n, sizeof *row, by_count);
    return row;
}

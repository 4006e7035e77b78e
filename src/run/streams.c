#include "run/streams.h"

#include "base/mem.h"

struct stream {
    int pairs, number;
};

static int longest_first(const void *a, const void *b)
{
    const struct stream *x = a, *y = b;
    return x->pairs != y->pairs ? y->pairs - x->pairs : x->number - y->number;
}

static int count_conversations(const struct pairs *p, int n)
{
    int found = 0;
    for (int i = 0; i < n; i++)
        found += pairs_opens(p, i);
    return found;
}

/* Each conversation to the stream that is shortest then: of[i] is the stream of pair i. */
static void deal(const struct pairs *p, int n, struct stream *stream, int streams, int *of)
{
    int at = 0;
    for (int i = 0; i < n; i++) {
        if (pairs_opens(p, i)) {
            at = 0;
            for (int s = 1; s < streams; s++)
                if (stream[s].pairs < stream[at].pairs)
                    at = s;
        }
        of[i] = at;
        stream[at].pairs++;
    }
}

void streams_init(struct streams *st, const struct pairs *p, int n, int most)
{
    int rows = MIN(most, count_conversations(p, n));
    struct stream *stream = xcalloc(rows, sizeof *stream);
    int *of = xcalloc(n, sizeof *of), *place = xcalloc(rows, sizeof *place);
    int *next = xcalloc(rows, sizeof *next);
    for (int s = 0; s < rows; s++)
        stream[s].number = s;
    deal(p, n, stream, rows, of);
    qsort(stream, rows, sizeof *stream, longest_first);
    for (int s = 0; s < rows; s++)
        place[stream[s].number] = s;

    *st = (struct streams){ .steps = rows ? stream[0].pairs : 0, .rows = rows };
    st->row = xcalloc(n, sizeof *st->row);
    st->start = xcalloc(st->steps + 1, sizeof *st->start);
    for (int k = 0, live = rows; k < st->steps; k++) {
        while (stream[live - 1].pairs <= k)
            live--;
        st->start[k + 1] = st->start[k] + live;
    }
    for (int i = 0; i < n; i++) {
        int s = place[of[i]];
        st->row[st->start[next[s]++] + s] = i;
    }
    free(stream);
    free(place);
    free(next);
    free(of);
}

void streams_release(struct streams *st)
{
    free(st->row);
    free(st->start);
    *st = (struct streams){ 0 };
}

const int *streams_rows(const struct streams *st, int k, int *n)
{
    *n = st->start[k + 1] - st->start[k];
    return st->row + st->start[k];
}

#include "metric/ngrams.h"

#include "base/mem.h"

void ngrams_init(struct ngrams *g)
{
    *g = (struct ngrams){ 0 };
    trie_init(&g->trie);
}

void ngrams_release(struct ngrams *g)
{
    trie_release(&g->trie);
    free(g->most);
    free(g->now);
}

void ngrams_clear(struct ngrams *g)
{
    trie_clear(&g->trie);
}

int ngrams_count(int n, int order)
{
    return MAX(0, n - order + 1);
}

/* The counts of a node that may be new. */
static void reserve(struct ngrams *g, int node)
{
    if (node < g->cap)
        return;
    g->cap = 2 * node + 64;
    g->most = xrealloc(g->most, (size_t)g->cap * sizeof *g->most);
    g->now = xrealloc(g->now, (size_t)g->cap * sizeof *g->now);
}

void ngrams_refer(struct ngrams *g, const uint32_t *symbol, int n, int order)
{
    for (int i = 0; i < n; i++)
        for (int k = 0, node = 0; k < order && i + k < n; k++) {
            int before = g->trie.n;
            node = trie_add(&g->trie, node, symbol[i + k]);
            reserve(g, node);
            if (node == before)
                g->most[node] = g->now[node] = 0;
            g->now[node]++;
        }
    for (int node = 1; node < g->trie.n; node++) {
        g->most[node] = MAX(g->most[node], g->now[node]);
        g->now[node] = 0;
    }
}

void ngrams_match(struct ngrams *g, const uint32_t *symbol, int n, int order,
                  double *match)
{
    for (int i = 0; i < n; i++)
        for (int k = 0, node = 0; k < order && i + k < n; k++) {
            node = trie_find(&g->trie, node, symbol[i + k]);
            if (node < 0)
                break;
            if (g->now[node] < g->most[node]) {
                g->now[node]++;
                match[k]++;
            }
        }
    for (int node = 1; node < g->trie.n; node++)
        g->now[node] = 0;
}

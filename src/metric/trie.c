#include "metric/trie.h"

#include "base/mem.h"

enum { FEW_BITS = 10 };

struct trie_edge {
    int node, child;
    uint32_t symbol, round;
};

static void empty(struct trie *t, int bits)
{
    t->bits = bits;
    t->slots = (size_t)1 << bits;
    t->edge = xcalloc(t->slots, sizeof *t->edge);
    t->round = 1;
}

void trie_init(struct trie *t)
{
    empty(t, FEW_BITS);
    t->n = 1;
}

void trie_release(struct trie *t)
{
    free(t->edge);
}

void trie_clear(struct trie *t)
{
    t->n = 1;
    if (++t->round)
        return;
    free(t->edge); /* after 2^32 rounds the first ones would come back */
    empty(t, FEW_BITS);
}

/* Where the edge is, or where it would be. Multiplicative hashing (Knuth, The Art of
 * Computer Programming 6.4): the upper bits of a product with 2^64 over the golden
 * ratio. */
static struct trie_edge *place(const struct trie *t, int node, uint32_t symbol)
{
    uint64_t key = (uint64_t)(uint32_t)node << 32 | symbol;
    for (size_t i = key * 0x9e3779b97f4a7c15u >> (64 - t->bits);; i++) {
        struct trie_edge *e = &t->edge[i & (t->slots - 1)];
        if (e->round != t->round || (e->node == node && e->symbol == symbol))
            return e;
    }
}

static void grow(struct trie *t)
{
    struct trie old = *t;
    empty(t, old.bits + 1);
    for (size_t i = 0; i < old.slots; i++) {
        struct trie_edge e = old.edge[i];
        if (e.round == old.round) {
            e.round = t->round;
            *place(t, e.node, e.symbol) = e;
        }
    }
    free(old.edge);
}

int trie_add(struct trie *t, int node, uint32_t symbol)
{
    struct trie_edge *e = place(t, node, symbol);
    if (e->round == t->round)
        return e->child;
    int child = t->n++;
    *e = (struct trie_edge){ node, child, symbol, t->round };
    if ((size_t)t->n > t->slots / 2)
        grow(t);
    return child;
}

int trie_find(const struct trie *t, int node, uint32_t symbol)
{
    const struct trie_edge *e = place(t, node, symbol);
    return e->round == t->round ? e->child : -1;
}

int trie_word(struct trie *t, struct segment s)
{
    int node = 0;
    for (int i = 0; i < s.n; i++)
        node = trie_add(t, node, s.cp[i]);
    return node;
}

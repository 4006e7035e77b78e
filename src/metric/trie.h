/*
 * trie - numbers for sequences of symbols: a tree whose edges are one hash table.
 *
 * Node 0 is the empty sequence; a sequence is the node at the end of its path. With
 * code points for symbols the nodes are numbers of words, and with those for symbols
 * they are numbers of n-grams. Emptying costs nothing, so one serves all lines.
 *
 *     int node = 0;
 *     for (int i = 0; i < n; i++)
 *         node = trie_add(&t, node, symbol[i]);
 */
#ifndef METRIC_TRIE_H
#define METRIC_TRIE_H

#include "metric/codes.h"

struct trie {
    struct trie_edge *edge; /* open addressing; [slots], a power of two */
    size_t slots;
    int bits;               /* slots = 1 << bits */
    uint32_t round;         /* edges of another round are none */
    int n;                  /* nodes, the root among them */
};

void trie_init(struct trie *);
void trie_release(struct trie *);
void trie_clear(struct trie *);

int trie_add(struct trie *, int node, uint32_t symbol);        /* made if it is not there */
int trie_find(const struct trie *, int node, uint32_t symbol); /* -1: not there */

int trie_word(struct trie *, struct segment); /* the node of a whole sequence, made */

#endif

#include "metric/phrases.h"

#include "base/mem.h"
#include "metric/trie.h"

#include <unictype.h>

struct phrases {
    struct trie trie;  /* a phrase is a node */
    struct phrase {
        int node;
        int64_t times;
    } *phrase;         /* sorted by node */
    int n;
};

/* ---- how they are compared -------------------------------------------------------- */

static bool is_apostrophe(uint32_t c)
{
    return c == '\'' || c == 0x2019 || c == 0x2bc || c == '`';
}

/* Small letters and numbers, with single spaces in place of all else. */
static void plain(struct segment s, struct codes *out)
{
    struct codes low = { 0 };
    bool gap = false;
    codes_clear(out);
    codes_add_lower(&low, s);
    for (int i = 0; i < low.n; i++) {
        uint32_t c = low.cp[i];
        if (uc_is_general_category_withtable(c, UC_CATEGORY_MASK_L | UC_CATEGORY_MASK_M |
                                                    UC_CATEGORY_MASK_N)) {
            if (gap && out->n)
                codes_add(out, ' ');
            gap = false;
            codes_add(out, c);
        } else {
            gap |= !is_apostrophe(c);
        }
    }
    codes_release(&low);
}

/* ---- making ----------------------------------------------------------------------- */

static int by_times(const void *a, const void *b)
{
    const struct phrase *x = a, *y = b;
    if (x->times != y->times)
        return x->times < y->times ? 1 : -1;
    return (x->node > y->node) - (x->node < y->node); /* made earlier: stands earlier */
}

static int by_node(const void *a, const void *b)
{
    const struct phrase *x = a, *y = b;
    return (x->node > y->node) - (x->node < y->node);
}

struct phrases *phrases_frequent(const struct segments *s, int most)
{
    struct phrases *p = xcalloc(1, sizeof *p);
    struct codes text = { 0 };
    int64_t *times = NULL;
    int room = 0;
    trie_init(&p->trie);
    for (int i = 0; i < s->n; i++) {
        plain(segments_at(s, i), &text);
        int node = trie_word(&p->trie, codes_segment(&text));
        if (p->trie.n > room) {
            int more = 2 * p->trie.n;
            times = xrealloc(times, (size_t)more * sizeof *times);
            memset(times + room, 0, (size_t)(more - room) * sizeof *times);
            room = more;
        }
        times[node] += node > 0;
    }
    p->phrase = xcalloc((size_t)s->n + 1, sizeof *p->phrase);
    for (int node = 1; node < p->trie.n; node++)
        if (times && times[node])
            p->phrase[p->n++] = (struct phrase){ node, times[node] };
    qsort(p->phrase, (size_t)p->n, sizeof *p->phrase, by_times);
    p->n = MIN(p->n, most);
    qsort(p->phrase, (size_t)p->n, sizeof *p->phrase, by_node);
    free(times);
    codes_release(&text);
    return p;
}

struct phrases *phrases_dull(void)
{
    static const char *const dull[] = {
        "I don't know", "I do not know", "I don't know what you mean",
        "I don't know what you're talking about", "I don't know what to say",
        "I don't understand", "I'm not sure", "I have no idea", "No idea", "I don't think so",
        "I'm sorry", "What", "What do you mean", "What are you talking about",
    };
    struct segments s = { 0 };
    for (size_t i = 0; i < ARRAY_LEN(dull); i++)
        segments_add(&s, dull[i], strlen(dull[i]));
    struct phrases *p = phrases_frequent(&s, s.n);
    segments_release(&s);
    return p;
}

void phrases_free(struct phrases *p)
{
    if (!p)
        return;
    trie_release(&p->trie);
    free(p->phrase);
    free(p);
}

/* ---- asking ----------------------------------------------------------------------- */

int phrases_count(const struct phrases *p)
{
    return p->n;
}

bool phrases_have(const struct phrases *p, struct segment s)
{
    struct codes text = { 0 };
    int node = 0;
    plain(s, &text);
    for (int i = 0; i < text.n && node >= 0; i++)
        node = trie_find(&p->trie, node, text.cp[i]);
    codes_release(&text);
    struct phrase key = { node, 0 };
    return node > 0 && bsearch(&key, p->phrase, (size_t)p->n, sizeof key, by_node);
}

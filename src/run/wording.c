#include "run/wording.h"

#include "base/mem.h"
#include "metric/tok.h"
#include "metric/trie.h"

/* A banned word: its letters, and whether others may stand before and behind them. */
struct banned {
    struct codes text;
    bool open_front, open_back;
};

struct wording {
    const struct codec *codec;
    int block, block_source;
    struct banned *banned;
    int bans;
    struct trie words;       /* numbers of words */
    struct tokens tokens;    /* the words of the text that was cut last */
    struct codes before, now; /* the numbers of an answer's words */
    struct codes text, lower;
};

/* ---- the list -------------------------------------------------------------------- */

/* The next word of a list, *n bytes, which moves *rest behind it; NULL: no more. */
static const char *next_word(const char **rest, size_t *n)
{
    const char *word = *rest;
    if (!*word)
        return NULL;
    *n = strcspn(word, ",");
    *rest += *n + (word[*n] == ',');
    return word;
}

bool wording_is_list(const char *ban)
{
    const char *word;
    size_t n;
    while ((word = next_word(&ban, &n))) {
        size_t front = strspn(word, "*"), letters = strcspn(word + front, "* ,");
        bool back = front + letters < n && word[front + letters] == '*';
        if (front > 1 || letters == 0 || front + letters + back != n)
            return false;
    }
    return true;
}

static void add_ban(struct wording *w, const char *word, size_t n)
{
    struct banned b = { .open_front = *word == '*', .open_back = word[n - 1] == '*' };
    codes_clear(&w->text);
    codes_add_utf8(&w->text, word + b.open_front, n - b.open_front - b.open_back);
    codes_add_lower(&b.text, codes_segment(&w->text));
    w->banned = xrealloc(w->banned, (size_t)(w->bans + 1) * sizeof *w->banned);
    w->banned[w->bans++] = b;
}

struct wording *wording_new(const struct wording_options *o, const struct codec *c)
{
    if (o->block <= 0 && o->block_source <= 0 && !o->ban[0])
        return NULL;
    struct wording *w = xcalloc(1, sizeof *w);
    const char *rest = o->ban, *word;
    size_t n;
    w->codec = c;
    w->block = o->block;
    w->block_source = o->block_source;
    trie_init(&w->words);
    while ((word = next_word(&rest, &n)))
        add_ban(w, word, n);
    return w;
}

void wording_free(struct wording *w)
{
    if (!w)
        return;
    for (int i = 0; i < w->bans; i++)
        codes_release(&w->banned[i].text);
    free(w->banned);
    trie_release(&w->words);
    tokens_release(&w->tokens);
    codes_release(&w->before);
    codes_release(&w->now);
    codes_release(&w->text);
    codes_release(&w->lower);
    free(w);
}

/* ---- judging --------------------------------------------------------------------- */

/* The words of these tokens, by number. */
static void words_of(struct wording *w, const struct codec *c, const int *id, int n,
                     struct codes *out)
{
    struct str text = STR_INIT;
    codec_decode(c, id, n, &text);
    codes_clear(&w->text);
    codes_clear(&w->lower);
    codes_clear(out);
    codes_add_utf8(&w->text, str_cstr(&text), text.n);
    codes_add_lower(&w->lower, codes_segment(&w->text));
    tok_split(&tok_13a, codes_segment(&w->lower), &w->tokens);
    for (int i = 0; i < w->tokens.n; i++)
        codes_add(out, (uint32_t)trie_word(&w->words, tokens_at(&w->tokens, i)));
    str_release(&text);
}

void wording_hear(struct wording *w, const struct codec *c, const int *id, int n,
                  struct codes *heard)
{
    if (w->block_source > 0)
        words_of(w, c, id, n, heard);
}

/* Is the run of words before word[end] to be found in text[n]? */
static bool is_in(const uint32_t *text, int n, const uint32_t *word, int end, int run)
{
    if (run <= 0 || end < run)
        return false;
    for (int i = 0; i + run <= n; i++)
        if (!memcmp(text + i, word + end - run, (size_t)run * sizeof *word))
            return true;
    return false;
}

static bool matches(const struct banned *b, struct segment s)
{
    int n = b->text.n, from = b->open_back ? 0 : s.n - n, to = b->open_front ? s.n - n : 0;
    for (int i = MAX(from, 0); i <= to && i + n <= s.n; i++)
        if (!memcmp(s.cp + i, b->text.cp, (size_t)n * sizeof *s.cp))
            return true;
    return false;
}

static bool is_joint(uint32_t c)
{
    return c == '-' || c == '\'' || c == 0x2019;
}

static bool on_list(const struct wording *w, struct segment word)
{
    for (int i = 0; i < w->bans; i++)
        if (matches(&w->banned[i], word))
            return true;
    return false;
}

/* The word, or a part of it. */
static bool is_banned(const struct wording *w, struct segment word)
{
    if (on_list(w, word))
        return true;
    for (int from = 0, to; from < word.n; from = to + 1) {
        for (to = from; to < word.n && !is_joint(word.cp[to]); to++)
            ;
        if (on_list(w, (struct segment){ word.cp + from, to - from }))
            return true;
    }
    return false;
}

bool wording_allows(struct wording *w, const struct ids *said, const struct codes *heard)
{
    int old = 0;
    words_of(w, w->codec, said->id, said->n - 1, &w->before);
    words_of(w, w->codec, said->id, said->n, &w->now);
    while (old < w->before.n && old < w->now.n && w->before.cp[old] == w->now.cp[old])
        old++;
    for (int end = old + 1; end <= w->now.n; end++)
        if (is_banned(w, tokens_at(&w->tokens, end - 1)) ||
            is_in(w->now.cp, end - 1, w->now.cp, end, w->block) ||
            (heard && is_in(heard->cp, heard->n, w->now.cp, end, w->block_source)))
            return false;
    return true;
}

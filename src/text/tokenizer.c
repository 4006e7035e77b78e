#include "text/tokenizer.h"

#include "base/utf8.h"

const struct tokenizer *const tokenizer_table[] = {
    &tokenizer_char,
    &tokenizer_word,
    &tokenizer_token,
    &tokenizer_subword,
    &tokenizer_vector,
    NULL,
};

const struct tokenizer *tokenizer_find(const char *name)
{
    for (const struct tokenizer *const *t = tokenizer_table; *t; t++)
        if (!strcmp((*t)->name, name))
            return *t;
    return NULL;
}

/* ---- char ------------------------------------------------------------------------ */

static void split_chars(const char *text, size_t n, tokenizer_put *put, void *own)
{
    for (size_t i = 0, k; i < n; i += k) {
        k = utf8_next(text + i, n - i, NULL);
        if (k == 0)
            k = 1; /* a stray byte is a piece of its own */
        put(own, text + i, k);
    }
}

static void join_chars(struct str *text, const char *piece)
{
    str_add(text, piece);
}

const struct tokenizer tokenizer_char = {
    .name = "char",
    .summary = "one code point each",
    .unit = "character",
    .split = split_chars,
    .join = join_chars,
};

/* ---- word ------------------------------------------------------------------------ */

size_t tokenizer_space(const char *s, size_t n)
{
    uint32_t c = 0;
    size_t k = utf8_next(s, n, &c);
    bool is = c == ' ' || (c >= '\t' && c <= '\r') || c == 0x85 || c == 0x1680 ||
              (c >= 0x2000 && c <= 0x200a && c != 0x2007) || c == 0x2028 || c == 0x2029 ||
              c == 0x205f || c == 0x3000;
    return is ? k : 0;
}

static void split_words(const char *text, size_t n, tokenizer_put *put, void *own)
{
    size_t i = 0;
    while (i < n) {
        size_t from = i, gap = 0;
        while (i < n && !(gap = tokenizer_space(text + i, n - i)))
            i++;
        if (i > from)
            put(own, text + from, i - from);
        i += gap;
    }
}

static void join_words(struct str *text, const char *piece)
{
    if (text->n)
        str_addc(text, ' ');
    str_add(text, piece);
}

const struct tokenizer tokenizer_word = {
    .name = "word",
    .summary = "split at white space",
    .unit = "word",
    .split = split_words,
    .join = join_words,
};

/* ---- subword --------------------------------------------------------------------- */

const struct tokenizer tokenizer_subword = {
    .name = "subword",
    .summary = "pieces of words, learned from the examples",
    .unit = "subword",
};

/* ---- vector ---------------------------------------------------------------------- */

static void split_vectors(const char *text, size_t n, tokenizer_put *put, void *own)
{
    for (size_t i = 0; i < n;) {
        const char *end = memchr(text + i, ';', n - i);
        size_t k = end ? (size_t)(end - (text + i)) : n - i;
        put(own, text + i, k);
        i += k + 1;
    }
}

static void join_vectors(struct str *text, const char *piece)
{
    if (text->n)
        str_add(text, "; ");
    str_add(text, piece);
}

const struct tokenizer tokenizer_vector = {
    .name = "vector",
    .summary = "vectors of real numbers, between semicolons",
    .unit = "vector",
    .split = split_vectors,
    .join = join_vectors,
};

#include "text/tokenizer.h"

#include "base/utf8.h"

#include <unictype.h>

/*
 * Words, and marks of punctuation as pieces of their own. Where no blank stands between
 * two pieces, the mark of punctuation says so with U+FFED on that side:
 *
 *     "¿Qué?" -> "¿￭" "Qué" "￭?"        "don't (yes)..." -> "don't" "(￭" "yes" "￭)" "￭..."
 *
 * So a word is the same piece wherever it stands, and the text comes back as it was, but
 * for repeated blanks. A U+FFED of the text itself is read as U+25A0.
 */

#define GLUE "\xef\xbf\xad"
#define SQUARE "\xe2\x96\xa0"
enum { GLUE_CP = 0xffed, GLUE_N = sizeof GLUE - 1 };

enum class { END, BLANK, WORD, MARK };

/* A character: its bytes, and what it belongs to. Stray bytes belong to words. */
struct character {
    uint32_t cp;
    size_t n;
    enum class class;
};

static struct character look(const char *s, size_t n)
{
    struct character c = { .n = n ? utf8_next(s, n, &c.cp) : 0, .class = WORD };
    if (n == 0)
        c.class = END;
    else if (c.n == 0)
        c.n = 1;
    else if (tokenizer_space(s, n))
        c.class = BLANK;
    else if (!uc_is_general_category(c.cp, UC_LETTER) &&
             !uc_is_general_category(c.cp, UC_NUMBER) &&
             !uc_is_general_category(c.cp, UC_MARK))
        c.class = MARK;
    return c;
}

/* Between two characters of a word: the apostrophe of "don't", the comma of "1,000". */
static bool inside(uint32_t before, uint32_t cp, struct character after)
{
    bool digits = uc_is_general_category(before, UC_NUMBER) && after.class == WORD &&
                  uc_is_general_category(after.cp, UC_NUMBER);
    if (cp == '.' || cp == ',')
        return digits;
    return (cp == '\'' || cp == 0x2019) && after.class == WORD;
}

/* Bytes of the word that s starts with. */
static size_t word(const char *s, size_t n)
{
    size_t i = 0;
    uint32_t before = 0;
    for (struct character c; (c = look(s + i, n - i)).class != END; i += c.n) {
        if (c.class == BLANK ||
            (c.class == MARK &&
             !inside(before, c.cp, look(s + i + c.n, n - i - c.n))))
            break;
        before = c.cp;
    }
    return i;
}

/* Bytes of the mark that s starts with: equal ones are one, as in "...". */
static size_t mark(const char *s, size_t n)
{
    struct character first = look(s, n), c;
    size_t i = first.n;
    while ((c = look(s + i, n - i)).class == MARK && c.cp == first.cp)
        i += c.n;
    return i;
}

/* glued: no blank before it. */
static void put_mark(const char *s, size_t n, bool glued, bool word_behind,
                     tokenizer_put *put, void *own)
{
    struct str piece = STR_INIT;
    str_add(&piece, glued ? GLUE : "");
    if (look(s, n).cp != GLUE_CP)
        str_addn(&piece, s, n);
    else
        for (size_t i = 0; i < n; i += GLUE_N)
            str_add(&piece, SQUARE);
    str_add(&piece, word_behind ? GLUE : "");
    put(own, piece.s, piece.n);
    str_release(&piece);
}

static void split_tokens(const char *text, size_t n, tokenizer_put *put, void *own)
{
    bool glued = false; /* to the piece before */
    for (size_t i = 0, k; i < n; i += k) {
        struct character c = look(text + i, n - i);
        k = c.n;
        if (c.class == WORD) {
            k = word(text + i, n - i);
            put(own, text + i, k);
        } else if (c.class == MARK) {
            k = mark(text + i, n - i);
            put_mark(text + i, k, glued, look(text + i + k, n - i - k).class == WORD, put,
                     own);
        }
        glued = c.class != BLANK;
    }
}

static bool ends_glued(const struct str *text)
{
    return text->n >= GLUE_N && !memcmp(text->s + text->n - GLUE_N, GLUE, GLUE_N);
}

static void finish_tokens(struct str *text)
{
    if (ends_glued(text))
        str_cut(text, text->n - GLUE_N);
}

static void join_tokens(struct str *text, const char *piece)
{
    bool glued = !strncmp(piece, GLUE, GLUE_N);
    if (text->n && !glued && !ends_glued(text))
        str_addc(text, ' ');
    finish_tokens(text);
    str_add(text, piece + (glued ? GLUE_N : 0));
}

const struct tokenizer tokenizer_token = {
    .name = "token",
    .summary = "words and marks of punctuation",
    .unit = "token",
    .split = split_tokens,
    .join = join_tokens,
    .finish = finish_tokens,
};

#include "metric/tok.h"

#include "base/mem.h"

#include <unictype.h>

void tokens_release(struct tokens *t)
{
    codes_release(&t->text);
    codes_release(&t->spare);
    free(t->at);
    free(t->len);
    *t = (struct tokens){ 0 };
}

struct segment tokens_at(const struct tokens *t, int i)
{
    return (struct segment){ t->text.cp + t->at[i], t->len[i] };
}

static void add_token(struct tokens *t, int at, int len)
{
    if (t->n == t->cap) {
        t->cap = t->cap ? 2 * t->cap : 64;
        t->at = xrealloc(t->at, (size_t)t->cap * sizeof *t->at);
        t->len = xrealloc(t->len, (size_t)t->cap * sizeof *t->len);
    }
    t->at[t->n] = at;
    t->len[t->n++] = len;
}

void tokens_cut(struct tokens *t)
{
    const struct codes *c = &t->text;
    t->n = 0;
    for (int i = 0; i < c->n;) {
        int from = i;
        while (i < c->n && !codes_space(c->cp[i]))
            i++;
        if (i > from)
            add_token(t, from, i - from);
        else
            i++;
    }
}

/* What was made in the spare text is the text now. */
static void text_done(struct tokens *t)
{
    struct codes c = t->text;
    t->text = t->spare;
    t->spare = c;
}

void tokens_join(struct tokens *t)
{
    codes_clear(&t->spare);
    for (int i = 0; i < t->n; i++) {
        struct segment s = tokens_at(t, i);
        if (i)
            codes_add(&t->spare, ' ');
        codes_addn(&t->spare, s.cp, s.n);
    }
    text_done(t);
}

void tok_split(const struct tok *row, struct segment s, struct tokens *t)
{
    codes_clear(&t->text);
    codes_addn(&t->text, s.cp, s.n);
    row->rewrite(t);
    tokens_cut(t);
}

/* ---- kinds of characters ---------------------------------------------------------- */

static bool is_digit(uint32_t c)
{
    return c >= '0' && c <= '9';
}

static bool is_no_digit(uint32_t c)
{
    return !is_digit(c);
}

static bool is_point(uint32_t c)
{
    return c == '.' || c == ',';
}

static bool is_dash(uint32_t c)
{
    return c == '-';
}

/* The space counts as one, which changes nothing. */
static bool is_symbol(uint32_t c)
{
    return c >= ' ' && c <= '~' && c != '\'' && !is_dash(c) && !is_point(c) &&
           !is_digit(c) && !((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

static bool is_number(uint32_t c)
{
    return uc_is_general_category(c, UC_NUMBER);
}

static bool is_no_number(uint32_t c)
{
    return !is_number(c);
}

static bool is_punctuation(uint32_t c)
{
    return uc_is_general_category(c, UC_PUNCTUATION);
}

static bool is_any_symbol(uint32_t c)
{
    return uc_is_general_category(c, UC_SYMBOL);
}

/* ---- rows ------------------------------------------------------------------------- */

const struct codes_rule tok_symbols = { is_symbol, NULL, false };

const struct codes_rule tok_numbers[3] = {
    { is_no_digit, is_point, true },
    { is_point, is_no_digit, false },
    { is_digit, is_dash, true },
};

static void set_apart(struct tokens *t, const struct codes_rule *rule, int n)
{
    for (int i = 0; i < n; i++)
        codes_set_apart(&t->text, &t->spare, &rule[i]);
}

/* One after the other, so that &amp;lt; is < in the end. */
void tok_entities(struct tokens *t)
{
    static const struct {
        const char *entity, *text;
    } table[] = { { "&quot;", "\"" }, { "&amp;", "&" }, { "&lt;", "<" }, { "&gt;", ">" } };
    bool any = false;
    for (int i = 0; i < t->text.n && !any; i++)
        any = t->text.cp[i] == '&';
    for (size_t i = 0; any && i < ARRAY_LEN(table); i++)
        codes_replace(&t->text, &t->spare, table[i].entity, table[i].text);
}

void tok_pad(struct tokens *t)
{
    codes_clear(&t->spare);
    codes_add(&t->spare, ' ');
    codes_addn(&t->spare, t->text.cp, t->text.n);
    codes_add(&t->spare, ' ');
    text_done(t);
}

static void rewrite_13a(struct tokens *t)
{
    codes_replace(&t->text, &t->spare, "<skipped>", "");
    tok_entities(t);
    tok_pad(t);
    set_apart(t, &tok_symbols, 1);
    set_apart(t, tok_numbers, ARRAY_LEN(tok_numbers));
}

/* Without spaces at the ends: a full stop behind a year at the end of a line stays with
 * the year, as in NIST's script. */
static void rewrite_intl(struct tokens *t)
{
    static const struct codes_rule rule[] = {
        { is_no_number, is_punctuation, true },
        { is_punctuation, is_no_number, false },
        { is_any_symbol, NULL, false },
    };
    set_apart(t, rule, ARRAY_LEN(rule));
}

static bool is_any(uint32_t c)
{
    (void)c;
    return true;
}

static void rewrite_char(struct tokens *t)
{
    static const struct codes_rule every = { is_any, NULL, false };
    set_apart(t, &every, 1);
}

static void rewrite_none(struct tokens *t)
{
    (void)t;
}

const struct tok tok_13a = { "13a", "as NIST's mteval-v13a: western punctuation",
                             rewrite_13a };
const struct tok tok_intl = { "intl", "as NIST's mteval-v14: punctuation of all scripts",
                              rewrite_intl };
const struct tok tok_char = { "char", "every character is a word", rewrite_char };
const struct tok tok_none = { "none", "white space separates", rewrite_none };

const struct tok *const tok_table[] = { &tok_13a, &tok_intl, &tok_char, &tok_none,
                                        NULL };

const struct tok *tok_find(const char *name)
{
    for (int i = 0; tok_table[i]; i++)
        if (!strcmp(tok_table[i]->name, name))
            return tok_table[i];
    return NULL;
}

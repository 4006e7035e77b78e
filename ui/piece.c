#include "ui/piece.h"

#include "base/near.h"
#include "base/utf8.h"
#include "ui/cmd.h"
#include "ui/ui_text.h"

#define MARK "\xe2\x96\x81" /* U+2581: the blank that a subword begins with */

int piece_show(struct str *out, const char *piece)
{
    int width = 0;
    for (size_t n; *piece; piece += n) {
        const char *mark = ui_utf8() ? NULL : strstr(piece, MARK);
        n = mark == piece ? strlen(MARK) : mark ? (size_t)(mark - piece) : strlen(piece);
        if (mark == piece) {
            str_addc(out, '_');
            width++;
        } else {
            width += ui_text(out, UI_FIELD, piece, n);
        }
    }
    return width;
}

/* The piece without the blank that it begins with. */
static const char *bare(const char *piece)
{
    if (*piece == ' ' && piece[1])
        return piece + 1;
    return strncmp(piece, MARK, strlen(MARK)) || !piece[strlen(MARK)] ? piece
                                                                     : piece + strlen(MARK);
}

int piece_add(struct str *out, const char *piece)
{
    bool blank = strspn(piece, " ") == strlen(piece);
    if (!*piece) { /* was taken out */
        str_addc(out, '-');
        return 1;
    }
    str_add(out, blank ? "'" : "");
    int width = piece_show(out, piece);
    str_add(out, blank ? "'" : "");
    return width + 2 * blank;
}

void piece_quote(struct str *out, const char *piece)
{
    str_addc(out, '\'');
    piece_show(out, piece);
    str_addc(out, '\'');
}

int piece_width(const char *piece)
{
    struct str text = STR_INIT;
    int width = piece_add(&text, piece);
    str_release(&text);
    return width;
}

void piece_offer(struct names *to, const char *piece)
{
    struct str shown = STR_INIT;
    piece = bare(piece);
    ui_text(&shown, UI_FIELD, piece, strlen(piece));
    if (*piece && !strcmp(str_cstr(&shown), piece))
        names_add(to, piece);
    str_release(&shown);
}

/* ---- of a command ---------------------------------------------------------------- */

int piece_step(const struct reply *r, char **rest, struct err *err)
{
    char *word = cmd_word(rest);
    long n;
    if (!word)
        return err_set(err, "which token? Count from 1 to %d", r->n);
    if (!parse_long(word, 1, r->n, &n))
        return err_set(err, "no token %s: count from 1 to %d", utf8_quote(word).s, r->n);
    return (int)n - 1;
}

static int not_in_source(const struct reply *r, const char *word, struct err *err)
{
    struct near near = near_to(word);
    for (int i = 0; i < r->source.n; i++)
        near_try(&near, r->source.s[i]);
    if (near.best)
        return err_set(err, "no '%s' in the source: did you mean '%s'?",
                       utf8_quote(word).s, utf8_quote(near.best).s);
    return err_set(err, "no '%s' in the source: a piece of it, or 1 to %d",
                   utf8_quote(word).s, r->source.n);
}

/* 'x' -> x: a piece that is a number is no place. false: there are no quotes. */
static bool unquote(char *word)
{
    size_t n = strlen(word);
    if (n < 3 || word[0] != '\'' || word[n - 1] != '\'')
        return false;
    memmove(word, word + 1, n - 2);
    word[n - 2] = '\0';
    return true;
}

/* A piece as it is typed: as it is, or without the blank that pieces begin with. */
static bool is_piece(const char *piece, const char *text)
{
    return !strcmp(piece, text) || !strcmp(bare(piece), text);
}

int piece_place(const struct reply *r, char **rest, struct err *err)
{
    char *word = cmd_word(rest);
    int found = -1;
    long n;
    if (!word)
        return err_set(err, "which piece of the source? One of it, or 1 to %d",
                       r->source.n);
    if (parse_long(word, 1, r->source.n, &n))
        return (int)n - 1;
    unquote(word);
    for (int i = 0; i < r->source.n; i++) {
        if (!is_piece(r->source.s[i], word))
            continue;
        if (found >= 0)
            return err_set(err, "'%s' stands at %d and at %d: say which",
                           utf8_quote(word).s, found + 1, i + 1);
        found = i;
    }
    return found >= 0 ? found : not_in_source(r, word, err);
}

/* A word, if it begins with one; a piece from within words has to be in quotes, where there
 * are both. */
static int find_token(const struct model *m, char *word)
{
    int symbols = vocab_size(m->tgt.vocab), exact = -1;
    bool quoted = unquote(word);
    for (int v = 0; v < symbols; v++) {
        const char *piece = codec_piece(&m->tgt, v);
        if (!strcmp(piece, word))
            exact = v;
        else if (!quoted && !strcmp(bare(piece), word))
            return v;
    }
    return exact;
}

int piece_token(const struct model *m, const char *text, struct err *err)
{
    struct near near = near_to(text);
    char *word = xstrdup(text);
    int token = find_token(m, word), symbols = vocab_size(m->tgt.vocab);
    free(word);
    if (token >= 0)
        return token;
    for (int v = 0; v < symbols; v++)
        near_try(&near, bare(codec_piece(&m->tgt, v)));
    if (near.best)
        return err_set(err, "the model cannot say '%s': did you mean '%s'?",
                       utf8_quote(text).s, utf8_quote(near.best).s);
    return err_set(err, "the model cannot say '%s': it is not in its vocabulary",
                   utf8_quote(text).s);
}

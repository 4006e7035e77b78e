#include "base/file.h"
#include "base/mem.h"
#include "corpora/charset.h"
#include "corpora/markup.h"
#include "corpora/reader.h"
#include "text/vocab.h"

/*
 * The Cornell Movie-Dialogs Corpus: each utterance of a conversation is a reply to the one
 * before; a film is a group. Either the original two files,
 *
 *     movie_lines.txt           L194 +++$+++ u0 +++$+++ m0 +++$+++ BIANCA +++$+++ text
 *     movie_conversations.txt   u0 +++$+++ u2 +++$+++ m0 +++$+++ ['L194', 'L195']
 *
 * given as the first of them or as their folder; or one table with tabs: conversation,
 * film, two characters, line id, text.
 */

enum { SIZE_MAX_FILE = 256 << 20 };

static const char separator[] = " +++$+++ ";

struct cornell {
    int data_seed;
    char *path;
    struct str text;      /* of the table, or of the conversations */
    size_t at;            /* of the next line in it */
    long line;
    struct vocab *ids;    /* of the lines; NULL: a table */
    char **said;          /* [ids] */
    struct str lines;     /* what they point into */
    char *list;           /* the rest of a conversation's list of ids; NULL: at its end */
    char film[32], talk[32];
    struct str src, tgt;  /* the utterances given out */
    bool before;          /* tgt holds one of this conversation */
};

static int read_utf8(const char *path, struct str *out, struct err *err)
{
    struct str bytes = STR_INIT;
    struct charset_found found;
    int bad = file_read(path, SIZE_MAX_FILE, &bytes, err);
    if (!bad)
        charset_decode(str_cstr(&bytes), bytes.n, out, &found);
    str_release(&bytes);
    return bad;
}

/* The line at *at as a string in text; NULL: there is none left. */
static char *line_next(struct str *text, size_t *at)
{
    if (*at >= text->n)
        return NULL;
    char *from = text->s + *at, *end = memchr(from, '\n', text->n - *at);
    if (!end)
        end = text->s + text->n;
    *at = (size_t)(end - text->s) + 1;
    *end = '\0';
    if (end > from && end[-1] == '\r')
        end[-1] = '\0';
    return from;
}

/* Cuts the line at the separators into n fields, the last one whole. */
static bool fields(char *line, const char *sep, int n, char **out)
{
    for (int i = 0; i < n; i++) {
        out[i] = line;
        char *end = i < n - 1 ? strstr(line, sep) : NULL;
        if (i < n - 1 && !end) /* an empty last field has lost its blank */
            return false;
        if (end) {
            *end = '\0';
            line = end + strlen(sep);
        }
    }
    return true;
}

static void load_lines(struct cornell *c)
{
    char *line, *f[5];
    size_t at = 0;
    int room = 0;
    c->ids = vocab_new();
    while ((line = line_next(&c->lines, &at))) {
        if (!fields(line, separator, 5, f))
            continue; /* the conversation that names it will tell */
        int id = vocab_add(c->ids, f[0], strlen(f[0]));
        if (id >= room) {
            room = 2 * id + 1024;
            c->said = xrealloc(c->said, (size_t)room * sizeof *c->said);
        }
        c->said[id] = f[4];
    }
}

static int open_pair(struct cornell *c, const char *folder, struct err *err)
{
    char *lines = path_join(folder, "movie_lines.txt");
    free(c->path);
    c->path = path_join(folder, "movie_conversations.txt");
    int bad = read_utf8(lines, &c->lines, err);
    if (!bad)
        bad = read_utf8(c->path, &c->text, err);
    if (!bad)
        load_lines(c);
    free(lines);
    return bad;
}

static void cornell_close(void *own)
{
    struct cornell *c = own;
    vocab_free(c->ids);
    free(c->said);
    free(c->path);
    str_release(&c->text);
    str_release(&c->lines);
    str_release(&c->src);
    str_release(&c->tgt);
    free(c);
}

static void *cornell_open(const struct settings *s, const char *path, struct err *err)
{
    struct cornell *c = xcalloc(1, sizeof *c);
    const char *slash = strrchr(path, '/');
    int bad = 0;
    c->data_seed = s->data_seed;
    c->path = xstrdup(path);
    if (dir_is(path)) {
        bad = open_pair(c, path, err);
    } else if (!strcmp(slash ? slash + 1 : path, "movie_lines.txt")) {
        char *folder = slash ? xstrndup(path, (size_t)(slash - path)) : xstrdup(".");
        bad = open_pair(c, folder, err);
        free(folder);
    } else {
        bad = read_utf8(path, &c->text, err);
    }
    if (!bad)
        return c;
    cornell_close(c);
    return NULL;
}

static int other(const struct cornell *c, struct example *ex, enum example_kind kind,
                 const char *why)
{
    *ex = (struct example){ .kind = kind, .why = why, .line = c->line, .file = c->path };
    return 1;
}

/* An utterance comes: a pair with the one before, if there was one that said anything. */
static int say(struct cornell *c, const char *text, struct example *ex)
{
    struct str swap = c->src;
    c->src = c->tgt;
    c->tgt = swap;
    str_clear(&c->tgt);
    markup_tags(text, strlen(text), &c->tgt);
    str_trim(&c->tgt);
    bool pair = c->before && c->src.n && c->tgt.n;
    c->before = true;
    if (!c->tgt.n)
        return other(c, ex, EXAMPLE_LEFT_OUT, "the utterance is empty");
    if (!pair)
        return 0;
    *ex = (struct example){
        .src = str_cstr(&c->src), .tgt = str_cstr(&c->tgt), .line = c->line,
        .file = c->path, .group = c->film,
        .key = reader_key(c->data_seed, reader_hash(c->film)),
    };
    return 1;
}

/* The next id in "['L194', 'L195']" says its line. 0: the list is over. */
static int next_in_list(struct cornell *c, struct example *ex)
{
    while (c->list) {
        char *from = strchr(c->list, '\''), *end = from ? strchr(from + 1, '\'') : NULL;
        c->list = end ? end + 1 : NULL;
        if (!end)
            break;
        int id = vocab_find(c->ids, from + 1, (size_t)(end - from) - 1);
        if (id < 0) {
            c->before = false;
            return other(c, ex, EXAMPLE_BROKEN, "the conversation names a line that is not "
                                                "in movie_lines.txt");
        }
        if (say(c, c->said[id], ex))
            return 1;
    }
    return 0;
}

static int cornell_next(void *own, struct example *ex, struct err *err)
{
    struct cornell *c = own;
    char *line, *f[6];
    (void)err;
    for (;;) {
        if (next_in_list(c, ex))
            return 1;
        if (!(line = line_next(&c->text, &c->at)))
            return 0;
        c->line++;
        if (!fields(line, c->ids ? separator : "\t", c->ids ? 4 : 6, f)) {
            c->before = false;
            return other(c, ex, EXAMPLE_BROKEN, c->ids ? "not four fields" : "not six fields");
        }
        if (c->ids) {
            snprintf(c->film, sizeof c->film, "%s", f[2]);
            c->list = f[3];
            c->before = false;
            continue;
        }
        c->before &= !strcmp(c->talk, f[0]);
        snprintf(c->talk, sizeof c->talk, "%s", f[0]);
        snprintf(c->film, sizeof c->film, "%s", f[1]);
        if (say(c, f[5], ex))
            return 1;
    }
}

const struct reader reader_cornell = {
    .name = "cornell",
    .summary = "Cornell's film dialogues: movie_lines.txt beside movie_conversations.txt",
    .folders = true,
    .talk = true,
    .open = cornell_open,
    .next = cornell_next,
    .close = cornell_close,
};

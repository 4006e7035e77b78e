#include "model/import.h"

#include "base/file.h"
#include "base/mem.h"
#include "base/utf8.h"

enum { VOCAB_FILE_MAX = 64 << 20 }; /* bytes */

/* ---- vocabularies ------------------------------------------------------------------ */

static const struct {
    const char *name;
    enum vocab_special which;
} usual_names[] = {
    { "<pad>", VOCAB_PAD },   { "<PAD>", VOCAB_PAD },  { "[PAD]", VOCAB_PAD },
    { "PAD", VOCAB_PAD },     { "_PAD", VOCAB_PAD },   { "<blank>", VOCAB_PAD },
    { "<s>", VOCAB_SOS },     { "<sos>", VOCAB_SOS },  { "<SOS>", VOCAB_SOS },
    { "SOS", VOCAB_SOS },     { "<bos>", VOCAB_SOS },  { "<start>", VOCAB_SOS },
    { "[BOS]", VOCAB_SOS },   { "_GO", VOCAB_SOS },    { "<go>", VOCAB_SOS },
    { "</s>", VOCAB_EOS },    { "<eos>", VOCAB_EOS },  { "<EOS>", VOCAB_EOS },
    { "EOS", VOCAB_EOS },     { "<end>", VOCAB_EOS },  { "[EOS]", VOCAB_EOS },
    { "_EOS", VOCAB_EOS },    { "<unk>", VOCAB_UNK },  { "<UNK>", VOCAB_UNK },
    { "[UNK]", VOCAB_UNK },   { "UNK", VOCAB_UNK },    { "_UNK", VOCAB_UNK },
};

/* -1: an ordinary symbol. */
static int special_of(const char *symbol, enum vocab_kind kind)
{
    if (kind == VOCAB_OF_TARGET_CHARS && !strcmp(symbol, "\t"))
        return VOCAB_SOS;
    if (kind == VOCAB_OF_TARGET_CHARS && !strcmp(symbol, "\n"))
        return VOCAB_EOS;
    for (size_t i = 0; i < ARRAY_LEN(usual_names) && kind == VOCAB_OF_WORDS; i++)
        if (!strcmp(symbol, usual_names[i].name))
            return usual_names[i].which;
    return -1;
}

static int add_symbol(struct vocab *v, const char *path, const char *s, size_t n,
                      enum vocab_kind kind, struct err *err)
{
    int id = vocab_size(v), special;
    if (n == 0 || n > VOCAB_PIECE_MAX || memchr(s, '\0', n))
        return err_at(err, path, 0, "symbol %d is not a text of 1 to %d bytes", id,
                      VOCAB_PIECE_MAX);
    char *text = xstrndup(s, n);
    special = special_of(text, kind);
    int got = special < 0 || vocab_special(v, special) >= 0 ? vocab_add(v, s, n)
                                                           : vocab_add_special(v, special);
    free(text);
    return got == id ? 0 : err_at(err, path, 0, "symbol %d, '%s', is there twice", id,
                                  utf8_quoten(s, n).s);
}

/* One symbol per line; a line that is one of these stands for what it names. */
static int read_lines(struct vocab *v, const char *path, const struct str *text,
                      enum vocab_kind kind, struct err *err)
{
    static const char *const escape[][2] = {
        { "\\t", "\t" }, { "\\n", "\n" }, { "\\s", " " }, { "\\\\", "\\" },
    };
    const char *p = text->s, *end = text->s + text->n;
    while (p < end) {
        const char *nl = memchr(p, '\n', (size_t)(end - p)), *s = p;
        size_t n = (size_t)((nl ? nl : end) - p);
        p = nl ? nl + 1 : end;
        if (n > 0 && s[n - 1] == '\r')
            n--;
        for (size_t i = 0; i < ARRAY_LEN(escape); i++)
            if (n == 2 && !memcmp(s, escape[i][0], 2)) {
                s = escape[i][1];
                n = 1;
            }
        if (vocab_size(v) >= CODEC_VOCAB_MAX)
            return err_at(err, path, 0, "more than %d symbols", CODEC_VOCAB_MAX);
        if (!utf8_valid(s, n))
            return err_at(err, path, vocab_size(v) + 1, "not valid UTF-8");
        if (add_symbol(v, path, s, n, kind, err) < 0)
            return -1;
    }
    return 0;
}

/* {symbol: id} as a list; a new reference. */
static json_t *list_of_ids(const json_t *object, const char *path, struct err *err)
{
    size_t n = json_object_size(object);
    const char *key;
    json_t *value, *list = json_array();
    for (size_t i = 0; i < n; i++)
        json_array_append_new(list, json_null());
    json_object_foreach((json_t *)object, key, value) {
        json_int_t id = json_is_integer(value) ? json_integer_value(value) : -1;
        if (id < 0 || (size_t)id >= n || !json_is_null(json_array_get(list, (size_t)id))) {
            err_at(err, path, 0, "'%s' has no number of its own below %zu",
                   utf8_quote(key).s, n);
            json_decref(list);
            return NULL;
        }
        json_array_set_new(list, (size_t)id, json_string(key));
    }
    return list;
}

static int read_json(struct vocab *v, const char *path, const struct str *text,
                     enum vocab_kind kind, struct err *err)
{
    json_error_t why;
    json_t *all = json_loadb(text->s, text->n, JSON_REJECT_DUPLICATES, &why), *one;
    size_t i;
    int bad = 0;
    if (!all)
        return err_at(err, path, why.line, "%s", why.text);
    if (json_is_object(all)) {
        json_t *list = list_of_ids(all, path, err);
        json_decref(all);
        if (!list)
            return -1;
        all = list;
    }
    if (json_array_size(all) > CODEC_VOCAB_MAX)
        bad = err_at(err, path, 0, "more than %d symbols", CODEC_VOCAB_MAX);
    json_array_foreach(all, i, one) {
        const char *s = json_string_value(one);
        bad = bad ? bad : add_symbol(v, path, s ? s : "", s ? json_string_length(one) : 0,
                                     kind, err);
    }
    json_decref(all);
    return bad;
}

static struct vocab *numbered(int symbols)
{
    struct vocab *v = vocab_new();
    for (int i = 0; i < symbols; i++) {
        char name[16];
        vocab_add(v, name, (size_t)snprintf(name, sizeof name, "%d", i));
    }
    return v;
}

struct vocab *import_vocab(const char *path, int symbols, enum vocab_kind kind,
                           struct err *err)
{
    struct str text = STR_INIT;
    if (symbols < 1 || symbols > CODEC_VOCAB_MAX) {
        err_set(err, "a vocabulary of %d symbols: 1 to %d can be used", symbols,
                CODEC_VOCAB_MAX);
        return NULL;
    }
    if (!path)
        return numbered(symbols);
    if (file_read(path, VOCAB_FILE_MAX, &text, err) < 0)
        return NULL;
    struct vocab *v = vocab_new();
    size_t n = strlen(path);
    bool json = n > 5 && !strcmp(path + n - 5, ".json");
    int bad = json ? read_json(v, path, &text, kind, err)
                   : read_lines(v, path, &text, kind, err);
    str_release(&text);
    if (!bad && vocab_size(v) != symbols)
        bad = err_at(err, path, 0, "%d symbols, but the weights are for %d", vocab_size(v),
                     symbols);
    if (!bad)
        return v;
    vocab_free(v);
    return NULL;
}

/* ---- settings and codecs ------------------------------------------------------------ */

int import_settings(struct settings *s, const char *found, const struct import_options *o,
                    struct err *err)
{
    settings_init(s);
    if (settings_parse(s, found, strlen(found), "the file", err) < 0 ||
        (o->config && settings_load(s, o->config, err) < 0))
        return -1;
    for (int i = 0; o->given && o->given[i]; i++)
        if (settings_assign(s, o->given[i], err) < 0)
            return -1;
    return settings_check(s, err);
}

int import_codec(struct codec *c, const struct settings *s, struct vocab *v, bool fixed,
                 int len, struct err *err)
{
    int space = vocab_find(v, " ", 1);
    *c = (struct codec){
        .tokenizer = tokenizer_find(s->tokenizer),
        .vocab = v,
        .fixed = fixed,
        .right = fixed && !strcmp(s->align, "right"),
        .reverse = s->reverse,
        .keep_spaces = s->spaces,
        .len = len,
        .filler = fixed ? MAX(space, 0) : -1,
    };
    if (len < fixed || len > CODEC_ROW_MAX)
        return err_set(err, "rows of %d symbols: 1 to %d can be used", len, CODEC_ROW_MAX);
    return 0;
}

/* ---- which kind of file ------------------------------------------------------------- */

struct model *import_file(const char *path, const struct import_options *o, struct str *notes,
                          struct err *err)
{
    unsigned char head[8] = { 0 };
    FILE *f = fopen(path, "rb");
    if (f) {
        size_t n = fread(head, 1, sizeof head, f);
        fclose(f);
        if (n == sizeof head &&
            (!memcmp(head, "\x89HDF\r\n\x1a\n", 8) || !memcmp(head, "PK\3\4", 4)))
            return import_keras(path, o, notes, err);
    }
    return import_torch(path, o, notes, err); /* says why it cannot be opened */
}

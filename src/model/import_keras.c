/*
 * Keras' weights as ours. They are the same matrices: kernel [in, G H] is W, recurrent
 * kernel [H, G H] is U, and gates stand in the same order (i f c o; z r h). A GRU that
 * resets after the product (`reset_after`) has two rows of biases: the first belongs to
 * the input, the second to the state, and its last third stands under the reset gate.
 *
 * Layers have the names of groups, in the order lstm, lstm_1, lstm_2 ...:
 *     Keras 3  layers/lstm/cell/vars/0        kernel, recurrent kernel, bias: 0 1 2
 *     Keras 2  lstm/lstm/lstm_cell/kernel:0   by name
 */
#include "model/import.h"

#include "base/file.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "model/h5.h"
#include "model/keras_config.h"
#include "model/zip.h"

enum {
    KERAS_FILE_MAX = 1 << 30, /* bytes of a .keras file */
    ARRAYS = 3,               /* of a layer */
    MOST_LAYERS = 64,
    REPLY_LEN = 100,          /* characters of an answer, unless tgt_len says otherwise */
};

/* The arrays of one layer, as indices; -1: it has none. */
struct layer {
    const char *name; /* the group's path: `length` bytes */
    size_t length;
    int array[ARRAYS]; /* kernel or embedding, recurrent kernel, bias */
};

struct found {
    struct h5 *file;
    struct keras_config config;
    struct layer layer[MOST_LAYERS];
    int layers;
    struct layer *rnn[MOST_LAYERS], *embed[2], *dense;
    int rnns, embeds, enc; /* enc: recurrent layers of the encoder */
};

/* ---- layers --------------------------------------------------------------------------- */

/* Which of a layer's arrays a path names: -1 no weight; the group's length. */
static int array_of(const char *path, size_t *group)
{
    static const struct {
        const char *leaf;
        int array;
    } leaves[] = {
        { "kernel", 0 }, { "embeddings", 0 }, { "recurrent_kernel", 1 }, { "bias", 2 },
        { "vars/0", 0 }, { "vars/1", 1 }, { "vars/2", 2 },
    };
    size_t n = strlen(path);
    if (n > 2 && !strcmp(path + n - 2, ":0"))
        n -= 2;
    for (size_t i = 0; i < ARRAY_LEN(leaves); i++) {
        size_t k = strlen(leaves[i].leaf);
        if (n > k && path[n - k - 1] == '/' && !memcmp(path + n - k, leaves[i].leaf, k)) {
            *group = n - k - 1;
            return leaves[i].array;
        }
    }
    return -1;
}

static bool is_bookkeeping(const char *path)
{
    return strstr(path, "optimizer") || strstr(path, "seed_generator");
}

static int find_layers(struct found *f, struct err *err)
{
    for (int i = 0; i < h5_count(f->file); i++) {
        const char *path = h5_at(f->file, i)->path;
        struct layer *l = NULL;
        size_t n = 0;
        int array = is_bookkeeping(path) ? -1 : array_of(path, &n);
        if (array < 0 && !is_bookkeeping(path))
            return err_set(err, "'%s' is no weight of a layer known here",
                           utf8_quote(path).s);
        if (array < 0)
            continue;
        for (int k = 0; k < f->layers && !l; k++)
            if (f->layer[k].length == n && !memcmp(f->layer[k].name, path, n))
                l = &f->layer[k];
        if (!l) {
            if (f->layers == MOST_LAYERS)
                return err_set(err, "more than %d layers", MOST_LAYERS);
            l = &f->layer[f->layers++];
            *l = (struct layer){ path, n, { -1, -1, -1 } };
        }
        l->array[array] = i;
    }
    return 0;
}

static int rows_of(const struct found *f, const struct layer *l, int array)
{
    return l->array[array] < 0 ? 0 : h5_at(f->file, l->array[array])->rows;
}

static int cols_of(const struct found *f, const struct layer *l, int array)
{
    return l->array[array] < 0 ? 0 : h5_at(f->file, l->array[array])->cols;
}

static int hidden_of(const struct found *f, const struct layer *l)
{
    return rows_of(f, l, 1);
}

/* Keras 3 numbers arrays: a dense layer's second is its bias. */
static int sort_layers(struct found *f, struct err *err)
{
    for (int i = 0; i < f->layers; i++) {
        struct layer *l = &f->layer[i];
        if (l->array[2] < 0 && l->array[1] >= 0 && rows_of(f, l, 1) == 0) {
            l->array[2] = l->array[1];
            l->array[1] = -1;
        }
        if (l->array[0] < 0 || rows_of(f, l, 0) == 0 || f->rnns == MOST_LAYERS)
            return err_set(err, "'%s' is no layer known here",
                           utf8_quoten(l->name, l->length).s);
        if (memmem(l->name, l->length, "backward", 8))
            return err_set(err, "'%s' reads backwards: layers that read both ways are not "
                           "imported from Keras", utf8_quoten(l->name, l->length).s);
        if (l->array[1] >= 0)
            f->rnn[f->rnns++] = l;
        else if (l->array[2] < 0 && f->embeds < 2)
            f->embed[f->embeds++] = l;
        else if (!f->dense)
            f->dense = l;
        else
            return err_set(err, "'%s' is one layer too many",
                           utf8_quoten(l->name, l->length).s);
    }
    if (f->rnns < 2 || !f->dense)
        return err_set(err, "%d recurrent and %d dense layers: a model has at least two and "
                       "one", f->rnns, f->dense != NULL);
    return 0;
}

/* ---- what they make --------------------------------------------------------------------- */

/* The decoder begins where the input is the target's; else behind the first layer. */
static void split_sides(struct found *f)
{
    int V = cols_of(f, f->dense, 0), given = f->config.known ? f->config.before : 0;
    f->enc = 1;
    for (int i = f->rnns - 1; i > 0; i--)
        if (rows_of(f, f->rnn[i], 0) != hidden_of(f, f->rnn[i - 1]) &&
            (f->embeds || rows_of(f, f->rnn[i], 0) == V))
            f->enc = i;
    if (f->config.repeat && given > 0 && given < f->rnns)
        f->enc = given;
}

static const char *cell_of(const struct found *f, const struct layer *l)
{
    int H = hidden_of(f, l), width = cols_of(f, l, 0);
    int gates = H && width % H == 0 && cols_of(f, l, 1) == width ? width / H : 0;
    return gates == 4 ? "lstm" : gates == 1 ? "simple" : gates != 3 ? NULL :
           rows_of(f, l, 2) == 2 ? "gru-after" : "gru";
}

static bool repeats(const struct found *f)
{
    return f->config.repeat || (!f->config.known && f->embeds < 2 &&
           rows_of(f, f->rnn[f->enc], 0) == hidden_of(f, f->rnn[f->enc - 1]));
}

static int describe(struct found *f, const struct import_options *o, struct str *out,
                    struct err *err)
{
    split_sides(f);
    const struct layer *enc = f->rnn[f->enc - 1], *dec = f->rnn[f->rnns - 1];
    const char *cell = cell_of(f, f->rnn[0]);
    bool named = o->vocab_src && o->vocab_tgt, repeat = repeats(f);
    for (int i = 0; i < f->rnns; i++)
        if (!cell || !cell_of(f, f->rnn[i]) || strcmp(cell, cell_of(f, f->rnn[i])))
            return err_set(err, "'%s' is not like the first recurrent layer, or of no kind "
                           "known here", utf8_quoten(f->rnn[i]->name, f->rnn[i]->length).s);
    str_addf(out, "data = imported\narch = %s\ncell = %s\nhidden = %d,%d\ndepth = %d,%d\n"
             "embed = %d\ngates = %s\nreverse = %s\n", repeat ? "repeat" : "transfer", cell,
             hidden_of(f, enc), hidden_of(f, dec), f->enc, f->rnns - f->enc,
             f->embeds ? cols_of(f, f->embed[0], 0) : 0, f->config.hard ? "hard" : "sigmoid",
             f->config.backwards ? "true" : "false");
    /* characters by state transfer: a newline ends the target, then both fill up */
    str_addf(out, "mark_end = %s\n", repeat || f->embeds ? "false" : "true");
    str_addf(out, "tokenizer = %s\nlength = %s\nspaces = %s\nsrc_len = %d\ntgt_len = %d\n",
             f->embeds || !named ? "word" : "char", f->embeds ? "free" : "fixed",
             repeat ? "false" : "true", f->config.src_len,
             repeat ? f->config.tgt_len : REPLY_LEN);
    return 0;
}

/* ---- text --------------------------------------------------------------------------------- */

/* Sources of a given length are filled up, with spaces or with nothing. */
static int make_source(const struct found *f, const struct settings *s,
                       const struct import_options *o, struct codec *src, struct str *notes,
                       struct err *err)
{
    int symbols = f->embeds ? rows_of(f, f->embed[0], 0) : rows_of(f, f->rnn[0], 0);
    bool repeat = !strcmp(s->arch, "repeat"), spaces = !strcmp(s->pad, "space");
    bool fixed = repeat || (s->src_len > 0 && !f->embeds);
    struct vocab *v = import_vocab(o->vocab_src, symbols,
                                   f->embeds ? VOCAB_OF_WORDS : VOCAB_OF_SOURCE_CHARS, err);
    if (!v)
        return -1;
    if (import_codec(src, s, v, fixed, s->src_len, err) < 0)
        return s->src_len ? -1 : err_set(err, "how long are its rows? --set src_len=N");
    if (fixed && !spaces)
        src->filler = -1;
    else if (fixed && vocab_find(v, " ", 1) < 0 && o->vocab_src)
        return err_set(err, "the source has no space to fill up with: --set pad=nothing");
    if (!fixed && !f->embeds)
        str_add(notes, "sources are not filled up: a model that was trained on rows filled up "
                       "to N symbols needs --set src_len=N (and pad=nothing if not with "
                       "spaces)\n");
    else if (!repeat && fixed)
        str_addf(notes, "sources are filled up with %s to %d symbols\n",
                 spaces ? "spaces" : "nothing", s->src_len);
    return 0;
}

static int make_codecs(const struct found *f, const struct settings *s,
                       const struct import_options *o, struct codec *src, struct codec *tgt,
                       struct str *notes, struct err *err)
{
    bool fixed = !strcmp(s->arch, "repeat");
    if (make_source(f, s, o, src, notes, err) < 0)
        return -1;
    struct vocab *v = import_vocab(o->vocab_tgt, cols_of(f, f->dense, 0),
                                   f->embeds ? VOCAB_OF_WORDS :
                                   fixed ? VOCAB_OF_SOURCE_CHARS : VOCAB_OF_TARGET_CHARS, err);
    if (!v)
        return -1;
    if (import_codec(tgt, s, v, fixed, s->tgt_len, err) < 0)
        return fixed && !s->tgt_len ? err_set(err, "how long are its answers? --set tgt_len=N")
                                    : -1;
    tgt->reverse = false;
    if (!o->vocab_src || !o->vocab_tgt)
        str_add(notes, "symbols are numbers: give --vocab-src and --vocab-tgt\n");
    if (!fixed && vocab_special(v, VOCAB_SOS) < 0)
        str_add(notes, "the target has no <s> and </s> (tab and newline among characters): the "
                       "decoder starts from nothing and stops at tgt_len\n");
    return 0;
}

/* ---- weights ------------------------------------------------------------------------------ */

/* One array, checked against the shape it must have. The caller frees. */
static real *read_array(const struct found *f, const struct layer *l, int array, int rows,
                        int cols, struct err *err)
{
    if (rows_of(f, l, array) != rows || cols_of(f, l, array) != cols) {
        err_set(err, "'%s' has an array of %d x %d where %d x %d is wanted",
                utf8_quoten(l->name, l->length).s, rows_of(f, l, array), cols_of(f, l, array),
                rows, cols);
        return NULL;
    }
    real *x = xcalloc((size_t)MAX(rows, 1), (size_t)cols * sizeof *x);
    if (h5_read(f->file, l->array[array], x, err) < 0) {
        free(x);
        return NULL;
    }
    return x;
}

/* Columns from, from+1 ... of x [rows, width] into a weight. */
static void take(struct tensor *t, const real *x, int rows, int width, int from)
{
    for (int i = 0; i < rows; i++)
        memcpy(t->x + (size_t)i * (size_t)t->cols, x + (size_t)i * (size_t)width + from,
               (size_t)t->cols * sizeof *x);
}

static int read_matrix(const struct found *f, const struct layer *l, struct tensor *t,
                       int rows, struct err *err)
{
    real *x = read_array(f, l, 0, rows, t->cols, err);
    if (!x)
        return -1;
    take(t, x, rows, t->cols, 0);
    free(x);
    return 0;
}

static struct tensor *weight(struct model *m, const char *side, int layer, const char *name)
{
    char full[48];
    snprintf(full, sizeof full, "%s.%d.%s", side, layer, name);
    return params_find(&m->params, full);
}

static int read_biases(const struct found *f, const struct layer *l, struct tensor *b,
                       struct tensor *bn, struct err *err)
{
    if (l->array[2] < 0)
        return 0; /* use_bias=False: zeros */
    real *x = read_array(f, l, 2, bn ? 2 : 0, b->cols, err);
    if (!x)
        return -1;
    take(b, x, 1, b->cols, 0);
    if (bn) {
        for (int i = 0; i < b->cols - bn->cols; i++)
            b->x[i] += x[b->cols + i];
        take(bn, x + b->cols, 1, b->cols, b->cols - bn->cols);
    }
    free(x);
    return 0;
}

static int read_recurrent(const struct found *f, const struct layer *l, struct model *m,
                          const char *side, int k, struct err *err)
{
    struct tensor *w = weight(m, side, k, "W"), *u = weight(m, side, k, "U");
    struct tensor *un = weight(m, side, k, "Un");
    if (read_matrix(f, l, w, w->rows, err) < 0)
        return -1;
    real *x = read_array(f, l, 1, u->rows, w->cols, err);
    if (!x)
        return -1;
    take(u, x, u->rows, w->cols, 0);
    if (un)
        take(un, x, u->rows, w->cols, u->cols);
    free(x);
    return read_biases(f, l, weight(m, side, k, "b"), weight(m, side, k, "bn"), err);
}

static int read_all(const struct found *f, struct model *m, struct err *err)
{
    static const char *const embedding[] = { "src.E", "tgt.E" };
    struct tensor *w = params_find(&m->params, "out.W"), *b = params_find(&m->params, "out.b");
    int enc = m->set.depth.enc;
    if (enc + m->set.depth.dec != f->rnns)
        return err_set(err, "%d recurrent layers, but depth = %d,%d", f->rnns, enc,
                       m->set.depth.dec);
    for (int i = 0; i < f->embeds; i++) {
        struct tensor *e = params_find(&m->params, embedding[i]);
        if (!e)
            return err_set(err, "a second embedding, which arch = %s does not have",
                           m->arch->name);
        if (read_matrix(f, f->embed[i], e, e->rows, err) < 0)
            return -1;
    }
    for (int i = 0; i < f->rnns; i++)
        if (read_recurrent(f, f->rnn[i], m, i < enc ? "enc" : "dec", i < enc ? i : i - enc,
                           err) < 0)
            return -1;
    if (!w)
        return err_set(err, "these settings have no place for '%s' (tie, head)",
                       utf8_quoten(f->dense->name, f->dense->length).s);
    if (read_matrix(f, f->dense, w, w->rows, err) < 0)
        return -1;
    return read_biases(f, f->dense, b, NULL, err);
}

/* ---- the file ------------------------------------------------------------------------------- */

static int open_archive(struct found *f, const char *path, struct str *weights, struct err *err)
{
    struct str zip = STR_INIT, config = STR_INIT, about = STR_INIT;
    int found = -1;
    if (file_read(path, KERAS_FILE_MAX, &zip, err) == 0)
        found = zip_member(&zip, path, "model.weights.h5", weights, err);
    if (found > 0)
        found = zip_member(&zip, path, "config.json", &config, err);
    if (found == 0)
        found = err_set(err, "'%.200s' is a zip file, but none of Keras; weights of PyTorch are "
                        "read from safetensors: safetensors.torch.save_file(model.state_dict(), "
                        "\"FILE.safetensors\")", path);
    if (found > 0 && zip_member(&zip, path, "metadata.json", &about, err) < 0)
        found = -1;
    if (found > 0 && keras_config_read(&f->config, str_cstr(&config), config.n,
                                       !strstr(str_cstr(&about), "\"keras_version\": \"2"),
                                       err) < 0)
        found = -1;
    str_clear(&about);
    str_addf(&about, "%s/model.weights.h5", path);
    if (found > 0)
        f->file = h5_open_memory(weights->s, weights->n, about.s, err);
    str_release(&zip);
    str_release(&config);
    str_release(&about);
    return f->file ? 0 : -1;
}

static int open_plain(struct found *f, const char *path, struct err *err)
{
    f->file = h5_open(path, err);
    if (!f->file)
        return -1;
    char *config = h5_text(f->file, "model_config"), *version = h5_text(f->file, "keras_version");
    int bad = config ? keras_config_read(&f->config, config, strlen(config),
                                         version && *version >= '3', err) : 0;
    free(config);
    free(version);
    return bad;
}

static struct model *make_model(struct found *f, const struct import_options *o,
                                struct str *notes, struct err *err)
{
    struct settings s;
    struct codec src = { 0 }, tgt = { 0 };
    struct str text = STR_INIT;
    struct model *m = NULL;
    if (describe(f, o, &text, err) == 0 && import_settings(&s, text.s, o, err) == 0 &&
        make_codecs(f, &s, o, &src, &tgt, notes, err) == 0)
        m = model_new(&s, &src, &tgt, err);
    codec_release(&src);
    codec_release(&tgt);
    str_release(&text);
    if (m && read_all(f, m, err) < 0) {
        model_free(m);
        m = NULL;
    }
    return m;
}

static bool is_zip(const char *path)
{
    char head[2] = { 0 };
    FILE *f = fopen(path, "rb");
    bool zip = f && fread(head, 1, 2, f) == 2 && !memcmp(head, "PK", 2);
    if (f)
        fclose(f);
    return zip;
}

struct model *import_keras(const char *path, const struct import_options *o, struct str *notes,
                           struct err *err)
{
    struct found f = { 0 };
    struct str weights = STR_INIT;
    struct model *m = NULL;
    int bad = is_zip(path) ? open_archive(&f, path, &weights, err) : open_plain(&f, path, err);
    if (!bad && find_layers(&f, err) == 0 && sort_layers(&f, err) == 0)
        m = make_model(&f, o, notes, err);
    if (!m && f.file && !err->where[0])
        err_prefix(err, "cannot import '%.150s'", path);
    if (m)
        model_ready(m, false);
    h5_close(f.file);
    str_release(&weights);
    return m;
}

#include "model/import.h"

#include "base/mem.h"
#include "base/utf8.h"
#include "model/stack.h"
#include "model/torch.h"

#include <ctype.h>
#include <inttypes.h>

enum {
    MOST_TENSORS = 4096, /* of a file that can be a model of ours */
    UNKNOWN = -1,
    UNUSED = -2,
    REPLY_LEN = 50,      /* words of an answer, unless tgt_len says otherwise */
};

/* What a file holds under one name, less its last part. */
struct module {
    char *name;
    bool rnn, both, bias;
    int layers;
    int rows, cols;     /* of the matrix; rnn: of weight_ih_l0 */
    int hidden;         /* rnn: columns of weight_hh_l0 ... */
    int state_rows;     /* ... and its rows */
    int role;
};

struct finding {
    const struct ckpt *file;
    struct module *module;
    int n;
    struct module *of[TORCH_ROLES]; /* NULL: the file has none */
};

/* ---- modules ------------------------------------------------------------------------ */

static struct module *module_of(struct finding *f, const char *name, size_t n)
{
    for (int i = 0; i < f->n; i++)
        if (strlen(f->module[i].name) == n && !memcmp(f->module[i].name, name, n))
            return &f->module[i];
    f->module = xrealloc(f->module, (size_t)(f->n + 1) * sizeof *f->module);
    f->module[f->n] = (struct module){ .name = xstrndup(name, n), .role = UNKNOWN };
    return &f->module[f->n++];
}

static void take_rnn(struct module *m, const struct ckpt_tensor *t, const char *leaf)
{
    int layer = 0;
    const char *l = strstr(leaf, "_l");
    if (!l || !isdigit((unsigned char)l[2]))
        return;
    for (l += 2; isdigit((unsigned char)*l) && layer < STACK_DEPTH; l++)
        layer = 10 * layer + (*l - '0');
    m->rnn = true;
    m->both |= !strcmp(l, "_reverse");
    m->layers = MAX(m->layers, layer + 1);
    if (t->dims != 2 || layer > 0 || *l)
        return;
    if (!strncmp(leaf, "weight_ih", 9)) {
        m->rows = (int)MIN(t->shape[0], INT32_MAX);
        m->cols = (int)MIN(t->shape[1], INT32_MAX);
    } else {
        m->state_rows = (int)MIN(t->shape[0], INT32_MAX);
        m->hidden = (int)MIN(t->shape[1], INT32_MAX);
    }
}

static int find_modules(struct finding *f, struct err *err)
{
    if (ckpt_count(f->file) > MOST_TENSORS)
        return err_set(err, "'%.150s' has %d tensors: that is no model of a kind known here",
                       ckpt_path(f->file), ckpt_count(f->file));
    for (int i = 0; i < ckpt_count(f->file); i++) {
        const struct ckpt_tensor *t = ckpt_at(f->file, i);
        const char *dot = strrchr(t->name, '.'), *leaf = dot ? dot + 1 : t->name;
        struct module *m = module_of(f, t->name, dot ? (size_t)(dot - t->name) : 0);
        if (!strncmp(leaf, "weight_ih_l", 11) || !strncmp(leaf, "weight_hh_l", 11)) {
            take_rnn(m, t, leaf);
        } else if (!strcmp(leaf, "weight") && t->dims == 2) {
            m->rows = (int)MIN(t->shape[0], INT32_MAX);
            m->cols = (int)MIN(t->shape[1], INT32_MAX);
        } else if (!strcmp(leaf, "bias")) {
            m->bias = true;
        }
    }
    return 0;
}

static void finding_release(struct finding *f)
{
    for (int i = 0; i < f->n; i++)
        free(f->module[i].name);
    free(f->module);
}

/* ---- what is what ------------------------------------------------------------------- */

static bool is_rnn_role(int role)
{
    return role == TORCH_ENC || role == TORCH_DEC || role == TORCH_ENC_BACK;
}

static void assign(struct finding *f, struct module *m, int role)
{
    m->role = role;
    f->of[role] = m;
}

static int map_one(struct finding *f, const char *map, struct err *err)
{
    const char *eq = strrchr(map, '=');
    struct module *m = NULL;
    for (int i = 0; eq && i < f->n; i++)
        if (strlen(f->module[i].name) == (size_t)(eq - map) &&
            !strncmp(f->module[i].name, map, (size_t)(eq - map)))
            m = &f->module[i];
    if (!m)
        return err_set(err, "--map %s: no tensor's name begins with that: expected PREFIX=OURS",
                       utf8_quote(map).s);
    if (!strcmp(eq + 1, "none")) {
        m->role = UNUSED;
        return 0;
    }
    for (int role = 0; role < TORCH_ROLES; role++)
        if (!strcmp(eq + 1, torch_roles[role].ours)) {
            if (m->rnn != is_rnn_role(role) || f->of[role])
                return err_set(err, "--map %s: %s", utf8_quote(map).s,
                               f->of[role] ? "there are two of it"
                                           : "that is no module of this kind");
            assign(f, m, role);
            return 0;
        }
    return err_set(err, "--map %s: '%s' is no part of ours: src.E, enc, encback, tgt.E, dec, "
                   "out, bridge.h, bridge.c, score, score.v, att or none", utf8_quote(map).s,
                   utf8_quote(eq + 1).s);
}

static bool has(const struct module *m, const char *word)
{
    return strcasestr(m->name, word) != NULL;
}

/* 0 source, 1 target, -1: the name does not say. */
static int side_of(const struct module *m)
{
    bool src = has(m, "enc") || has(m, "src") || has(m, "source");
    bool tgt = has(m, "dec") || has(m, "tgt") || has(m, "trg") || has(m, "target");
    return src == tgt ? -1 : tgt;
}

static void assign_rnns(struct finding *f)
{
    struct module *left = NULL;
    int rnns = 0;
    for (int i = 0; i < f->n; i++) {
        struct module *m = &f->module[i];
        int role = side_of(m) == 0 ? TORCH_ENC : TORCH_DEC;
        rnns += m->rnn;
        if (!m->rnn || m->role != UNKNOWN)
            continue;
        if (side_of(m) >= 0 && !f->of[role])
            assign(f, m, role);
        else
            left = m;
    }
    if (rnns == 2 && left && (f->of[TORCH_ENC] || f->of[TORCH_DEC]))
        assign(f, left, f->of[TORCH_ENC] ? TORCH_DEC : TORCH_ENC);
}

/* Width of the encoder's outputs. */
static int enc_width(const struct finding *f)
{
    return f->of[TORCH_ENC]->hidden * (1 + f->of[TORCH_ENC]->both);
}

/* What a matrix can only be, by name and shape; UNKNOWN: nothing. */
static int matrix_role(const struct finding *f, const struct module *m)
{
    int H = f->of[TORCH_DEC]->hidden, D = enc_width(f), side = side_of(m);
    if (has(m, "att") || has(m, "energy") || has(m, "align"))
        return m->rows == 1 ? TORCH_SCORE_V : m->cols == H + D ? TORCH_SCORE : UNKNOWN;
    if (!m->bias && has(m, "emb"))
        return side == 0 ? TORCH_SRC_EMBED : side == 1 ? TORCH_TGT_EMBED : UNKNOWN;
    if (side == 0 && m->rows == H && m->cols == D)
        return has(m, "cell") ? TORCH_BRIDGE_C : TORCH_BRIDGE_H;
    if (side != 0 && m->cols >= H && (m->bias || has(m, "out") || has(m, "fc")))
        return TORCH_OUT;
    return UNKNOWN;
}

static void assign_matrices(struct finding *f)
{
    for (int i = 0; i < f->n; i++) {
        struct module *m = &f->module[i];
        if (m->rnn || m->role != UNKNOWN || m->rows == 0)
            continue;
        int role = matrix_role(f, m);
        if (role >= 0 && !f->of[role])
            assign(f, m, role);
    }
}

/* ---- what could not be told ------------------------------------------------------------ */

static void list_tensors(const struct finding *f, struct str *notes)
{
    str_add(notes, "the file has\n");
    for (int i = 0; i < ckpt_count(f->file); i++) {
        const struct ckpt_tensor *t = ckpt_at(f->file, i);
        str_addf(notes, "  %s [", t->name);
        for (int d = 0; d < t->dims; d++)
            str_addf(notes, "%s%" PRId64, d ? ", " : "", t->shape[d]);
        str_add(notes, "]\n");
    }
}

static void suggest(const struct finding *f, struct str *notes)
{
    str_add(notes, "these would tell:\n");
    for (int i = 0; i < f->n; i++) {
        const struct module *m = &f->module[i];
        if (m->role != UNKNOWN)
            continue;
        str_addf(notes, "  --map %s=%s\n", m->name,
                 m->rnn ? "enc, or =dec" :
                 m->rows == 0 ? "none" :
                 m->bias ? "out, or =bridge.h, =score, or =none to leave it out"
                         : "src.E, or =tgt.E, =score.v, =out, or =none to leave it out");
    }
}

static int find_roles(struct finding *f, const struct import_options *o, struct str *notes,
                      struct err *err)
{
    static const int needed[] = { TORCH_ENC, TORCH_DEC, TORCH_OUT };
    if (find_modules(f, err) < 0)
        return -1;
    for (int i = 0; o->map && o->map[i]; i++)
        if (map_one(f, o->map[i], err) < 0)
            return -1;
    assign_rnns(f);
    if (f->of[TORCH_ENC] && f->of[TORCH_DEC])
        assign_matrices(f);
    for (size_t i = 0; i < ARRAY_LEN(needed); i++)
        if (!f->of[needed[i]]) {
            list_tensors(f, notes);
            suggest(f, notes);
            return err_set(err, "cannot tell which tensors of '%.150s' are the %s (%s)",
                           ckpt_path(f->file), needed[i] == TORCH_ENC ? "encoder" :
                           needed[i] == TORCH_DEC ? "decoder" : "output layer",
                           torch_roles[needed[i]].ours);
        }
    for (int i = 0; i < f->n; i++)
        if (f->module[i].role == UNKNOWN) {
            list_tensors(f, notes);
            suggest(f, notes);
            return err_set(err, "cannot tell what '%s' of '%.150s' is",
                           utf8_quote(f->module[i].name).s, ckpt_path(f->file));
        }
    return 0;
}

/* ---- settings by shapes ------------------------------------------------------------------ */

static const char *cell_of(const struct module *m)
{
    bool fit = m->hidden > 0 && m->rows % m->hidden == 0 && m->rows == m->state_rows;
    int gates = fit ? m->rows / m->hidden : 0;
    return gates == 4 ? "lstm" : gates == 3 ? "gru-after" : gates == 1 ? "simple" : NULL;
}

static int describe(const struct finding *f, struct str *found, struct err *err)
{
    const struct module *enc = f->of[TORCH_ENC], *dec = f->of[TORCH_DEC];
    const struct module *src = f->of[TORCH_SRC_EMBED], *tgt = f->of[TORCH_TGT_EMBED];
    bool attends = f->of[TORCH_SCORE] != NULL, repeats = src && !tgt && !attends;
    const char *cell = cell_of(enc);
    if (!cell || !cell_of(dec) || strcmp(cell, cell_of(dec)))
        return err_set(err, "'%s' and '%s' are not layers of one kind: lstm, gru or simple",
                       utf8_quote(enc->name).s, utf8_quote(dec->name).s);
    if (src && src->cols != enc->cols)
        return err_set(err, "'%s' makes %d values, '%s' takes %d", utf8_quote(src->name).s,
                       src->cols, utf8_quote(enc->name).s, enc->cols);
    if (src && tgt && src->cols != tgt->cols)
        return err_set(err, "embeddings of two sizes, %d and %d: one is wanted", src->cols,
                       tgt->cols);
    if (!src && tgt)
        return err_set(err, "the target has an embedding and the source has none");
    if (!repeats && !attends && !f->of[TORCH_BRIDGE_H] && enc_width(f) != dec->hidden)
        return err_set(err, "states of %d values cannot start a decoder of %d units: there is "
                       "nothing between them (--map PREFIX=bridge.h)", enc_width(f),
                       dec->hidden);
    str_addf(found, "data = imported\ntokenizer = word\nlength = free\nwrap = true\n"
             "init = pytorch\narch = %s\ncell = %s\nembed = %d\nhidden = %d,%d\ndepth = %d,%d\n",
             attends ? "attention" : repeats ? "repeat" : "transfer", cell,
             src ? src->cols : 0, enc->hidden, dec->hidden, enc->layers, dec->layers);
    str_addf(found, "tgt_len = %d\nbidirectional = %s\nmerge = concat\ndirections = layer\n",
             REPLY_LEN, enc->both ? "yes" : "no");
    if (f->of[TORCH_BRIDGE_H])
        str_addf(found, "bridge = %s\n", attends ? "tanh" : "linear");
    if (attends)
        str_addf(found, "attend = before\nscore = additive\ndeep_output = %s\n",
                 f->of[TORCH_OUT]->cols > dec->hidden ? "true" : "false");
    return 0;
}

/* ---- the model ---------------------------------------------------------------------------- */

static int make_codecs(const struct finding *f, const struct settings *s,
                       const struct import_options *o, struct codec *src, struct codec *tgt,
                       struct str *notes, struct err *err)
{
    const struct module *in = f->of[TORCH_SRC_EMBED];
    int symbols = in ? in->rows : f->of[TORCH_ENC]->cols;
    struct vocab *v = import_vocab(o->vocab_src, symbols, VOCAB_OF_WORDS, err);
    if (!v || import_codec(src, s, v, false, s->src_len, err) < 0)
        return -1;
    src->start = s->wrap && vocab_special(v, VOCAB_SOS) >= 0;
    v = import_vocab(o->vocab_tgt, f->of[TORCH_OUT]->rows, VOCAB_OF_WORDS, err);
    if (!v || import_codec(tgt, s, v, false, s->tgt_len, err) < 0)
        return -1;
    tgt->reverse = false;
    if (!o->vocab_src || !o->vocab_tgt)
        str_addf(notes, "symbols of the %s are numbers: give %s\n",
                 o->vocab_src ? "target" : o->vocab_tgt ? "source" : "source and the target",
                 o->vocab_src ? "--vocab-tgt" : o->vocab_tgt ? "--vocab-src"
                                                             : "--vocab-src and --vocab-tgt");
    if (vocab_special(tgt->vocab, VOCAB_SOS) < 0 || vocab_special(tgt->vocab, VOCAB_EOS) < 0)
        str_add(notes, "the target has no <s> and </s>: the decoder starts from nothing and "
                       "stops at tgt_len\n");
    if (src->start)
        str_add(notes, "a source is read as <s> ... </s>\n");
    return 0;
}

static struct model *make_model(const struct finding *f, const struct import_options *o,
                                struct str *notes, struct err *err)
{
    struct settings s;
    struct codec src = { 0 }, tgt = { 0 };
    struct str found = STR_INIT;
    struct model *m = NULL;
    if (describe(f, &found, err) == 0 && import_settings(&s, found.s, o, err) == 0 &&
        make_codecs(f, &s, o, &src, &tgt, notes, err) == 0)
        m = model_new(&s, &src, &tgt, err);
    codec_release(&src);
    codec_release(&tgt);
    str_release(&found);
    return m;
}

/* A weight that nothing reads means another model than ours. */
static int check_all_read(const struct finding *f, const struct torch_list *l, struct err *err)
{
    for (int i = 0; i < ckpt_count(f->file); i++) {
        const char *name = ckpt_at(f->file, i)->name;
        bool read = false;
        for (int k = 0; k < l->n && !read; k++)
            read = !strcmp(l->tensor[k].name, name);
        for (int k = 0; k < f->n && !read; k++)
            read = f->module[k].role == UNUSED && !strncmp(name, f->module[k].name,
                                                           strlen(f->module[k].name));
        if (!read)
            return err_set(err, "'%s' of '%.150s' has no place in this model (--map "
                           "PREFIX=none leaves it out)", utf8_quote(name).s,
                           ckpt_path(f->file));
    }
    return 0;
}

static int read_all(struct model *m, const struct finding *f, struct str *notes,
                    struct err *err)
{
    const char *prefix[TORCH_ROLES] = { NULL };
    struct torch_list list;
    int bad = 0;
    for (int r = 0; r < TORCH_ROLES; r++)
        if (f->of[r])
            prefix[r] = f->of[r]->name;
    torch_list_make(&list, m, prefix);
    for (int i = 0; i < list.n && !bad; i++) {
        const struct torch_tensor *t = &list.tensor[i];
        if (t->optional && !ckpt_find(f->file, t->name)) {
            str_addf(notes, "no '%s': zeros\n", t->name);
            continue;
        }
        real *x = xcalloc((size_t)t->rows, (size_t)MAX(t->cols, 1) * sizeof *x);
        bad = ckpt_read(f->file, t->name, t->cols ? t->rows : 1, t->cols ? t->cols : t->rows, x,
                        err);
        if (!bad)
            torch_read(t, x);
        free(x);
    }
    bad = bad ? bad : check_all_read(f, &list, err);
    torch_list_release(&list);
    return bad;
}

struct model *import_torch(const char *path, const struct import_options *o, struct str *notes,
                           struct err *err)
{
    struct ckpt *c = ckpt_open(path, err);
    struct finding f = { .file = c };
    struct model *m = NULL;
    if (!c)
        return NULL;
    if (ckpt_meta(c, "settings") && ckpt_meta(c, "layout")) /* export_torch wrote it */
        m = model_shell(c, err);
    else if (find_roles(&f, o, notes, err) == 0)
        m = make_model(&f, o, notes, err);
    if (m && read_all(m, &f, notes, err) < 0) {
        model_free(m);
        m = NULL;
    }
    if (m)
        model_ready(m, false);
    finding_release(&f);
    ckpt_close(c);
    return m;
}

#include "model/model.h"

#include "base/mem.h"

/* A file may say anything. */
static int check_sides(const struct settings *s, const struct codec *src,
                       const struct codec *tgt, struct err *err)
{
    bool vectors = !strcmp(s->tokenizer, "vector"), subs = !strcmp(s->tokenizer, "subword");
    if (vectors == (src->dim > 0) && vectors == (tgt->dim > 0) && subs == !!src->subword &&
        subs == !!tgt->subword)
        return 0;
    return err_set(err, "tokenizer = %s, but source and target are not", s->tokenizer);
}

struct model *model_new(const struct settings *s, struct codec *src, struct codec *tgt,
                        struct err *err)
{
    struct model *m = xcalloc(1, sizeof *m);
    m->set = *s;
    m->src = *src;
    m->tgt = *tgt;
    *src = *tgt = (struct codec){ 0 };
    params_init(&m->params);
    m->arch = arch_find(s->arch);
    m->cell = cell_find(s->cell);
    if (!m->arch || !m->cell) {
        err_set(err, "unknown %s '%s'", m->arch ? "cell" : "arch",
                m->arch ? s->cell : s->arch);
        model_free(m);
        return NULL;
    }
    if (check_sides(s, &m->src, &m->tgt, err) < 0 ||
        (m->arch->check && m->arch->check(s, err) < 0)) {
        model_free(m);
        return NULL;
    }
    m->arch->declare(m);
    params_seal(&m->params);
    return m;
}

void model_free(struct model *m)
{
    if (!m)
        return;
    if (m->net)
        m->arch->release(m);
    params_release(&m->params);
    codec_release(&m->src);
    codec_release(&m->tgt);
    free(m->history);
    free(m);
}

int model_memory(const struct model *m)
{
    return m->carry.enc + m->carry.dec;
}

void model_draw(struct model *m)
{
    params_draw(&m->params, m->set.init, m->set.init_range, m->set.init_embed,
                m->set.forget_bias, (uint64_t)m->set.seed);
}

void model_ready(struct model *m, bool train)
{
    enum precision p = !train ? model_as_stored(m)
                     : !strcmp(m->set.precision, "bf16") ? PRECISION_BF16
                     : gemm_has(PRECISION_LIMBS) ? PRECISION_LIMBS : PRECISION_FULL;
    params_pack_start(&m->params, train, p);
    params_pack(&m->params, 0, 1);
}

void model_multiply(struct model *m, enum precision precision)
{
    if (m->params.precision == precision)
        return;
    params_pack_start(&m->params, false, precision);
    params_pack(&m->params, 0, 1);
}

enum precision model_as_stored(const struct model *m)
{
    return m->stored == CKPT_I8 && gemm_gains(PRECISION_INT8) ? PRECISION_INT8
                                                              : PRECISION_FULL;
}

/* ---- the file ------------------------------------------------------------ */

static const char format_name[] = "seqsh 1";

static void put_json(model_put_text *put, void *own, const char *key, json_t *v)
{
    char *text = json_dumps(v, JSON_COMPACT | JSON_SORT_KEYS);
    if (!text)
        BUG("'%s' cannot be written as JSON", key);
    put(own, key, text);
    free(text);
    json_decref(v);
}

static json_t *settings_json(const struct settings *s)
{
    json_t *all = json_object();
    for (int i = 0; i < setting_count; i++) {
        struct str v = STR_INIT;
        setting_show(s, &setting_table[i], &v);
        json_object_set_new(all, setting_table[i].key, json_string(str_cstr(&v)));
        str_release(&v);
    }
    return all;
}

void model_texts(const struct model *m, model_put_text *put, void *own)
{
    put_json(put, own, "settings", settings_json(&m->set));
    put_json(put, own, "source", codec_to_json(&m->src));
    put_json(put, own, "target", codec_to_json(&m->tgt));
}

static void put_meta(void *out, const char *key, const char *text)
{
    ckpt_put_meta(out, key, text);
}

void model_put(const struct model *m, struct ckpt_new *out, enum ckpt_type type,
               const real *weights)
{
    ckpt_put_meta(out, "format", format_name);
    model_texts(m, put_meta, out);
    if (m->history)
        ckpt_put_meta(out, "history", m->history);
    for (int i = 0; i < m->params.n; i++) {
        const struct tensor *t = m->params.tensor[i];
        bool vector = t->role == ROLE_BIAS || t->role == ROLE_FORGET || t->role == ROLE_GAIN;
        const real *w = weights + t->at;
        if (type == CKPT_I8 && !vector) /* what one unit adds up, or one symbol is, together */
            ckpt_put_scaled(out, t->name, t->role == ROLE_EMBED, t->rows, t->cols, w);
        else
            ckpt_put(out, t->name, type == CKPT_I8 ? CKPT_F32 : type, vector ? 0 : t->rows,
                     t->cols, w);
    }
}

enum ckpt_type model_store(const char *store)
{
    static const struct { const char *name; enum ckpt_type type; } all[] = {
        { "f16", CKPT_F16 }, { "bf16", CKPT_BF16 }, { "int8", CKPT_I8 },
    };
    for (size_t i = 0; i < ARRAY_LEN(all); i++)
        if (!strcmp(all[i].name, store))
            return all[i].type;
    return CKPT_F32;
}

int model_save(const struct model *m, const char *path, enum ckpt_type type,
               struct err *err)
{
    struct ckpt_new *out = ckpt_new();
    model_put(m, out, type, m->params.x);
    return ckpt_commit(out, path, NULL, err);
}

/* The JSON value of a metadata text; NULL with err. */
static json_t *meta_json(const struct ckpt *c, const char *key, struct err *err)
{
    json_error_t bad;
    const char *text = ckpt_meta(c, key);
    if (!text) {
        err_set(err, "no '%s' in it: not a model of seqsh", key);
        return NULL;
    }
    json_t *v = json_loads(text, JSON_REJECT_DUPLICATES, &bad);
    if (!v)
        err_set(err, "its '%s' is damaged: %s", key, bad.text);
    return v;
}

static int load_settings(const struct ckpt *c, struct settings *s, struct err *err)
{
    json_t *all = meta_json(c, "settings", err), *v;
    const char *key;
    int bad = all ? 0 : -1;
    settings_init(s);
    if (all && !json_is_object(all))
        bad = err_set(err, "its settings are damaged: not an object");
    if (bad == 0)
        json_object_foreach(all, key, v) {
            if (!json_is_string(v))
                bad = err_set(err, "its setting '%s' is not a text", key);
            else
                bad = settings_set(s, key, json_string_value(v), err);
            if (bad < 0)
                break;
        }
    json_decref(all);
    return bad < 0 ? -1 : settings_check(s, err);
}

static int load_codec(const struct ckpt *c, const char *key, struct codec *out,
                      struct err *err)
{
    json_t *v = meta_json(c, key, err);
    int bad = v ? codec_from_json(out, v, err) : -1;
    json_decref(v);
    return bad;
}

/* What the matrices that are multiplied are in the file. */
static enum ckpt_type stored_type(const struct model *m, const struct ckpt *c)
{
    enum ckpt_type type = CKPT_F32;
    for (int i = 0; i < m->params.n; i++) {
        const struct tensor *t = m->params.tensor[i];
        const struct ckpt_tensor *there = ckpt_find(c, t->name);
        if (there && t->use & (TENSOR_MUL | TENSOR_MUL_T))
            type = there->type;
    }
    return type;
}

int model_read_weights(struct model *m, const struct ckpt *c, struct err *err)
{
    for (int i = 0; i < m->params.n; i++) {
        const struct tensor *t = m->params.tensor[i];
        if (t->x && ckpt_read(c, t->name, t->rows, t->cols, t->x, err) < 0)
            return -1;
    }
    m->stored = stored_type(m, c);
    return 0;
}

/* Matrices of bytes that are nothing but multiplied go into their packs. */
static void take_bytes(struct model *m, const struct ckpt *c)
{
    m->stored = stored_type(m, c);
    if (model_as_stored(m) != PRECISION_INT8)
        return;
    params_sparse(&m->params);
    params_pack_start(&m->params, false, PRECISION_INT8);
    for (int i = 0; i < m->params.n; i++) {
        struct tensor *t = m->params.tensor[i];
        real *scale = NULL;
        const int8_t *bytes = t->use != TENSOR_MUL ? NULL
                            : ckpt_bytes(c, t->name, t->rows, t->cols, &scale);
        if (bytes)
            params_take(t, bytes, scale);
        free(scale);
    }
}

static bool same_value(const json_t *a, const json_t *b, const char *key)
{
    const json_t *x = json_object_get(a, key), *y = json_object_get(b, key);
    return x && y ? json_equal(x, y) : x == y;
}

static int check_side(const struct codec *codec, const struct ckpt *c, const char *key,
                      struct err *err)
{
    json_t *there = meta_json(c, key, err), *here = codec_to_json(codec);
    int bad = there ? 0 : -1;
    if (there && (!same_value(there, here, "vocab") || !same_value(there, here, "subword")))
        bad = err_set(err, "'%s' knows other pieces of the %s than the data has: the data, or "
                           "what reads it, is not as it was",
                      ckpt_path(c), key);
    json_decref(there);
    json_decref(here);
    return bad;
}

int model_check_pieces(const struct model *m, const struct ckpt *c, struct err *err)
{
    if (check_side(&m->src, c, "source", err) < 0)
        return -1;
    return check_side(&m->tgt, c, "target", err);
}

struct model *model_shell(const struct ckpt *c, struct err *err)
{
    struct settings s;
    struct codec src = { 0 }, tgt = { 0 };
    struct model *m = NULL;
    if (load_settings(c, &s, err) == 0 && load_codec(c, "source", &src, err) == 0 &&
        load_codec(c, "target", &tgt, err) == 0)
        m = model_new(&s, &src, &tgt, err);
    codec_release(&src);
    codec_release(&tgt);
    return m;
}

static struct model *from_ckpt(const struct ckpt *c, bool to_answer, struct err *err)
{
    const char *format = ckpt_meta(c, "format"), *history = ckpt_meta(c, "history");
    struct model *m = NULL;
    if (!format || strcmp(format, format_name))
        err_set(err, "it is a safetensors file, but not a model of this seqsh");
    else
        m = model_shell(c, err);
    if (m && to_answer)
        take_bytes(m, c);
    if (m && model_read_weights(m, c, err) < 0) {
        model_free(m);
        m = NULL;
    }
    if (!m) {
        if (!err->where[0])
            err_prefix(err, "cannot use '%.150s'", ckpt_path(c));
        return NULL;
    }
    if (history)
        m->history = xstrdup(history);
    return m;
}

struct model *model_from_ckpt(const struct ckpt *c, struct err *err)
{
    return from_ckpt(c, false, err);
}

struct model *model_load(const char *path, struct err *err)
{
    struct ckpt *c = ckpt_open(path, err);
    struct model *m = c ? model_from_ckpt(c, err) : NULL;
    ckpt_close(c);
    if (m)
        model_ready(m, false);
    return m;
}

struct model *model_open(const char *path, struct err *err)
{
    struct ckpt *c = ckpt_open(path, err);
    struct model *m = c ? from_ckpt(c, true, err) : NULL;
    ckpt_close(c);
    if (m && m->params.precision == PRECISION_INT8)
        params_pack(&m->params, 0, 1); /* the rest of them */
    else if (m)
        model_ready(m, false);
    return m;
}

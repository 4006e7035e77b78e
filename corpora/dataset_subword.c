#include "corpora/dataset_own.h"

#include "base/mem.h"
#include "text/talk.h"

/* The texts of a side, in the order of the examples. */
struct texts {
    char **text;
    int n, room;
};

static void texts_add(struct texts *t, const char *text)
{
    if (t->n == t->room) {
        t->room += t->room / 2 + 1024;
        t->text = xrealloc(t->text, (size_t)t->room * sizeof *t->text);
    }
    t->text[t->n++] = xstrdup(text);
}

static void texts_release(struct texts *t)
{
    for (int i = 0; i < t->n; i++)
        free(t->text[i]);
    free(t->text);
}

/* Drops what is held out. */
static void texts_drop(struct texts *t, const bool *out)
{
    int kept = 0;
    for (int i = 0; i < t->n; i++)
        if (out[i])
            free(t->text[i]);
        else
            t->text[kept++] = t->text[i];
    t->n = kept;
}

struct gathering {
    const struct codec *codec; /* of either side: how text is read */
    struct texts src, tgt;
    double by_pair; /* share held out by the key; 0: by the place, afterwards */
};

static int gather(void *own, const struct example *ex, struct err *err)
{
    struct gathering *g = own;
    struct str text = STR_INIT;
    (void)err;
    if (reader_key_unit(ex->key) < g->by_pair)
        return 0;
    codec_plain(g->codec, g->codec->turns ? talk_last(ex->src) : ex->src, &text);
    texts_add(&g->src, str_cstr(&text));
    str_clear(&text);
    codec_plain(g->codec, ex->tgt, &text);
    texts_add(&g->tgt, str_cstr(&text));
    str_release(&text);
    return 0;
}

static int learn(struct codec *c, const struct settings *s, int size,
                 const struct texts *t, struct err *err)
{
    struct subword_spec spec = {
        .bpe = !strcmp(s->subword_model, "bpe"),
        .bytes = s->subword_bytes,
        .size = size,
        .cover = s->subword_cover,
    };
    c->subword = subword_learn(&spec, c->vocab, t->text, t->n, err);
    return c->subword ? 0 : -1;
}

/* Both sides from one set of texts: the same pieces, the same ids. */
static int learn_shared(struct dataset *ds, const struct settings *s, struct gathering *g,
                        struct err *err)
{
    for (int i = 0; i < g->tgt.n; i++)
        texts_add(&g->src, g->tgt.text[i]);
    if (learn(&ds->tgt, s, s->subword_size.enc, &g->src, err) < 0)
        return -1;
    json_t *twin = codec_to_json(&ds->tgt);
    struct codec src = ds->src;
    int bad = codec_from_json(&ds->src, twin, err);
    json_decref(twin);
    if (bad)
        return -1;
    vocab_free(src.vocab);
    src.vocab = ds->src.vocab;
    src.subword = ds->src.subword;
    ds->src = src;
    return 0;
}

static void set_length(struct codec *c, int len)
{
    int ends = c->start + (vocab_special(c->vocab, VOCAB_EOS) >= 0);
    c->len = len ? len + ends : 0;
}

int dataset_learn(struct dataset *ds, const struct settings *s, struct err *err)
{
    ds->src = dataset_codec(s, false);
    ds->tgt = dataset_codec(s, true);
    struct gathering g = { .codec = &ds->src };
    if (!strcmp(s->split, "pair") && !s->valid_data[0])
        g.by_pair = s->valid;
    int bad = dataset_each(s, gather, &g, NULL, err);
    if (!bad) {
        bool *out = dataset_held_out(s, g.src.n);
        texts_drop(&g.src, out);
        texts_drop(&g.tgt, out);
        free(out);
    }
    if (!bad && g.src.n == 0)
        bad = err_set(err, "there are no examples to learn subwords from");
    if (!bad && s->subword_shared)
        bad = learn_shared(ds, s, &g, err);
    else if (!bad && (bad = learn(&ds->src, s, s->subword_size.enc, &g.src, err)) == 0)
        bad = learn(&ds->tgt, s, s->subword_size.dec, &g.tgt, err);
    texts_release(&g.src);
    texts_release(&g.tgt);
    set_length(&ds->src, s->src_len);
    set_length(&ds->tgt, s->tgt_len);
    return bad;
}

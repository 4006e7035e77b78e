#include "corpora/dataset_own.h"

#include "base/file.h"
#include "base/rng.h"
#include "base/utf8.h"
#include "corpora/casual.h"

#include <math.h>

static bool is(const char *field, const char *value)
{
    return !strcmp(field, value);
}

/* ---- what the examples are made of ----------------------------------------------- */

struct side {
    struct tally tally;
    int longest;          /* pieces of the longest text */
    int dim;              /* numbers of a vector; 0: none was met yet */
};

struct survey {
    const struct settings *set;
    struct codec plain;   /* how text is cut; it knows no piece yet */
    struct side src, tgt;
};

/* How text is read, before there is a vocabulary. */
static struct codec codec_bare(const struct settings *s)
{
    struct codec c = {
        .tokenizer = tokenizer_find(s->tokenizer),
        .lower = s->lower,
        .normal = codec_normal_find(s->normal),
    };
    if (!c.tokenizer)
        BUG("no tokenizer '%s'", s->tokenizer);
    return c;
}

/* Turns of a source; 0: it is no talk. */
static int turns_of(const struct settings *s)
{
    return s->context ? s->context + 1 : 0;
}

static void survey_init(struct survey *v, const struct settings *s)
{
    *v = (struct survey){ .set = s, .plain = codec_bare(s) };
    tally_init(&v->src.tally);
    tally_init(&v->tgt.tally);
}

static void survey_release(struct survey *v)
{
    tally_release(&v->src.tally);
    tally_release(&v->tgt.tally);
}

struct counting {
    struct side *side;
    int count;
    size_t longest_piece; /* bytes */
};

static void count_piece(void *own, const char *piece, size_t n)
{
    struct counting *c = own;
    tally_add(&c->side->tally, piece, n);
    c->count++;
    c->longest_piece = MAX(c->longest_piece, n);
}

static int survey_vectors(struct side *side, const char *text, struct err *err)
{
    struct vectors row = { 0 };
    int bad = vectors_parse(&row, text, side->dim, err);
    side->dim = row.dim;
    side->longest = MAX(side->longest, row.n);
    vectors_release(&row);
    return bad;
}

/* Without src_len and tgt_len one broken line could make every row endless. */
enum { LINE_PIECES = 5000 };

/* most: src_len or tgt_len; 0: not set. */
static int survey_text(const struct survey *v, struct side *side, int most,
                       const char *text, struct err *err)
{
    const char *unit = v->plain.tokenizer->unit;
    struct counting c = { .side = side };
    if (v->plain.tokenizer == &tokenizer_vector)
        return survey_vectors(side, text, err);
    struct codec plain = v->plain;
    plain.turns = side == &v->src ? turns_of(v->set) : 0;
    codec_split(&plain, text, count_piece, &c);
    if (c.longest_piece > VOCAB_PIECE_MAX)
        return err_set(err, "a %s of %zu bytes: at most %d", unit, c.longest_piece,
                       VOCAB_PIECE_MAX);
    if (vocab_size(side->tally.pieces) > CODEC_VOCAB_MAX - VOCAB_SPECIALS)
        return err_set(err, "more than %d different %ss: take fewer examples, or set "
                            "tokenizer = char",
                       CODEC_VOCAB_MAX - VOCAB_SPECIALS, unit);
    if (c.count > LINE_PIECES && !most)
        return err_set(err, "%d %ss in a line: at most %d, unless %s is set", c.count, unit,
                       LINE_PIECES, side == &v->src ? "src_len" : "tgt_len");
    side->longest = MAX(side->longest, c.count);
    return 0;
}

static int survey_example(void *own, const struct example *ex, struct err *err)
{
    struct survey *v = own;
    /* training without its spaces would teach another language than the file's */
    if (!v->set->spaces && v->plain.tokenizer == &tokenizer_char && strpbrk(ex->src, " \t"))
        return err_set(err, "the source has spaces, which spaces = false leaves out: set "
                            "spaces = true");
    if (survey_text(v, &v->src, v->set->src_len, ex->src, err) < 0)
        return -1;
    return survey_text(v, &v->tgt, v->set->tgt_len, ex->tgt, err);
}

/* A generator's bounds in place of a survey. Rows of fixed length have one alphabet
 * on both sides, as in Keras' addition example. */
static void survey_bounds(struct survey *v, const struct reader_bounds *b)
{
    bool one = is(v->set->length, "fixed");
    struct counting src = { .side = &v->src }, tgt = { .side = &v->tgt };
    const char *from[] = { b->src_alphabet, b->tgt_alphabet };
    for (int i = 0; i < 2; i++) {
        if (one || i == 0)
            v->plain.tokenizer->split(from[i], strlen(from[i]), count_piece, &src);
        if (one || i == 1)
            v->plain.tokenizer->split(from[i], strlen(from[i]), count_piece, &tgt);
    }
    v->src.longest = b->src_len;
    v->tgt.longest = b->tgt_len;
}

static int survey_data(struct survey *v, struct err *err)
{
    const struct reader *reader = reader_find(v->set, err);
    struct reader_bounds b;
    if (!reader)
        return -1;
    if (!reader->bounds)
        return dataset_each(v->set, survey_example, v, NULL, err);
    reader->bounds(v->set, &b);
    survey_bounds(v, &b);
    return 0;
}

/* ---- codecs ---------------------------------------------------------------------- */

static int by_bytes(const void *a, const void *b)
{
    /* the order of UTF-8 bytes is the order of code points */
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The pieces sorted; of more than `most`, the most frequent. */
static void add_sorted(struct vocab *to, const struct side *from, int most)
{
    int n = vocab_size(from->tally.pieces);
    struct tally_row *row = tally_rows(&from->tally);
    const char **piece = xcalloc((size_t)n, sizeof *piece);
    if (most)
        n = MIN(n, most);
    for (int i = 0; i < n; i++)
        piece[i] = row[i].piece;
    qsort(piece, (size_t)n, sizeof *piece, by_bytes);
    for (int i = 0; i < n; i++)
        vocab_add(to, piece[i], strlen(piece[i]));
    free(piece);
    free(row);
}

static void add_piece(void *own, const char *piece, size_t n)
{
    vocab_add(own, piece, n);
}

struct codec dataset_codec(const struct settings *s, bool target)
{
    bool chars = is(s->tokenizer, "char"), all = is(s->specials, "all");
    bool fed = is(s->arch, "transfer") || is(s->arch, "attention"); /* tokens */
    struct codec c = codec_bare(s);
    c.vocab = vocab_new();
    c.fixed = is(s->length, "fixed");
    c.right = is(s->align, "right");
    c.reverse = s->reverse && !target;
    c.keep_spaces = s->spaces || target || !chars;
    c.start = s->wrap && !target;
    c.turns = target ? 0 : turns_of(s);
    c.mark_end = s->mark_end && target;
    c.cut = s->cut && (target ? s->tgt_len : s->src_len);
    c.filler = -1;
    bool ends = (target && (!c.fixed || c.mark_end)) || c.start || c.turns;
    bool pads = c.fixed && !chars && !is(s->pad, "nothing");
    if (c.tokenizer == &tokenizer_vector)
        return c;
    if (all || pads)
        vocab_add_special(c.vocab, VOCAB_PAD);
    if (all || (target && fed) || c.start)
        vocab_add_special(c.vocab, VOCAB_SOS);
    if (all || ends)
        vocab_add_special(c.vocab, VOCAB_EOS);
    if (all || !chars)
        vocab_add_special(c.vocab, VOCAB_UNK);
    if (pads)
        c.filler = vocab_special(c.vocab, VOCAB_PAD);
    return c;
}

/* Places of a row that are not text. A fixed row with an end mark has one more, as in
 * Keras' example: there the start symbol had it. */
static int ends_of(const struct codec *c)
{
    if (c->fixed)
        return c->mark_end ? 2 : 0;
    return c->start + (vocab_special(c->vocab, VOCAB_EOS) >= 0) + MAX(c->turns - 1, 0);
}

static int codec_make(struct codec *out, const struct settings *s, struct side *side,
                      bool target, struct err *err)
{
    const char *alphabet = target ? s->tgt_alphabet : s->src_alphabet;
    int len = target ? s->tgt_len : s->src_len;
    struct codec c = dataset_codec(s, target);
    bool fills_up = c.fixed && is(s->tokenizer, "char") && is(s->pad, "space");
    struct counting filler = { .side = side };
    if (fills_up && !*alphabet)
        count_piece(&filler, " ", 1);
    if (*alphabet)
        c.tokenizer->split(alphabet, strlen(alphabet), add_piece, c.vocab);
    else
        add_sorted(c.vocab, side, s->words);
    c.dim = side->dim;
    c.len = (len ? len : side->longest) + ends_of(&c);
    if (fills_up)
        c.filler = vocab_find(c.vocab, " ", 1);
    *out = c;
    if (fills_up && c.filler < 0)
        return err_set(err, "%s has no space to fill up with",
                       target ? "tgt_alphabet" : "src_alphabet");
    return 0;
}

static int make_codecs(struct dataset *ds, const struct settings *s, struct err *err)
{
    struct survey v;
    if (is(s->tokenizer, "subword"))
        return dataset_learn(ds, s, err);
    survey_init(&v, s);
    int bad = survey_data(&v, err);
    if (!bad)
        bad = codec_make(&ds->src, s, &v.src, false, err);
    if (!bad)
        bad = codec_make(&ds->tgt, s, &v.tgt, true, err);
    survey_release(&v);
    return bad;
}

/* ---- pairs ----------------------------------------------------------------------- */

struct filling {
    struct dataset *ds;
    const struct codec *src, *tgt;
    double by_pair; /* share held out by the key; 0: the split comes later */
    bool held_out;  /* all of them are */
    double casual;  /* share of the others that is read as people type */
    uint64_t seed, at;
    struct ids src_row, tgt_row;
    struct vectors src_x, tgt_x;
};

static int fill_vectors(struct filling *f, const struct example *ex, struct pairs *to,
                        struct err *err)
{
    if (codec_encode_vectors(f->src, ex->src, &f->src_x, err) < 0)
        return err_prefix(err, "source");
    if (codec_encode_vectors(f->tgt, ex->tgt, &f->tgt_x, err) < 0)
        return err_prefix(err, "target");
    pairs_add_vectors(to, &f->src_x, &f->tgt_x);
    return 0;
}

static int fill_symbols(struct filling *f, const struct example *ex, struct pairs *to,
                        struct err *err)
{
    if (codec_encode(f->src, ex->src, &f->src_row, err) < 0)
        return err_prefix(err, "source '%s'", utf8_quote(ex->src).s);
    if (codec_encode(f->tgt, ex->tgt, &f->tgt_row, err) < 0)
        return err_prefix(err, "target '%s'", utf8_quote(ex->tgt).s);
    unknown_add(&f->ds->src_unknown, f->src, ex->src, &f->src_row);
    unknown_add(&f->ds->tgt_unknown, f->tgt, ex->tgt, &f->tgt_row);
    pairs_add(to, f->src_row.id, f->src_row.n, f->tgt_row.id, f->tgt_row.n);
    return 0;
}

/* Every example has its own draw, so that others may come and go. */
static int fill_casual(struct filling *f, struct rng *r, const struct example *ex,
                       struct pairs *to, struct err *err)
{
    struct str src = STR_INIT, tgt = STR_INIT;
    struct example careless = *ex;
    casual(ex->src, ex->tgt, r, &src, &tgt);
    careless.src = str_cstr(&src);
    careless.tgt = str_cstr(&tgt);
    int bad = fill_symbols(f, &careless, to, err);
    str_release(&src);
    str_release(&tgt);
    return bad;
}

static int fill_example(void *own, const struct example *ex, struct err *err)
{
    struct filling *f = own;
    bool out = f->held_out || reader_key_unit(ex->key) < f->by_pair;
    struct pairs *to = out ? &f->ds->valid : &f->ds->train;
    struct rng r;
    int bad;
    rng_init(&r, f->seed, RNG_CASUAL, f->at++);
    if (f->src->dim)
        bad = fill_vectors(f, ex, to, err);
    else if (!out && rng_unit(&r) < f->casual)
        bad = fill_casual(f, &r, ex, to, err);
    else
        bad = fill_symbols(f, ex, to, err);
    if (!bad && ex->opens)
        pairs_open(to);
    return bad;
}

bool *dataset_held_out(const struct settings *s, int n)
{
    int k = (int)floor(n * s->valid + 1e-9);
    bool *out = xcalloc((size_t)n, sizeof *out);
    if (is(s->split, "pair") || s->valid_data[0])
        return out;
    int *order = xcalloc((size_t)n, sizeof *order);
    for (int i = 0; i < n; i++)
        order[i] = i;
    if (is(s->split, "random")) {
        struct rng r;
        rng_init(&r, (uint64_t)s->data_seed, RNG_SPLIT, 0);
        rng_shuffle(&r, order, (size_t)n);
    }
    for (int i = n - k; i < n; i++)
        out[order[i]] = true;
    free(order);
    return out;
}

/* Moves the last, or random, examples to the held-out ones. */
static void split(struct dataset *ds, const struct settings *s)
{
    bool *out = dataset_held_out(s, ds->train.n);
    pairs_part(&ds->train, out, &ds->valid);
    free(out);
}

/* The examples for validation have a file of their own. */
static int fill_held_out(struct filling *f, const struct settings *s, struct err *err)
{
    struct settings other = *s;
    memcpy(other.data, s->valid_data, sizeof other.data);
    other.first = 0;
    other.more[0] = '\0';
    f->held_out = true;
    if (!file_is(other.data))
        return err_set(err, "valid_data: there is no file '%s' here%s%s",
                       utf8_quote(other.data).s, s->origin[0] ? ": get it from " : "",
                       s->origin);
    return dataset_each(&other, fill_example, f, &f->ds->skipped, err);
}

static int load_with(struct dataset *ds, const struct settings *s, const struct codec *src,
                     const struct codec *tgt, struct err *err)
{
    bool by_pair = is(s->split, "pair") && !s->valid_data[0];
    struct filling f = { .ds = ds, .src = src, .tgt = tgt,
                         .by_pair = by_pair ? s->valid : 0, .casual = s->casual,
                         .seed = (uint64_t)s->data_seed };
    *ds = (struct dataset){ 0 };
    unknown_init(&ds->src_unknown);
    unknown_init(&ds->tgt_unknown);
    int bad = dataset_each(s, fill_example, &f, &ds->skipped, err);
    if (!bad && s->valid_data[0])
        bad = fill_held_out(&f, s, err);
    ids_release(&f.src_row);
    ids_release(&f.tgt_row);
    vectors_release(&f.src_x);
    vectors_release(&f.tgt_x);
    if (!bad && ds->train.n + ds->valid.n == 0)
        bad = err_set(err, "'%s' has no examples", utf8_quote(s->data).s);
    if (bad) {
        dataset_release(ds);
        return -1;
    }
    if (!by_pair && !s->valid_data[0])
        split(ds, s);
    return 0;
}

int dataset_load_with(struct dataset *ds, const struct settings *s,
                      const struct codec *src, const struct codec *tgt, struct err *err)
{
    struct settings as_it_is = *s;
    *ds = (struct dataset){ 0 };
    as_it_is.casual = 0; /* nothing is learned from it */
    as_it_is.more[0] = '\0';
    if (dataset_check_sum(s, err) < 0)
        return -1;
    return load_with(ds, &as_it_is, src, tgt, err);
}

static int check_unknown(const struct unknown *u, const struct codec *c,
                         const struct settings *s, const char *side, struct err *err)
{
    struct str text = STR_INIT;
    int bad = 0;
    if (unknown_share(u) > s->unk_limit) {
        unknown_text(u, c, &text);
        bad = err_set(err, "%s: %s; that is more than unk_limit = %g: set %s, or another limit",
                      side, str_cstr(&text), s->unk_limit,
                      c->subword ? "subword_bytes = true" : "words higher");
    }
    str_release(&text);
    return bad;
}

/* The longest target, where the settings do not say. */
static int longest_target(const struct dataset *ds)
{
    int longest = 0;
    for (int i = 0; i < ds->train.n; i++)
        longest = MAX(longest, ds->train.tgt_n[i]);
    for (int i = 0; i < ds->valid.n; i++)
        longest = MAX(longest, ds->valid.tgt_n[i]);
    return longest;
}

/* The codecs are there; what can be trained on comes to them. */
static int fill(struct dataset *ds, const struct settings *s, struct err *err)
{
    struct codec src = ds->src, tgt = ds->tgt;
    int bad = load_with(ds, s, &src, &tgt, err);
    ds->src = src;
    ds->tgt = tgt;
    if (bad)
        return -1;
    if (tgt.subword && !tgt.len)
        ds->tgt.len = longest_target(ds);
    if (check_unknown(&ds->src_unknown, &ds->src, s, "source", err) < 0 ||
        check_unknown(&ds->tgt_unknown, &ds->tgt, s, "target", err) < 0)
        return -1;
    if (ds->train.n == 0)
        return err_set(err, "valid = %g holds out all examples: none are left to train on",
                       s->valid);
    return 0;
}

int dataset_load(struct dataset *ds, const struct settings *s, struct err *err)
{
    *ds = (struct dataset){ 0 };
    if (dataset_check_sum(s, err) == 0 && make_codecs(ds, s, err) == 0 && fill(ds, s, err) == 0)
        return 0;
    dataset_release(ds);
    return -1;
}

int dataset_load_on(struct dataset *ds, const struct settings *s, struct codec *src,
                    struct codec *tgt, struct err *err)
{
    *ds = (struct dataset){ .src = *src, .tgt = *tgt };
    *src = *tgt = (struct codec){ 0 };
    if (dataset_check_sum(s, err) == 0 && fill(ds, s, err) == 0)
        return 0;
    dataset_release(ds);
    return -1;
}

void dataset_release(struct dataset *ds)
{
    codec_release(&ds->src);
    codec_release(&ds->tgt);
    pairs_release(&ds->train);
    pairs_release(&ds->valid);
    unknown_release(&ds->src_unknown);
    unknown_release(&ds->tgt_unknown);
    str_release(&ds->skipped.text);
}

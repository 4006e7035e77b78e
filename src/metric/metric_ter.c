/*
 * TER, translation edit rate (Snover et al. 2006): the edits that make the answer the
 * reference, for every word of the reference. An edit puts in, takes out or changes a
 * word, or moves some that stand together. Numbers of a line: edits (of the nearest
 * reference), words of the reference (on average).
 *
 * The words are those of tercom's own preparation, small letters by default.
 */
#include "metric/metric.h"

#include "base/mem.h"
#include "metric/ter_shift.h"
#include "metric/trie.h"

struct ter {
    const struct metric_options *o;
    struct tokens tokens;
    struct trie words;
    struct codes hyp, ref; /* numbers of words */
    struct ter_shift *shift;
};

static int size(const struct metric_options *o)
{
    (void)o;
    return 2;
}

static void *open(const struct metric_options *o)
{
    struct ter *t = xcalloc(1, sizeof *t);
    t->o = o;
    trie_init(&t->words);
    t->shift = ter_shift_new();
    return t;
}

static void close(void *own)
{
    struct ter *t = own;
    tokens_release(&t->tokens);
    trie_release(&t->words);
    codes_release(&t->hyp);
    codes_release(&t->ref);
    ter_shift_free(t->shift);
    free(t);
}

/* ---- words ------------------------------------------------------------------------ */

static bool is_mark(uint32_t c)
{
    return c < 0x80 && c && strchr(".,?:;!\"()", (int)c);
}

/* Punctuation of Chinese and Japanese, and what is full-width. */
static bool is_asian_mark(uint32_t c)
{
    static const uint32_t wide[] = { 0xff01, 0xff02, 0xff08, 0xff09, 0xff0c,
                                     0xff0e, 0xff1a, 0xff1b, 0xff1f };
    for (size_t i = 0; i < ARRAY_LEN(wide); i++)
        if (c == wide[i])
            return true;
    return c == 0x3001 || c == 0x3002 || (c >= 0x3008 && c <= 0x3011) ||
           (c >= 0x3014 && c <= 0x301f) || (c >= 0xff61 && c <= 0xff65) || c == 0x30fb;
}

/* Ideographs, radicals, strokes, enclosed and compatibility forms: each is a word. */
static bool is_ideograph(uint32_t c)
{
    return (c >= 0x2e80 && c <= 0x2eff) || (c >= 0x31c0 && c <= 0x31ef) ||
           (c >= 0x3200 && c <= 0x4dbf) || (c >= 0x4e00 && c <= 0x9fff) ||
           (c >= 0xf900 && c <= 0xfaff) || (c >= 0xfe30 && c <= 0xfe4f);
}

static void normalize(struct tokens *t, bool asian)
{
    static const struct codes_rule ideographs = { is_ideograph, NULL, false };
    static const struct codes_rule marks = { is_asian_mark, NULL, false };
    tok_entities(t);
    tok_pad(t);
    codes_set_apart(&t->text, &t->spare, &tok_symbols);
    codes_replace(&t->text, &t->spare, "'s ", " 's ");
    for (size_t i = 0; i < ARRAY_LEN(tok_numbers); i++)
        codes_set_apart(&t->text, &t->spare, &tok_numbers[i]);
    if (asian) {
        codes_set_apart(&t->text, &t->spare, &ideographs);
        codes_set_apart(&t->text, &t->spare, &marks);
    }
}

/* Prepares t->tokens.text and cuts it into words. */
static void prepare(struct ter *t)
{
    const struct metric_options *o = t->o;
    if (o->ter_normalized)
        normalize(&t->tokens, o->ter_asian);
    if (o->ter_no_punct)
        codes_drop(&t->tokens.text, is_mark);
    if (o->ter_no_punct && o->ter_asian)
        codes_drop(&t->tokens.text, is_asian_mark);
    tokens_cut(&t->tokens);
}

/* References go through it twice, as they do in sacreBLEU: "Tom's." is cut into "Tom's"
 * and a full stop the first time, and only then "Tom" and "'s". */
static void words_of(struct ter *t, struct segment s, int passes, struct codes *words)
{
    codes_clear(&t->tokens.text);
    if (t->o->ter_cased)
        codes_addn(&t->tokens.text, s.cp, s.n);
    else
        codes_add_lower(&t->tokens.text, s);
    prepare(t);
    for (int i = 1; i < passes; i++) {
        tokens_join(&t->tokens);
        prepare(t);
    }
    codes_clear(words);
    for (int i = 0; i < t->tokens.n; i++)
        codes_add(words, (uint32_t)trie_word(&t->words, tokens_at(&t->tokens, i)));
}

/* ---- the row ---------------------------------------------------------------------- */

static void line(void *own, struct segment hyp, const struct segment *ref, int refs,
                 double *out)
{
    struct ter *t = own;
    trie_clear(&t->words);
    words_of(t, hyp, 1, &t->hyp);
    for (int i = 0; i < refs; i++) {
        words_of(t, ref[i], 2, &t->ref);
        double edits = ter_shift_edits(t->shift, codes_segment(&t->hyp),
                                       codes_segment(&t->ref));
        out[0] = i ? MIN(out[0], edits) : edits;
        out[1] += (double)t->ref.n / refs;
    }
}

static double score(const struct metric_options *o, const double *sums)
{
    (void)o;
    if (sums[1] > 0)
        return 100 * sums[0] / sums[1];
    return sums[0] > 0 ? 100 : 0;
}

static void label(const struct metric_options *o, struct str *out)
{
    (void)o;
    str_add(out, "TER");
}

static void signature(const struct metric_options *o, struct str *out)
{
    str_addf(out, "case:%s|tok:tercom|norm:%s|punct:%s|asian:%s",
             o->ter_cased ? "mixed" : "lc", o->ter_normalized ? "yes" : "no",
             o->ter_no_punct ? "no" : "yes", o->ter_asian ? "yes" : "no");
}

const struct metric metric_ter = {
    .name = "ter",
    .summary = "edits to the reference, moved words count once; lower is better",
    .lower_better = true,
    .label = label,
    .size = size,
    .open = open,
    .line = line,
    .close = close,
    .score = score,
    .signature = signature,
};

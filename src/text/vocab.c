#include "text/vocab.h"

#include "base/mem.h"
#include "base/utf8.h"

struct vocab {
    char **piece;
    size_t *bytes; /* [n] length of a piece */
    int n, cap;
    int special[VOCAB_SPECIALS];
    int byte[256]; /* ids of pieces of one byte, or -1: most lookups end here */
    int *slot;     /* hash table, open addressing: ids of longer pieces, or -1 */
    size_t slots;  /* a power of two, more than twice the pieces in it */
};

static const struct {
    const char *key, *shown;
} special_table[VOCAB_SPECIALS] = {
    [VOCAB_PAD] = { "pad", "<pad>" },
    [VOCAB_SOS] = { "sos", "<s>" },
    [VOCAB_EOS] = { "eos", "</s>" },
    [VOCAB_UNK] = { "unk", "<unk>" },
};

static void slots_reset(struct vocab *v, size_t slots)
{
    v->slots = slots;
    v->slot = xrealloc(v->slot, slots * sizeof *v->slot);
    for (size_t i = 0; i < slots; i++)
        v->slot[i] = -1;
}

struct vocab *vocab_new(void)
{
    struct vocab *v = xcalloc(1, sizeof *v);
    for (int i = 0; i < VOCAB_SPECIALS; i++)
        v->special[i] = -1;
    for (int i = 0; i < 256; i++)
        v->byte[i] = -1;
    slots_reset(v, 16);
    return v;
}

void vocab_free(struct vocab *v)
{
    if (!v)
        return;
    for (int i = 0; i < v->n; i++)
        free(v->piece[i]);
    free(v->piece);
    free(v->bytes);
    free(v->slot);
    free(v);
}

/* FNV-1a, with the upper half folded in. */
static size_t hash(const char *p, size_t n)
{
    uint64_t h = 0xcbf29ce484222325u;
    for (size_t i = 0; i < n; i++)
        h = (h ^ (unsigned char)p[i]) * 0x100000001b3u;
    return (size_t)(h ^ h >> 32);
}

/* Where the piece stands, or where it would. */
static int *slot_of(const struct vocab *v, const char *piece, size_t n)
{
    for (size_t i = hash(piece, n);; i++) {
        int *s = &v->slot[i & (v->slots - 1)];
        if (*s < 0 || (v->bytes[*s] == n && !memcmp(v->piece[*s], piece, n)))
            return s;
    }
}

static int *place_of(struct vocab *v, const char *piece, size_t n)
{
    return n == 1 ? &v->byte[(unsigned char)*piece] : slot_of(v, piece, n);
}

/* The table grows by entering everything again. */
static void rehash(struct vocab *v)
{
    slots_reset(v, 2 * v->slots);
    for (int id = 0; id < v->n; id++)
        if (!vocab_is_special(v, id) && v->bytes[id] != 1)
            *slot_of(v, v->piece[id], v->bytes[id]) = id;
}

static int append(struct vocab *v, const char *piece, size_t n)
{
    if (v->n == v->cap) {
        v->cap = v->cap ? 2 * v->cap : 64;
        v->piece = xrealloc(v->piece, (size_t)v->cap * sizeof *v->piece);
        v->bytes = xrealloc(v->bytes, (size_t)v->cap * sizeof *v->bytes);
    }
    v->piece[v->n] = xstrndup(piece, n);
    v->bytes[v->n] = n;
    return v->n++;
}

int vocab_add(struct vocab *v, const char *piece, size_t n)
{
    int *place = place_of(v, piece, n);
    if (*place >= 0)
        return *place;
    int id = *place = append(v, piece, n);
    if ((size_t)v->n >= v->slots / 2)
        rehash(v);
    return id;
}

int vocab_add_special(struct vocab *v, enum vocab_special which)
{
    const char *shown = special_table[which].shown;
    if (v->special[which] < 0)
        v->special[which] = append(v, shown, strlen(shown));
    return v->special[which];
}

int vocab_find(const struct vocab *v, const char *piece, size_t n)
{
    return n == 1 ? v->byte[(unsigned char)*piece] : *slot_of(v, piece, n);
}

int vocab_special(const struct vocab *v, enum vocab_special which)
{
    return v->special[which];
}

bool vocab_is_special(const struct vocab *v, int id)
{
    for (int i = 0; i < VOCAB_SPECIALS; i++)
        if (v->special[i] == id)
            return id >= 0;
    return false;
}

const char *vocab_piece(const struct vocab *v, int id)
{
    if (id < 0 || id >= v->n)
        BUG("piece %d of a vocabulary of %d", id, v->n);
    return v->piece[id];
}

int vocab_size(const struct vocab *v)
{
    return v->n;
}

/* ---- JSON ------------------------------------------------------------------------ */

json_t *vocab_to_json(const struct vocab *v)
{
    json_t *pieces = json_array(), *special = json_object();
    for (int id = 0; id < v->n; id++)
        if (json_array_append_new(pieces, json_stringn(v->piece[id], v->bytes[id])) < 0)
            BUG("piece %d of a vocabulary is not UTF-8", id);
    for (int i = 0; i < VOCAB_SPECIALS; i++)
        if (v->special[i] >= 0)
            json_object_set_new(special, special_table[i].key,
                                json_integer(v->special[i]));
    return json_pack("{s:o, s:o}", "pieces", pieces, "special", special);
}

/* which[id]: the special that a piece is, or -1. */
static int load_specials(const json_t *special, int pieces, int *which, struct err *err)
{
    const char *key;
    json_t *value;
    for (int id = 0; id < pieces; id++)
        which[id] = -1;
    json_object_foreach((json_t *)special, key, value) {
        int i = 0;
        while (i < VOCAB_SPECIALS && strcmp(special_table[i].key, key))
            i++;
        if (i == VOCAB_SPECIALS)
            return err_set(err, "vocabulary: unknown special '%s'", utf8_quote(key).s);
        json_int_t id = json_is_integer(value) ? json_integer_value(value) : -1;
        if (id < 0 || id >= pieces || which[id] >= 0)
            return err_set(err, "vocabulary: bad id of the special '%s'", key);
        which[id] = i;
    }
    return 0;
}

static int load_piece(struct vocab *v, const json_t *piece, int special, struct err *err)
{
    const char *s = json_string_value(piece);
    size_t n = s ? json_string_length(piece) : 0;
    int id = v->n;
    if (n == 0 || n > VOCAB_PIECE_MAX || memchr(s, '\0', n))
        return err_set(err, "vocabulary: piece %d is not a text of 1 to %d bytes", id,
                       VOCAB_PIECE_MAX);
    if ((special < 0 ? vocab_add(v, s, n) : vocab_add_special(v, special)) != id)
        return err_set(err, "vocabulary: piece %d, '%s', is there twice", id,
                       utf8_quote(s).s);
    return 0;
}

struct vocab *vocab_from_json(const json_t *json, struct err *err)
{
    const json_t *pieces = json_object_get(json, "pieces");
    const json_t *special = json_object_get(json, "special");
    size_t n = json_array_size(pieces);
    if (!json_is_array(pieces) || !json_is_object(special)) {
        err_set(err, "vocabulary: 'pieces' or 'special' is missing");
        return NULL;
    }
    if (n > VOCAB_MAX) {
        err_set(err, "vocabulary: %zu pieces: at most %d", n, VOCAB_MAX);
        return NULL;
    }
    struct vocab *v = vocab_new();
    int *which = xcalloc(n, sizeof *which);
    int bad = load_specials(special, (int)n, which, err);
    for (size_t id = 0; id < n && !bad; id++)
        bad = load_piece(v, json_array_get(pieces, id), which[id], err);
    free(which);
    if (!bad)
        return v;
    vocab_free(v);
    return NULL;
}

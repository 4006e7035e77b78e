#include "run/asked.h"

void asked_translated(const struct model *m, const struct batch *b, int r, struct ids *out)
{
    for (int t = 0; t < b->src_len[r]; t++) {
        int id = b->src[t * b->rows + r];
        const char *piece = id < 0 ? "" : vocab_piece(m->src.vocab, id);
        ids_add(out, vocab_find(m->tgt.vocab, piece, strlen(piece)));
    }
}

void asked_heard(const struct model *m, struct wording *w, const struct batch *b, int r,
                 struct codes *out)
{
    struct ids source = { 0 };
    for (int t = 0; t < b->src_len[r]; t++)
        if (b->src[t * b->rows + r] >= 0)
            ids_add(&source, b->src[t * b->rows + r]);
    wording_hear(w, &m->src, source.id, source.n, out);
    ids_release(&source);
}

uint64_t asked_number(const struct batch *b, int r)
{
    uint64_t h = 0xcbf29ce484222325u;
    for (int t = 0; t < b->src_len[r]; t++)
        h = (h ^ (uint64_t)(b->src[t * b->rows + r] + 1)) * 0x100000001b3u;
    return h;
}

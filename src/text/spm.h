/*
 * spm - the library SentencePiece (Kudo and Richardson 2018) for C: it learns pieces of
 * words from texts, and cuts a text into them.
 *
 * spm.cc is the only C++ here. Where the library was missing when the program was
 * built, spm_absent.c stands in and refuses everything.
 */
#ifndef TEXT_SPM_H
#define TEXT_SPM_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

struct spm_spec {
    bool bpe;                /* byte pair encoding, else a unigram language model */
    int size;                /* pieces wanted, specials included; few texts give fewer */
    double cover;            /* share of the characters met that are to be pieces */
    bool bytes;              /* 256 pieces for the bytes of all other characters */
    int pad, sos, eos, unk;  /* ids of the specials, from 0 on; -1: none. unk is there */
};

/* Receives one piece: n bytes, valid during the call. */
typedef void spm_piece(void *own, const char *piece, size_t n, float score);

/* Learns from n texts and hands over every piece in the order of ids. The same texts
 * give the same pieces. 0, or -1 with the reason in why[size]. */
int spm_learn(const struct spm_spec *, char *const *text, int n, spm_piece *, void *own,
              char *why, size_t size);

/* From a serialized ModelProto, as in the library's .model files. NULL: why[size]. */
struct spm;
struct spm *spm_new(const char *proto, size_t n, char *why, size_t size);
void spm_free(struct spm *); /* NULL is fine */

/* Calls put with every piece of the text; what is unknown comes as it stands. */
void spm_split(const struct spm *, const char *text, size_t n,
               void (*put)(void *own, const char *piece, size_t n), void *own);

#ifdef __cplusplus
}
#endif

#endif

/*
 * import - models that other programs trained: their weights and symbols as ours.
 *
 *   safetensors      a PyTorch state dict (nn.LSTM, nn.GRU, nn.RNN, nn.Embedding,
 *                    nn.Linear), from any program; or what export_torch wrote
 *   .weights.h5      Keras 2 and 3; needs libhdf5
 *   .keras, .h5      the same with the model's configuration
 *
 * What the file shows decides the settings: architecture, cell, widths, depths. A
 * config file and single settings are laid over them. Shapes that do not fit are
 * errors that name the tensor.
 *
 *     struct import_options o = { .vocab_src = "de.txt", .vocab_tgt = "en.txt" };
 *     struct str notes = STR_INIT;                 // what a person should know
 *     struct model *m = import_file("seq2seq.safetensors", &o, &notes, &err);
 */
#ifndef MODEL_IMPORT_H
#define MODEL_IMPORT_H

#include "model/model.h"

struct import_options {
    const char *config;         /* a file of settings, or NULL */
    const char *const *given;   /* "key=value", NULL-ended; or NULL */
    const char *vocab_src, *vocab_tgt; /* files, or NULL: symbols are numbered */
    const char *const *map;     /* PyTorch: "PREFIX=OURS", NULL-ended; or NULL */
};

/* Ready to decode. Notes are lines, also where it failed: what was found. */
struct model *import_file(const char *path, const struct import_options *, struct str *notes,
                          struct err *);

struct model *import_torch(const char *path, const struct import_options *, struct str *notes,
                           struct err *);
struct model *import_keras(const char *path, const struct import_options *, struct str *notes,
                           struct err *);

/*
 * What the readers share. The vocabulary of a file: in NAME.json a list, or an object
 * {symbol: id}; else a symbol per line (\t, \n, \s and \\ for tab, newline, space and
 * backslash). Among words, <pad> <s> </s> <unk> are known by their usual names; among
 * a target's characters, as in Keras' example, a tab is <s> and a newline is </s>.
 * NULL path: numbers.
 */
enum vocab_kind { VOCAB_OF_WORDS, VOCAB_OF_SOURCE_CHARS, VOCAB_OF_TARGET_CHARS };
struct vocab *import_vocab(const char *path, int symbols, enum vocab_kind, struct err *);

/* `found` ("key=value" lines), then what the options say. 0 or -1. */
int import_settings(struct settings *, const char *found, const struct import_options *,
                    struct err *);

/* A side as the settings want it: takes the vocabulary. len 0: of any length. */
int import_codec(struct codec *, const struct settings *, struct vocab *, bool fixed, int len,
                 struct err *);

#endif

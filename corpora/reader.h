/*
 * reader - where examples come from; one row per format or generator.
 *
 *     void *r = reader->open(&settings, path, &err);
 *     while ((got = reader->next(r, &ex, &err)) > 0) ...   // 1 example, 0 end, -1 error
 *     reader->close(r);
 */
#ifndef CORPORA_READER_H
#define CORPORA_READER_H

#include "base/settings.h"
#include "corpora/unknown.h"
#include "text/pairs.h"

/* Besides examples a reader gives what it made of the rest, so that nothing is lost
 * without a word. */
enum example_kind {
    EXAMPLE_PAIR,
    EXAMPLE_BROKEN,   /* what the format does not allow: see the setting `broken` */
    EXAMPLE_LEFT_OUT, /* on purpose: adverts of subtitles and the like */
    EXAMPLE_MENDED,   /* used, but not as it stands in the file */
};

/* Texts are NUL-terminated and borrowed until the next call. */
struct example {
    enum example_kind kind;
    const char *src, *tgt;
    const char *why;   /* for the other kinds, which have no texts */
    int times;         /* and how often in this file, from `line` on; 0: once */
    uint64_t key;      /* examples with one key stay on one side of the split */
    long line;         /* where it stands in the file; 0: in none */
    const char *file;  /* NULL: in the one that was opened */
    const char *group; /* the film or the talk it is from; NULL: none */
    bool opens;        /* first of a conversation */
};

/* What a reader can give, known before anything is read. */
struct reader_bounds {
    char src_alphabet[SETTING_TEXT], tgt_alphabet[SETTING_TEXT]; /* ASCII, each once */
    int src_len, tgt_len; /* longest, in characters */
};

struct reader {
    const char *name, *summary;
    bool generates;        /* makes its examples: needs no file */
    bool folders;          /* takes a folder of files as well as a file */
    bool talk;             /* of a dialogue: to split by group, not by sentence */
    void *(*open)(const struct settings *, const char *path, struct err *);
    int (*next)(void *, struct example *, struct err *);
    void (*close)(void *);
    /* NULL: nothing is known before the file is read. */
    void (*bounds)(const struct settings *, struct reader_bounds *);
    /* Replaces *plain by a typed question in the form the examples have ("010 + 12"
     * -> "10+12"). -1: it is not one, or not one the examples could have had, and
     * err says why. NULL: any text is a question. */
    int (*question)(const struct settings *, const char *typed, struct str *plain,
                    struct err *);
    /* For people, appended: what these settings ask for ("sums up to 99+99"), and a
     * question to try ("10+12"). NULL where only the summary is to say. */
    void (*about)(const struct settings *, struct str *);
    void (*example)(const struct settings *, struct str *);
};

extern const struct reader *const reader_table[]; /* NULL at the end */

/* The reader of files of a format; NULL: there is none. */
const struct reader *reader_format(const char *format);

/* What reads settings.data: a generator of that name, else the reader of the file's
 * format. NULL with err: says which generators exist, and where to get the file. */
const struct reader *reader_find(const struct settings *, struct err *);

/* Where data, more or valid_data is a file that is not here but in one of n folders, it
 * becomes its path. */
int reader_place(struct settings *, char *const *folder, int n, struct err *);

/* The key of an example: content (a number, or a hash of text) mixed with the seed,
 * and the place of a key in [0, 1): below settings.valid it is held out when
 * split = pair. */
uint64_t reader_key(int data_seed, uint64_t content);
double reader_key_unit(uint64_t key);
uint64_t reader_hash(const char *text); /* FNV-1a: content of an example */

extern const struct reader reader_arithmetic, reader_reverse, reader_waves;
extern const struct reader reader_tsv, reader_dialog, reader_srt, reader_srt_pair;
extern const struct reader reader_moses, reader_cornell, reader_dailydialog, reader_mo;

/* The format that a file or folder seems to have, by its name and its first bytes; with
 * two_files the targets have a file of their own. */
const char *reader_guess(const char *path, bool two_files);

/*
 * Reads everything: builds both codecs (alphabets, lengths) from the settings
 * and the examples, splits, encodes. `valid` may be empty. The same settings
 * always give the same pairs in the same order. Errors name file and line; too many
 * unknown pieces (settings.unk_limit) are one.
 */
struct dataset {
    struct codec src, tgt;
    struct pairs train, valid;
    struct unknown src_unknown, tgt_unknown; /* of all examples */
    struct skipped {     /* with broken = skip */
        long count;
        struct str text; /* "file:line TAB why", a line each */
    } skipped;
};
int dataset_load(struct dataset *, const struct settings *, struct err *);

/* The same with codecs that exist already (evaluation of a checkpoint); ds->src
 * and ds->tgt stay empty. Examples that the codecs cannot express are errors. */
int dataset_load_with(struct dataset *, const struct settings *, const struct codec *src,
                      const struct codec *tgt, struct err *);

/* dataset_load with codecs that exist already and become the data set's, also on error: to
 * train on from a model. */
int dataset_load_on(struct dataset *, const struct settings *, struct codec *src,
                    struct codec *tgt, struct err *);
void dataset_release(struct dataset *);

#endif

/*
 * bench_pieces - subwords as the program learns and cuts them, for bench/pieces, which
 * holds them against SentencePiece's own tools.
 *
 *     bench_pieces PAIRS bpe|unigram SIZE MODEL < LINES > IDS
 *
 * Learns pieces from both sides of a file of pairs, writes them to MODEL as a file of
 * SentencePiece, and prints the ids of every line of standard input.
 */
#include "base/file.h"
#include "base/mem.h"
#include "corpora/reader.h"

#include <stdio.h>

static int learn(struct dataset *ds, char **arg, struct err *err)
{
    const char *const set[][2] = {
        { "data", arg[0] },          { "valid", "0" },
        { "tokenizer", "subword" },  { "subword_model", arg[1] },
        { "subword_size", arg[2] },  { "subword_shared", "yes" },
        { "length", "free" },        { "arch", "attention" },
    };
    struct settings s;
    settings_init(&s);
    for (size_t i = 0; i < ARRAY_LEN(set); i++)
        if (settings_set(&s, set[i][0], set[i][1], err) < 0)
            return -1;
    return settings_check(&s, err) < 0 ? -1 : dataset_load(ds, &s, err);
}

static int save(const struct codec *c, const char *path, struct err *err)
{
    struct str file = STR_INIT;
    subword_file(c->subword, &file);
    int bad = file_write(path, file.s, file.n, err);
    str_release(&file);
    return bad;
}

static int print_ids(struct codec *c, struct err *err)
{
    char *line = NULL;
    size_t room = 0;
    ssize_t n;
    int bad = 0;
    c->len = 0; /* of any length */
    while (!bad && (n = getline(&line, &room, stdin)) >= 0) {
        struct ids row = { 0 };
        line[strcspn(line, "\n")] = '\0';
        bad = codec_encode(c, line, &row, err);
        for (int i = 0; !bad && i < row.n - 1; i++) /* behind them is </s> */
            printf("%s%d", i ? " " : "", row.id[i]);
        putchar('\n');
        ids_release(&row);
    }
    free(line);
    return bad;
}

int main(int argc, char **argv)
{
    struct dataset ds;
    struct err err = { .msg = "usage: bench_pieces PAIRS bpe|unigram SIZE MODEL" };
    int bad = argc == 5 ? learn(&ds, argv + 1, &err) : -1;
    if (!bad) {
        bad = save(&ds.tgt, argv[4], &err) < 0 || print_ids(&ds.tgt, &err) < 0;
        dataset_release(&ds);
    }
    if (bad)
        fprintf(stderr, "%s\n", err.msg);
    return bad != 0;
}

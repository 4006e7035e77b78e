#include "base/file.h"
#include "base/mem.h"
#include "corpora/files.h"
#include "corpora/reader.h"
#include "corpora/turns.h"

/*
 * Subtitles (.srt) as a talk: each turn is a reply to the one before. A file is a film.
 * What was odd about a file comes first, then its pairs.
 */

enum { FILM_SIZE = 64 << 20 };

struct subtitles {
    int data_seed;
    char script[SETTING_TEXT];
    struct files files;
    size_t root; /* bytes of the folder's path, which belong to no film */
    int file; /* the next one */
    struct turns turns;
    int turn; /* the next reply */
    uint64_t key;
};

static void *subtitles_open(const struct settings *s, const char *path, struct err *err)
{
    struct subtitles *t = xcalloc(1, sizeof *t);
    t->data_seed = s->data_seed;
    if (strcmp(s->script, "any")) { /* as Unicode names it: "Latin" */
        memcpy(t->script, s->script, sizeof t->script);
        t->script[0] = (char)(t->script[0] - 'a' + 'A');
    }
    t->root = strlen(path);
    if (files_find(&t->files, path, ".srt", err) == 0)
        return t;
    free(t);
    return NULL;
}

static void subtitles_close(void *own)
{
    struct subtitles *t = own;
    files_release(&t->files);
    turns_release(&t->turns);
    free(t);
}

static int film_load(struct subtitles *t, const char *path, struct err *err)
{
    struct str bytes = STR_INIT;
    struct srt srt;
    int bad = file_read(path, FILM_SIZE, &bytes, err);
    turns_release(&t->turns);
    if (!bad) {
        srt_parse(&srt, str_cstr(&bytes), bytes.n);
        turns_make(&t->turns, &srt, t->script);
        srt_release(&srt);
    }
    str_release(&bytes);
    t->turn = 1;
    t->key = reader_key(t->data_seed, reader_hash(path + t->root));
    return bad;
}

static int subtitles_next(void *own, struct example *ex, struct err *err)
{
    struct subtitles *t = own;
    for (;;) {
        const char *path = t->file ? t->files.path[t->file - 1] : NULL;
        if (path && findings_next(&t->turns.findings, path, ex))
            return 1;
        while (t->turn < t->turns.n && t->turns.turn[t->turn].cut)
            t->turn++;
        if (t->turn < t->turns.n) {
            const struct turn *reply = &t->turns.turn[t->turn++];
            *ex = (struct example){ .src = t->turns.text.s + reply[-1].at,
                                    .tgt = t->turns.text.s + reply->at, .key = t->key,
                                    .line = reply->line, .file = path, .group = path,
                                    .opens = reply[-1].cut };
            return 1;
        }
        if (t->file == t->files.n)
            return 0;
        if (film_load(t, t->files.path[t->file++], err) < 0)
            return -1;
    }
}

const struct reader reader_srt = {
    .name = "srt",
    .summary = "subtitles, a file or a folder of them: each turn replies to the last",
    .folders = true,
    .talk = true,
    .open = subtitles_open,
    .next = subtitles_next,
    .close = subtitles_close,
};

/*
 * bench_turns FOLDER - subtitles with labels of speakers ("<scene-line,NAME>"): how often
 * turn_points() tells whether the next cue is somebody else's. Prints TSV: of every second
 * file, on which the points were fitted, of the others, and of all.
 */
#include "base/file.h"
#include "corpora/files.h"
#include "corpora/turns.h"

enum { FILM_SIZE = 64 << 20 };

struct share {
    const char *of;
    long files, judged, agreed;
};

static int judge(const char *path, struct share *share, struct err *err)
{
    struct str bytes = STR_INIT;
    struct srt srt;
    struct turns turns;
    int bad = file_read(path, FILM_SIZE, &bytes, err);
    if (!bad) {
        srt_parse(&srt, str_cstr(&bytes), bytes.n);
        turns_make(&turns, &srt, "Latin");
        share->files++;
        share->judged += turns.judged;
        share->agreed += turns.agreed;
        turns_release(&turns);
        srt_release(&srt);
    }
    str_release(&bytes);
    return bad;
}

static void print(const struct share *s)
{
    printf("%s\t%ld\t%ld\t%ld\t%.4f\n", s->of, s->files, s->judged, s->agreed,
           s->judged ? (double)s->agreed / (double)s->judged : 0);
}

int main(int argc, char **argv)
{
    struct files files;
    struct err err;
    struct share half[] = { { .of = "fitted" }, { .of = "others" } }, all = { .of = "all" };
    int bad = argc == 2 ? files_find(&files, argv[1], ".srt", &err)
                        : err_set(&err, "usage: bench_turns FOLDER");
    for (int i = 0; !bad && i < files.n; i++)
        bad = judge(files.path[i], &half[i % 2], &err);
    if (bad) {
        fprintf(stderr, "%s\n", err.msg);
        return 1;
    }
    printf("of\tfiles\tpairs\tright\tshare\n");
    for (int i = 0; i < 2; i++) {
        print(&half[i]);
        all.files += half[i].files;
        all.judged += half[i].judged;
        all.agreed += half[i].agreed;
    }
    print(&all);
    files_release(&files);
    return 0;
}

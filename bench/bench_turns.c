/*
 * bench_turns FOLDER - subtitles with labels of speakers ("<scene-line,NAME>"): how often
 * turn_points() tells whether the next cue is somebody else's. Prints TSV.
 */
#include "base/file.h"
#include "corpora/files.h"
#include "corpora/turns.h"

enum { FILM_SIZE = 64 << 20 };

static int judge(const char *path, long *judged, long *agreed, struct err *err)
{
    struct str bytes = STR_INIT;
    struct srt srt;
    struct turns turns;
    int bad = file_read(path, FILM_SIZE, &bytes, err);
    if (!bad) {
        srt_parse(&srt, str_cstr(&bytes), bytes.n);
        turns_make(&turns, &srt, "Latin");
        *judged += turns.judged;
        *agreed += turns.agreed;
        turns_release(&turns);
        srt_release(&srt);
    }
    str_release(&bytes);
    return bad;
}

int main(int argc, char **argv)
{
    struct files files;
    struct err err;
    long judged = 0, agreed = 0;
    int bad = argc == 2 ? files_find(&files, argv[1], ".srt", &err)
                        : err_set(&err, "usage: bench_turns FOLDER");
    for (int i = 0; !bad && i < files.n; i++)
        bad = judge(files.path[i], &judged, &agreed, &err);
    if (bad) {
        fprintf(stderr, "%s\n", err.msg);
        return 1;
    }
    printf("files\tpairs\tright\tshare\n%d\t%ld\t%ld\t%.4f\n", files.n, judged, agreed,
           judged ? (double)agreed / (double)judged : 0);
    files_release(&files);
    return 0;
}

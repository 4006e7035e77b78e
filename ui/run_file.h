/*
 * run_file - the records of a run that count, in the order they were written.
 *
 * Follows events.jsonl of a run folder. Lines that are no records are counted and
 * skipped, a torn last line is read once it is whole, and what a resume has made
 * void is left out. When a resume makes void what was given already, everything is
 * given once more from the start, and `rewinds` has grown.
 *
 *     struct run_file f;
 *     struct run_record rec;
 *     run_file_init(&f, "runs/add3");
 *     while (...)
 *         if (run_file_open(&f))
 *             while (run_file_next(&f, &rec))
 *                 use(&rec.line);
 *     run_file_release(&f);
 *
 * Between two rounds nothing is kept open and no block is held.
 */
#ifndef UI_RUN_FILE_H
#define UI_RUN_FILE_H

#include "base/base.h"
#include "ui/run_line.h"

#include <sys/stat.h>
#include <sys/types.h>

struct run_resume; /* where a resume stands in the file, and what it makes void */

struct run_file {
    uint64_t rewinds;              /* how often all records given so far became void */
    uint64_t bad_lines;
    off_t offset;                  /* of the first byte not yet used */

    /* private */
    char *path;
    struct stat seen;
    int fd;                        /* -1: not open */
    char *block;
    size_t have, used;             /* bytes of the block */
    struct run_line line;          /* given last */
    int64_t last_step;             /* newest step given */
    bool skipping;                 /* inside a line too long to be one */
    bool again;                    /* looks for resumes, to read from the start then */
    struct run_resume *resume;
    int resumes, resume_next;
};

/* One record; lives until the next call. */
struct run_record {
    const struct run_line *line;
    const char *text;              /* as it stands in the file, without its end */
    size_t n;
};

void run_file_init(struct run_file *, const char *dir);
void run_file_release(struct run_file *);

/* true: the file has changed, and records may follow. */
bool run_file_open(struct run_file *);

/* 1, or 0: no more for now. */
int run_file_next(struct run_file *, struct run_record *);

/* Nothing was written between these two looks at a file. */
bool run_file_same(const struct stat *, const struct stat *);

#endif

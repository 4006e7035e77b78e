#include "ui/run_file.h"

#include "base/file.h"
#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

enum { BLOCK = 1 << 20 }; /* bytes read at once, and the longest line */

struct run_resume {
    off_t at;      /* its line */
    int64_t step;  /* records before it and beyond this step are void */
    int64_t least; /* of this one and those after it */
};

void run_file_init(struct run_file *f, const char *dir)
{
    *f = (struct run_file){ .path = path_join(dir, "events.jsonl"), .fd = -1,
                            .last_step = -1 };
}

static void close_file(struct run_file *f)
{
    run_line_release(&f->line);
    if (f->fd >= 0)
        close(f->fd);
    f->fd = -1;
    free(f->block);
    f->block = NULL;
    f->have = f->used = 0;
}

void run_file_release(struct run_file *f)
{
    close_file(f);
    free(f->resume);
    free(f->path);
}

/* From the start. What is known about resumes is kept. */
static void rewind_file(struct run_file *f)
{
    f->rewinds += f->last_step >= 0;
    f->offset = 0;
    f->bad_lines = 0;
    f->last_step = -1;
    f->skipping = f->again = false;
    f->resume_next = 0;
    f->have = f->used = 0;
}

bool run_file_same(const struct stat *a, const struct stat *b)
{
    return a->st_ino == b->st_ino && a->st_dev == b->st_dev && a->st_size == b->st_size &&
           a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
           a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

bool run_file_open(struct run_file *f)
{
    struct stat st;
    close_file(f);
    f->fd = open(f->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (f->fd < 0 || fstat(f->fd, &st) < 0 || !S_ISREG(st.st_mode) ||
        run_file_same(&st, &f->seen)) {
        close_file(f);
        return false;
    }
    if (st.st_ino != f->seen.st_ino || st.st_size < f->offset) {
        rewind_file(f); /* another file, or a shorter one */
        f->resumes = 0;
        f->again = true; /* the resumes first: so nothing is given that does not count */
    }
    f->seen = st;
    f->block = xmalloc(BLOCK);
    return true;
}

/* ---- resumes ---- */

/* A resume that is not known yet. It voids nothing when no record lies beyond it. */
static void learn_resume(struct run_file *f, off_t at, int64_t step)
{
    if (f->resumes && f->resume[f->resumes - 1].at >= at)
        return;
    f->resume = xrealloc(f->resume, ((size_t)f->resumes + 1) * sizeof *f->resume);
    f->resume[f->resumes++] = (struct run_resume){ at, step, step };
    for (int i = f->resumes - 2; i >= 0; i--)
        f->resume[i].least = MIN(f->resume[i].step, f->resume[i + 1].least);
    if (f->last_step > step)
        f->again = true;
}

/* The last step that counts for a record at this place in the file. */
static int64_t last_valid_step(struct run_file *f, off_t at)
{
    while (f->resume_next < f->resumes && f->resume[f->resume_next].at <= at)
        f->resume_next++;
    return f->resume_next < f->resumes ? f->resume[f->resume_next].least : INT64_MAX;
}

/* ---- lines ---- */

/* Is this line a record that counts? Then f->line is it. */
static bool take_line(struct run_file *f, off_t at, const char *text, size_t n)
{
    /* before reading everything, or everything anew, only resumes are of interest */
    if (f->again && !memmem(text, n, "\"resume\"", 8))
        return false;
    run_line_release(&f->line);
    if (run_line_parse(&f->line, text, n) < 0) {
        f->bad_lines += n > 0;
        return false;
    }
    int64_t step = (int64_t)run_line_number(&f->line, FIELD_STEP);
    if (run_line_is(&f->line, "resume"))
        learn_resume(f, at, step);
    if (f->again || step > last_valid_step(f, at))
        return false;
    f->last_step = MAX(f->last_step, step);
    return true;
}

/* Reads what follows f->offset; false: nothing new. */
static bool fill_block(struct run_file *f)
{
    size_t left = f->have - f->used;
    ssize_t n;
    if (left == BLOCK) { /* no line is that long */
        f->bad_lines += !f->skipping;
        f->skipping = true;
        f->offset += BLOCK;
        left = 0;
    }
    do
        n = pread(f->fd, f->block, BLOCK, f->offset);
    while (n < 0 && errno == EINTR);
    f->have = n > 0 ? (size_t)n : 0;
    f->used = 0;
    return f->have > left;
}

int run_file_next(struct run_file *f, struct run_record *rec)
{
    while (f->fd >= 0) {
        const char *text = f->block + f->used;
        const char *end = f->have > f->used ? memchr(text, '\n', f->have - f->used) : NULL;
        if (end) {
            off_t at = f->offset;
            size_t n = (size_t)(end - text);
            bool whole = !f->skipping;
            f->skipping = false;
            f->used += n + 1;
            f->offset += (off_t)n + 1;
            if (whole && take_line(f, at, text, n)) {
                *rec = (struct run_record){ &f->line, text, n };
                return 1;
            }
        } else if (!fill_block(f)) {
            if (!f->again)
                close_file(f);
            else
                rewind_file(f); /* all resumes are known now */
        }
    }
    return 0;
}

/*
 * file - whole files in, whole files out.
 *
 * A file is written under a temporary name in the same folder, synced, and
 * renamed: a reader sees the old file or the new one, never a part, whatever
 * kills us in between.
 */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include "base/base.h"
#include "base/err.h"
#include "base/str.h"

/* Appends the file's bytes to out. Refuses more than `limit` bytes, folders,
 * and what it cannot open. 0 or -1. */
int file_read(const char *path, size_t limit, struct str *out, struct err *);

/* Replaces the file by n bytes, atomically and durably. 0 or -1: then the old
 * file is untouched. What is no file (a device, a pipe) is written to instead. */
int file_write(const char *path, const void *p, size_t n, struct err *);

/* The same for what is soon replaced again: atomically, but nothing waits for the disk, and
 * after a power cut the file may be an older one, or empty. */
int file_renew(const char *path, const void *p, size_t n, struct err *);

/* The same in pieces:
 *     struct file_new f;
 *     if (file_new_start(&f, path, err) < 0) ...
 *     file_new_put(&f, p, n);           // errors are remembered
 *     if (file_new_commit(&f, err) < 0) ...   // or file_new_drop(&f)
 */
struct file_new {
    FILE *out;
    char *path, *tmp;
    int failed;    /* errno of the first failed write, 0 if none */
    bool fleeting; /* not synced */
};
int file_new_start(struct file_new *, const char *path, struct err *);
void file_new_put(struct file_new *, const void *p, size_t n);
int file_new_commit(struct file_new *, struct err *);
void file_new_drop(struct file_new *);

/* Is it the temporary name of a file whose writer is gone? */
bool file_is_left(const char *name);

int dir_make(const char *path, struct err *); /* with parents; an existing one is fine */

/* Removes the files of a folder whose names `unwanted` says to. */
void dir_clear(const char *path, bool (*unwanted)(void *own, const char *name), void *own);
bool file_is(const char *path);               /* a regular file that can be read */
bool dir_is(const char *path);

/* "a/b"; the caller frees. An absolute b is returned alone. */
char *path_join(const char *a, const char *b);

#endif

#include "base/file.h"

#include "base/mem.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

int file_read(const char *path, size_t limit, struct str *out, struct err *err)
{
    struct stat st;
    char buf[1 << 16];
    size_t got, all = 0;
    FILE *in = fopen(path, "rb");
    if (!in)
        return err_set(err, "cannot open '%s': %s", path, strerror(errno));
    if (fstat(fileno(in), &st) == 0 && S_ISDIR(st.st_mode)) {
        fclose(in);
        return err_set(err, "cannot read '%s': it is a folder", path);
    }
    while ((got = fread(buf, 1, sizeof buf, in)) > 0) {
        all += got;
        if (all > limit) {
            fclose(in);
            return err_set(err, "'%s' is larger than %zu bytes", path, limit);
        }
        str_addn(out, buf, got);
    }
    int bad = ferror(in);
    fclose(in);
    if (bad)
        return err_set(err, "cannot read '%s': %s", path, strerror(errno));
    return 0;
}

int file_new_start(struct file_new *f, const char *path, struct err *err)
{
    struct str tmp = STR_INIT;
    struct stat st;
    *f = (struct file_new){ .path = xstrdup(path) };
    /* a device or a pipe is written to, not replaced: root could lose /dev/null */
    if (stat(path, &st) < 0 || S_ISREG(st.st_mode)) {
        str_addf(&tmp, "%s.tmp%ld", path, (long)getpid());
        f->tmp = str_take(&tmp);
    }
    f->out = fopen(f->tmp ? f->tmp : path, "wb");
    if (f->out)
        return 0;
    err_set(err, "cannot create '%s': %s", f->tmp ? f->tmp : path, strerror(errno));
    file_new_drop(f);
    return -1;
}

void file_new_put(struct file_new *f, const void *p, size_t n)
{
    if (!f->failed && n && fwrite(p, 1, n, f->out) != n)
        f->failed = errno ? errno : EIO;
}

/* The rename itself must survive a power cut: sync the folder too. */
static void sync_dir_of(const char *path)
{
    char *copy = xstrdup(path);
    int fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) {
        (void)fsync(fd); /* some file systems refuse; the data is synced already */
        close(fd);
    }
    free(copy);
}

int file_new_commit(struct file_new *f, struct err *err)
{
    bool sync = f->tmp && !f->fleeting;
    if (!f->failed && (fflush(f->out) || (sync && fsync(fileno(f->out)))))
        f->failed = errno;
    if (fclose(f->out) && !f->failed)
        f->failed = errno;
    f->out = NULL;
    if (!f->failed && f->tmp && rename(f->tmp, f->path))
        f->failed = errno;
    if (f->failed) {
        err_set(err, "cannot write '%s': %s", f->path, strerror(f->failed));
        file_new_drop(f);
        return -1;
    }
    if (sync)
        sync_dir_of(f->path);
    free(f->path);
    free(f->tmp);
    *f = (struct file_new){ 0 };
    return 0;
}

void file_new_drop(struct file_new *f)
{
    if (f->out)
        fclose(f->out);
    if (f->tmp)
        unlink(f->tmp);
    free(f->path);
    free(f->tmp);
    *f = (struct file_new){ 0 };
}

static int write_all(const char *path, const void *p, size_t n, bool fleeting,
                     struct err *err)
{
    struct file_new f;
    if (file_new_start(&f, path, err) < 0)
        return -1;
    f.fleeting = fleeting;
    file_new_put(&f, p, n);
    return file_new_commit(&f, err);
}

int file_write(const char *path, const void *p, size_t n, struct err *err)
{
    return write_all(path, p, n, false, err);
}

int file_renew(const char *path, const void *p, size_t n, struct err *err)
{
    return write_all(path, p, n, true, err);
}

bool file_is_left(const char *name)
{
    const char *tmp = strstr(name, ".tmp");
    long pid;
    return tmp && parse_long(tmp + 4, 1, INT32_MAX, &pid) && kill((pid_t)pid, 0) < 0 &&
           errno == ESRCH;
}

int dir_make(const char *path, struct err *err)
{
    char *p = xstrdup(path);
    for (char *c = p + 1;; c++) {
        if (*c != '/' && *c != '\0')
            continue;
        char was = *c;
        *c = '\0';
        if (mkdir(p, 0777) && errno != EEXIST) {
            err_set(err, "cannot make the folder '%s': %s", p, strerror(errno));
            free(p);
            return -1;
        }
        *c = was;
        if (!was)
            break;
    }
    free(p);
    if (!dir_is(path))
        return err_set(err, "cannot make the folder '%s': a file has that name", path);
    return 0;
}

void dir_clear(const char *path, bool (*unwanted)(void *own, const char *name), void *own)
{
    DIR *dir = opendir(path);
    struct dirent *entry;
    while (dir && (entry = readdir(dir)))
        if (unwanted(own, entry->d_name))
            (void)unlinkat(dirfd(dir), entry->d_name, 0);
    if (dir)
        closedir(dir);
}

bool file_is(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISREG(st.st_mode) && access(path, R_OK) == 0;
}

bool dir_is(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

char *path_join(const char *a, const char *b)
{
    struct str s = STR_INIT;
    if (b[0] != '/' && a[0]) {
        str_add(&s, a);
        if (a[strlen(a) - 1] != '/')
            str_addc(&s, '/');
    }
    str_add(&s, b);
    return str_take(&s);
}

#include "ui/history.h"

#include "base/file.h"
#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    LOADED = 1 << 19, /* bytes of the end of the file that are read */
    LOCK_TRIES = 50,  /* of 10 ms: then it is written all the same */
};

char *history_path(void)
{
    const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
    if (state && state[0] == '/')
        return path_join(state, "seqsh/history");
    return home && *home ? path_join(home, ".local/state/seqsh/history") : NULL;
}

static void each_line(char *text, void (*each)(const char *input))
{
    while (*text) {
        char *end = strchrnul(text, '\n'), *to = text, *from = text;
        char *next = *end ? end + 1 : end;
        while (from < end) {
            if (*from == '\\' && from + 1 < end)
                *to++ = *++from == 'n' ? '\n' : *from;
            else
                *to++ = *from;
            from++;
        }
        *to = '\0';
        if (*text)
            each(text);
        text = next;
    }
}

void history_load(const char *path, void (*each)(const char *input))
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return;
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
        off_t from = MAX(st.st_size - LOADED, 0);
        char *text = xmalloc(LOADED + 1);
        ssize_t n = pread(fd, text, LOADED, from);
        text[MAX(n, 0)] = '\0';
        char *first = from > 0 ? strchrnul(text, '\n') : text; /* drops half a line */
        each_line(first, each);
        free(text);
    }
    close(fd);
}

static void lock(int fd)
{
    for (int i = 0; i < LOCK_TRIES && flock(fd, LOCK_EX | LOCK_NB) < 0; i++)
        usleep(10000);
}

int history_append(const char *path, const char *input, struct err *err)
{
    struct str line = STR_INIT;
    char *folder = xstrdup(path);
    int bad = dir_make(dirname(folder), err), fd;
    free(folder);
    if (bad < 0)
        return -1;
    fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0600);
    if (fd < 0)
        return err_set(err, "cannot open '%s': %s", path, strerror(errno));
    for (; *input; input++) {
        if (*input == '\n')
            str_add(&line, "\\n");
        else if (*input == '\\')
            str_add(&line, "\\\\");
        else
            str_addc(&line, *input);
    }
    str_addc(&line, '\n');
    lock(fd);
    if (write(fd, line.s, line.n) != (ssize_t)line.n)
        bad = err_set(err, "cannot write '%s': %s", path, strerror(errno));
    str_release(&line);
    close(fd);
    return bad;
}

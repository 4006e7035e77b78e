#include "run/control.h"

#include "base/mem.h"
#include "base/str.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
    MOST_CALLERS = 16,
    LOOK_MS = 20, /* from one look at the socket to the next */
};

struct caller {
    int fd;                /* -1: a free place */
    unsigned call;         /* counted over all: tells a place's callers apart */
    bool viewer;
    double heard;          /* when it last said something */
    char by[CONTROL_NAME];
    char text[CONTROL_LINE];
    size_t n;              /* bytes in it that are not yet answered */
};

struct control {
    int fd;
    char *path;
    struct caller caller[MOST_CALLERS];
    int turn;              /* whose line is next; MOST_CALLERS: this look is over */
    double looked;
    unsigned calls;
};

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* ---- the socket ---- */

int control_address(const char *dir, struct sockaddr_un *a, int *fd, struct err *err)
{
    *fd = -1;
    *a = (struct sockaddr_un){ .sun_family = AF_UNIX };
    if ((size_t)snprintf(a->sun_path, sizeof a->sun_path, "%s/ctl.sock", dir) <
        sizeof a->sun_path)
        return 0;
    *fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (*fd < 0)
        return err_set(err, "cannot open '%s': %s", dir, strerror(errno));
    snprintf(a->sun_path, sizeof a->sun_path, "/proc/self/fd/%d/ctl.sock", *fd);
    return 0;
}

static void remove_socket(const char *path)
{
    struct stat st;
    if (lstat(path, &st) == 0 && S_ISSOCK(st.st_mode))
        unlink(path);
}

static int listen_on(struct control *c, const char *dir, struct err *err)
{
    struct sockaddr_un a;
    int way;
    if (control_address(dir, &a, &way, err) < 0)
        return -1;
    remove_socket(c->path);
    c->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    /* the mode first, so that there is no moment at which others could connect */
    bool good = c->fd >= 0 && fchmod(c->fd, 0600) == 0 &&
                bind(c->fd, (struct sockaddr *)&a, sizeof a) == 0 &&
                chmod(c->path, 0600) == 0 && listen(c->fd, MOST_CALLERS) == 0;
    if (!good)
        err_set(err, "cannot make '%s': %s", c->path, strerror(errno));
    if (way >= 0)
        close(way);
    return good ? 0 : -1;
}

struct control *control_open(const char *dir, struct err *err)
{
    struct control *c = xcalloc(1, sizeof *c);
    struct str path = STR_INIT;
    str_addf(&path, "%s/ctl.sock", dir);
    c->path = str_take(&path);
    for (int i = 0; i < MOST_CALLERS; i++)
        c->caller[i].fd = -1;
    c->turn = MOST_CALLERS;
    if (listen_on(c, dir, err) == 0)
        return c;
    if (c->fd >= 0)
        close(c->fd);
    free(c->path);
    free(c);
    return NULL;
}

static void hang_up(struct caller *w)
{
    if (w->fd >= 0)
        close(w->fd);
    w->fd = -1;
}

void control_close(struct control *c)
{
    if (!c)
        return;
    for (int i = 0; i < MOST_CALLERS; i++)
        hang_up(&c->caller[i]);
    close(c->fd);
    remove_socket(c->path);
    free(c->path);
    free(c);
}

/* ---- callers ---- */

static bool same_user(int fd)
{
    struct ucred who;
    socklen_t n = sizeof who;
    return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &n) == 0 &&
           (who.uid == geteuid() || who.uid == 0);
}

/* A free place; or that of the one who has been silent the longest, viewers last. */
static struct caller *place(struct control *c)
{
    struct caller *best = &c->caller[0];
    for (int i = 0; i < MOST_CALLERS; i++) {
        struct caller *w = &c->caller[i];
        if (w->fd < 0)
            return w;
        if (w->viewer < best->viewer ||
            (w->viewer == best->viewer && w->heard < best->heard))
            best = w;
    }
    hang_up(best);
    return best;
}

static void let_in(struct control *c)
{
    for (int i = 0; i < MOST_CALLERS; i++) {
        int fd = accept4(c->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0)
            return;
        if (!same_user(fd)) {
            close(fd);
            continue;
        }
        struct caller *w = place(c);
        *w = (struct caller){ .fd = fd, .call = ++c->calls, .heard = c->looked };
        snprintf(w->by, sizeof w->by, "#%u", w->call);
    }
}

static void say(struct caller *w, bool ok, const char *text)
{
    char line[2 * CONTROL_LINE];
    int n = snprintf(line, sizeof line - 1, "%s %s", ok ? "ok" : "error", text);
    n = MIN(n, (int)sizeof line - 2);
    for (int i = 0; i < n; i++)
        if (line[i] == '\n')
            line[i] = ' ';
    line[n++] = '\n';
    /* one who is gone may have said more before: that is still heard */
    if (send(w->fd, line, (size_t)n, MSG_NOSIGNAL | MSG_DONTWAIT) != n && errno != EPIPE)
        hang_up(w); /* its answers pile up */
}

/* "as attach": "attach #3" from now on. */
static void take_name(struct caller *w, const char *name)
{
    size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyz");
    if (n < 1 || n > 8 || name[n]) {
        say(w, false, "a name is 1 to 8 small letters");
        return;
    }
    w->viewer = !strcmp(name, "attach");
    snprintf(w->by, sizeof w->by, "%s #%u", name, w->call);
    say(w, true, w->by);
}

/* Takes the first line out of what a caller has sent. false: there is no whole one. */
static bool take_line(struct caller *w, char *line)
{
    char *end = memchr(w->text, '\n', w->n);
    if (!end)
        return false;
    size_t n = (size_t)(end - w->text);
    memcpy(line, w->text, n);
    line[n] = '\0';
    if (n && line[n - 1] == '\r')
        line[n - 1] = '\0';
    w->n -= n + 1;
    memmove(w->text, end + 1, w->n);
    if (strlen(line) + 1 < n) /* bytes of 0 */
        line[0] = '\0';
    return true;
}

/* What has come in; a line that does not end is the end of the call. */
static void hear(struct caller *w, double now)
{
    ssize_t n = recv(w->fd, w->text + w->n, sizeof w->text - w->n, MSG_DONTWAIT);
    if (n > 0) {
        w->n += (size_t)n;
        w->heard = now;
        if (w->n == sizeof w->text && !memchr(w->text, '\n', w->n)) {
            say(w, false, "the line is too long");
            hang_up(w);
        }
    } else if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
        hang_up(w);
    }
}

static bool next_of(struct control *c, int i, struct control_line *line)
{
    struct caller *w = &c->caller[i];
    if (w->fd < 0)
        return false;
    if (!take_line(w, line->text)) {
        hear(w, c->looked);
        if (w->fd < 0 || !take_line(w, line->text))
            return false;
    }
    if (!strncmp(line->text, "as ", 3)) {
        take_name(w, line->text + 3);
        return false;
    }
    line->who = i;
    line->call = w->call;
    memcpy(line->by, w->by, sizeof line->by);
    return true;
}

int control_next(struct control *c, struct control_line *line)
{
    if (c->turn == MOST_CALLERS) {
        double now = seconds();
        if (now - c->looked < LOOK_MS * 1e-3)
            return 0;
        c->looked = now;
        c->turn = 0;
        let_in(c);
    }
    while (c->turn < MOST_CALLERS)
        if (next_of(c, c->turn++, line))
            return 1;
    return 0;
}

void control_answer(struct control *c, const struct control_line *line, bool ok,
                    const char *text)
{
    struct caller *w = &c->caller[line->who];
    if (w->fd >= 0 && w->call == line->call)
        say(w, ok, text);
}

void control_wait(struct control *c, int ms)
{
    struct pollfd on[MOST_CALLERS + 1] = { { .fd = c->fd, .events = POLLIN } };
    for (int i = 0; i < MOST_CALLERS; i++) {
        const struct caller *w = &c->caller[i];
        on[i + 1] = (struct pollfd){ .fd = w->fd, .events = POLLIN };
        if (w->fd >= 0 && memchr(w->text, '\n', w->n))
            ms = MIN(ms, LOOK_MS);
    }
    if (poll(on, MOST_CALLERS + 1, ms) > 0)
        c->looked = 0;
}

int control_viewers(const struct control *c)
{
    int n = 0;
    for (int i = 0; i < MOST_CALLERS; i++)
        n += c->caller[i].fd >= 0 && c->caller[i].viewer;
    return n;
}

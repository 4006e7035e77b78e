#include "ui/remote.h"

#include "run/control.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

static int dial(struct remote *r, const char *dir, struct err *err)
{
    struct sockaddr_un a;
    int way;
    if (control_address(dir, &a, &way, err) < 0)
        return -1;
    r->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    bool good = r->fd >= 0 && connect(r->fd, (struct sockaddr *)&a, sizeof a) == 0;
    if (!good && (errno == ENOENT || errno == ECONNREFUSED))
        err_set(err, "no trainer of '%s' listens here", dir);
    else if (!good)
        err_set(err, "cannot reach the trainer of '%s': %s", dir, strerror(errno));
    if (way >= 0)
        close(way);
    return good ? 0 : -1;
}

int remote_open(struct remote *r, const char *dir, const char *name, struct err *err)
{
    char line[40];
    *r = (struct remote){ .fd = -1 };
    snprintf(line, sizeof line, "as %s", name);
    if (dial(r, dir, err) < 0 || remote_send(r, line, err) < 0) {
        remote_close(r);
        return -1;
    }
    r->asked = 0;
    return 0;
}

void remote_close(struct remote *r)
{
    if (r->fd >= 0)
        close(r->fd);
    r->fd = -1;
    r->asked = 0;
}

int remote_send(struct remote *r, const char *text, struct err *err)
{
    char line[CONTROL_LINE + 1];
    size_t n = strlen(text);
    if (n + 1 > CONTROL_LINE || strchr(text, '\n'))
        return err_set(err, "one line of at most %d bytes, please", CONTROL_LINE - 1);
    memcpy(line, text, n);
    line[n++] = '\n';
    if (r->fd < 0 || send(r->fd, line, n, MSG_NOSIGNAL | MSG_DONTWAIT) != (ssize_t)n)
        return err_set(err, "the trainer does not listen any more");
    r->asked++;
    return 0;
}

/* true: a line was taken out of what came in. */
static bool take_line(struct remote *r)
{
    char *end = memchr(r->text, '\n', r->n);
    if (!end)
        return false;
    size_t n = (size_t)(end - r->text);
    r->ok = n >= 3 && !memcmp(r->text, "ok ", 3);
    size_t from = r->ok ? 3 : n >= 6 && !memcmp(r->text, "error ", 6) ? 6 : 0;
    memcpy(r->answer, r->text + from, n - from);
    r->answer[n - from] = '\0';
    r->n -= n + 1;
    memmove(r->text, end + 1, r->n);
    return true;
}

int remote_next(struct remote *r)
{
    while (r->fd >= 0) {
        if (take_line(r)) {
            if (!r->named) {
                r->named = true;
                continue;
            }
            r->asked--;
            return 1;
        }
        ssize_t n = recv(r->fd, r->text + r->n, sizeof r->text - r->n, MSG_DONTWAIT);
        if (n < 0 && (errno == EAGAIN || errno == EINTR))
            return 0;
        if (n <= 0) {
            remote_close(r);
            break;
        }
        r->n += (size_t)n;
    }
    return -1;
}

void remote_wait(const struct remote *r, int ms)
{
    struct pollfd on = { .fd = r->fd, .events = POLLIN };
    poll(&on, 1, ms);
}

#include "tests/unit/fake_wire.h"

#include "base/mem.h"
#include "run/ranks.h"
#include "run/wire.h"

#include <stdarg.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MOST = 16, PARCELS = 64 };

static int own_rank, all_ranks;
static int line[MOST][MOST]; /* line[a][b]: a's end of the socket to b */

static double now(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (double)ts.tv_sec + 1e-9 * (double)ts.tv_nsec;
}

int wire_start(struct wire *w, struct err *err)
{
    (void)err;
    *w = (struct wire){ .own = own_rank, .count = all_ranks, .here = all_ranks, .hosts = 1 };
    return 0;
}

const char *wire_host(int rank)
{
    static char name[20];
    snprintf(name, sizeof name, "host%d", rank);
    return name;
}

void wire_stop(void)
{
}

void wire_abort(int status)
{
    _exit(status);
}

/* The bytes that moved, without waiting. */
static size_t move_some(int fd, void *x, size_t n, bool in)
{
    ssize_t got = in ? recv(fd, x, n, MSG_DONTWAIT)
                     : send(fd, x, n, MSG_DONTWAIT | MSG_NOSIGNAL);
    return got > 0 ? (size_t)got : 0;
}

/* Moves what it can of the parcels in one direction, those of one process in order; -1:
 * all of it is done, else a process that is waited for. */
static int move_all(const struct parcel *p, int n, size_t *done, bool in)
{
    bool behind[MOST] = { false };
    int waits = -1;
    for (int i = 0; i < n; i++) {
        size_t all = in ? p[i].in_n : p[i].out_n;
        char *x = in ? p[i].in : (char *)p[i].out;
        if (done[i] < all && !behind[p[i].rank])
            done[i] += move_some(line[own_rank][p[i].rank], x + done[i], all - done[i], in);
        if (done[i] < all) {
            behind[p[i].rank] = true;
            waits = p[i].rank;
        }
    }
    return waits;
}

int wire_exchange(const struct parcel *p, int n, const struct wire_wait *wait, struct err *err)
{
    size_t out[PARCELS] = { 0 }, in[PARCELS] = { 0 };
    double began = now();
    if (n > PARCELS)
        BUG("%d parcels", n);
    for (;;) {
        int from = move_all(p, n, in, true), to = move_all(p, n, out, false);
        if (from < 0 && to < 0)
            return 0;
        if (now() - began > wait->patience)
            return err_set(err, "process %d is gone", from >= 0 ? from : to);
        usleep(20);
    }
}

bool fake_wire_fail(const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    fprintf(stderr, "# process %d of %d: ", own_rank, all_ranks);
    vfprintf(stderr, fmt, ap);
    fprintf(stderr, "\n");
    va_end(ap);
    return false;
}

static void run_one(int rank, bool (*f)(void *own), void *own)
{
    struct err err;
    char count[20];
    own_rank = rank;
    snprintf(count, sizeof count, "%d", all_ranks);
    setenv("OMPI_COMM_WORLD_SIZE", count, 1);
    bool good = ranks_start(&err) == 0 && f(own);
    if (!ranks_lost())
        ranks_stop(0);
    _exit(good ? 0 : 1);
}

bool fake_wire_run(int count, bool (*f)(void *own), void *own)
{
    pid_t pid[MOST];
    bool good = true;
    all_ranks = count;
    for (int a = 0; a < count; a++)
        for (int b = 0; b < a; b++) {
            int end[2];
            if (socketpair(AF_UNIX, SOCK_STREAM, 0, end) < 0)
                BUG("no sockets");
            line[a][b] = end[0];
            line[b][a] = end[1];
        }
    fflush(NULL);
    for (int r = 0; r < count; r++) {
        pid[r] = fork();
        if (pid[r] == 0)
            run_one(r, f, own);
    }
    for (int r = 0; r < count; r++) {
        int status;
        good &= pid[r] > 0 && waitpid(pid[r], &status, 0) == pid[r] && status == 0;
    }
    for (int a = 0; a < count; a++)
        for (int b = 0; b < count; b++)
            if (a != b)
                close(line[a][b]);
    return good;
}

/*
 * Bytes by MPI, between pairs of processes and never blocking: a process that waits in
 * MPI itself could not be told that another one is gone.
 */
#include "base/file.h"
#include "base/mem.h"
#include "run/wire.h"

#include <errno.h>
#include <limits.h>
#include <mpi.h>
#include <sched.h>
#include <signal.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
    PART = 1 << 30,   /* MPI counts in int */
    NAP = 50,         /* microseconds */
    TAG = 1,
};
#define SPIN 0.002    /* seconds before the naps: longer than most waits */
#define LOOK 0.05     /* seconds between two looks whether the others live */

/* A process: where it is, and by which number those of the same kernel and name space of
 * numbers know it. */
struct place {
    char host[MPI_MAX_PROCESSOR_NAME];
    char kernel[40]; /* drawn when it was started; "": unknown */
    ino_t numbers;
    pid_t pid;
};

static struct {
    struct place *place;  /* [count] */
    int own;
    MPI_Request *request;
    int *rank;        /* that a request is for */
    int used, cap;
} mpi;

static double now(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (double)ts.tv_sec + 1e-9 * (double)ts.tv_nsec;
}

/* ---- start and end ---------------------------------------------------------- */

static void learn_places(struct wire *w)
{
    struct place own = { .pid = getpid() };
    struct str kernel = STR_INIT;
    struct stat st;
    struct err ignored;
    int n;
    MPI_Get_processor_name(own.host, &n);
    if (stat("/proc/self/ns/pid", &st) == 0 &&
        file_read("/proc/sys/kernel/random/boot_id", 1000, &kernel, &ignored) == 0)
        snprintf(own.kernel, sizeof own.kernel, "%s", str_cstr(&kernel));
    own.numbers = own.kernel[0] ? st.st_ino : 0;
    str_release(&kernel);
    mpi.own = w->own;
    mpi.place = xcalloc((size_t)w->count, sizeof *mpi.place);
    MPI_Allgather(&own, sizeof own, MPI_BYTE, mpi.place, sizeof own, MPI_BYTE,
                  MPI_COMM_WORLD);
    for (int i = 0; i < w->count; i++) {
        bool first = true;
        for (int k = 0; k < i; k++)
            first &= strcmp(mpi.place[k].host, mpi.place[i].host) != 0;
        w->hosts += first;
        w->here += !strcmp(mpi.place[i].host, own.host);
    }
}

int wire_start(struct wire *w, struct err *err)
{
    int level;
    *w = (struct wire){ 0 };
    if (MPI_Init_thread(NULL, NULL, MPI_THREAD_FUNNELED, &level) != MPI_SUCCESS)
        return err_set(err, "cannot start MPI");
    MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
    MPI_Comm_rank(MPI_COMM_WORLD, &w->own);
    MPI_Comm_size(MPI_COMM_WORLD, &w->count);
    learn_places(w);
    return 0;
}

const char *wire_host(int rank)
{
    return mpi.place[rank].host;
}

void wire_abort(int status)
{
    MPI_Abort(MPI_COMM_WORLD, status);
}

void wire_stop(void)
{
    MPI_Finalize();
    free(mpi.place);
    free(mpi.request);
    free(mpi.rank);
}

/* ---- an exchange -------------------------------------------------------------- */

static MPI_Request *next_request(int rank)
{
    if (mpi.used == mpi.cap) {
        mpi.cap = MAX(2 * mpi.cap, 16);
        mpi.request = xrealloc(mpi.request, (size_t)mpi.cap * sizeof *mpi.request);
        mpi.rank = xrealloc(mpi.rank, (size_t)mpi.cap * sizeof *mpi.rank);
    }
    mpi.rank[mpi.used] = rank;
    return &mpi.request[mpi.used++];
}

static void post(const struct parcel *p, bool in)
{
    size_t all = in ? p->in_n : p->out_n;
    for (size_t at = 0; at < all; at += PART) {
        int n = (int)MIN(all - at, (size_t)PART);
        MPI_Request *r = next_request(p->rank);
        if (in)
            MPI_Irecv((char *)p->in + at, n, MPI_BYTE, p->rank, TAG, MPI_COMM_WORLD, r);
        else
            MPI_Isend((const char *)p->out + at, n, MPI_BYTE, p->rank, TAG, MPI_COMM_WORLD,
                      r);
    }
}

static bool is_dead(int rank)
{
    const struct place *own = &mpi.place[mpi.own], *p = &mpi.place[rank];
    return own->kernel[0] && !strcmp(p->kernel, own->kernel) && p->numbers == own->numbers &&
           kill(p->pid, 0) < 0 && errno == ESRCH;
}

/* The first process that something is still missing from; dead: that is dead, -1: none. */
static int silent_rank(bool dead)
{
    for (int i = 0; i < mpi.used; i++) {
        int done = 0;
        if ((!dead || is_dead(mpi.rank[i])) &&
            (MPI_Request_get_status(mpi.request[i], &done, MPI_STATUS_IGNORE) != MPI_SUCCESS ||
             !done))
            return mpi.rank[i];
    }
    return dead ? -1 : mpi.rank[0];
}

static int give_up(double waited, const char *why, struct err *err)
{
    int dead = silent_rank(true), rank = dead < 0 ? silent_rank(false) : dead;
    return err_set(err, "process %d on '%s' is gone%s: nothing came from it for %.1f s", rank,
                   wire_host(rank), why, waited);
}

int wire_exchange(const struct parcel *p, int n, const struct wire_wait *wait,
                  struct err *err)
{
    double began = 0, looked = 0;
    mpi.used = 0;
    for (int i = 0; i < n; i++)
        post(&p[i], true);
    for (int i = 0; i < n; i++)
        post(&p[i], false);
    for (;;) {
        int done = 0;
        if (MPI_Testall(mpi.used, mpi.request, &done, MPI_STATUSES_IGNORE) != MPI_SUCCESS)
            return give_up(began > 0 ? now() - began : 0, "", err);
        if (done)
            return 0;
        double t = now();
        if (began == 0)
            began = looked = t;
        if (t - looked > LOOK) {
            looked = t;
            if (silent_rank(true) >= 0)
                return give_up(t - began, "", err);
        }
        if (t - began > wait->patience)
            return give_up(t - began, "", err);
        if (wait->stop && *wait->stop && t - began > wait->grace)
            return give_up(t - began, ", or was stopped", err);
        if (t - began < SPIN)
            sched_yield();
        else
            usleep(NAP);
    }
}

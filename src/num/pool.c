#include "num/pool.h"

#include <limits.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <unistd.h>
#ifdef __SSE2__
#include <xmmintrin.h>
#endif

enum {
    THREADS_MAX = 256,
    SPINS = 20000, /* about a millisecond: longer than the gap between two jobs */
};

/* Two words drive the team. `go` counts jobs: a step forward starts one. `left`
 * counts the workers still at it: 0 ends it. Whoever waits for a word to change
 * spins, then sleeps on it; each word has a line of the cache to itself, so that
 * the spinning of one side does not slow the writes of the other. */
static struct {
    int n;    /* threads, the caller included; 0 without workers */
    int spin; /* tries before sleep */
    bool busy; /* between the start and the end of a job */
    pthread_t thread[THREADS_MAX];
    bool pinned;
    cpu_set_t allowed; /* where the caller might run before it was pinned */

    void (*f)(void *own, int id, int n); /* the job; NULL: go home */
    void *own;
    _Alignas(64) atomic_uint go;
    atomic_int workers_asleep;
    _Alignas(64) atomic_uint left;
    atomic_int caller_asleep;
} team;

static void cpu_pause(void)
{
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

static void futex(atomic_uint *word, int op, unsigned value)
{
    syscall(SYS_futex, word, op, value, NULL, NULL, 0);
}

/* Returns once *word is no longer `old`. */
static void wait_change(atomic_uint *word, unsigned old, atomic_int *asleep)
{
    for (int i = 0; i < team.spin; i++) {
        if (atomic_load_explicit(word, memory_order_acquire) != old)
            return;
        cpu_pause();
    }
    /* The sleeper signs in, then looks at the word; the waker changes the word,
     * then looks at the list. In one total order, one of them sees the other. */
    atomic_fetch_add(asleep, 1);
    while (atomic_load(word) == old)
        futex(word, FUTEX_WAIT_PRIVATE, old);
    atomic_fetch_sub(asleep, 1);
}

static void wake(atomic_uint *word, atomic_int *asleep)
{
    if (atomic_load(asleep))
        futex(word, FUTEX_WAKE_PRIVATE, INT_MAX);
}

/* Numbers below the least that has all its digits count as zero: a model that is sure of
 * itself has gradients full of them, and each costs the multipliers a hundred cycles. A
 * training that goes on and on took twice as long a step. Returns what was so before. */
static unsigned tiny_are_zero(void)
{
#ifdef __SSE2__
    unsigned before = _mm_getcsr();
    _mm_setcsr(before | _MM_FLUSH_ZERO_ON | 0x40 /* as operands, too */);
    return before;
#else
    return 0;
#endif
}

static void tiny_as_before(unsigned before)
{
#ifdef __SSE2__
    _mm_setcsr(before);
#else
    (void)before;
#endif
}

static void *work(void *arg)
{
    int id = (int)(intptr_t)arg;
    tiny_are_zero();
    for (unsigned job = 0;; job++) {
        wait_change(&team.go, job, &team.workers_asleep);
        if (!team.f)
            return NULL;
        team.f(team.own, id, team.n);
        if (atomic_fetch_sub(&team.left, 1) == 1)
            wake(&team.left, &team.caller_asleep);
    }
}

static void start_job(void (*f)(void *own, int id, int n), void *own)
{
    team.f = f;
    team.own = own;
    atomic_store(&team.left, (unsigned)team.n - 1);
    atomic_fetch_add(&team.go, 1);
    wake(&team.go, &team.workers_asleep);
}

void pool_run(void (*f)(void *own, int id, int n), void *own)
{
    unsigned before = tiny_are_zero(), left;
    if (team.n == 0) {
        f(own, 0, 1);
    } else {
        team.busy = true;
        start_job(f, own);
        f(own, 0, team.n);
        while ((left = atomic_load(&team.left)) > 0)
            wait_change(&team.left, left, &team.caller_asleep);
        team.busy = false;
    }
    tiny_as_before(before);
}

bool pool_idle(void)
{
    return team.n > 0 && !team.busy;
}

int pool_cpus(void)
{
    cpu_set_t set;
    if (team.pinned)
        return CPU_COUNT(&team.allowed);
    if (sched_getaffinity(0, sizeof set, &set) == 0)
        return CPU_COUNT(&set);
    long online = sysconf(_SC_NPROCESSORS_ONLN); /* more CPUs than a cpu_set_t holds */
    return online > 0 ? (int)online : 1;
}

/* Thread id to the id-th allowed CPU. Two spinning threads that the scheduler
 * puts on one CPU would otherwise block each other for a time slice per job. */
static void pin(void)
{
    if (sched_getaffinity(0, sizeof team.allowed, &team.allowed) != 0)
        return;
    for (int id = 0, cpu = 0; id < team.n; id++, cpu++) {
        while (!CPU_ISSET(cpu, &team.allowed))
            cpu++;
        cpu_set_t one;
        CPU_ZERO(&one);
        CPU_SET(cpu, &one);
        pthread_setaffinity_np(id ? team.thread[id] : pthread_self(), sizeof one, &one);
    }
    team.pinned = true;
}

int pool_start(int n)
{
    pool_stop();
    int cpus = pool_cpus();
    n = n > 0 ? MIN(n, THREADS_MAX) : MIN(cpus, THREADS_MAX);
    if (n == 1)
        return 1;

    /* with more threads than CPUs, one that spins keeps another from its work */
    team.spin = n <= cpus ? SPINS : 0;
    team.n = n;
    atomic_store(&team.go, 0);

    /* signals are the caller's: workers start with all of them blocked */
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int up = 1;
    while (up < n &&
           pthread_create(&team.thread[up], NULL, work, (void *)(intptr_t)up) == 0)
        up++;
    pthread_sigmask(SIG_SETMASK, &before, NULL);

    team.n = up > 1 ? up : 0; /* fewer if the system gives no more */
    if (up > 1 && up == cpus)
        pin();
    return up;
}

void pool_stop(void)
{
    if (team.n == 0)
        return;
    start_job(NULL, NULL);
    for (int id = 1; id < team.n; id++)
        pthread_join(team.thread[id], NULL);
    if (team.pinned)
        pthread_setaffinity_np(pthread_self(), sizeof team.allowed, &team.allowed);
    team.pinned = false;
    team.n = 0;
}

int pool_size(void)
{
    return team.n ? team.n : 1;
}

#include "run/ranks.h"

#include "base/mem.h"
#include "base/str.h"
#include "num/pool.h"
#include "num/vec.h"
#include "run/wire.h"

#include <unistd.h>

enum {
    FEW = 4096,      /* bytes that the leader sends to all by itself */
    PATIENCE = 300,  /* seconds, until ranks_watch says otherwise */
    LAST_WORDS = 60, /* seconds for the leader to save what there is */
};

static struct {
    struct wire wire;    /* count 0: alone */
    struct wire_wait wait;
    bool stopped, lost;
    struct parcel *parcel;
    int parcels;
    real *inbox;         /* what the others say of our piece */
    size_t room;         /* numbers that fit in there */
    char *stops;         /* [count] who has been stopped */
} ranks;

/* ---- who is there --------------------------------------------------------------- */

/* mpirun of Open MPI, MPICH and srun say how many there are. */
static long launched(void)
{
    static const char *const names[] = { "OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "SLURM_NTASKS" };
    long n;
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        const char *v = getenv(names[i]);
        if (v && parse_long(v, 1, INT32_MAX, &n))
            return n;
    }
    return 1;
}

/* Seconds between the signal by which Open MPI's mpirun stops a process, and its end. */
static double respite(void)
{
    const char *v = getenv("OMPI_MCA_odls_base_sigkill_timeout");
    double seconds;
    return v && parse_double(v, &seconds) && seconds > 0 ? seconds : 1;
}

int ranks_start(struct err *err)
{
    if (launched() == 1)
        return 0;
    ranks.wait = (struct wire_wait){ .patience = PATIENCE, .grace = respite() / 2 };
    if (wire_start(&ranks.wire, err) < 0)
        return -1;
    if (ranks.wire.count > 1) {
        ranks.stops = xcalloc((size_t)ranks.wire.count, 1);
        return 0;
    }
    wire_stop();
    ranks.wire = (struct wire){ 0 };
    return 0;
}

void ranks_stop(int status)
{
    if (ranks.lost) {
        if (ranks.wire.own > 0)
            sleep(LAST_WORDS); /* whoever ends first takes the leader along */
        wire_abort(status);
    }
    if (ranks.wire.count)
        wire_stop();
    free(ranks.parcel);
    free(ranks.inbox);
    free(ranks.stops);
    memset(&ranks, 0, sizeof ranks);
}

int ranks_count(void)
{
    return MAX(ranks.wire.count, 1);
}

int ranks_own(void)
{
    return ranks.wire.own;
}

int ranks_here(void)
{
    return MAX(ranks.wire.here, 1);
}

int ranks_hosts(void)
{
    return MAX(ranks.wire.hosts, 1);
}

bool ranks_lost(void)
{
    return ranks.lost;
}

int ranks_threads(int asked)
{
    int cpus = pool_cpus(), here = ranks_here();
    bool bound = cpus < sysconf(_SC_NPROCESSORS_ONLN);
    if (asked > 0 || here == 1 || bound)
        return asked;
    return MAX(cpus / here, 1);
}

void ranks_watch(const volatile sig_atomic_t *stop, double patience)
{
    ranks.wait.stop = stop;
    ranks.wait.patience = patience;
}

static bool stopped_here(void)
{
    return ranks.wait.stop && *ranks.wait.stop;
}

bool ranks_stopped(void)
{
    return ranks.wire.count ? ranks.stopped : stopped_here();
}

/* ---- exchanges ------------------------------------------------------------------- */

static struct parcel *add_parcel(int rank)
{
    int most = 3 * ranks.wire.count; /* a stop, a piece and a note for each */
    if (!ranks.parcel)
        ranks.parcel = xcalloc((size_t)most, sizeof *ranks.parcel);
    if (ranks.parcels == most)
        BUG("more than %d parcels", most);
    struct parcel *p = &ranks.parcel[ranks.parcels++];
    *p = (struct parcel){ .rank = rank };
    return p;
}

/* Own piece to all others, and theirs to here. */
static void add_pieces(void *x, const size_t *start)
{
    int own = ranks.wire.own;
    for (int r = 0; r < ranks.wire.count; r++)
        if (r != own) {
            struct parcel *p = add_parcel(r);
            p->out = (char *)x + start[own];
            p->out_n = start[own + 1] - start[own];
            p->in = (char *)x + start[r];
            p->in_n = start[r + 1] - start[r];
        }
}

/* Exchanges the parcels that were added. */
static int exchange(struct err *err)
{
    if (ranks.lost)
        BUG("an exchange with processes that are gone");
    int bad = wire_exchange(ranks.parcel, ranks.parcels, &ranks.wait, err);
    ranks.parcels = 0;
    ranks.lost = bad < 0;
    return bad;
}

/* ... and with them who has been stopped. */
static int exchange_stops(struct err *err)
{
    size_t n = (size_t)ranks.wire.count;
    for (size_t r = 0; r < n; r++)
        if ((int)r != ranks.wire.own) {
            struct parcel *p = add_parcel((int)r);
            p->out = &ranks.stops[ranks.wire.own];
            p->in = &ranks.stops[r];
            p->out_n = p->in_n = 1;
        }
    ranks.stops[ranks.wire.own] = stopped_here();
    if (exchange(err) < 0)
        return -1;
    ranks.stopped = memchr(ranks.stops, 1, n) != NULL;
    return 0;
}

int ranks_gather(void *x, const size_t *start, struct err *err)
{
    if (ranks.wire.count == 0)
        return 0;
    add_pieces(x, start);
    return exchange_stops(err);
}

/* Where n things of a size are cut into a piece for each process; the caller frees. */
static size_t *cut(size_t n, size_t size)
{
    int count = ranks.wire.count;
    size_t *start = xcalloc((size_t)count + 1, sizeof *start);
    for (int r = 0; r <= count; r++)
        start[r] = n * (size_t)r / (size_t)count * size;
    return start;
}

int ranks_share(void *x, size_t bytes, struct err *err)
{
    if (ranks.wire.count == 0)
        return 0;
    size_t *start = cut((size_t)ranks.wire.count, bytes);
    int bad = ranks_gather(x, start, err);
    free(start);
    return bad;
}

int ranks_tell(void *x, size_t bytes, struct err *err)
{
    int own = ranks.wire.own;
    if (ranks.wire.count == 0)
        return 0;
    bool few = bytes <= FEW;
    size_t *start = cut(few ? 0 : bytes, 1);
    for (int r = 1; r < ranks.wire.count; r++)
        if (own == 0 || own == r) {
            struct parcel *p = add_parcel(own == 0 ? r : 0);
            size_t n = few ? bytes : start[r + 1] - start[r];
            p->out = p->in = (char *)x + start[r];
            p->out_n = own == 0 ? n : 0;
            p->in_n = own == 0 ? 0 : n;
        }
    int bad = exchange(err);
    if (!bad && !few)
        bad = ranks_gather(x, start, err);
    free(start);
    return bad;
}

int ranks_agree(int bad, struct err *err)
{
    struct said {
        int bad;
        struct err err;
    };
    int count = ranks.wire.count, first = 0;
    if (count == 0)
        return bad;
    struct said *said = xcalloc((size_t)count, sizeof *said);
    said[ranks.wire.own].bad = bad;
    if (bad)
        said[ranks.wire.own].err = *err;
    int lost = ranks_share(said, sizeof *said, err);
    while (!lost && first < count && !said[first].bad)
        first++;
    bool failed = lost || first < count;
    if (!lost && failed) {
        *err = said[first].err;
        if (first > 0)
            err_prefix(err, "process %d on '%s'", first, wire_host(first));
    }
    free(said);
    return failed ? -1 : 0;
}

/* ---- sums --------------------------------------------------------------------------- */

struct adding {
    real *x;        /* our piece */
    real **from;    /* [count] the same, as each process has it: x is one of them */
    double *square; /* of its ranges */
    size_t n;
};

/* Where the sum of processes first .. first + n - 1 is made. */
static int place(int first, int n)
{
    int own = ranks.wire.own;
    return own >= first && own < first + n ? own : first;
}

static void work_add(void *own, int id, int n)
{
    const struct adding *a = own;
    int count = ranks.wire.count;
    for (size_t c = (size_t)id; c * RANKS_RANGE < a->n; c += (size_t)n) {
        size_t at = c * RANKS_RANGE, len = MIN(a->n - at, (size_t)RANKS_RANGE);
        for (int step = 1; step < count; step *= 2)
            for (int r = 0; r + step < count; r += 2 * step) {
                int left = place(r, step), right = place(r + step, step);
                int to = place(r, 2 * step), other = to == left ? right : left;
                vec_add(len, a->from[other] + at, a->from[to] + at);
            }
        a->square[c] = vec_sum_squares(len, a->x + at);
    }
}

/* Our piece of x becomes the sum of all. */
static void add_up(real *piece, size_t n, double *square)
{
    int count = ranks.wire.count;
    struct adding a = { .x = piece, .square = square, .n = n };
    a.from = xcalloc((size_t)count, sizeof *a.from);
    for (int r = 0; r < count; r++)
        a.from[r] = r == ranks.wire.own ? piece : ranks.inbox + (size_t)r * n;
    pool_run(work_add, &a);
    free(a.from);
}

/* Room for what the others say of our piece, n numbers. */
static void ready_inbox(size_t n)
{
    if (ranks.room >= n * (size_t)ranks.wire.count)
        return;
    free(ranks.inbox);
    ranks.room = n * (size_t)ranks.wire.count;
    ranks.inbox = xaligned(ranks.room * sizeof *ranks.inbox);
}

int ranks_sum(real *x, size_t n, double *square, void *note, size_t bytes, struct err *err)
{
    int count = ranks.wire.count, own = ranks.wire.own;
    size_t ranges = (n + RANKS_RANGE - 1) / RANKS_RANGE;
    if (count == 0)
        return 0;
    size_t *range = cut(ranges, 1), *start = cut(0, 0), *squares = cut(0, 0);
    size_t *notes = cut((size_t)count, bytes);
    for (int r = 0; r <= count; r++) {
        start[r] = MIN(range[r] * RANKS_RANGE, n) * sizeof *x;
        squares[r] = range[r] * sizeof *square;
    }
    size_t mine = (start[own + 1] - start[own]) / sizeof *x;
    ready_inbox(mine);
    for (int r = 0; r < count; r++)
        if (r != own) {
            struct parcel *p = add_parcel(r);
            p->out = (char *)x + start[r];
            p->out_n = start[r + 1] - start[r];
            p->in = ranks.inbox + (size_t)r * mine;
            p->in_n = mine * sizeof *x;
        }
    add_pieces(note, notes);
    int bad = exchange_stops(err);
    if (!bad) {
        add_up(x + start[own] / sizeof *x, mine, square + range[own]);
        add_pieces(x, start);
        add_pieces(square, squares);
        bad = exchange(err);
    }
    free(range);
    free(start);
    free(squares);
    free(notes);
    return bad;
}

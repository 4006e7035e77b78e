/* In the place of wire_mpi.c, in a program that was built without MPI. */
#include "run/wire.h"

int wire_start(struct wire *w, struct err *err)
{
    (void)w;
    return err_set(err, "this seqsh was built without MPI: it trains in one process "
                   "(./configure --with-mpi)");
}

int wire_exchange(const struct parcel *p, int n, const struct wire_wait *wait,
                  struct err *err)
{
    (void)p;
    (void)n;
    (void)wait;
    (void)err;
    BUG("no MPI");
}

const char *wire_host(int rank)
{
    (void)rank;
    BUG("no MPI");
}

void wire_stop(void)
{
}

void wire_abort(int status)
{
    (void)status;
}

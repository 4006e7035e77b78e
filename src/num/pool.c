#include "num/pool.h"

void pool_run(void (*f)(void *own, int id, int n), void *own)
{
    f(own, 0, 1);
}

#include "run/penalty.h"

#include "base/mem.h"

#include <math.h>

bool penalty_any(const struct penalty *p)
{
    return p->block > 0 || p->block_source > 0 || p->repetition != 1;
}

/* Said once or ten times is the same. */
static void press_down(double factor, const int *said, int n, real *gain)
{
    for (int i = 0; i < n; i++) {
        bool before = false;
        for (int j = 0; j < i && !before; j++)
            before = said[j] == said[i];
        if (!before)
            gain[said[i]] *= (real)factor;
    }
}

/* Forbids every token that would make the last `run` tokens equal to some run in
 * text[n]. */
static void block_runs(int run, const int *said, int said_n, const int *text, int n,
                       real *gain)
{
    if (said_n < run - 1)
        return;
    const int *last = said + (said_n - (run - 1));
    for (int i = 0; i + run <= n; i++) {
        int same = 0, next = text[i + run - 1];
        while (same < run - 1 && text[i + same] == last[same])
            same++;
        if (same == run - 1 && next >= 0)
            gain[next] = -INFINITY;
    }
}

void penalty_apply(const struct penalty *p, const int *said, int n, const int *source,
                   int source_n, int symbols, real *gain)
{
    if (p->repetition != 1)
        press_down(p->repetition, said, n, gain);
    if (p->block <= 0 && p->block_source <= 0)
        return;
    real *free_gain = xmemdup(gain, (size_t)symbols * sizeof *gain);
    if (p->block > 0)
        block_runs(p->block, said, n, said, n, gain);
    if (p->block_source > 0)
        block_runs(p->block_source, said, n, source, source_n, gain);
    bool any = false;
    for (int v = 0; v < symbols && !any; v++)
        any = gain[v] > -INFINITY;
    if (!any)
        memcpy(gain, free_gain, (size_t)symbols * sizeof *gain);
    free(free_gain);
}

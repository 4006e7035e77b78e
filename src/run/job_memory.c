/*
 * How much memory a run is going to take, and the batch that fits into what it may take.
 */
#include "run/job_own.h"

#include "run/budget.h"

static const double MEGA = 1024 * 1024;

static void note_budget(struct job *j, const struct budget *b)
{
    char text[200];
    int n = snprintf(text, sizeof text, "memory: %.1f MB at most: %.1f MB now, %.1f MB for a "
                     "step", (double)budget_peak(b) / MEGA, (double)b->held / MEGA,
                     (double)b->step / MEGA);
    if (b->valid)
        snprintf(text + n, sizeof text - (size_t)n, " or %.1f MB to validate",
                 (double)b->valid / MEGA);
    job_put(j, &(struct event){ .kind = EVENT_NOTE, .text = text });
}

static int refuse(const struct job *j, const struct budget *b, const char *why,
                  struct err *err)
{
    return err_set(err, "this training takes %.1f MB of memory %s, and may take %.1f MB: %.1f MB "
                   "are the program, the examples and the weights, %.1f MB a step, or %.1f MB a "
                   "validation", (double)budget_peak(b) / MEGA, why,
                   (double)j->opt->memory / MEGA, (double)b->held / MEGA,
                   (double)b->step / MEGA, (double)b->valid / MEGA);
}

/* A step's share of the memory shrinks with the batch. */
static int smaller(int batch, const struct budget *b, size_t limit)
{
    double over = (double)budget_peak(b) - (double)limit, step = (double)b->step;
    double guess = over < step ? batch * (step - over) / step : 0;
    return MAX(1, MIN((int)guess, batch - 1));
}

int job_fit(struct job *j, struct err *err)
{
    size_t limit = j->opt->memory;
    int *batch = j->set.batch_tokens ? &j->set.batch_tokens : &j->set.batch, asked = *batch;
    struct budget b;
    budget_make(j->trainer, &b);
    while (limit && budget_peak(&b) > limit) {
        if (j->opt->resume)
            return refuse(j, &b, "to go on as it began", err);
        if (*batch == 1)
            return refuse(j, &b, "with one example at a time", err);
        *batch = smaller(*batch, &b, limit);
        j->model->set.batch = j->set.batch;
        j->model->set.batch_tokens = j->set.batch_tokens;
        job_new_trainer(j);
        budget_make(j->trainer, &b);
    }
    if (*batch != asked) {
        char text[120];
        snprintf(text, sizeof text, "a batch of %d instead of %d%s, to fit into %.1f MB", *batch,
                 asked, j->set.batch_tokens ? " target symbols" : "", (double)limit / MEGA);
        job_put(j, &(struct event){ .kind = EVENT_NOTE, .text = text });
        if (rundir_put_config(&j->dir, &j->set, err) < 0)
            return -1;
    }
    note_budget(j, &b);
    return 0;
}

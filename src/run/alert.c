#include "run/alert.h"

#include <math.h>

enum { SPIKE = 4, LEAST = 20, QUIET = 50 }; /* deviations; records */

static void remember(struct alert *a, double loss)
{
    a->loss[a->next] = loss;
    a->next = (a->next + 1) % ALERT_RECENT;
    a->n = MIN(a->n + 1, ALERT_RECENT);
}

/* How far a loss stands above those before it, in their standard deviations. */
static double deviation(const struct alert *a, double loss)
{
    double sum = 0, squares = 0;
    for (int i = 0; i < a->n; i++)
        sum += a->loss[i];
    for (int i = 0; i < a->n; i++)
        squares += pow(a->loss[i] - sum / a->n, 2);
    double spread = sqrt(squares / MAX(a->n, 1));
    return a->n >= LEAST && spread > 0 ? (loss - sum / a->n) / spread : 0;
}

static bool feed_step(struct alert *a, double loss, struct str *text)
{
    double z = deviation(a, loss);
    a->train = loss;
    a->quiet -= a->quiet > 0;
    bool spike = z > SPIKE && a->quiet == 0;
    if (spike) {
        str_addf(text, "spike: loss %.4g, z %+.1f", loss, z);
        a->quiet = QUIET;
    }
    if (isfinite(loss))
        remember(a, loss);
    return spike;
}

static bool feed_eval(struct alert *a, const struct event *e, struct str *text)
{
    bool worse = a->valid > 0 && e->loss > a->valid;
    a->stalls = e->best ? 0 : a->stalls + 1;
    a->rising = worse ? a->rising + 1 : 0;
    if (a->rising == 1)
        a->train_then = a->train;
    a->valid = e->loss;
    if (a->rising == ALERT_OVERFIT && a->train < a->train_then) {
        str_addf(text, "overfit: the validation has become worse %d times, to %.4g, while "
                       "the training went from %.4g to %.4g", a->rising, a->valid,
                 a->train_then, a->train);
        return true;
    }
    if (a->stalls == ALERT_PLATEAU) {
        str_addf(text, "plateau: %d validations, and none better", a->stalls);
        return true;
    }
    return false;
}

bool alert_feed(struct alert *a, const struct event *e, struct str *text)
{
    if (e->kind == EVENT_STEP)
        return feed_step(a, e->loss, text);
    return e->kind == EVENT_EVAL && feed_eval(a, e, text);
}

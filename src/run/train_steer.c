/*
 * What somebody may want of a trainer between two pieces of work.
 */
#include "run/train.h"

#include "run/decode.h"
#include "run/train_own.h"

int train_validate(struct trainer *t, struct err *err)
{
    if (!t->valid->n)
        return err_set(err, "no examples are held out: there is nothing to validate on");
    if (t->eval)
        return err_set(err, "it is validating");
    if (train_validated(t))
        return err_set(err, "step %lld was validated already", (long long)t->step);
    train_begin_validation(t);
    return 0;
}

void train_rested(struct trainer *t, double seconds)
{
    t->log_began = MIN(t->log_began + seconds, train_clock());
}

int train_answer(struct trainer *t, const char *question, struct str *answer, struct err *err)
{
    struct decode_options o = decode_defaults();
    struct decode_step s;
    bool swap = !t->eval; /* a validation has the averaged weights in place */
    if (swap)
        train_swap_average(t);
    struct decode *d = decode_start(t->model, question, &o, err);
    struct str text = STR_INIT;
    while (d && decode_next(d, &s)) {
        str_clear(&text);
        str_add(&text, s.text);
    }
    str_add(answer, str_cstr(&text));
    str_release(&text);
    decode_free(d);
    if (swap)
        train_swap_average(t);
    return d ? 0 : -1;
}

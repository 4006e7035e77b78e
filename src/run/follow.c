#include "run/follow.h"

#include "num/pool.h"
#include "run/begin.h"
#include "run/ranks.h"
#include "run/train.h"

struct follower {
    struct settings set;
    struct dataset data;
    struct model *model;
    struct trainer *trainer;
};

static void ignore(void *own, const struct event *e)
{
    (void)own;
    (void)e;
}

static int make_model(struct follower *f, const struct job_options *o, struct err *err)
{
    struct sink sink = { ignore, NULL };
    if (train_check(&f->set, err) < 0)
        return -1;
    f->model = begin_model(&f->set, o->folder, o->folders, NULL, &f->data, err);
    if (!f->model)
        return -1;
    f->trainer = train_new(f->model, &f->data.train, &f->data.valid, &sink);
    return 0;
}

static int take_course(struct follower *f, const struct course *c, struct err *err)
{
    f->model->set.lr = c->lr;
    f->model->set.clip = c->clip;
    if (c->validate && !train_state(f->trainer).validating &&
        train_validate(f->trainer, err) < 0)
        return -1;
    return train_next(f->trainer, err);
}

static enum job_end work(struct follower *f, const struct job_options *o, struct err *err)
{
    if (ranks_agree(0, err) < 0 || ranks_tell(&f->set, sizeof f->set, err) < 0 ||
        ranks_agree(make_model(f, o, err), err) < 0 ||
        train_restore(f->trainer, NULL, err) < 0 || ranks_agree(0, err) < 0)
        return JOB_FAILED;
    for (int more = 1; more > 0;) {
        struct course c;
        if (ranks_tell(&c, sizeof c, err) < 0)
            return JOB_FAILED;
        if (c.stop)
            return JOB_STOPPED;
        if (!c.rest)
            more = take_course(f, &c, err);
        if (more < 0)
            return JOB_FAILED;
    }
    return JOB_DONE;
}

enum job_end follow_run(const struct job_options *o, struct err *err)
{
    struct follower f = { .model = NULL };
    ranks_watch(o->stop, o->patience);
    pool_start(ranks_threads(o->threads));
    enum job_end end = work(&f, o, err);
    pool_stop();
    train_free(f.trainer);
    model_free(f.model);
    dataset_release(&f.data);
    return end;
}

#include "run/live.h"

#include "base/settings.h"

const struct live live_table[] = {
    { "lr", false },         { "clip", false },          { "save_every", false },
    { "probes", false },     { "schedule", true },       { "warmup", true },
    { "lr_end", true },      { "beta1", true },          { "beta2", true },
    { "rho", true },         { "epsilon", true },        { "momentum", true },
    { "smoothing", true },   { "dropout_word", true },   { "dropout_source", true },
    { "teacher", true },     { "teacher_end", true },    { "epochs", true },
    { "eval_every", true },  { "eval_limit", true },     { "log_every", true },
    { "patience", true },    { "stop", true },           { .key = NULL },
};

static const struct live *find(const char *key)
{
    for (const struct live *l = live_table; l->key; l++)
        if (!strcmp(l->key, key))
            return l;
    return NULL;
}

int live_check(const char *key, int processes, struct err *err)
{
    const struct live *l = find(key);
    struct settings any;
    struct str list = STR_INIT;
    if (!setting_find(key)) { /* names the nearest one */
        settings_init(&any);
        return settings_set(&any, key, "", err);
    }
    if (l && (!l->alone || processes == 1))
        return 0;
    if (l)
        return err_set(err, "%s cannot change while several processes train", key);
    for (l = live_table; l->key; l++)
        str_addf(&list, "%s%s", l == live_table ? "" : ", ", l->key);
    err_set(err, "%s is fixed while a run goes on; these may change: %s", key, list.s);
    str_release(&list);
    return -1;
}

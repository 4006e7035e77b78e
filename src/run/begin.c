#include "run/begin.h"

#include "base/mem.h"

/* How text is read belongs to the pieces. */
static void take_text_settings(struct settings *to, const struct settings *from)
{
    struct err never;
    for (int i = 0; i < setting_count; i++) {
        struct str value = STR_INIT;
        if (strcmp(setting_table[i].group, "text"))
            continue;
        setting_show(from, &setting_table[i], &value);
        if (settings_set(to, setting_table[i].key, str_cstr(&value), &never) < 0)
            BUG("%s = %s is no setting", setting_table[i].key, str_cstr(&value));
        str_release(&value);
    }
}

static struct model *drawn(struct settings *s, const struct settings *here,
                           struct dataset *data, struct err *err)
{
    struct model *m = NULL;
    if (dataset_load(data, here, err) == 0)
        m = model_new(s, &data->src, &data->tgt, err);
    if (m)
        model_draw(m);
    return m;
}

static struct model *go_on(const struct ckpt *c, struct settings *s, struct settings *here,
                           struct dataset *data, struct err *err)
{
    struct model *old = model_shell(c, err), *m = NULL;
    if (!old)
        return NULL;
    take_text_settings(s, &old->set);
    take_text_settings(here, &old->set);
    if (dataset_load_on(data, here, &old->src, &old->tgt, err) == 0)
        m = model_new(s, &data->src, &data->tgt, err);
    if (m && model_read_weights(m, c, err) < 0) {
        err_prefix(err, "begin");
        model_free(m);
        m = NULL;
    }
    model_free(old);
    return m;
}

struct model *begin_model(struct settings *s, char *const *folder, int n,
                          const struct ckpt *last, struct dataset *data, struct err *err)
{
    struct settings here = *s; /* the file may be elsewhere on this machine */
    struct ckpt *c = NULL;
    struct model *m = NULL;
    if (reader_place(&here, folder, n, err) < 0 ||
        (s->begin[0] && !last && !(c = ckpt_open(s->begin, err))))
        return NULL;
    m = s->begin[0] ? go_on(last ? last : c, s, &here, data, err) : drawn(s, &here, data, err);
    ckpt_close(c);
    if (m)
        model_ready(m, true);
    return m;
}

#include "model/export.h"

#include "base/mem.h"
#include "model/torch.h"

/* What the modules are, for a reader who writes them down in PyTorch. */
static void describe(const struct model *m, const struct torch_list *l, struct str *out)
{
    const struct settings *s = &m->set;
    const char *rnn = m->cell == &cell_lstm ? "nn.LSTM" :
                      m->cell == &cell_simple ? "nn.RNN" : "nn.GRU";
    str_addf(out, "%s, %s, encoder %d x %d, decoder %d x %d%s%s%s\n", m->arch->name, rnn,
             s->depth.enc, s->hidden.enc, s->depth.dec, s->hidden.dec,
             s->embed ? "" : ", one-hot input", s->residual ? ", residual" : "",
             !strcmp(s->gates, "hard") ? ", gates clip(0.2 x + 0.5, 0, 1)" : "");
    for (int i = 0; i < l->n; i++) {
        const struct torch_tensor *t = &l->tensor[i];
        str_addf(out, "%s", t->name);
        for (int k = 0; k < t->n; k++)
            if (k == 0 || t->part[k].t != t->part[k - 1].t)
                str_addf(out, "%s %s", k ? "," : " =", t->part[k].t->name);
        str_addc(out, '\n');
    }
    str_add(out, "bias_hh is zero but for what stands under a reset gate: the sum of both "
                 "biases is in bias_ih\n");
}

static void put_text(void *out, const char *key, const char *text)
{
    ckpt_put_meta(out, key, text);
}

int export_torch(const struct model *m, const char *path, struct err *err)
{
    struct torch_list list;
    struct str layout = STR_INIT;
    if (m->cell == &cell_gru)
        return err_set(err, "nn.GRU resets after the product, this model before it: cell = "
                       "gru-after can be exported");
    if (!params_find(&m->params, "out.b"))
        return err_set(err, "a model without an output layer (head = none) cannot be exported");
    if (!strcmp(m->set.attend, "between"))
        return err_set(err, "the layers of nn.LSTM have nothing in between: attend = before and "
                       "after can be exported");
    torch_list_make(&list, m, NULL);
    struct ckpt_new *out = ckpt_new();
    real **there = xcalloc((size_t)list.n, sizeof *there);
    describe(m, &list, &layout);
    ckpt_put_meta(out, "format", "pt");
    ckpt_put_meta(out, "layout", str_cstr(&layout));
    model_texts(m, put_text, out);
    for (int i = 0; i < list.n; i++) {
        const struct torch_tensor *t = &list.tensor[i];
        there[i] = xcalloc((size_t)t->rows, (size_t)MAX(t->cols, 1) * sizeof **there);
        torch_write(t, there[i]);
        ckpt_put(out, t->name, CKPT_F32, t->cols ? t->rows : 0, t->cols ? t->cols : t->rows,
                 there[i]);
    }
    int bad = ckpt_commit(out, path, NULL, err);
    for (int i = 0; i < list.n; i++)
        free(there[i]);
    free(there);
    str_release(&layout);
    torch_list_release(&list);
    return bad;
}

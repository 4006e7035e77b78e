#include "model/layer.h"

void layer_describe(struct layer_info *info, const char *name, const char *kind,
                    int64_t params)
{
    *info = (struct layer_info){ .params = params };
    snprintf(info->name, sizeof info->name, "%s", name);
    snprintf(info->kind, sizeof info->kind, "%s", kind);
}

void layer_shape(struct layer_info *info, int steps, int width)
{
    char *out = info->shape;
    size_t n = sizeof info->shape;
    if (steps > 0)
        snprintf(out, n, "(None, %d, %d)", steps, width);
    else if (steps < 0)
        snprintf(out, n, "(None, None, %d)", width);
    else
        snprintf(out, n, "(None, %d)", width);
}

int64_t layer_size(const struct tensor *w)
{
    return w ? (int64_t)w->rows * w->cols : 0;
}

#include "model/keras_config.h"

#include "base/utf8.h"

#include <jansson.h>

static const char *text_of(const json_t *object, const char *key)
{
    const char *s = json_string_value(json_object_get(object, key));
    return s ? s : "";
}

/* 0 where the number is null, missing or out of range: any. */
static int steps_of(const json_t *v)
{
    json_int_t n = json_is_integer(v) ? json_integer_value(v) : 0;
    return n > 0 && n <= 65535 ? (int)n : 0;
}

static int read_recurrent(struct keras_config *k, const char *class, const json_t *config,
                          bool keras3, struct err *err)
{
    const char *f = text_of(config, "activation"), *g = text_of(config, "recurrent_activation");
    bool first = k->before == 0, plain = !strcmp(class, "SimpleRNN");
    if (*f && strcmp(f, "tanh"))
        return err_set(err, "%s with activation = %s: only tanh is known", class,
                       utf8_quote(f).s);
    if (!plain && !strcmp(g, "hard_sigmoid") && keras3)
        return err_set(err, "%s with the hard sigmoid of Keras 3, x / 6 + 0.5: ours is "
                       "0.2 x + 0.5", class);
    if (!plain && *g && strcmp(g, "sigmoid") && strcmp(g, "hard_sigmoid"))
        return err_set(err, "%s with recurrent_activation = %s: sigmoid and hard_sigmoid are "
                       "known", class, utf8_quote(g).s);
    bool backwards = json_is_true(json_object_get(config, "go_backwards"));
    if (backwards && !first)
        return err_set(err, "a %s behind the first layer reads backwards: that is not known",
                       class);
    k->backwards |= backwards;
    k->hard |= !plain && !strcmp(g, "hard_sigmoid");
    if (k->repeat)
        k->after++;
    else
        k->before++;
    return 0;
}

static int read_layer(struct keras_config *k, const json_t *layer, bool keras3, struct err *err)
{
    static const char *const harmless[] = { "Dense", "TimeDistributed", "Embedding", "Dropout",
                                            "Activation", "Masking", "Softmax" };
    const char *class = text_of(layer, "class_name");
    const json_t *config = json_object_get(layer, "config");
    if (!strcmp(class, "InputLayer")) {
        const json_t *shape = json_object_get(config, "batch_shape");
        if (!shape)
            shape = json_object_get(config, "batch_input_shape");
        if (!k->src_len && k->before == 0)
            k->src_len = steps_of(json_array_get(shape, 1));
        return 0;
    }
    if (!strcmp(class, "RepeatVector")) {
        k->repeat = true;
        k->tgt_len = steps_of(json_object_get(config, "n"));
        return 0;
    }
    if (!strcmp(class, "LSTM") || !strcmp(class, "GRU") || !strcmp(class, "SimpleRNN"))
        return read_recurrent(k, class, config, keras3, err);
    for (size_t i = 0; i < ARRAY_LEN(harmless); i++)
        if (!strcmp(class, harmless[i]))
            return 0;
    return err_set(err, "a layer '%s': no model here has one", utf8_quote(class).s);
}

int keras_config_read(struct keras_config *k, const char *text, size_t n, bool keras3,
                      struct err *err)
{
    json_error_t why;
    json_t *all = json_loadb(text, n, 0, &why), *layer;
    const json_t *layers = json_object_get(json_object_get(all, "config"), "layers");
    size_t i;
    int bad = 0;
    *k = (struct keras_config){ .known = true };
    if (!all)
        return err_set(err, "the description of the model is damaged: %s", why.text);
    if (!json_is_array(layers))
        bad = err_set(err, "the description of the model has no list of layers");
    json_array_foreach(layers, i, layer)
        bad = bad ? bad : read_layer(k, layer, keras3, err);
    json_decref(all);
    return bad;
}

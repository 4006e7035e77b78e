#!/usr/bin/env python3
"""Makes golden vectors with Keras itself: the model of seed 002, made small.

    KERAS_BACKEND=torch python3 tests/golden/make_keras.py

writes tests/golden/keras-*.safetensors again (needs keras, torch and numpy; made with
keras 3.15, torch 2.13, numpy 2.4). golden_file.py says what is in them; test_golden.c
compares.

Encoder, RepeatVector, decoder, Dense with softmax; trained by model.train_on_batch with
Keras' Adam, SGD and clipping. No rmsprop: Keras 3 has its epsilon under the root, Keras 2
and we have it beside. Keras on PyTorch multiplies in single precision, even when told
otherwise: these files are good to 1e-5 only, and say so.
"""
import os

os.environ.setdefault("KERAS_BACKEND", "torch")

import keras
import numpy as np
import torch
from keras import layers

from golden_file import (RUNS, UPDATES, random_weights, save, settings_text,
                         weight_shapes)

ROWS, SYMBOLS, STEPS_IN, STEPS_OUT, HIDDEN = 3, 9, 5, 2, (7, 5)

LAYERS = {
    "lstm": layers.LSTM,
    "gru": lambda *args, **kw: layers.GRU(*args, reset_after=False, **kw),
    "simple": layers.SimpleRNN,
}


def build(cell):
    return keras.Sequential([
        keras.Input((STEPS_IN, SYMBOLS)),
        LAYERS[cell](HIDDEN[0]),
        layers.RepeatVector(STEPS_OUT),
        LAYERS[cell](HIDDEN[1], return_sequences=True),
        layers.TimeDistributed(layers.Dense(SYMBOLS, activation="softmax")),
    ])


def names(cell):
    """Ours, in the order of model.trainable_weights."""
    if cell == "gru":  # one kernel holds U and Un
        recurrent = [("W",), ("U", "Un"), ("b",)]
    else:
        recurrent = [("W",), ("U",), ("b",)]
    return [tuple(f"{side}.0.{n}" for n in each) for side in ("enc", "dec")
            for each in recurrent] + [("out.W",), ("out.b",)]


def to_keras(w, cell):
    return [np.concatenate([w[n] for n in each], axis=-1) for each in names(cell)]


def from_keras(values, cell):
    w = {}
    for each, value in zip(names(cell), values):
        if len(each) == 2:
            w[each[0]], w[each[1]] = np.split(value, [2 * value.shape[0]], axis=1)
        else:
            w[each[0]] = value
    return w


def optimizer(run):
    clip = {"global_clipnorm": run["clip"]} if run["clip"] else {}
    if run["optimizer"] == "adam":
        return keras.optimizers.Adam(run["lr"], beta_1=run["beta1"], beta_2=run["beta2"],
                                     epsilon=run["epsilon"], **clip)
    return keras.optimizers.SGD(run["lr"], momentum=run["momentum"], **clip)


def losses(cell, start, x, y, run):
    model = build(cell)
    model.set_weights(to_keras(start, cell))
    model.compile(optimizer=optimizer(run), loss="categorical_crossentropy")
    return np.array([float(model.train_on_batch(x, y)) for _ in range(UPDATES)])


def gradients(model, x, y):
    loss = keras.losses.CategoricalCrossentropy()(torch.tensor(y), model(x))
    model.zero_grad()
    loss.backward()
    return [v.value.grad.numpy() for v in model.trainable_weights], loss


def make(cell, seed):
    rng = np.random.default_rng(seed)
    src = rng.integers(0, SYMBOLS, (ROWS, STEPS_IN))
    tgt = rng.integers(0, SYMBOLS, (ROWS, STEPS_OUT))
    start = {name: value.astype(np.float32).astype(np.float64) for name, value in
             random_weights(weight_shapes("repeat", cell, SYMBOLS, HIDDEN, 1, 0),
                            rng).items()}
    one_hot = np.eye(SYMBOLS, dtype=np.float32)
    x, y = one_hot[src], one_hot[tgt]

    model = build(cell)
    model.set_weights(to_keras(start, cell))
    grad, loss = gradients(model, x, y)
    # softmax forgets a constant in each row, so take the last layer's product again
    hidden = keras.Model(model.inputs[0], model.layers[-2].output)(x).detach().numpy()
    logits = hidden.swapaxes(0, 1) @ start["out.W"] + start["out.b"]

    tensors = dict(start)
    tensors["src"], tensors["tgt"] = src.T, tgt.T
    tensors["logits"] = logits.reshape(-1, SYMBOLS)
    tensors["loss"] = np.array([loss.item()])
    for name, value in from_keras(grad, cell).items():
        tensors["grad/" + name] = value.astype(np.float64)
    meta = {"precision": "float", "settings": settings_text({
        "arch": "repeat", "cell": cell, "hidden": f"{HIDDEN[0]},{HIDDEN[1]}",
        "length": "fixed"})}
    for run, settings in RUNS.items():
        if settings["optimizer"] != "rmsprop":
            tensors["losses/" + run] = losses(cell, start, x, y, settings)
            meta[run] = settings_text(settings)
    save(f"keras-repeat-{cell}", tensors, meta)


if __name__ == "__main__":
    for number, kind in enumerate(LAYERS):
        make(kind, 11 + number)

#!/usr/bin/env python3
"""Makes golden vectors with Keras itself: the models of seeds 002 and 003, made small.

    python3 tests/golden/make_keras.py

writes tests/golden/keras-*.safetensors again (needs keras, torch and numpy; made with
keras 3.15, torch 2.13, numpy 2.4). golden_file.py says what is in them; test_golden.c
compares.

repeat    encoder, RepeatVector, decoder, Dense with softmax. Hard gates are those of Keras
          before 2.3, 0.2 x + 0.5 cut to 0..1. Of the two biases of a gru that resets after
          the product the second one's update and reset parts are held at zero: beside the
          first one's they say nothing new
seed-003  lstm_seq2seq: one-hot characters of two alphabets; the decoder starts from the
          encoder's states and is fed TAB and the right text; newline ends a text, spaces
          fill it up, and every position counts

They are trained by model.train_on_batch with Keras' Adam, SGD and clipping. Its Adam has
epsilon where ours has it: lr_t m / (sqrt(v) + epsilon), lr_t with the bias correction. Its
RMSprop has epsilon under the root since version 3, beside it before, as we do: the old
formula is put in its place. Keras on PyTorch multiplies in single precision, even when
told otherwise: these files are good to 1e-5 only, and say so.
"""
import os

os.environ.setdefault("KERAS_BACKEND", "torch")

import keras
import numpy as np
import torch
from keras import layers, ops

from golden_file import RUNS, UPDATES, save, settings_text

RECURRENT = {
    "lstm": layers.LSTM,
    "gru": lambda *args, **kw: layers.GRU(*args, reset_after=False, **kw),
    "gru-after": layers.GRU,
    "simple": layers.SimpleRNN,
}


def hard_gate(x):
    return ops.clip(0.2 * x + 0.5, 0, 1)


def without_second(value):
    """A gru's biases, or their gradient, [2, 3H]: what the second one says that is not new
    becomes zero."""
    if value.ndim == 2 and value.shape[0] == 2:
        value = value.clone() if hasattr(value, "clone") else value.copy()
        value[1, :value.shape[1] // 3 * 2] = 0
    return value


def one_bias(optimizer):
    class OneBias(optimizer):
        def apply(self, gradients, variables=None):
            super().apply([without_second(g) for g in gradients], variables)
    return OneBias


class OldRMSprop(keras.optimizers.RMSprop):
    def update_step(self, gradient, variable, learning_rate):
        mean = self._velocities[self._get_variable_index(variable)]
        self.assign(mean, self.rho * mean + (1 - self.rho) * ops.square(gradient))
        self.assign_sub(variable,
                        learning_rate * gradient / (ops.sqrt(mean) + self.epsilon))


def optimizer(run):
    clip = {"global_clipnorm": run["clip"]} if run["clip"] else {}
    if run["optimizer"] == "adam":
        return one_bias(keras.optimizers.Adam)(run["lr"], beta_1=run["beta1"], beta_2=run["beta2"],
                                               epsilon=run["epsilon"], **clip)
    if run["optimizer"] == "rmsprop":
        return one_bias(OldRMSprop)(run["lr"], rho=run["rho"], epsilon=run["epsilon"], **clip)
    return one_bias(keras.optimizers.SGD)(run["lr"], momentum=run["momentum"], **clip)


def our_names(cell):
    """Of each of model.trainable_weights; one kernel of a gru holds U and Un."""
    u = ("U", "Un") if cell.startswith("gru") else ("U",)
    b = ("b", "bn") if cell == "gru-after" else ("b",)
    return [tuple(f"{side}.0.{n}" for n in each) for side in ("enc", "dec")
            for each in (("W",), u, b)] + [("out.W",), ("out.b",)]


def ours(values, cell):
    w = {}
    for each, value in zip(our_names(cell), values):
        if each[-1].endswith(".bn"):
            w[each[0]], w[each[1]] = value[0], value[1, value.shape[1] // 3 * 2:]
        elif len(each) == 2:
            w[each[0]], w[each[1]] = np.split(value, [2 * value.shape[0]], axis=1)
        else:
            w[each[0]] = value
    return w


def make(name, rng, build, settings, x, src, tgt, spread=0.8):
    """build() makes a model of the inputs x; src and tgt are ids [rows, steps]."""
    model = build()
    start = [without_second(rng.uniform(-spread, spread, v.shape).astype(np.float32))
             for v in model.trainable_weights]
    y = np.eye(model.outputs[0].shape[-1], dtype=np.float32)[tgt]

    model.set_weights(start)
    loss = keras.losses.CategoricalCrossentropy()(torch.tensor(y), model(x))
    model.zero_grad()
    loss.backward()
    tensors = ours(start, settings["cell"])
    gradients = ours([v.value.grad.numpy() for v in model.trainable_weights],
                     settings["cell"])
    # softmax forgets a constant in each row, so take the last layer's product again
    inputs = model.inputs if isinstance(x, list) else model.inputs[0]
    hidden = keras.Model(inputs, model.layers[-1].input)(x).detach().numpy()
    logits = hidden.swapaxes(0, 1) @ tensors["out.W"] + tensors["out.b"]

    tensors["src"], tensors["tgt"] = src.T, tgt.T
    tensors["logits"] = logits.reshape(-1, logits.shape[-1])
    tensors["loss"] = np.array([loss.item()])
    tensors |= {"grad/" + key: value for key, value in gradients.items()}
    meta = {"precision": "float", "settings": settings_text(settings)}
    for run, how in RUNS.items():
        model = build()
        model.set_weights(start)
        model.compile(optimizer=optimizer(how), loss="categorical_crossentropy")
        tensors["losses/" + run] = np.array(
            [float(model.train_on_batch(x, y)) for _ in range(UPDATES)])
        meta[run] = settings_text(how)
    save(name, tensors, meta)


def make_repeat(cell, seed, hard=False, spread=0.8):
    rows, symbols, steps_in, steps_out, hidden = 3, 9, 5, 2, (7, 5)
    rng = np.random.default_rng(seed)
    src = rng.integers(0, symbols, (rows, steps_in))
    tgt = rng.integers(0, symbols, (rows, steps_out))
    gates = {"recurrent_activation": hard_gate} if hard else {}

    def build():
        return keras.Sequential([
            keras.Input((steps_in, symbols)),
            RECURRENT[cell](hidden[0], **gates),
            layers.RepeatVector(steps_out),
            RECURRENT[cell](hidden[1], return_sequences=True, **gates),
            layers.TimeDistributed(layers.Dense(symbols, activation="softmax")),
        ])

    settings = {"arch": "repeat", "cell": cell, "hidden": hidden, "length": "fixed"}
    one_hot = np.eye(symbols, dtype=np.float32)
    if hard:
        settings["gates"] = "hard"
    make(f"keras-repeat-{cell}{'-hard' if hard else ''}", rng, build, settings, one_hot[src],
         src, tgt, spread)


def ids_of(texts):
    """Every text filled up with spaces; the alphabet sorted, TAB first if it is there."""
    steps, alphabet = max(map(len, texts)), sorted(set("".join(texts) + " "))
    ids = [[alphabet.index(c) for c in text.ljust(steps)] for text in texts]
    return np.array(ids), np.eye(len(alphabet), dtype=np.float32)


def make_seed_003():
    texts = [("Go.", "Va !"), ("Hi.", "Salut !"), ("Run!", "Cours !")]
    latent = 8
    src, src_symbols = ids_of([a for a, _ in texts])
    fed, tgt_symbols = ids_of([f"\t{b}\n" for _, b in texts])
    tgt = np.roll(fed, -1, axis=1)  # what comes next; after the last a space
    tgt[:, -1] = sorted("\t\n ").index(" ")

    def build():
        encoder_in = keras.Input((None, len(src_symbols)))
        _, h, c = layers.LSTM(latent, return_state=True)(encoder_in)
        decoder_in = keras.Input((None, len(tgt_symbols)))
        y, _, _ = layers.LSTM(latent, return_sequences=True, return_state=True)(
            decoder_in, initial_state=[h, c])
        y = layers.Dense(len(tgt_symbols), activation="softmax")(y)
        return keras.Model([encoder_in, decoder_in], y)

    settings = {"arch": "transfer", "cell": "lstm", "hidden": (latent, latent),
                "length": "free"}
    make("keras-seed-003", np.random.default_rng(14), build, settings,
         [src_symbols[src], tgt_symbols[fed]], src, tgt)


if __name__ == "__main__":
    for number, kind in enumerate(("lstm", "gru", "simple")):
        make_repeat(kind, 11 + number)
    make_repeat("gru-after", 15)
    make_repeat("lstm", 16, hard=True, spread=2.5)
    make_repeat("gru", 17, hard=True, spread=1.4)
    make_seed_003()

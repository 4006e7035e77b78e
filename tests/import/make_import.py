#!/usr/bin/env python3
"""Makes the small models that tests/cli/import.test imports, and what they must answer.

    python3 tests/import/make_import.py

writes the files in tests/import/fixture again: models of PyTorch and Keras with random
weights, their symbols, questions, and the answers that PyTorch and Keras gave. Needs
torch, safetensors, keras and h5py (made with torch 2.13, keras 3.15, h5py 3.16).
"""
import json
import os
import random
import shutil

import h5py
from safetensors.torch import save_file

import keras_models
import torch_models

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "fixture")
LINES, LIMIT = 20, 12


def path(name):
    return os.path.join(FOLDER, name)


def write(name, lines):
    with open(path(name), "w") as f:
        f.write("".join(line + "\n" for line in lines))


def draw(models, model, scale, answers):
    """Random weights that give different answers to different questions, and these."""
    for seed in range(100):
        models.draw(model, seed, scale)
        said = answers()
        if len(set(said)) > LINES // 2:
            return said
    raise SystemExit("the same answers to everything")


def make_torch():
    specials = ["<unk>", "<pad>", "<sos>", "<eos>"]
    src = specials + [f"s{i}" for i in range(26)]
    tgt = specials + [f"t{i}" for i in range(20)]
    rng = random.Random(1)
    rows = [[rng.randrange(4, len(src)) for _ in range(rng.randint(1, 8))]
            for _ in range(LINES)]
    write("src.txt", src)
    write("tgt.txt", tgt)
    write("words.txt", [" ".join(src[i] for i in row) for row in rows])
    cases = {
        "torch-lstm": torch_models.Seq2Seq(len(src), len(tgt), 8, 12, 2),
        "torch-gru-attention": torch_models.AttentionSeq2Seq(len(src), len(tgt), 8, 8, 12),
    }
    for name, model in cases.items():
        said = draw(torch_models, model, 1.2 if "lstm" in name else 0.9, lambda: [
            " ".join(tgt[i] for i in torch_models.greedy(model, [2] + row + [3], 2, 3, LIMIT)[0]
                     if i > 3) for row in rows])
        save_file(model.state_dict(), path(name + ".safetensors"))
        write(name + ".answers", said)


def as_keras_2(new, old):
    """The same weights under the names that Keras 2 gives them."""
    names = {"0": "kernel:0", "1": "recurrent_kernel:0", "2": "bias:0"}
    with h5py.File(new) as a, h5py.File(old, "w") as b:
        def copy(name, value):
            if not isinstance(value, h5py.Dataset) or "vars" not in name:
                return
            layer, number = name.split("/")[1], name.split("/")[-1]
            cell = "lstm_cell/" if "lstm" in layer else ""
            leaf = "bias:0" if layer == "dense" and number == "1" else names[number]
            b[f"{layer}/{layer}/{cell}{leaf}"] = value[()]
        a.visititems(copy)


def make_keras():
    source, target, steps = " abcdefghijk", "\t\n abcdefghi", 8
    rng = random.Random(2)
    lines = ["".join(rng.choice(source[1:]) for _ in range(rng.randint(1, steps)))
             for _ in range(LINES)]
    for name, symbols in (("src.json", source), ("tgt.json", target)):
        with open(path(name), "w") as f:
            json.dump(list(symbols), f)
    write("chars.txt", lines)
    for name, cell, hidden in (("keras-gru", "GRU", 8), ("keras-chars", "LSTM", 16)):
        model = keras_models.Transfer(source, target, hidden, cell)
        said = draw(keras_models, model.model, 1.2,
                    lambda: [model.answer(x, steps, "space", LIMIT) for x in lines])
        model.model.save_weights(path(name + ".weights.h5"))
        write(name + ".answers", said)
    as_keras_2(path("keras-chars.weights.h5"), path("keras2-chars.weights.h5"))
    model = keras_models.Addition(" +0123456789", 5, 3, (12, 10))
    sums = [f"{rng.randrange(100)}+{rng.randrange(100)}" for _ in range(LINES)]
    said = draw(keras_models, model.model, 2, lambda: [model.answer(x) for x in sums])
    model.model.save(path("keras-sums.keras"))
    write("sums.txt", sums)
    write("sums.answers", said)
    write("digits.txt", ["\\s"] + list("+0123456789"))


if __name__ == "__main__":
    shutil.rmtree(FOLDER, ignore_errors=True)
    os.makedirs(FOLDER)
    make_torch()
    make_keras()

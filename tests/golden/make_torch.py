#!/usr/bin/env python3
"""Makes golden vectors with PyTorch: what the engine must compute, to the last digits.

    python3 tests/golden/make_torch.py [NAME]...

writes tests/golden/torch-*.safetensors again (needs torch and numpy; made with torch
2.13, numpy 2.4), in double. The nets are in torch_nets.py and torch_layers.py,
golden_file.py says what is in the files; test_golden.c compares.

Gradients are PyTorch's, optimizers too but for adam: ours has epsilon outside the bias
correction, as Keras has it.
"""
import math
import sys

import numpy as np
import torch

from golden_file import RUNS, UPDATES, save, settings_text
from torch_layers import Weights
from torch_nets import NETS

torch.set_default_dtype(torch.float64)


class Batch:
    """Ids, time-major; -1 where a row is over. The decoder is fed <s> (id 0) and tgt."""

    def __init__(self, rng, src_lengths, tgt_lengths, symbols):
        self.src_symbols, self.tgt_symbols = symbols
        self.src_lengths = torch.tensor(src_lengths)
        self.tgt_lengths = torch.tensor(tgt_lengths)
        self.src = self.ids(rng, src_lengths, self.src_symbols)
        self.tgt = self.ids(rng, tgt_lengths, self.tgt_symbols)
        start = torch.zeros(1, len(tgt_lengths), dtype=torch.int64)
        self.fed = torch.cat([start, self.tgt[:-1]])
        self.fed[self.tgt < 0] = -1

    @staticmethod
    def ids(rng, lengths, symbols):
        ids = torch.full((max(lengths), len(lengths)), -1, dtype=torch.int64)
        for row, n in enumerate(lengths):
            ids[:n, row] = torch.from_numpy(rng.integers(1, symbols, n))
        return ids


class Case:
    """A net of these settings, with random weights and a random batch."""

    def __init__(self, name, seed, arch, cell, src_lengths=(6, 6, 6), tgt_lengths=(4, 4, 4),
                 symbols=(8, 8), spread=0.8, **settings):
        self.name = "torch-" + name
        rng = np.random.default_rng(seed)
        self.batch = Batch(rng, src_lengths, tgt_lengths, symbols)
        self.settings = {"arch": arch, "cell": cell, "depth": (1, 1), "embed": 0,
                         "length": "fixed" if arch == "repeat" else "free",
                         "bidirectional": arch == "attention"} | settings
        self.weights = Weights(rng, spread)

    def logits(self):
        return NETS[self.settings["arch"]](self.settings, self.weights, self.batch)

    def loss(self):
        return torch.nn.functional.cross_entropy(
            self.logits().flatten(0, 1), self.batch.tgt.flatten(), ignore_index=-1)

    def backward(self):
        loss = self.loss()
        loss.backward()
        for w in self.weights.all():
            if w.grad is None:  # normalises what nobody looks at
                w.grad = torch.zeros_like(w)
        return loss.item()

    def losses(self, run):
        self.weights.restart()
        w = self.weights.all()
        optimizer = OPTIMIZERS[run["optimizer"]](w, run)
        losses = []
        for _ in range(UPDATES):
            optimizer.zero_grad()
            losses.append(self.backward())
            if run["clip"]:
                clip_global_norm(w, run["clip"])
            optimizer.step()
        return np.array(losses)

    def save(self):
        logits = self.logits()
        loss = self.backward()
        tensors = dict(self.weights.start)
        tensors["src"], tensors["tgt"] = self.batch.src.numpy(), self.batch.tgt.numpy()
        tensors["logits"] = logits.detach().flatten(0, 1).numpy()
        tensors["loss"] = np.array([loss])
        for name, value in self.weights.now.items():
            tensors["grad/" + name] = value.grad.numpy()
        meta = {"settings": settings_text(self.settings)}
        for run, settings in RUNS.items():
            tensors["losses/" + run] = self.losses(settings)
            meta[run] = settings_text(settings)
        save(self.name, tensors, meta)


class Adam:
    """lr_t = lr sqrt(1 - b2^t) / (1 - b1^t),  w -= lr_t m / (sqrt(v) + eps)"""

    def __init__(self, weights, run):
        self.weights, self.run, self.t = weights, run, 0
        self.m = [torch.zeros_like(w) for w in weights]
        self.v = [torch.zeros_like(w) for w in weights]

    def zero_grad(self):
        for w in self.weights:
            w.grad = None

    @torch.no_grad()
    def step(self):
        self.t += 1
        b1, b2 = self.run["beta1"], self.run["beta2"]
        lr = self.run["lr"] * math.sqrt(1 - b2 ** self.t) / (1 - b1 ** self.t)
        for w, m, v in zip(self.weights, self.m, self.v):
            m.mul_(b1).add_((1 - b1) * w.grad)
            v.mul_(b2).add_((1 - b2) * w.grad ** 2)
            w.sub_(lr * m / (v.sqrt() + self.run["epsilon"]))


OPTIMIZERS = {
    "adam": Adam,
    "rmsprop": lambda w, run: torch.optim.RMSprop(w, lr=run["lr"], alpha=run["rho"],
                                                  eps=run["epsilon"]),
    "sgd": lambda w, run: torch.optim.SGD(w, lr=run["lr"], momentum=run["momentum"]),
}


def clip_global_norm(weights, limit):
    """Without the 1e-6 that PyTorch's clip_grad_norm_ adds to the norm."""
    norm = math.sqrt(sum(float((w.grad ** 2).sum()) for w in weights))
    for w in weights:
        w.grad.mul_(limit / max(norm, limit))


UNEQUAL = {"src_lengths": (3, 6, 1), "tgt_lengths": (5, 2, 4)}

# As small as shows everything: six symbols into five.
SMALL = {"src_lengths": (3, 5, 1), "tgt_lengths": (4, 2, 3), "symbols": (6, 5),
         "spread": 1.0}


def attention(name, seed, score, attend, cell="lstm", hidden=(4, 4), **settings):
    return Case("attention-" + name, seed, "attention", cell, score=score, attend=attend,
                hidden=hidden, **(SMALL | settings))


def readout(name, seed, cell="lstm", hidden=(4, 4), depth=(2, 2), peek=False,
            broadcast=True, inner=True, teacher=0, **settings):
    return Case("readout-" + name, seed, "readout", cell, hidden=hidden, depth=depth,
                peek=peek, broadcast_state=broadcast, inner_broadcast_state=inner,
                teacher=teacher, **(SMALL | settings))


CASES = [
    Case("repeat-lstm", 1, "repeat", "lstm", hidden=(7, 5)),
    Case("repeat-gru", 2, "repeat", "gru", hidden=(7, 5)),
    Case("repeat-simple", 3, "repeat", "simple", hidden=(7, 5)),
    Case("repeat-lstm-2", 8, "repeat", "lstm", hidden=(4, 5), depth=(2, 2), embed=3),
    Case("transfer-lstm", 4, "transfer", "lstm", hidden=(6, 6)),
    Case("transfer-lstm-2", 5, "transfer", "lstm", hidden=(4, 4), depth=(2, 2), embed=3,
         **UNEQUAL),
    Case("transfer-gru", 6, "transfer", "gru", hidden=(6, 6), embed=5, **UNEQUAL),
    Case("transfer-simple", 7, "transfer", "simple", hidden=(6, 6), **UNEQUAL),

    # PyTorch's own GRU
    Case("repeat-gru-after", 20, "repeat", "gru-after", hidden=(5, 4),
         src_lengths=(4, 4, 4), symbols=(6, 5)),
    Case("transfer-gru-after", 21, "transfer", "gru-after", hidden=(4, 4), depth=(2, 2),
         embed=3, **SMALL),
    Case("transfer-gru-after-both", 22, "transfer", "gru-after", hidden=(3, 6),
         depth=(2, 1), bidirectional=True, directions="layer", merge="concat", **SMALL),

    # gates, bridges, tying, normalisation, residual connections
    Case("repeat-lstm-hard", 30, "repeat", "lstm", hidden=(5, 4), gates="hard",
         **SMALL | {"src_lengths": (4, 4, 4), "tgt_lengths": (3, 3, 3), "spread": 2.5}),
    Case("transfer-gru-hard", 31, "transfer", "gru", hidden=(4, 4), gates="hard", embed=3,
         **SMALL | {"spread": 1.8}),
    Case("transfer-lstm-widths", 32, "transfer", "lstm", hidden=(3, 5), depth=(3, 2),
         embed=2, **SMALL),
    Case("transfer-gru-tanh", 33, "transfer", "gru", hidden=(4, 4), depth=(1, 2),
         bridge="tanh", **SMALL),
    Case("transfer-lstm-tied", 34, "transfer", "lstm", hidden=(3, 4), embed=4, tie=True,
         **SMALL),
    Case("transfer-lstm-norm", 35, "transfer", "lstm", hidden=(4, 4), depth=(2, 2),
         layer_norm=True, **SMALL),
    Case("transfer-simple-residual", 36, "transfer", "simple", hidden=(4, 4), depth=(3, 3),
         residual=True, **SMALL),
    Case("transfer-gru-norm-residual", 37, "transfer", "gru", hidden=(4, 4), depth=(2, 2),
         layer_norm=True, residual=True, **SMALL),

    # attention
    attention("bahdanau", 40, "additive", "before"),
    attention("bahdanau-deep", 41, "additive", "before", embed=3, deep_output=True,
              hidden=(3, 4), merge="concat", bridge="tanh"),
    attention("bahdanau-gru", 42, "additive", "before", "gru", deep_output=True, depth=(2, 2),
              directions="layer", merge="concat", hidden=(2, 4)),
    attention("bahdanau-gru-after", 43, "additive", "before", "gru-after", start="zeros",
              embed=3, depth=(1, 2)),
    attention("bahdanau-norm", 44, "general", "before", depth=(2, 2), layer_norm=True,
              residual=True, hidden=(5, 5)),
    attention("before-dot", 45, "dot", "before", start="zeros", hidden=(3, 4), merge="concat"),
    attention("before-static", 46, "static", "before", "simple", start="zeros"),
    attention("luong-dot", 50, "dot", "after", depth=(2, 2)),
    attention("luong-dot-feed", 51, "dot", "after", input_feeding=True, embed=3),
    attention("luong-general", 52, "general", "after", embed=3, depth=(2, 1),
              directions="layer", merge="concat", hidden=(3, 4)),
    attention("luong-general-feed", 53, "general", "after", "gru", input_feeding=True,
              depth=(2, 2), bidirectional=False),
    attention("luong-additive", 54, "additive", "after", "gru", start="zeros", bridge="tanh",
              bidirectional=False),
    attention("luong-additive-feed", 55, "additive", "after", input_feeding=True, embed=4,
              tie=True, start="zeros", depth=(1, 2)),
    attention("luong-layers-residual", 56, "dot", "after", "gru", depth=(2, 2),
              directions="layer", layer_norm=True, residual=True),
    attention("location-before", 57, "additive", "before", location=1),
    attention("location-after", 58, "general", "after", "gru", location=2, embed=3,
              input_feeding=True, hidden=(3, 4), merge="concat"),

    # readout
    readout("plain", 60, depth=(1, 1)),
    readout("deep", 61, hidden=(3, 4), readout=3),
    readout("peek", 62, peek=True),
    readout("separate", 63, inner=False, depth=(2, 1), embed=2, hidden=(3, 5)),
    readout("separate-zeros", 64, "gru", inner=False, broadcast=False, peek=True),
    readout("zeros", 65, "simple", broadcast=False, depth=(3, 2), spread=0.6),
    readout("forced", 66, teacher=1),
    readout("forced-peek", 67, "gru", teacher=1, peek=True, inner=False, depth=(2, 3)),
    readout("forced-norm", 68, "gru-after", teacher=1, layer_norm=True, readout=4,
            broadcast=False),
]

if __name__ == "__main__":
    wanted = sys.argv[1:]
    for case in CASES:
        if not wanted or case.name in wanted:
            case.save()

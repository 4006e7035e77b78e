#!/usr/bin/env python3
"""Makes golden vectors with PyTorch: what the engine must compute, to the last digits.

    python3 tests/golden/make_torch.py

writes tests/golden/torch-*.safetensors again (needs torch and numpy; made with torch
2.13, numpy 2.4). golden_file.py says what is in them; test_golden.c compares.

lstm and simple are PyTorch's own nn.LSTM and nn.RNN, unequal lengths its packed
sequences. Its nn.GRU resets after the product; ours, as Keras' was, before: so the gru
is written out here, and its gradient is PyTorch's. Optimizers are PyTorch's but for
adam: ours has epsilon outside the bias correction, as Keras has it.
"""
import math

import numpy as np
import torch
from torch.func import functional_call
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from golden_file import (RUNS, UPDATES, random_weights, save, settings_text,
                         weight_shapes)

torch.set_default_dtype(torch.float64)


# x [T, B, in] -> outputs [T, B, H] and the last state: a tuple of [B, H]

def torch_layer(cls, x, w, name, state, lengths):
    hidden = w[name + "U"].shape[0]
    module = cls(x.shape[2], hidden)
    bias = w[name + "b"]
    weights = {"weight_ih_l0": w[name + "W"].T, "weight_hh_l0": w[name + "U"].T,
               "bias_ih_l0": bias, "bias_hh_l0": torch.zeros_like(bias)}
    if state is not None:
        state = tuple(s[None] for s in state)
        state = state if cls is torch.nn.LSTM else state[0]
    x = pack_padded_sequence(x, lengths, enforce_sorted=False)
    y, last = functional_call(module, weights, (x, state))
    last = last if cls is torch.nn.LSTM else (last,)
    return pad_packed_sequence(y)[0], tuple(s[0] for s in last)


def lstm_layer(*args):
    return torch_layer(torch.nn.LSTM, *args)


def simple_layer(*args):
    return torch_layer(torch.nn.RNN, *args)


def gru_layer(x, w, name, state, lengths):
    hidden = w[name + "Un"].shape[0]
    h = torch.zeros(x.shape[1], hidden) if state is None else state[0]
    outputs = []
    for t in range(x.shape[0]):
        xz, xr, xn = (x[t] @ w[name + "W"] + w[name + "b"]).split(hidden, 1)
        hz, hr = (h @ w[name + "U"]).split(hidden, 1)
        z, r = torch.sigmoid(xz + hz), torch.sigmoid(xr + hr)
        n = torch.tanh(xn + (r * h) @ w[name + "Un"])
        going = (t < lengths)[:, None]
        h = torch.where(going, z * h + (1 - z) * n, h)
        outputs.append(torch.where(going, h, 0))
    return torch.stack(outputs), (h,)


LAYERS = {"lstm": lstm_layer, "gru": gru_layer, "simple": simple_layer}


def stack(cell, prefix, depth, x, w, states, lengths):
    last = []
    for layer in range(depth):
        state = states[layer] if states else None
        x, end = LAYERS[cell](x, w, f"{prefix}.{layer}.", state, lengths)
        last.append(end)
    return x, last


def symbols_in(ids, table, count):
    """[T, B] ids to vectors; -1 is nothing: zeros."""
    table = torch.eye(count) if table is None else table
    return torch.where((ids >= 0)[:, :, None], table[ids.clamp(min=0)], 0)


class Case:
    def __init__(self, name, seed, arch, cell, hidden, depth=1, embed=0,
                 src_lengths=(6, 6, 6), tgt_lengths=(4, 4, 4), symbols=9):
        rng = np.random.default_rng(seed)
        self.name, self.arch, self.cell = name, arch, cell
        self.depth, self.symbols = depth, symbols
        self.src_lengths = torch.tensor(src_lengths)
        self.tgt_lengths = torch.tensor(tgt_lengths)
        self.src = self.ids(rng, src_lengths)
        self.tgt = self.ids(rng, tgt_lengths)
        start = torch.zeros(1, len(tgt_lengths), dtype=torch.int64)
        self.fed = torch.cat([start, self.tgt[:-1]])
        self.fed[self.tgt < 0] = -1
        self.start = random_weights(
            weight_shapes(arch, cell, symbols, hidden, depth, embed), rng)
        self.settings = {"arch": arch, "cell": cell, "hidden": f"{hidden[0]},{hidden[1]}",
                         "depth": depth, "embed": embed,
                         "length": "fixed" if arch == "repeat" else "free"}

    def ids(self, rng, lengths):
        ids = torch.full((max(lengths), len(lengths)), -1, dtype=torch.int64)
        for row, n in enumerate(lengths):
            ids[:n, row] = torch.from_numpy(rng.integers(1, self.symbols, n))
        return ids

    def weights(self):
        return {k: torch.from_numpy(v.copy()).requires_grad_()
                for k, v in self.start.items()}

    def logits(self, w):
        x = symbols_in(self.src, w.get("src.E"), self.symbols)
        _, last = stack(self.cell, "enc", self.depth, x, w, None, self.src_lengths)
        if self.arch == "repeat":
            x = last[-1][0].expand(self.tgt.shape[0], -1, -1)
            last = None
        else:
            x = symbols_in(self.fed, w.get("tgt.E"), self.symbols)
        h, _ = stack(self.cell, "dec", self.depth, x, w, last, self.tgt_lengths)
        return h @ w["out.W"] + w["out.b"]

    def loss(self, w):
        return torch.nn.functional.cross_entropy(
            self.logits(w).flatten(0, 1), self.tgt.flatten(), ignore_index=-1)

    def losses(self, run):
        w = self.weights()
        optimizer = OPTIMIZERS[run["optimizer"]](list(w.values()), run)
        losses = []
        for _ in range(UPDATES):
            optimizer.zero_grad()
            loss = self.loss(w)
            loss.backward()
            losses.append(loss.item())
            if run["clip"]:
                clip_global_norm(list(w.values()), run["clip"])
            optimizer.step()
        return np.array(losses)

    def save(self):
        w = self.weights()
        logits = self.logits(w)
        loss = self.loss(w)
        loss.backward()
        tensors = dict(self.start)
        tensors["src"], tensors["tgt"] = self.src.numpy(), self.tgt.numpy()
        tensors["logits"] = logits.detach().flatten(0, 1).numpy()
        tensors["loss"] = np.array([loss.item()])
        for name, value in w.items():
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

CASES = [
    Case("torch-repeat-lstm", 1, "repeat", "lstm", (7, 5)),
    Case("torch-repeat-gru", 2, "repeat", "gru", (7, 5)),
    Case("torch-repeat-simple", 3, "repeat", "simple", (7, 5)),
    Case("torch-repeat-lstm-2", 8, "repeat", "lstm", (5, 6), depth=2, embed=5),
    Case("torch-transfer-lstm", 4, "transfer", "lstm", (6, 6)),
    Case("torch-transfer-lstm-2", 5, "transfer", "lstm", (6, 6), depth=2, embed=5,
         **UNEQUAL),
    Case("torch-transfer-gru", 6, "transfer", "gru", (6, 6), embed=5, **UNEQUAL),
    Case("torch-transfer-simple", 7, "transfer", "simple", (6, 6), **UNEQUAL),
]

if __name__ == "__main__":
    for case in CASES:
        case.save()

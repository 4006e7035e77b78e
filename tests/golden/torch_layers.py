"""Recurrent layers, stacks of them and the encoder in PyTorch, from weights that are
named and shaped as seqsh has them. The nets in torch_nets.py are made of these.

lstm, simple and gru-after are PyTorch's own nn.LSTM, nn.RNN and nn.GRU, both ways its
`bidirectional`, unequal lengths its packed sequences. The gru that resets before the
product, as Keras' once did, and cells with hard gates are written out, step by step.

Settings `s` are a dict as in a config file; hidden and depth are pairs.
"""
import numpy as np
import torch
from torch.func import functional_call
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

GATES = {"lstm": 4, "gru": 3, "gru-after": 3, "simple": 1}
TORCH = {"lstm": torch.nn.LSTM, "gru-after": torch.nn.GRU, "simple": torch.nn.RNN}


def as_leaf(value):
    return torch.from_numpy(value.astype(np.float64)).requires_grad_()


class Weights:
    """Weights by name. What is asked for the first time is drawn, uniformly, and then
    rounded to single precision."""

    def __init__(self, rng, spread):
        self.rng, self.spread = rng, spread
        self.start, self.now = {}, {}

    def __call__(self, name, *shape):
        if name not in self.start:
            drawn = self.rng.uniform(-self.spread, self.spread, shape)
            self.start[name] = drawn.astype(np.float32)
            self.now[name] = as_leaf(self.start[name])
        assert self.now[name].shape == shape, name
        return self.now[name]

    def restart(self):
        self.now = {name: as_leaf(value) for name, value in self.start.items()}

    def all(self):
        return list(self.now.values())


def linear(w, name, x, width):
    return x @ w(name + ".W", x.shape[-1], width) + w(name + ".b", width)


def symbols_in(w, embedding, ids, symbols, width):
    """Ids of any shape to vectors; -1 is nothing: zeros."""
    table = w(embedding, symbols, width) if width else torch.eye(symbols)
    return torch.where((ids >= 0)[..., None], table[ids.clamp(min=0)], 0)


# ---- one layer: x [T, B, in] -> outputs [T, B, H], and the last state, a tuple of [B, H]

def weights_of(s, w, name, inputs, hidden, extra):
    """W, U, b. The last `extra` inputs have a kernel of their own, C."""
    cell, width = s["cell"], GATES[s["cell"]] * hidden
    kernel = w(name + "W", inputs - extra, width)
    if cell.startswith("gru"):
        u = torch.cat([w(name + "U", hidden, 2 * hidden), w(name + "Un", hidden, hidden)], 1)
    else:
        u = w(name + "U", hidden, width)
    b = w(name + "b", width)
    if extra:
        kernel = torch.cat([kernel, w(name + "C", extra, width)])
    return kernel, u, b


def torch_weights(s, w, name, inputs, hidden, extra, suffix):
    """The same under PyTorch's names: transposed, two biases, and the gates z r n of a
    gru in its order r z n."""
    kernel, u, b = weights_of(s, w, name, inputs, hidden, extra)
    b_hh = torch.zeros_like(b)
    if s["cell"] == "gru-after":
        swap = torch.cat([torch.arange(hidden, 2 * hidden), torch.arange(hidden),
                          torch.arange(2 * hidden, 3 * hidden)])
        kernel, u, b = kernel[:, swap], u[:, swap], b[swap]
        b_hh = torch.cat([b_hh[:2 * hidden], w(name + "bn", 1, hidden)[0]])
    return {"weight_ih_l0" + suffix: kernel.T, "weight_hh_l0" + suffix: u.T,
            "bias_ih_l0" + suffix: b, "bias_hh_l0" + suffix: b_hh}


def torch_layer(s, w, names, hidden, x, state, lengths, extra):
    """With two names both ways, side by side: outputs [T, B, 2H], states [2, B, H]."""
    both = len(names) == 2
    module = TORCH[s["cell"]](x.shape[2], hidden, bidirectional=both)
    weights = {}
    for name, suffix in zip(names, ("", "_reverse")):
        weights |= torch_weights(s, w, name, x.shape[2], hidden, extra, suffix)
    if state is not None:
        state = tuple(v[None] for v in state)
        state = state if s["cell"] == "lstm" else state[0]
    x = pack_padded_sequence(x, lengths, enforce_sorted=False)
    y, last = functional_call(module, weights, (x, state))
    last = last if s["cell"] == "lstm" else (last,)
    return pad_packed_sequence(y)[0], last if both else tuple(v[0] for v in last)


def lstm_step(gate, z, u, h, c):
    i, f, g, o = (z + h @ u).chunk(4, 1)
    c = gate(f) * c + gate(i) * torch.tanh(g)
    return gate(o) * torch.tanh(c), c


def gru_step(gate, z, u, h):
    hidden = h.shape[1]
    xz, xr, xn = z.chunk(3, 1)
    hz, hr = (h @ u[:, :2 * hidden]).chunk(2, 1)
    z, r = gate(xz + hz), gate(xr + hr)
    return (z * h + (1 - z) * torch.tanh(xn + (r * h) @ u[:, 2 * hidden:]),)


STEPS = {"lstm": lstm_step, "gru": gru_step}


def hard_sigmoid(x):
    return (0.2 * x + 0.5).clamp(0, 1)


def layer_by_steps(s, w, name, hidden, x, state, lengths, extra):
    kernel, u, b = weights_of(s, w, name, x.shape[2], hidden, extra)
    gate = hard_sigmoid if is_hard(s) else torch.sigmoid
    state = state or zero_state(s, x.shape[1], hidden)
    outputs = []
    for t in range(x.shape[0]):
        new = STEPS[s["cell"]](gate, x[t] @ kernel + b, u, *state)
        going = (t < lengths)[:, None]
        state = tuple(torch.where(going, v, old) for v, old in zip(new, state))
        outputs.append(torch.where(going, state[0], 0))
    return torch.stack(outputs), state


def is_hard(s):
    return s.get("gates") == "hard"


def has_torch(s):
    return s["cell"] in TORCH and not is_hard(s)


def zero_state(s, rows, hidden):
    return tuple(torch.zeros(rows, hidden) for _ in range(2 if s["cell"] == "lstm" else 1))


def layer(s, w, name, hidden, x, state, lengths, extra=0):
    if has_torch(s):
        return torch_layer(s, w, [name], hidden, x, state, lengths, extra)
    return layer_by_steps(s, w, name, hidden, x, state, lengths, extra)


# ---- several layers

def stack(s, w, prefix, depth, hidden, x, states, lengths, extra=0):
    """Outputs of the top layer, and of each layer the last state."""
    last = []
    for l in range(depth):
        below = x
        x, end = layer(s, w, f"{prefix}.{l}.", hidden, x, states[l] if states else None,
                       lengths, 0 if l else extra)
        last.append(end)
        if s.get("layer_norm"):
            x = torch.nn.functional.layer_norm(x, (hidden,), w(f"{prefix}.{l}.gain", hidden),
                                               w(f"{prefix}.{l}.bias", hidden))
        if s.get("residual") and l:
            x = x + below
    return x, last


def flipped(x, lengths):
    """Each sequence backwards; what lies beyond its end stays there."""
    t = torch.arange(x.shape[0])[:, None]
    at = torch.where(t < lengths, lengths - 1 - t, t)
    return x.gather(0, at[:, :, None].expand_as(x))


def merged(s, a, b):
    return torch.cat([a, b], -1) if s.get("merge") == "concat" else a + b


def stacks_both_ways(s, w, names, depth, hidden, x, lengths):
    """A whole stack each way, then merged, and so its states."""
    a, a_last = stack(s, w, names[0], depth, hidden, x, None, lengths)
    b, b_last = stack(s, w, names[1], depth, hidden, flipped(x, lengths), None, lengths)
    last = [tuple(merged(s, v, u) for v, u in zip(*each)) for each in zip(a_last, b_last)]
    return merged(s, a, flipped(b, lengths)), last


def layer_both_ways(s, w, names, hidden, x, lengths):
    if not has_torch(s) or s.get("layer_norm"):
        y, last = stacks_both_ways(s, w, names, 1, hidden, x, lengths)
        return y, last[0]
    y, last = torch_layer(s, w, [name + ".0." for name in names], hidden, x, None, lengths, 0)
    return (merged(s, y[:, :, :hidden], y[:, :, hidden:]),
            tuple(merged(s, v[0], v[1]) for v in last))


def encoder(s, w, b):
    """Outputs [T, B, width], and of each layer the last state."""
    hidden, depth = s["hidden"][0], s["depth"][0]
    x = symbols_in(w, "src.E", b.src, b.src_symbols, s["embed"])
    if not s["bidirectional"]:
        return stack(s, w, "enc", depth, hidden, x, None, b.src_lengths)
    if s.get("directions") != "layer" or depth == 1:
        return stacks_both_ways(s, w, ("enc", "encback"), depth, hidden, x, b.src_lengths)
    last = []
    for l in range(depth):
        below = x
        x, end = layer_both_ways(s, w, (f"enc.{l}", f"encback.{l}"), hidden, x,
                                 b.src_lengths)
        last.append(end)
        if s.get("residual") and l:
            x = x + below
    return x, last

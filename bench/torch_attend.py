"""The translators of the benchmarks in PyTorch: an LSTM reads, another writes and looks at
what was read (Luong et al. 2015), over vocabularies of words. README.md has the shapes.

Written two ways that compute the same thing (`peer_torch.py check`):

  lstm    nn.LSTM as shipped, its second bias held at zero
  hand    the recurrence written out, its input projected in one product, and its way back
          written by hand so that each weight's gradient is one tall product; for
          torch.compile, which cannot trace nn.LSTM here. All else is autograd's.
"""
import dataclasses

import torch
import torch.nn.functional as F
from torch import nn


@dataclasses.dataclass(frozen=True)
class Shape:
    name: str
    symbols: int      # of each vocabulary
    embed: int
    encoder: int      # units of a layer, each way
    decoder: int
    layers: tuple     # of encoder and decoder
    batch: int
    steps: int        # source and target
    both_ways: bool = False   # the encoder reads both ways, side by side
    between: bool = False     # looks between the decoder's two layers, not after them
    tie: bool = False         # the output layer is the embedding

    @property
    def read(self):           # width of what the encoder says
        return self.encoder * (1 + self.both_ways)


SHAPES = {
    "c": Shape("c", 10000, 256, 512, 512, (1, 1), 64, 12),
    "d": Shape("d", 16000, 512, 512, 512, (2, 2), 64, 20),
    "e": Shape("e", 6000, 320, 256, 512, (1, 2), 120, 10, True, True, True),
}


def sentences(shape, seed):
    """Every epoch's batches: x [steps, rows] to read, what the decoder is fed, what it says."""
    rows = 32 * shape.batch
    made = torch.Generator().manual_seed(seed)
    x, y = (torch.randint(3, shape.symbols, (shape.steps, rows), generator=made)
            for _ in range(2))
    fed = torch.cat((torch.ones_like(y[:1]), y[:-1]))
    return x, fed, y


class Recurrence(torch.autograd.Function):
    """LSTM steps over z = x W + b, from a state; outputs and the last state."""

    @staticmethod
    def forward(ctx, z, u, h0, c0):
        hs, kept, c = run(z, u, h0, c0)
        ctx.save_for_backward(torch.cat((h0[None], hs[:-1])), u,
                              *(v for step in kept for v in step))
        return hs, hs[-1].clone(), c

    @staticmethod
    def backward(ctx, dhs, dh, dc):
        before, u, *flat = ctx.saved_tensors
        kept = [flat[i:i + 6] for i in range(0, len(flat), 6)]
        dz = []
        for t in reversed(range(len(kept))):
            i, f, g, o, squashed, c = kept[t]
            dh = dh + dhs[t]
            dc = dc + dh * o * (1 - squashed * squashed)
            dz.append(torch.cat((dc * g * i * (1 - i), dc * c * f * (1 - f),
                                 dc * i * (1 - g * g), dh * squashed * o * (1 - o)), 1))
            dc = dc * f
            dh = dz[-1] @ u.T
        dz = torch.stack(dz[::-1])
        du = before.flatten(0, 1).T @ dz.flatten(0, 1)
        return dz, du, dh, dc


def run(z, u, h, c):
    hs, kept = [], []
    for zt in z:
        i, f, g, o = torch.addmm(zt, h, u).chunk(4, 1)
        i, f, g, o = i.sigmoid(), f.sigmoid(), g.tanh(), o.sigmoid()
        before, c = c, f * c + i * g
        squashed = c.tanh()
        h = o * squashed
        hs.append(h)
        kept.append((i, f, g, o, squashed, before))
    return torch.stack(hs), kept, c


class Layers(nn.Module):
    """A stack of LSTM layers: nn.LSTM, or by hand. Returns outputs and each layer's last."""

    def __init__(self, size, hidden, depth, both_ways, by_hand):
        super().__init__()
        self.by_hand, self.depth, self.both_ways = by_hand, depth, both_ways
        self.lstm = nn.LSTM(size, hidden, depth, bidirectional=both_ways)
        for name, p in self.lstm.named_parameters():
            if "bias_hh" in name:
                nn.init.zeros_(p)
                p.requires_grad_(False)

    def forward(self, x, state=None):
        if not self.by_hand:
            return self.lstm(x, state)
        ways, hs, cs = 1 + self.both_ways, [], []
        for k in range(self.depth):
            out = []
            for way in range(ways):
                end = f"l{k}" + ("_reverse" if way else "")
                w, u, b = (getattr(self.lstm, name + end)
                           for name in ("weight_ih_", "weight_hh_", "bias_ih_"))
                z = F.linear(x.flip(0) if way else x, w, b)
                zero = z.new_zeros(x.shape[1], u.shape[1])
                h0, c0 = (zero, zero) if state is None else (state[0][k], state[1][k])
                h, last, c = Recurrence.apply(z, u.T, h0, c0)
                out.append(h.flip(0) if way else h)
                hs.append(last)
                cs.append(c)
            x = torch.cat(out, 2) if self.both_ways else out[0]
        return x, (torch.stack(hs), torch.stack(cs))


class Translator(nn.Module):
    def __init__(self, shape, by_hand):
        super().__init__()
        s = self.shape = shape
        self.src = nn.Embedding(s.symbols, s.embed)
        self.tgt = nn.Embedding(s.symbols, s.embed)
        self.enc = Layers(s.embed, s.encoder, s.layers[0], s.both_ways, by_hand)
        self.dec = Layers(s.embed, s.decoder, 1 if s.between else s.layers[1], False, by_hand)
        if s.between:
            self.top = Layers(s.decoder + s.read, s.decoder, 1, False, by_hand)
            self.bridge = nn.ModuleList(nn.Linear(s.read, s.decoder) for _ in range(2))
        self.key = nn.Linear(s.read, s.decoder, bias=False)
        made = s.embed if s.tie else s.decoder
        self.combine = nn.Linear(s.decoder + s.read, made)
        self.out = nn.Linear(made, s.symbols)
        if s.tie:
            self.out.weight = self.tgt.weight

    def look(self, h, read):
        """h [steps, B, decoder], read [steps, B, read] -> contexts [steps, B, read]"""
        keys = self.key(read).permute(1, 2, 0)
        alpha = torch.bmm(h.transpose(0, 1), keys).softmax(2)
        return torch.bmm(alpha, read.transpose(0, 1)).transpose(0, 1)

    def loss(self, x, fed, y):
        s = self.shape
        read, last = self.enc(self.src(x))
        if s.between:
            state = [torch.tanh(f(torch.cat((v[0], v[1]), 1)))[None]
                     for f, v in zip(self.bridge, last)]
            h, _ = self.dec(self.tgt(fed), state)
            context = self.look(h, read)
            h, _ = self.top(torch.cat((h, context), 2), state)
        else:
            h, _ = self.dec(self.tgt(fed), last)
            context = self.look(h, read)
        made = torch.tanh(self.combine(torch.cat((h, context), 2)))
        logits = self.out(made).flatten(0, 1)
        return F.cross_entropy(logits, y.flatten())


def differentiator(net, compile_it, bf16):
    """A function (x, fed, y) -> loss that leaves the gradient in the weights' grad."""
    def forward(*batch):
        with torch.autocast("cpu", torch.bfloat16, enabled=bf16):
            return net.loss(*batch)

    if compile_it:
        forward = torch.compile(forward, dynamic=False, options={"cpp_wrapper": True})

    def differentiate(*batch):
        net.zero_grad(set_to_none=True)
        loss = forward(*batch)
        loss.backward()
        return loss
    return differentiate

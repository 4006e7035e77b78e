"""The net of the benchmarks in PyTorch, written three ways.

LSTM -> its last output repeated -> LSTM -> linear -> softmax, with Keras' initial
weights and one bias per LSTM. The three compute the same thing (`peer_torch.py check`):

  lstm    nn.LSTM as shipped, fed one-hot vectors: what most people write. Its second
          bias is held at zero, or the net would not be the same.
  cells   the two recurrent loops written out: a one-hot product is a row lookup, the
          repeated context is projected once. For torch.compile, which cannot trace
          nn.LSTM here.
  hand    cells with the gradient written out as well, so that each weight's gradient is
          one tall product instead of one per step. No longer autograd; for the record.
"""
import torch
import torch.nn.functional as F
from torch import nn


def draw(shape):
    """Keras' initial weights, each W [in, 4H], U [H, 4H]; gates in the order i f g o."""
    symbols = len(shape.alphabet)
    w = {}
    for name, size, hidden in (("enc", symbols, shape.encoder),
                               ("dec", shape.encoder, shape.decoder)):
        w[name + "_w"] = nn.init.xavier_uniform_(torch.empty(size, 4 * hidden))
        w[name + "_u"] = nn.init.orthogonal_(torch.empty(hidden, 4 * hidden))
        w[name + "_b"] = torch.zeros(4 * hidden)
        w[name + "_b"][hidden:2 * hidden] = 1
    w["out_w"] = nn.init.xavier_uniform_(torch.empty(shape.decoder, symbols))
    w["out_b"] = torch.zeros(symbols)
    return w


class Lstm(nn.Module):
    def __init__(self, shape, weights):
        super().__init__()
        self.symbols, self.steps = len(shape.alphabet), shape.tgt
        self.enc = nn.LSTM(self.symbols, shape.encoder)
        self.dec = nn.LSTM(shape.encoder, shape.decoder)
        self.out = nn.Linear(shape.decoder, self.symbols)
        with torch.no_grad():
            for name, layer in (("enc", self.enc), ("dec", self.dec)):
                layer.weight_ih_l0.copy_(weights[name + "_w"].T)
                layer.weight_hh_l0.copy_(weights[name + "_u"].T)
                layer.bias_ih_l0.copy_(weights[name + "_b"])
                layer.bias_hh_l0.zero_().requires_grad_(False)
            self.out.weight.copy_(weights["out_w"].T)
            self.out.bias.copy_(weights["out_b"])

    def feed(self, x):
        """What forward() wants, from ids."""
        return F.one_hot(x, self.symbols).float()

    def forward(self, x):
        """x [src, B, symbols] -> logits [tgt, B, symbols]"""
        _, (context, _) = self.enc(x)
        y, _ = self.dec(context.expand(self.steps, -1, -1))
        return self.out(y)

    def loss(self, x, y):
        return F.cross_entropy(self(x).flatten(0, 1), y.flatten())


def lstm_step(z, c):
    """z [B, 4H] before the gates, c [B, H] -> h, c, and what the way back needs"""
    i, f, g, o = z.chunk(4, 1)
    i, f, g, o = i.sigmoid(), f.sigmoid(), g.tanh(), o.sigmoid()
    new = f * c + i * g
    squashed = new.tanh()
    return o * squashed, new, (i, f, g, o, squashed, c)


def lstm_layer(zs, u):
    """zs: x W + b of each step -> outputs and kept values of each step"""
    h, c, keep = lstm_step(zs[0], zs[0].new_zeros(zs[0].shape[0], u.shape[0]))
    outputs, kept = [h], [keep]
    for z in zs[1:]:
        h, c, keep = lstm_step(torch.addmm(z, h, u), c)
        outputs.append(h)
        kept.append(keep)
    return outputs, kept


def lstm_layer_back(kept, dhs, u):
    """dhs: loss by outputs of each step, None for zero -> loss by z of each step"""
    dzs = [None] * len(kept)
    dh, dc = dhs[-1], 0
    for t in reversed(range(len(kept))):
        i, f, g, o, squashed, before = kept[t]
        dc = dc + dh * o * (1 - squashed * squashed)
        dzs[t] = torch.cat((dc * g * i * (1 - i), dc * before * f * (1 - f),
                            dc * i * (1 - g * g), dh * squashed * o * (1 - o)), 1)
        dc = dc * f
        if t > 0:
            dh = dzs[t] @ u.T if dhs[t - 1] is None else torch.addmm(dhs[t - 1], dzs[t], u.T)
    return dzs


class Cells(nn.Module):
    def __init__(self, shape, weights):
        super().__init__()
        self.steps = shape.tgt
        for name, w in weights.items():
            setattr(self, name, nn.Parameter(w.clone()))

    def feed(self, x):
        return x

    def run(self, x):
        """ids [src, B] -> logits [tgt * B, symbols], and all that happened on the way"""
        table = F.embedding(x, self.enc_w) + self.enc_b
        hs, enc_kept = lstm_layer(list(table), self.enc_u)
        context = torch.addmm(self.dec_b, hs[-1], self.dec_w)
        ys, dec_kept = lstm_layer([context] * self.steps, self.dec_u)
        return torch.addmm(self.out_b, torch.cat(ys), self.out_w), hs, enc_kept, ys, dec_kept

    def forward(self, x):
        return self.run(x)[0].unflatten(0, (self.steps, -1))

    def loss(self, x, y):
        return F.cross_entropy(self.run(x)[0], y.flatten())


class Hand(Cells):
    @torch.no_grad()
    def gradients(self, x, y):
        """The loss, and its gradient by each weight in the order of parameters()."""
        logits, hs, enc_kept, ys, dec_kept = self.run(x)
        y = y.flatten()
        logp = F.log_softmax(logits, 1)
        loss = F.nll_loss(logp, y)

        symbols = logits.shape[1]
        dlogits = (logp.exp() - F.one_hot(y, symbols)) / y.shape[0]
        dys = (dlogits @ self.out_w.T).chunk(self.steps)
        dzs = lstm_layer_back(dec_kept, dys, self.dec_u)
        dcontext = sum(dzs[1:], dzs[0])
        by_dec = (hs[-1].T @ dcontext, torch.cat(ys[:-1]).T @ torch.cat(dzs[1:]),
                  dcontext.sum(0))

        dhs = [None] * (len(hs) - 1) + [dcontext @ self.dec_w.T]
        dz = torch.cat(lstm_layer_back(enc_kept, dhs, self.enc_u))
        rows = x.shape[1]
        by_enc = (F.one_hot(x.flatten(), symbols).float().T @ dz,
                  torch.cat(hs[:-1]).T @ dz[rows:], dz.sum(0))
        return loss, (*by_enc, *by_dec, torch.cat(ys).T @ dlogits, dlogits.sum(0))


NETS = {"lstm": Lstm, "cells": Cells, "hand": Hand}


def compiled(function):
    """torch.compile for the CPU: one graph per shape, called without Python in between."""
    return torch.compile(function, dynamic=False, options={"cpp_wrapper": True})


def differentiator(net, compile_it):
    """A function (x, y) -> loss that leaves the gradient in the weights' grad."""
    weights = [w for w in net.parameters() if w.requires_grad]
    if isinstance(net, Hand):
        gradients = compiled(net.gradients) if compile_it else net.gradients

        def differentiate(x, y):
            loss, grads = gradients(x, y)
            for w, g in zip(weights, grads):
                w.grad = g
            return loss
    else:
        forward = compiled(net.loss) if compile_it else net.loss

        def differentiate(x, y):
            for w in weights:
                w.grad = None
            loss = forward(x, y)
            loss.backward()
            return loss
    return differentiate


def optimizer(net, adam):
    how = {"fused": {"fused": True}, "foreach": {"foreach": True}, "plain": {}}[adam]
    weights = [w for w in net.parameters() if w.requires_grad]
    return torch.optim.Adam(weights, lr=1e-3, eps=1e-7, **how)

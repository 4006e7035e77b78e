#!/usr/bin/env python3
"""PyTorch's side of the benchmarks: a child process that bench/run talks to.

    peer_torch.py steps SHAPE [options]    training steps
    peer_torch.py decode a|b|c [options]   answers, --rows questions at a time
    peer_torch.py accuracy [options]       train the net of "b" until it answers right
    peer_torch.py check                    the nets compute the same thing, or exit 1
    peer_torch.py version

steps and decode speak lines: they print `ready TAB version TAB what they are`, or `cannot
TAB why`; then each `run N` on stdin is answered by the seconds that N took.
"""
import argparse
import dataclasses
import os
import re
import sys
import time

try:
    import torch
except ImportError as e:
    print(f"cannot\t{e}", flush=True)
    sys.exit(0)

import torch_attend
import torch_data
import torch_decode
import torch_nets

SHAPES = {**torch_data.SHAPES, **torch_attend.SHAPES}


def make_net(o, shape):
    torch.manual_seed(o.seed)
    return torch_nets.NETS[o.net](shape, torch_nets.draw(shape))


def turns(differentiate, optimizer, batches):
    """run(n): n steps, batch by batch; the loss is left where it is."""
    at = 0

    def run(n):
        nonlocal at
        for _ in range(n):
            differentiate(*batches[at])
            optimizer.step()
            at = (at + 1) % len(batches)
    return run


def translator_peer(o, shape):
    torch.manual_seed(o.seed)
    net = torch_attend.Translator(shape, o.net == "hand")
    parts = [part.split(shape.batch, 1) for part in torch_attend.sentences(shape, o.seed)]
    batches = [tuple(p.contiguous() for p in batch) for batch in zip(*parts)]
    return turns(torch_attend.differentiator(net, o.compile, o.bf16),
                 torch_nets.optimizer(net, o.adam), batches)


def steps_peer(o, shape):
    """The whole epoch lies in memory, as tensors."""
    if o.shape in torch_attend.SHAPES:
        return translator_peer(o, shape)
    net = make_net(o, shape)
    differentiate = torch_nets.differentiator(net, o.compile)
    optimizer = torch_nets.optimizer(net, o.adam)
    (x, y), _ = torch_data.additions(shape, o.seed)
    whole = x.shape[1] // shape.batch * shape.batch
    xs = [net.feed(part).contiguous() for part in x[:, :whole].split(shape.batch, 1)]
    ys = [part.contiguous() for part in y[:, :whole].split(shape.batch, 1)]
    return turns(differentiate, optimizer, list(zip(xs, ys)))


def decode_peer(o, shape):
    """In a and b nothing is fed back, so the answer is one pass over both layers."""
    if o.shape in torch_attend.SHAPES:
        torch.manual_seed(o.seed)
        net = torch_attend.Translator(shape, False).eval().requires_grad_(False)
        answer = torch_decode.narrowed(torch_decode.Greedy(net, o.net == "cells"), o.numbers)
        x, feed = torch_attend.sentences(shape, o.seed)[0], torch.clone
    else:
        net = make_net(o, shape).eval().requires_grad_(False)
        feed, answer = net.feed, torch_decode.narrowed(net, o.numbers)
        (x, _), _ = torch_data.additions(shape, o.seed)
    if o.compile:
        answer = torch.compile(answer, dynamic=False,
                               options={"cpp_wrapper": True, "freezing": True})
    xs = [feed(question).contiguous() for question in x[:, :512].split(o.rows, 1)]
    at = 0

    def run(n):
        nonlocal at
        with torch.inference_mode():
            for _ in range(n):
                y = answer(xs[at])
                (y.argmax(-1) if y.is_floating_point() else y).flatten().tolist()
                at = (at + 1) % len(xs)
    return run


def version():
    text = torch.__config__.show()
    mkl = re.search(r"Math Kernel Library Version ([\d.]+)", text)
    dnn = re.search(r"MKL-DNN v([\d.]+)", text)
    return " ".join(filter(None, (
        f"torch {torch.__version__}", mkl and f"MKL {mkl[1]}", dnn and f"oneDNN {dnn[1]}",
        torch.backends.cpu.get_cpu_capability())))


def describe(o):
    what = [{"lstm": "nn.LSTM", "cells": "loops", "hand": "loops, own gradient"}[o.net]]
    if o.net == "lstm" and not o.onednn:
        what.append("no oneDNN")
    if o.compile:
        what.append("torch.compile")
    if o.bf16:
        what.append("autocast bf16")
    if o.numbers != "f32":
        what.append(o.numbers)
    if o.task != "decode":
        what.append(f"{o.adam} Adam")
    if "OMP_WAIT_POLICY" in os.environ:
        what.append("OMP " + os.environ["OMP_WAIT_POLICY"])
    return ", ".join(what)


def serve(o):
    try:
        run = (steps_peer if o.task == "steps" else decode_peer)(o, SHAPES[o.shape])
        run(3)
    except Exception as e:  # a compiler that is missing or fails: the others go on
        print("cannot\t" + " ".join(str(e).split())[:200], flush=True)
        return
    print(f"ready\t{version()}\t{describe(o)}", flush=True)
    for line in sys.stdin:
        n = int(line.removeprefix("run "))
        began = time.perf_counter()
        run(n)
        print(f"{time.perf_counter() - began:.9f}", flush=True)


@torch.no_grad()
def exact_match(net, x, y):
    return (net(x).argmax(-1) == y).all(0).double().mean().item()


def accuracy(o):
    """One line per epoch on stderr; the last line on stdout is epochs, seconds of training,
    seconds of getting ready (compiling), and the share of answers that are right."""
    shape = torch_data.SHAPES["b"]
    (x, y), (held_x, held_y) = torch_data.additions(shape, o.seed)
    net = make_net(o, shape)
    differentiate = torch_nets.differentiator(net, o.compile)
    optimizer = torch_nets.optimizer(net, o.adam)
    x, held_x = net.feed(x), net.feed(held_x)

    began = time.perf_counter()
    for rows in {shape.batch, x.shape[1] % shape.batch} - {0}:
        differentiate(x[:, :rows].contiguous(), y[:, :rows].contiguous())
    ready = time.perf_counter() - began

    seconds, exact, epoch = 0.0, 0.0, 0
    while exact < o.target and epoch < o.epochs:
        began = time.perf_counter()
        order = torch.randperm(x.shape[1])
        shuffled_x, shuffled_y = x.index_select(1, order), y.index_select(1, order)
        for bx, by in zip(shuffled_x.split(shape.batch, 1), shuffled_y.split(shape.batch, 1)):
            loss = differentiate(bx.contiguous(), by.contiguous())
            optimizer.step()
        seconds += time.perf_counter() - began
        epoch += 1
        exact = exact_match(net, held_x, held_y)
        print(f"epoch {epoch} {seconds:.1f} s loss {loss.item():.4f} exact {exact:.4f}",
              file=sys.stderr, flush=True)
    print(f"{epoch}\t{seconds:.3f}\t{ready:.1f}\t{exact:.4f}", flush=True)


def check():
    """Same weights and data: the same loss, the same gradients."""
    for shape in torch_data.SHAPES.values():
        (x, y), _ = torch_data.additions(shape, 1)
        x, y = x[:, :shape.batch], y[:, :shape.batch]
        torch.manual_seed(1)
        weights = torch_nets.draw(shape)
        lstm, cells, hand = (cls(shape, weights) for cls in torch_nets.NETS.values())
        loss = lstm.loss(lstm.feed(x), y)
        loss.backward()
        truth = []
        for layer in (lstm.enc, lstm.dec):
            truth += [layer.weight_ih_l0.grad.T, layer.weight_hh_l0.grad.T,
                      layer.bias_ih_l0.grad]
        truth += [lstm.out.weight.grad.T, lstm.out.bias.grad]
        cells_loss = cells.loss(x, y)
        cells_loss.backward()
        hand_loss, hand_grads = hand.gradients(x, y)
        torch.testing.assert_close([cells_loss, hand_loss], [loss, loss])
        torch.testing.assert_close([w.grad for w in cells.parameters()], truth,
                                   rtol=1e-4, atol=1e-6)
        torch.testing.assert_close(list(hand_grads), truth, rtol=1e-4, atol=1e-6)
        torch.testing.assert_close(cells(x), lstm(lstm.feed(x)), rtol=1e-4, atol=1e-5)
        count = sum(w.numel() for w in lstm.parameters() if w.requires_grad)
        print(f"shape {shape.name}: {count} weights, three nets, one gradient")


def check_translators():
    """By hand and by nn.LSTM: one loss and one gradient; in small, the shapes being large."""
    for shape in torch_attend.SHAPES.values():
        small = dataclasses.replace(shape, symbols=40, embed=12, encoder=8, decoder=16 if
                                    shape.between else 8, batch=3, steps=5)
        batch = [part[:, :small.batch] for part in torch_attend.sentences(small, 1)]
        results = []
        for by_hand in (False, True):
            torch.manual_seed(1)
            net = torch_attend.Translator(small, by_hand)
            loss = torch_attend.differentiator(net, False, False)(*batch)
            results.append([loss.detach()] + [w.grad for w in net.parameters()
                                              if w.requires_grad])
        torch.testing.assert_close(results[1], results[0], rtol=1e-4, atol=1e-6)
        whole = torch_attend.Translator(shape, False)
        count = sum(w.numel() for w in whole.parameters() if w.requires_grad)
        print(f"shape {shape.name}: {count} weights, two nets, one gradient")


def main():
    p = argparse.ArgumentParser(description=__doc__,
                                formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("task", choices=("steps", "decode", "accuracy", "check", "version"))
    p.add_argument("shape", nargs="?", choices=tuple(SHAPES), default="b")
    p.add_argument("--net", choices=tuple(torch_nets.NETS), default="lstm")
    p.add_argument("--threads", type=int, default=1)
    p.add_argument("--adam", choices=("fused", "foreach", "plain"), default="fused")
    p.add_argument("--compile", action="store_true", help="torch.compile")
    p.add_argument("--bf16", action="store_true", help="autocast; c, d, e")
    p.add_argument("--numbers", choices=("f32", "bf16", "int8"), default="f32",
                   help="decode: what the weights are")
    p.add_argument("--rows", type=int, default=1, help="decode: questions at a time")
    p.add_argument("--no-onednn", dest="onednn", action="store_false")
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--target", type=float, default=0.99)
    p.add_argument("--epochs", type=int, default=200)
    o = p.parse_args()
    torch.set_num_threads(o.threads)
    torch.backends.mkldnn.enabled = o.onednn
    if o.task == "check":
        check()
        check_translators()
    elif o.task == "version":
        print(version())
    elif o.task == "accuracy":
        accuracy(o)
    else:
        serve(o)


if __name__ == "__main__":
    main()

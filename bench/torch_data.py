"""Additions as ids, made as the two examples make them (see README.md).

The alphabet is sorted by code point and the same on both sides: space, +, 0 to 9 for
"b"; digits, +, space for "a". A question of "b" is fed backwards.
"""
import dataclasses
import random

import torch


@dataclasses.dataclass(frozen=True)
class Shape:
    name: str
    encoder: int      # units
    decoder: int
    batch: int
    src: int          # steps
    tgt: int
    alphabet: str
    examples: int
    held_out: float


SHAPES = {
    "a": Shape("a", 75, 50, 32, 5, 2, "0123456789+ ", 1000, 0.2),
    "b": Shape("b", 128, 128, 128, 7, 4, " +0123456789", 50000, 0.1),
}


def small_sums(shape, rng):
    """1..10 plus 1..10, right-aligned, as often as it happens."""
    for _ in range(shape.examples):
        a, b = rng.randint(1, 10), rng.randint(1, 10)
        yield f"{a}+{b}".rjust(shape.src), str(a + b).rjust(shape.tgt)


def digit_sums(shape, rng, digits=3):
    """Operands of 1 to `digits` random digits; no pair twice, whatever its order."""
    def operand():
        return int("".join(rng.choice("0123456789") for _ in range(rng.randint(1, digits))))

    seen = set()
    while len(seen) < shape.examples:
        a, b = operand(), operand()
        if (min(a, b), max(a, b)) in seen:
            continue
        seen.add((min(a, b), max(a, b)))
        yield f"{a}+{b}".ljust(shape.src)[::-1], str(a + b).ljust(shape.tgt)


def ids(texts, alphabet):
    number = {c: i for i, c in enumerate(alphabet)}
    return torch.tensor([[number[c] for c in text] for text in texts])


def additions(shape, seed):
    """(x, y) to learn and (x, y) held out; ids, x [src, n] and y [tgt, n]."""
    rng = random.Random(seed)
    rows = list((small_sums if shape.name == "a" else digit_sums)(shape, rng))
    if shape.name == "b":
        rng.shuffle(rows)
    x = ids([q for q, _ in rows], shape.alphabet).T.contiguous()
    y = ids([a for _, a in rows], shape.alphabet).T.contiguous()
    kept = len(rows) - round(len(rows) * shape.held_out)
    return (x[:, :kept], y[:, :kept]), (x[:, kept:], y[:, kept:])

#!/usr/bin/env python3
"""Makes the seeds of fuzz_ckpt: small safetensors files, good ones and hostile ones.

    python3 tests/fuzz/make_ckpt_seeds.py

Writes tests/fuzz/seeds/ckpt/ again, byte for byte the same.
"""
import json
import math
import os
import struct

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "seeds", "ckpt")


def save(name, header, data=b"", length=None):
    if not isinstance(header, bytes):
        header = json.dumps(header, separators=(",", ":")).encode()
        header += b" " * (-len(header) % 8)
    length = len(header) if length is None else length
    with open(os.path.join(FOLDER, name), "wb") as f:
        f.write(struct.pack("<Q", length) + header + data)


def tensor(dtype, shape, begin, end):
    return {"dtype": dtype, "shape": shape, "data_offsets": [begin, end]}


def floats(*v):
    return struct.pack("<%df" % len(v), *v)


def main():
    os.makedirs(FOLDER, exist_ok=True)
    ones = floats(1, 1)
    for i, dtype in enumerate(["F32", "F16", "BF16", "F64", "I32", "I64", "U8", "F4"]):
        size = {"F64": 8, "I64": 8, "F16": 2, "BF16": 2, "U8": 1}.get(dtype, 4)
        save("good-" + dtype.lower(), {
            "__metadata__": {"settings": "hidden = 2\n", "vocab": "0 1 \u2611 \""},
            "enc.0.W": tensor(dtype, [2, 3], 0, 6 * size),
            "enc.0.b": tensor(dtype, [3], 6 * size, 9 * size),
        }, bytes(range(9 * size)))
    save("good-empty", {})
    save("good-scalar", {"x": tensor("F32", [], 0, 4)}, floats(2))
    save("good-nothing", {"x": tensor("F32", [0, 2], 0, 0)})
    save("value-nan", {"x": tensor("F32", [2, 2], 0, 16)}, floats(1, 2, math.nan, 4))
    save("value-inf", {"x": tensor("BF16", [1], 0, 2)}, struct.pack("<H", 0xff80))
    save("length-0", b"", length=0)
    save("length-2-63", {"x": tensor("F32", [2], 0, 8)}, ones, length=2**63)
    save("length-all", {"x": tensor("F32", [2], 0, 8)}, ones, length=2**64 - 1)
    save("length-one-more", {}, length=9)
    save("json-cut", b'{"x":{"dtype":"F32","shape":[2],"data_off')
    save("json-deep", b'{"x":' + b"[" * 4000)
    save("json-duplicate", b'{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},'
         b'"\\u0078":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}', ones)
    save("json-array", b"[1,2,3]")
    save("name-control", {"x\x1b[2J": tensor("F32", [2], 0, 8)}, ones)
    save("name-long", {"x" * 201: tensor("F32", [2], 0, 8)}, ones)
    save("name-utf8", b'{"x\xff":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}', ones)
    save("meta-number", {"__metadata__": {"settings": 1}})
    save("meta-nul", {"__metadata__": {"settings": "a\0b"}})
    save("shape-negative", {"x": tensor("F32", [-1, -2], 0, 8)}, ones)
    save("shape-fraction", {"x": tensor("F32", [2.5], 0, 8)}, ones)
    save("shape-wraps", {"x": tensor("F32", [2**62, 2, 2], 0, 8)}, ones)
    save("shape-five", {"x": tensor("F32", [1, 1, 1, 1, 2], 0, 8)}, ones)
    save("type-wrong", {"x": tensor("F64", [2], 0, 8)}, ones)
    save("place-beyond", {"x": tensor("F32", [2], 8, 16)}, ones)
    save("place-backwards", {"x": tensor("F32", [2], 8, 0)}, ones)
    save("place-negative", {"x": tensor("F32", [2], -8, 0)}, ones)
    save("place-overlap", {"x": tensor("F32", [2], 0, 8), "y": tensor("F32", [1], 4, 8)},
         ones)
    save("place-hole", {"x": tensor("F32", [1], 0, 4), "y": tensor("F32", [1], 8, 12)},
         ones + ones)
    save("place-rest", {"x": tensor("F32", [1], 0, 4)}, ones)


main()

#!/usr/bin/env python3
"""Writes tests/fuzz/seeds/import: the smallest files that tests/fuzz/fuzz_import.c takes.

    python3 tests/fuzz/make_import_seeds.py
"""
import io
import json
import os
import struct
import zipfile

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "seeds", "import")


def state_dict(gates, attention):
    """Shapes of an encoder and a decoder of two units, embeddings of one."""
    wide = 4 if attention else 2
    shapes = {"encoder.embedding.weight": [3, 1], "decoder.embedding.weight": [4, 1]}
    for side, more in (("encoder", 0), ("decoder", wide if attention else 0)):
        for end in ("", "_reverse") if attention and side == "encoder" else ("",):
            shapes |= {f"{side}.rnn.weight_ih_l0{end}": [gates * 2, 1 + more],
                       f"{side}.rnn.weight_hh_l0{end}": [gates * 2, 2],
                       f"{side}.rnn.bias_ih_l0{end}": [gates * 2],
                       f"{side}.rnn.bias_hh_l0{end}": [gates * 2]}
    if attention:
        shapes |= {"encoder.fc.weight": [2, 4], "encoder.fc.bias": [2],
                   "decoder.attention.attn.weight": [2, 6],
                   "decoder.attention.attn.bias": [2], "decoder.attention.v.weight": [1, 2]}
    shapes |= {"decoder.fc_out.weight": [4, 2 + (5 if attention else 0)],
               "decoder.fc_out.bias": [4]}
    header, at = {}, 0
    for name, shape in shapes.items():
        n = 4
        for k in shape:
            n *= k
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [at, at + n]}
        at += n
    text = json.dumps(header, separators=(",", ":")).encode()
    return struct.pack("<Q", len(text)) + text + struct.pack("<f", 0.5) * (at // 4)


def archive(method):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as z:
        z.writestr("metadata.json", "{}")
        z.writestr("a.json", json.dumps(list(range(40))))
    return out.getvalue()


def description():
    lstm = {"activation": "tanh", "recurrent_activation": "sigmoid", "go_backwards": True}
    return json.dumps({"config": {"layers": [
        {"class_name": "InputLayer", "config": {"batch_shape": [None, 5, 12]}},
        {"class_name": "LSTM", "config": lstm},
        {"class_name": "RepeatVector", "config": {"n": 3}},
        {"class_name": "GRU", "config": {"recurrent_activation": "hard_sigmoid"}},
        {"class_name": "Dense", "config": {}}]}}).encode()


os.makedirs(FOLDER, exist_ok=True)
for name, data in {
        "lstm": state_dict(4, False), "gru-attention": state_dict(3, True),
        "stored.zip": archive(zipfile.ZIP_STORED), "deflated.zip": archive(zipfile.ZIP_DEFLATED),
        "config.json": description()}.items():
    with open(os.path.join(FOLDER, name), "wb") as f:
        f.write(data)

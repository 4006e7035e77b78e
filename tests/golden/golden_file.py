"""What make_torch.py and make_keras.py share: names and shapes of the weights as seqsh
has them, random values for them, and the safetensors file that test_golden.c reads.

A file of golden vectors holds
    enc.0.W ...        the weights at the start
    src [T, rows]      ids of the source, -1 where a shorter row is over
    tgt [T, rows]      ids that the decoder should say; it is fed <s> (id 0) and these
    logits [T*rows, V] for the weights at the start, time-major; rows where tgt is -1
                       are of no account
    loss [1]           the mean cross-entropy over tgt
    grad/enc.0.W ...   its gradient
    losses/RUN [11]    the loss before each of eleven updates of all weights
and as texts `settings` (key=value lines), by the name of each run its settings, and
`precision`: float where what is expected was not computed in double.
"""
import json
import os
import struct

import numpy as np

GATES = {"lstm": 4, "gru": 3, "simple": 1}
UPDATES = 11

# Large rates: ten updates must show in the loss.
RUNS = {
    "adam": {"optimizer": "adam", "lr": 0.02, "beta1": 0.9, "beta2": 0.99,
             "epsilon": 1e-7, "clip": 0},
    "rmsprop": {"optimizer": "rmsprop", "lr": 0.01, "rho": 0.9, "epsilon": 1e-7,
                "clip": 0},
    "sgd": {"optimizer": "sgd", "lr": 0.3, "momentum": 0.7, "clip": 0},
    "clip": {"optimizer": "sgd", "lr": 1.0, "momentum": 0.0, "clip": 0.3},
}


def recurrent_shapes(prefix, cell, inputs, hidden, depth):
    shapes = {}
    for layer in range(depth):
        name = f"{prefix}.{layer}."
        shapes[name + "W"] = (hidden if layer else inputs, GATES[cell] * hidden)
        if cell == "gru":
            shapes[name + "U"] = (hidden, 2 * hidden)
            shapes[name + "Un"] = (hidden, hidden)
        else:
            shapes[name + "U"] = (hidden, GATES[cell] * hidden)
        shapes[name + "b"] = (GATES[cell] * hidden,)
    return shapes


def weight_shapes(arch, cell, symbols, hidden, depth, embed):
    """Of a model with as many symbols on both sides; hidden = (encoder's, decoder's)."""
    shapes = {}
    if embed:
        shapes["src.E"] = (symbols, embed)
    shapes |= recurrent_shapes("enc", cell, embed or symbols, hidden[0], depth)
    if embed and arch == "transfer":
        shapes["tgt.E"] = (symbols, embed)
    inputs = hidden[0] if arch == "repeat" else embed or symbols
    shapes |= recurrent_shapes("dec", cell, inputs, hidden[1], depth)
    shapes["out.W"] = (hidden[1], symbols)
    shapes["out.b"] = (symbols,)
    return shapes


def random_weights(shapes, rng):
    return {name: rng.uniform(-0.8, 0.8, shape) for name, shape in shapes.items()}


def settings_text(settings):
    return "".join(f"{key}={value}\n" for key, value in settings.items())


def save(name, tensors, meta):
    """safetensors: length of the header, header (JSON), values one after the other."""
    header, data = {"__metadata__": meta}, b""
    for key, value in tensors.items():
        value = np.ascontiguousarray(value)
        dtype = {"float64": "F64", "int64": "I64"}[value.dtype.name]
        end = len(data) + value.nbytes
        header[key] = {"dtype": dtype, "shape": value.shape,
                       "data_offsets": [len(data), end]}
        data += value.astype(value.dtype.newbyteorder("<")).tobytes()
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                        name + ".safetensors")
    with open(path, "wb") as f:
        f.write(struct.pack("<Q", len(text)) + text + data)
    print(f"{name}: loss {float(tensors['loss'][0]):.6f}, after ten updates " + ", ".join(
        f"{run} {tensors['losses/' + run][-1]:.6f}" for run in RUNS
        if "losses/" + run in tensors))

"""What make_torch.py and make_keras.py share: the runs, and the safetensors file that
test_golden.c reads.

A file of golden vectors holds
    enc.0.W ...        the weights at the start, named and shaped as seqsh has them. The
                       first one has a row for each symbol of the source. In single
                       precision, to save room: that is what they are exactly
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

UPDATES = 11

# Large rates: ten updates must show in the loss.
RUNS = {
    "adam": {"optimizer": "adam", "lr": 0.01, "beta1": 0.9, "beta2": 0.99,
             "epsilon": 1e-7, "clip": 0},
    "rmsprop": {"optimizer": "rmsprop", "lr": 0.005, "rho": 0.9, "epsilon": 1e-7,
                "clip": 0},
    "sgd": {"optimizer": "sgd", "lr": 0.2, "momentum": 0.7, "clip": 0},
    "clip": {"optimizer": "sgd", "lr": 0.5, "momentum": 0.0, "clip": 0.3},
}


def settings_text(settings):
    def text(value):
        if isinstance(value, bool):
            return "yes" if value else "no"
        return ",".join(map(str, value)) if isinstance(value, tuple) else str(value)
    return "".join(f"{key}={text(value)}\n" for key, value in settings.items())


def save(name, tensors, meta):
    """safetensors: length of the header, header (JSON), values one after the other."""
    header, data = {"__metadata__": meta}, b""
    for key, value in tensors.items():
        value = np.ascontiguousarray(value)
        dtype = {"float32": "F32", "float64": "F64", "int64": "I64"}[value.dtype.name]
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

#!/usr/bin/env python3
"""Keras' side of the benchmarks: a child process that bench/run talks to.

    KERAS_BACKEND=torch|tensorflow peer_keras.py steps a|b [--threads N] [--jit]

Speaks as peer_torch.py does. The net is written as Keras' own addition example writes it,
one-hot vectors and all; train_on_batch, without reading the loss where that can be helped.
"""
import argparse
import os
import random
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
SHAPES = {  # encoder, decoder, batch, steps in, steps out, symbols
    "a": (75, 50, 32, 5, 2, 12),
    "b": (128, 128, 128, 7, 4, 12),
}


def batches(numpy, shape):
    _, _, rows, src, tgt, symbols = shape
    made = numpy.random.default_rng(1)
    one_hot = numpy.eye(symbols, dtype="float32")
    return [(one_hot[made.integers(0, symbols, (rows, src))],
             one_hot[made.integers(0, symbols, (rows, tgt))]) for _ in range(32)]


def start(o):
    """run(n), and what runs."""
    if os.environ["KERAS_BACKEND"] == "tensorflow":
        import tensorflow as backend
        backend.config.threading.set_intra_op_parallelism_threads(o.threads)
        backend.config.threading.set_inter_op_parallelism_threads(1)
    else:
        import torch as backend
        backend.set_num_threads(o.threads)
    import keras
    import numpy
    from keras import layers
    encoder, decoder, _, src, tgt, symbols = shape = SHAPES[o.shape]
    net = keras.Sequential([
        layers.Input((src, symbols)), layers.LSTM(encoder), layers.RepeatVector(tgt),
        layers.LSTM(decoder, return_sequences=True), layers.Dense(symbols, activation="softmax"),
    ])
    net.compile(loss="categorical_crossentropy", optimizer=keras.optimizers.Adam(1e-3),
                jit_compile=o.jit)
    data = batches(numpy, shape)

    def run(n):
        for _ in range(n):
            net.train_on_batch(*random.choice(data))

    run(3)
    version = f"keras {keras.__version__} {keras.backend.backend()} {backend.__version__}"
    return run, version, "LSTM, plain Adam" + (", jit" if o.jit else "")


def main():
    p = argparse.ArgumentParser(description=__doc__,
                                formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("task", choices=("steps",))
    p.add_argument("shape", choices=tuple(SHAPES))
    p.add_argument("--threads", type=int, default=1)
    p.add_argument("--jit", action="store_true", help="XLA, or torch.compile")
    o = p.parse_args()
    try:
        run, version, what = start(o)
    except Exception as e:  # not installed, or no compiler: the others go on
        print("cannot\t" + " ".join(str(e).split())[:200], flush=True)
        return
    print(f"ready\t{version}\t{what}", flush=True)
    for line in sys.stdin:
        n = int(line.removeprefix("run "))
        began = time.perf_counter()
        run(n)
        print(f"{time.perf_counter() - began:.9f}", flush=True)


if __name__ == "__main__":
    main()

"""The two Keras models, as their examples write them, for make_import.py and
check_import.py: characters by state transfer (lstm_seq2seq) and sums (addition_rnn).
"""
import os

os.environ.setdefault("KERAS_BACKEND", "torch")

import keras
import numpy as np
from keras import layers


class Transfer:
    """Start is a tab, the end a newline. pad: what rows are filled up with."""

    def __init__(self, source, target, hidden, cell="LSTM", **options):
        make = getattr(layers, cell)
        self.source, self.target = source, target
        enc_in = keras.Input((None, len(source)))
        _, *state = make(hidden, return_state=True, **options)(enc_in)
        dec_in = keras.Input((None, len(target)))
        decoder = make(hidden, return_sequences=True, return_state=True, **options)
        dense = layers.Dense(len(target), activation="softmax")
        output, *_ = decoder(dec_in, initial_state=state)
        self.model = keras.Model([enc_in, dec_in], dense(output))
        self.encoder = keras.Model(enc_in, state)
        before = [keras.Input((hidden,)) for _ in state]
        output, *after = decoder(dec_in, initial_state=before)
        self.decoder = keras.Model([dec_in] + before, [dense(output)] + after)

    def answer(self, line, steps, pad, limit):
        x = np.zeros((1, steps if pad != "none" else len(line), len(self.source)), "float32")
        for i, c in enumerate(line):
            x[0, i, self.source.index(c)] = 1
        if pad == "space":
            x[0, len(line):, self.source.index(" ")] = 1
        state = self.encoder.predict_on_batch(x)
        state = state if isinstance(state, list) else [state]
        symbol, said = "\t", ""
        while len(said) < limit:
            token = np.zeros((1, 1, len(self.target)), "float32")
            token[0, 0, self.target.index(symbol)] = 1
            p, *state = self.decoder.predict_on_batch([token] + state)
            symbol = self.target[int(p[0, 0].argmax())]
            if symbol == "\n":
                break
            said += symbol
        return said.replace("\t", "")


class Addition:
    def __init__(self, alphabet, steps_in, steps_out, hidden):
        self.alphabet, self.steps_in = alphabet, steps_in
        self.model = keras.Sequential([
            keras.Input((steps_in, len(alphabet))),
            layers.LSTM(hidden[0]),
            layers.RepeatVector(steps_out),
            layers.LSTM(hidden[1], return_sequences=True),
            layers.Dense(len(alphabet), activation="softmax"),
        ])

    def answer(self, question):
        """The question is filled up with spaces and read backwards."""
        row = question.ljust(self.steps_in)[::-1]
        x = np.zeros((1, self.steps_in, len(self.alphabet)), "float32")
        for i, c in enumerate(row):
            x[0, i, self.alphabet.index(c)] = 1
        p = self.model.predict_on_batch(x)[0]
        return "".join(self.alphabet[int(i)] for i in p.argmax(1)).rstrip(" ")


def draw(model, seed, scale):
    rng = np.random.default_rng(seed)
    model.set_weights([rng.uniform(-scale, scale, w.shape).astype("float32")
                       for w in model.get_weights()])

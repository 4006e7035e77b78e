#!/usr/bin/env python3
"""Real models of PyTorch and Keras, with random weights: imported, they must give the same
greedy answers to 200 lines as the original; exported, PyTorch must take them back.

    SEQSH=./seqsh python3 tests/import/check_import.py [--full]

--full: the sizes of the originals (13.9 million weights; 71 and 93 characters, 256 units).
Needs torch, safetensors and keras. Says `ok NAME` or `not ok NAME` for each.
"""
import json
import os
import random
import subprocess
import sys
import tempfile
import zipfile

SEQSH = os.environ["SEQSH"]
FULL = "--full" in sys.argv
LINES, LIMIT = 200, 25
failed = False


def report(good, name, detail):
    global failed
    failed |= not good
    print(f"{'ok' if good else 'not ok'} {name}\n# {detail}", flush=True)


def seqsh(*args, stdin=None):
    return subprocess.run([SEQSH, *map(str, args)], input=stdin, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=True).stdout


def compare(name, model, lines, want):
    got = seqsh(model, stdin="".join(line + "\n" for line in lines)).split("\n")[:-1]
    same = sum(a == b for a, b in zip(got, want))
    report(same == len(lines) == len(got) and len(set(want)) > len(lines) / 10, name,
           f"{same} of {len(lines)} answers are the same, {len(set(want))} different ones")


def check_torch(folder):
    import torch
    from safetensors.torch import load_file, save_file
    from torch import nn
    import torch_models as models

    def words(n):
        return ["<unk>", "<pad>", "<sos>", "<eos>"] + [f"w{i}" for i in range(n - 4)]

    S, V = (7853, 5893) if FULL else (60, 50)
    E, H, L = (256, 512, 2) if FULL else (16, 24, 2)
    cases = {
        "PyTorch LSTM": models.Seq2Seq(S, V, E, H, L),
        "PyTorch GRU": models.Seq2Seq(S, V, E, H, L, nn.GRU),
        "PyTorch RNN": models.Seq2Seq(S, V, E, H, 1, nn.RNN),
        "PyTorch GRU both ways, attention": models.AttentionSeq2Seq(S, V, E, H // 2, H),
    }
    files = {k: os.path.join(folder, k) for k in ("in.safetensors", "m.safetensors",
                                                  "back.safetensors", "again.safetensors")}
    for side, n in (("src", S), ("tgt", V)):
        with open(os.path.join(folder, side), "w") as f:
            f.write("\n".join(words(n)) + "\n")
    rng = random.Random(1)
    rows = [[rng.randrange(4, S) for _ in range(rng.randint(1, 12))] for _ in range(LINES)]
    lines = [" ".join(words(S)[i] for i in row) for row in rows]
    for seed, (name, model) in enumerate(cases.items()):
        models.draw(model, seed, (0.15 if FULL else 0.9) if "LSTM" in name else
                    0.12 if FULL else 0.7)
        count = sum(p.numel() for p in model.parameters())
        save_file(model.state_dict(), files["in.safetensors"])
        seqsh("import", files["in.safetensors"], "--out", files["m.safetensors"],
              "--vocab-src", os.path.join(folder, "src"),
              "--vocab-tgt", os.path.join(folder, "tgt"), "--set", f"tgt_len={LIMIT}")
        want = [" ".join(words(V)[i] for i in models.greedy(model, [2] + row + [3], 2, 3,
                                                            LIMIT)[0] if i > 3)
                for row in rows]
        compare(f"{name}, {count:,} weights", files["m.safetensors"], lines, want)
        seqsh("export", files["m.safetensors"], "--to", "safetensors", "--out",
              files["back.safetensors"])
        model.load_state_dict(load_file(files["back.safetensors"]), strict=True)
        again = [" ".join(words(V)[i] for i in models.greedy(model, [2] + row + [3], 2, 3,
                                                             LIMIT)[0] if i > 3)
                 for row in rows[:20]]
        report(again == want[:20], f"{name}: PyTorch loads the export", "strict")
        seqsh("import", files["back.safetensors"], "--out", files["again.safetensors"])
        with open(files["m.safetensors"], "rb") as a, open(files["again.safetensors"],
                                                           "rb") as b:
            report(a.read() == b.read(), f"{name}: import of the export is the model",
                   "byte for byte")


def pack(path):
    """The archive with its members deflated, as someone may have sent it."""
    with zipfile.ZipFile(path) as z:
        members = [(name, z.read(name)) for name in z.namelist()]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as z:
        for name, data in members:
            z.writestr(name, data)


def check_keras(folder):
    import keras_models as models

    S, V, H = (71, 93, 256) if FULL else (24, 26, 32)
    source = " " + "".join(chr(97 + i) for i in range(S - 1))
    target = "\t\n " + "".join(chr(97 + i) for i in range(V - 3))
    steps = 16
    for side, symbols in (("src", source), ("tgt", target)):
        with open(os.path.join(folder, side + ".json"), "w") as f:
            json.dump(list(symbols), f)
    rng = random.Random(2)
    lines = ["".join(rng.choice(source[1:]) for _ in range(rng.randint(1, steps)))
             for _ in range(LINES)]
    text = ["--vocab-src", os.path.join(folder, "src.json"),
            "--vocab-tgt", os.path.join(folder, "tgt.json"), "--set", f"tgt_len={LIMIT}"]
    cases = [("LSTM", {}, 1.0), ("GRU", {}, 1.0), ("GRU", {"reset_after": False}, 1.0)]
    out = os.path.join(folder, "m.safetensors")
    for seed, (cell, options, scale) in enumerate(cases):
        model = models.Transfer(source, target, H, cell, **options)
        models.draw(model.model, seed, scale * (0.3 if FULL else 1))
        for end, pad, more in ((".weights.h5", "space", ["--set", f"src_len={steps}"]),
                               (".keras", "zeros", ["--set", f"src_len={steps}", "--set",
                                                    "pad=nothing"]),
                               (".h5", "none", [])):
            path = os.path.join(folder, "k" + end)
            (model.model.save_weights if "weights" in end else model.model.save)(path)
            seqsh("import", path, "--out", out, *text, *more)
            if end == ".keras":
                pack(path)
            n = LINES if end == ".weights.h5" or FULL else 40
            compare(f"Keras {cell} {options or ''}{end}, filled up with {pad}, "
                    f"{model.model.count_params():,} weights", out, lines[:n],
                    [model.answer(line, steps, pad, LIMIT) for line in lines[:n]])
    alphabet = " +0123456789"
    model = models.Addition(alphabet, 7, 4, (128, 128) if FULL else (20, 16))
    models.draw(model.model, 9, 0.4 if FULL else 1.5)
    with open(os.path.join(folder, "sums"), "w") as f:
        f.write("\n".join("\\s" if c == " " else c for c in alphabet) + "\n")
    sums = [f"{rng.randrange(1000)}+{rng.randrange(1000)}" for _ in range(LINES)]
    for end, more in ((".keras", []), (".weights.h5", ["--set", "src_len=7", "--set",
                                                       "tgt_len=4"])):
        path = os.path.join(folder, "sum" + end)
        (model.model.save_weights if "weights" in end else model.model.save)(path)
        seqsh("import", path, "--out", out, "--vocab-src", os.path.join(folder, "sums"),
              "--vocab-tgt", os.path.join(folder, "sums"), "--set", "reverse=true", *more)
        compare(f"Keras addition {end}", out, sums, [model.answer(s) for s in sums])


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as tmp:
        check_torch(tmp)
        check_keras(tmp)
    sys.exit(failed)

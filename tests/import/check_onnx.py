#!/usr/bin/env python3
"""The files of `seqsh export --to onnx` in onnxruntime: logits within 1e-4 of ours, for
every architecture, cell and option that changes the graph.

    SEQSH=./seqsh TOOL=tests/import/tool python3 tests/import/check_onnx.py

Needs numpy, onnx and onnxruntime. Says `ok NAME` or `not ok NAME` for each.
"""
import os
import subprocess
import sys
import tempfile

import numpy as np
import onnx
import onnxruntime

SEQSH, TOOL = os.environ["SEQSH"], os.environ["TOOL"]
SYMBOLS, STEPS = 11, 5
BASE = ["init=uniform", "init_range=0.6"]
FREE = BASE + ["length=free", "embed=6", "hidden=8", "tokenizer=word"]
ATTENTION = FREE + ["arch=attention"]

CASES = {
    f"{arch} {cell}": FREE + [f"arch={arch}", f"cell={cell}"]
    for arch in ("transfer", "attention") for cell in ("lstm", "gru", "gru-after", "simple")
} | {
    "repeat": BASE + ["arch=repeat", "length=fixed", "hidden=8,7", "tokenizer=word"],
    "repeat gru, deep": BASE + ["arch=repeat", "length=fixed", "hidden=8,7", "depth=2,3",
                                "cell=gru", "tokenizer=word"],
    "one-hot": FREE + ["arch=transfer", "embed=0"],
    "depths": FREE + ["arch=transfer", "depth=3,2"],
    "hard gates": FREE + ["arch=transfer", "gates=hard"],
    "hard gates, gru": FREE + ["arch=transfer", "gates=hard", "cell=gru"],
    "residual, norm": FREE + ["arch=transfer", "depth=3", "residual=true", "layer_norm=true"],
    "tied": FREE + ["arch=transfer", "embed=8", "tie=true"],
    "bridge": FREE + ["arch=transfer", "hidden=8,6", "bridge=tanh"],
    "both ways": FREE + ["arch=transfer", "bidirectional=yes", "depth=2"],
    "both ways by layer": FREE + ["arch=transfer", "bidirectional=yes", "depth=2",
                                  "directions=layer", "merge=concat"],
    "dot": ATTENTION + ["score=dot"],
    "general, concat": ATTENTION + ["score=general", "merge=concat"],
    "static": ATTENTION + ["score=static"],
    "after": ATTENTION + ["attend=after"],
    "input feeding": ATTENTION + ["attend=after", "input_feeding=true", "depth=2"],
    "deep output": ATTENTION + ["deep_output=true", "depth=2", "merge=concat"],
    "one-hot attention": ATTENTION + ["embed=0", "deep_output=true"],
    "location": ATTENTION + ["location=1"],
    "location, after": ATTENTION + ["attend=after", "input_feeding=true", "location=4",
                                    "score=general"],
    "from zeros": ATTENTION + ["start=zeros", "bidirectional=no"],
}


def ours(model, questions):
    lines = "".join(f"{' '.join(map(str, s))} ; {' '.join(map(str, t))}\n"
                    for s, t in questions)
    text = subprocess.run([TOOL, "logits", model], input=lines, text=True,
                          stdout=subprocess.PIPE, check=True).stdout
    return [np.array([[float(x) for x in row.split()] for row in block.split("\n")])
            for block in text.strip().split("\n\n")]


def session(path):
    onnx.checker.check_model(path, full_check=True)
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def theirs(encoder, decoder, questions, first):
    """All rows as one batch: the lengths must count."""
    longest = max(len(s) for s, _ in questions)
    source = np.full((longest, len(questions)), -1, np.int64)
    for row, (s, _) in enumerate(questions):
        source[:len(s), row] = s
    lengths = np.array([len(s) for s, _ in questions], np.int32)
    made = dict(zip([o.name for o in encoder.get_outputs()],
                    encoder.run(None, {"source": source, "lengths": lengths})))
    made["lengths"] = lengths
    made["token"] = np.full(len(questions), first, np.int64)
    wanted = [i.name for i in decoder.get_inputs()]
    logits = []
    for step in range(STEPS):
        got = dict(zip([o.name for o in decoder.get_outputs()],
                       decoder.run(None, {name: made[name] for name in wanted})))
        logits.append(got["logits"])
        made |= {k.removeprefix("next_"): v for k, v in got.items() if k.startswith("next_")}
        made["token"] = np.array([t[step] for _, t in questions], np.int64)
    return np.stack(logits, 1)


def check(name, settings, folder):
    rng = np.random.default_rng(len(name))
    fixed = "length=fixed" in settings
    model, out = os.path.join(folder, "m.safetensors"), os.path.join(folder, "m.onnx")
    subprocess.run([TOOL, "make", model, str(SYMBOLS), *settings], check=True)
    subprocess.run([SEQSH, "export", model, "--to", "onnx", "--out", out], check=True,
                   stdout=subprocess.DEVNULL)
    questions = [(rng.integers(0, SYMBOLS, 7 if fixed else n), rng.integers(2, SYMBOLS, STEPS))
                 for n in (4, 7, 1, 6)]
    got = theirs(session(out[:-5] + "-encoder.onnx"), session(out[:-5] + "-decoder.onnx"),
                 questions, -1 if fixed else 0)
    want = np.stack(ours(model, questions))
    worst = np.abs(got - want).max()
    spread = want.std()
    print(f"{'ok' if worst <= 1e-4 and spread > 0.01 else 'not ok'} {name}")
    print(f"# off by {worst:.1e}, logits spread {spread:.2f}")
    return worst <= 1e-4 and spread > 0.01


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as tmp:
        results = [check(name, settings, tmp) for name, settings in CASES.items()]
    sys.exit(not all(results))

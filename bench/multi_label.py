#!/usr/bin/env python3
"""Scores of `reprtune finetune` where rows have any number of labels, beside one-vs-rest logistic regression.

    bench/multi_label.py build/release/bin/reprtune data/customer-messages --scikit-learn PYTHON

A row is one message, or two or three joined, and has the labels of all of them; product questions are taken for messages without
a label. Rows to train on, to validate on and to score on are joined from different messages: those to score on from test.csv.
--scored validation scores on the rows that were validated on instead: the place to choose settings. The logistic regressions
(scikit-learn in the environment of PYTHON, its default penalty and C = 10) see the base model's vectors, and give a label from 0.5 on
or from the threshold with the best F1 on the validation rows. Options behind `--` go to finetune.
"""

import argparse
import csv
import json
import pathlib
import random
import statistics
import subprocess
import sys
import tempfile
import time

NO_LABEL = "product_question"
METRICS = ["micro", "macro", "samples", "subset", "hamming"]

ONE_VERSUS_REST = """
import json, sys, warnings
warnings.filterwarnings("ignore")
import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, f1_score, hamming_loss
from sklearn.multiclass import OneVsRestClassifier
folder = sys.argv[1]
def rows(name):
    labels = [json.loads(line)["label"] for line in open(f"{folder}/{name}.jsonl", encoding="utf-8")]
    return np.load(f"{folder}/{name}.npy"), labels
parts = {name: rows(name) for name in ("train", "validation", "scored")}
names = sorted({label for labels in parts["train"][1] for label in labels})
sets = {name: np.array([[label in labels for label in names] for labels in part[1]]) for name, part in parts.items()}
def scores(truth, given):
    return {"micro": f1_score(truth, given, average="micro", zero_division=0), "macro": f1_score(truth, given, average="macro", zero_division=0),
            "samples": f1_score(truth, given, average="samples", zero_division=1), "subset": accuracy_score(truth, given),
            "hamming": hamming_loss(truth, given)}
results = {}
for C in (1, 10):
    model = OneVsRestClassifier(LogisticRegression(C=C, max_iter=1000)).fit(parts["train"][0], sets["train"])
    p = {name: model.predict_proba(part[0]) for name, part in parts.items()}
    results[f"logistic regression, C = {C}, from 0.5 on"] = scores(sets["scored"], p["scored"] >= 0.5)
    cuts = []
    for c in range(len(names)):
        candidates = np.unique(p["validation"][:, c])
        f1 = [f1_score(sets["validation"][:, c], p["validation"][:, c] >= cut, zero_division=0) for cut in candidates]
        cuts.append(candidates[int(np.argmax(f1))])
    results[f"logistic regression, C = {C}, best thresholds"] = scores(sets["scored"], p["scored"] >= np.array(cuts))
print(json.dumps(results))
"""


def read_messages(file):
    with file.open(newline="", encoding="utf-8") as stream:
        return [(row["text"], row["label"]) for row in csv.DictReader(stream)]


def join(messages, count, source):
    """So many rows (text, labels), no text twice."""
    rows = {}
    while len(rows) < count:
        parts = source.sample(messages, source.choices([1, 2, 3], [0.5, 0.35, 0.15])[0])
        rows[" ".join(text for text, _ in parts)] = sorted({label for _, label in parts} - {NO_LABEL})
    return list(rows.items())


def write_rows(file, rows):
    file.write_text("".join(json.dumps({"text": text, "label": labels}) + "\n" for text, labels in rows), encoding="utf-8")


def measure(options, scratch, seed, extra):
    source = random.Random(seed)
    messages = read_messages(options.messages / "train.csv")
    source.shuffle(messages)
    held_out = len(messages) // 5
    write_rows(scratch / "validation.jsonl", join(messages[:held_out], options.rows // 5, source))
    write_rows(scratch / "train.jsonl", join(messages[held_out:], options.rows, source))
    scored = join(read_messages(options.messages / "test.csv"), 400, source)
    if options.scored == "validation":
        scored = [(row["text"], row["label"]) for row in map(json.loads, (scratch / "validation.jsonl").open(encoding="utf-8"))]
    write_rows(scratch / "scored.jsonl", scored)
    start = time.perf_counter()
    subprocess.run([options.program, "finetune", scratch / "train.jsonl", "--validation", scratch / "validation.jsonl", "-o",
                    scratch / "model", "--seed", str(seed), "--quiet", "--overwrite", "--threads", str(options.threads), *extra],
                   check=True, stdout=subprocess.PIPE)
    seconds = time.perf_counter() - start
    evaluated = json.loads(subprocess.run([options.program, "evaluate", scratch / "model", scratch / "scored.jsonl", "--format",
                                           "json", "--quiet"], check=True, stdout=subprocess.PIPE).stdout)
    results = {"reprtune": {**{name: evaluated[name]["f1"] for name in METRICS[:3]}, "subset": evaluated["accuracy"],
                            "hamming": evaluated["hamming_loss"], "ece": evaluated["ece"], "seconds": seconds}}
    if options.scikit_learn:
        for name in ("train", "validation", "scored"):
            subprocess.run([options.program, "embed", options.base, scratch / f"{name}.jsonl", "-o", scratch / f"{name}.npy",
                            "--quiet"], check=True)
        results |= json.loads(subprocess.run([options.scikit_learn, "-c", ONE_VERSUS_REST, scratch], check=True,
                                             stdout=subprocess.PIPE).stdout)
    return results


def main():
    arguments = sys.argv[1:]
    at = arguments.index("--") if "--" in arguments else len(arguments)
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("messages", type=pathlib.Path, help="folder with train.csv and test.csv")
    parser.add_argument("--rows", type=int, default=1000, help="to train on; a fifth more to validate on")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--scored", choices=["test", "validation"], default="test")
    parser.add_argument("--base", default="small")
    parser.add_argument("--scikit-learn", metavar="PYTHON")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args(arguments[:at])
    runs = []
    with tempfile.TemporaryDirectory() as scratch:
        for seed in options.seeds:
            runs.append(measure(options, pathlib.Path(scratch), seed, arguments[at + 1:]))
            print(json.dumps({"seed": seed, **runs[-1]}), flush=True)
    for system in runs[0]:
        cells = [f"{name} {100 * statistics.mean(run[system][name] for run in runs):.1f} ± "
                 f"{100 * statistics.pstdev([run[system][name] for run in runs]):.1f}" for name in METRICS]
        print(f"{system}: {', '.join(cells)}")


if __name__ == "__main__":
    main()

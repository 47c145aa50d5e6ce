#!/usr/bin/env python3
"""Accuracy and calibration (ECE) of `reprtune finetune` from a few rows per class, over several draws.

    bench/few_shot.py build/release/bin/reprtune ../shared/datasets trec6 sst2-cohere --rows-per-class 8 16

Each draw takes so many rows of each class from train.csv, finetunes on them, and scores on 1,000 other rows of train.csv:
the place to choose settings. --test scores on test.csv instead: for the final number, once. Options behind `--` go to
finetune. --setfit PYTHON measures SetFit with its defaults on the same draws (its environment: tools/peers bench).
Seconds are those of the wall and, in brackets, of the processors, which another program's load changes less. A result that is
already in --output is not measured again.
"""

import argparse
import collections
import csv
import json
import pathlib
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time

SCORED_ROWS = 1000

SETFIT = """
import csv, json, sys, time, warnings
warnings.filterwarnings("ignore")
import numpy, torch
from datasets import Dataset
from setfit import SetFitModel, Trainer, TrainingArguments
train, scored, base, threads, iterations, seed = sys.argv[1:7]
torch.set_num_threads(int(threads))
rows = lambda file: list(csv.DictReader(open(file, newline="", encoding="utf-8")))
table = rows(train)
start = time.perf_counter()
model = SetFitModel.from_pretrained(base)
arguments = TrainingArguments(seed=int(seed), show_progress_bar=False, report_to="none", save_strategy="no",
                              **({"num_iterations": int(iterations)} if iterations != "0" else {}))
Trainer(model=model, args=arguments, train_dataset=Dataset.from_list(table)).train()
seconds = time.perf_counter() - start
test = rows(scored)
probabilities = numpy.asarray(model.predict_proba([row["text"] for row in test]))
names = [str(name) for name in model.model_head.classes_]
right = numpy.array([names[best] == row["label"] for best, row in zip(probabilities.argmax(1), test)])
certain = probabilities.max(1)
bins = numpy.ceil(certain * 15)  # 15 of them, each with its upper edge
ece = sum(abs(right[bins == b].sum() - certain[bins == b].sum()) for b in set(bins)) / len(test)
print(json.dumps({"accuracy": float(right.mean()), "ece": float(ece), "seconds": seconds}))
"""


def read_rows(file):
    with file.open(newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def write_rows(file, rows):
    with file.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, ["text", "label"], extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)


def draw(rows, per_class, seed):
    """(the rows drawn, the others), both shuffled."""
    rows = rows[:]
    random.Random(seed).shuffle(rows)
    taken, drawn, others = collections.Counter(), [], []
    for row in rows:
        taken[row["label"]] += 1
        (drawn if taken[row["label"]] <= per_class else others).append(row)
    return drawn, others


def timed(command, **options):
    """(standard output, seconds, processor seconds) of a command that must succeed."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, **options)
    seconds, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return done.stdout, seconds, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def measure_reprtune(options, scratch, seed, extra):
    _, seconds, cpu = timed([options.program, "finetune", scratch / "train.csv", "-o", scratch / "model", "--seed", str(seed),
                             "--quiet", "--overwrite", "--threads", str(options.threads), *extra])
    scored, _, _ = timed([options.program, "evaluate", scratch / "model", scratch / "scored.csv", "--format", "json", "--quiet"])
    result = json.loads(scored)
    return {"accuracy": result["accuracy"], "ece": result["ece"], "seconds": seconds, "cpu": cpu}


def measure_setfit(options, scratch, seed):
    out, _, cpu = timed([options.setfit, "-c", SETFIT, scratch / "train.csv", scratch / "scored.csv", options.base,
                         str(options.threads), str(options.setfit_iterations), str(seed)], stderr=subprocess.PIPE)
    return {**json.loads(out.splitlines()[-1]), "cpu": cpu}


def measure(options, system, name, per_class, seed, extra):
    with tempfile.TemporaryDirectory() as folder:
        scratch = pathlib.Path(folder)
        drawn, others = draw(read_rows(options.datasets / name / "train.csv"), per_class, seed)
        write_rows(scratch / "train.csv", drawn)
        scored = read_rows(options.datasets / name / "test.csv") if options.test else others[:SCORED_ROWS]
        write_rows(scratch / "scored.csv", scored)
        if system == "setfit":
            return measure_setfit(options, scratch, seed)
        return measure_reprtune(options, scratch, seed, extra)


class Results:
    """What was measured, kept in a file of JSON lines where there is one."""

    def __init__(self, file):
        self.file = file
        lines = file.read_text().splitlines() if file and file.exists() else []
        self.known = {self.key(row): row for row in map(json.loads, lines)}

    @staticmethod
    def key(row):
        return tuple(str(row[name]) for name in ("system", "data", "rows_per_class", "draw", "test", "options"))

    def get(self, row, measured):
        if self.key(row) not in self.known:
            self.known[self.key(row)] = row = {**row, **measured()}
            if self.file:
                with self.file.open("a") as output:
                    output.write(json.dumps(row) + "\n")
        return self.known[self.key(row)]


def table_row(name, per_class, system, rows):
    accuracies = [100 * row["accuracy"] for row in rows]
    spread = statistics.stdev(accuracies) if len(rows) > 1 else 0.0
    mean = lambda key: statistics.mean(row[key] for row in rows)
    ece = f"{mean('ece'):.3f}" if all("ece" in row for row in rows) else ""
    return (f"| {name} | {per_class} | {len(rows)} | {system} | {statistics.mean(accuracies):.2f} ± {spread:.2f} | {ece} | "
            f"{mean('seconds'):.1f} ({mean('cpu'):.1f}) |")


def main():
    arguments = sys.argv[1:]
    extra = arguments[arguments.index("--") + 1:] if "--" in arguments else []
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("datasets", type=pathlib.Path)
    parser.add_argument("names", nargs="+")
    parser.add_argument("--rows-per-class", nargs="+", type=int, default=[8, 16])
    parser.add_argument("--draws", nargs="+", type=int, default=[1, 2, 3, 4, 5], help="their seeds")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--test", action="store_true", help="score on test.csv")
    parser.add_argument("--setfit", help="Python with SetFit; also give --base")
    parser.add_argument("--base", help="folder of the base model, for SetFit")
    parser.add_argument("--setfit-iterations", type=int, default=0, help="num_iterations; 0: SetFit's default")
    parser.add_argument("--output", type=pathlib.Path, help="where results are kept, as JSON lines")
    options = parser.parse_args(arguments[:arguments.index("--")] if "--" in arguments else arguments)
    results = Results(options.output)
    systems = {"reprtune": " ".join(extra), **({"setfit": f"num_iterations={options.setfit_iterations}"} if options.setfit else {})}
    print("| data | rows per class | draws | system | accuracy | ECE | seconds |\n|---|---|---|---|---|---|---|")
    for name in options.names:
        for per_class in options.rows_per_class:
            for system, settings in systems.items():
                rows = [results.get({"system": system, "data": name, "rows_per_class": per_class, "draw": seed,
                                     "test": options.test, "options": settings},
                                    lambda: measure(options, system, name, per_class, seed, extra))
                        for seed in options.draws]
                print(table_row(name, per_class, system, rows), flush=True)


if __name__ == "__main__":
    main()

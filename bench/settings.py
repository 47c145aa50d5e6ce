#!/usr/bin/env python3
"""Compares settings of `reprtune finetune` by their last epoch, on rows of train.csv alone.

    bench/settings.py build/release/bin/reprtune ../shared/datasets trec6 sst2-cohere --seeds 1 2 3 \\
        --output results.jsonl --settings "" "--layer-decay 0.8" "--contrastive-weight 0.5"

For each seed a fifth of train.csv is held out (or all but --rows-per-class rows of each class) and given as --validation,
so that each epoch is scored on it; that of the last epoch counts, because nothing was chosen on these rows. Settings are
compared seed by seed, on the same rows. A result that is already in --output is not measured again.
"""

import argparse
import json
import pathlib
import random
import shlex
import statistics
import subprocess
import tempfile
import time

from few_shot import SCORED_ROWS, draw, read_rows, write_rows


def hold_out(rows, per_class, seed):
    """(training rows, scored rows) without a text in both; every scored label is known to training."""
    if per_class:
        train, scored = draw(rows, per_class, seed)
        return train, scored[:SCORED_ROWS]
    rows = rows[:]
    random.Random(seed).shuffle(rows)
    scored = rows[:len(rows) // 5]
    texts = {row["text"] for row in scored}
    train = [row for row in rows[len(scored):] if row["text"] not in texts]
    labels = {row["label"] for row in train}
    return train, [row for row in scored if row["label"] in labels]


def measure(options, name, seed, setting):
    train, scored = hold_out(read_rows(options.datasets / name / "train.csv"), options.rows_per_class, seed)
    with tempfile.TemporaryDirectory() as folder:
        scratch = pathlib.Path(folder)
        write_rows(scratch / "train.csv", train)
        write_rows(scratch / "scored.csv", scored)
        start = time.perf_counter()
        subprocess.run([options.program, "finetune", scratch / "train.csv", "--validation", scratch / "scored.csv", "-o",
                        scratch / "model", "--seed", str(seed), "--threads", str(options.threads), "--quiet",
                        *shlex.split(setting)], check=True, stdout=subprocess.DEVNULL)
        seconds = time.perf_counter() - start
        with (scratch / "model" / "run" / "metrics.jsonl").open() as events:
            epochs = [event["validation"] for event in map(json.loads, events) if "validation" in event]
    return {"data": name, "rows_per_class": options.rows_per_class, "seed": seed, "setting": setting, "seconds": seconds,
            "accuracy": [epoch["accuracy"] for epoch in epochs], "f1": [epoch["f1"] for epoch in epochs],
            "loss": [epoch["loss"] for epoch in epochs]}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("datasets", type=pathlib.Path)
    parser.add_argument("names", nargs="+")
    parser.add_argument("--settings", nargs="+", default=[""], help="options of finetune; the first is what the others are compared with")
    parser.add_argument("--seeds", nargs="+", type=int, default=[1, 2, 3])
    parser.add_argument("--rows-per-class", type=int, default=0, help="0: four fifths of all rows")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--output", type=pathlib.Path, required=True)
    options = parser.parse_args()

    results = [json.loads(line) for line in options.output.read_text().splitlines()] if options.output.exists() else []
    known = {(r["data"], r["rows_per_class"], r["seed"], r["setting"]): r for r in results}
    for seed in options.seeds:
        for name in options.names:
            for setting in options.settings:
                key = (name, options.rows_per_class, seed, setting)
                if key not in known:
                    known[key] = measure(options, name, seed, setting)
                    with options.output.open("a") as output:
                        output.write(json.dumps(known[key]) + "\n")
    print("| data | setting | accuracy | beside the first | macro-F1 | loss | seconds |\n|---|---|---|---|---|---|---|")
    for name in options.names:
        first = [known[name, options.rows_per_class, seed, options.settings[0]] for seed in options.seeds]
        for setting in options.settings:
            rows = [known[name, options.rows_per_class, seed, setting] for seed in options.seeds]
            last = {key: statistics.mean(row[key][-1] for row in rows) for key in ("accuracy", "f1", "loss")}
            gains = [100 * (row["accuracy"][-1] - other["accuracy"][-1]) for row, other in zip(rows, first)]
            spread = statistics.stdev(gains) if len(gains) > 1 else 0.0
            print(f"| {name} | `{setting}` | {100 * last['accuracy']:.2f} | {statistics.mean(gains):+.2f} ± {spread:.2f} | "
                  f"{100 * last['f1']:.2f} | {last['loss']:.3f} | {statistics.mean(row['seconds'] for row in rows):.0f} |")


if __name__ == "__main__":
    main()

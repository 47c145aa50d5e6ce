#!/usr/bin/env python3
"""Test accuracy of `reprtune finetune` with default options, over data sets and seeds.

    bench/accuracy.py build/release/bin/reprtune ../shared/datasets trec6 banking77 --seeds 1 2 3 --output results.jsonl

Each data set is a folder with train.csv, test.csv and perhaps validation.csv (else a tenth of train.csv is held out by
finetune itself). The test rows are scored once, after training. Each result is appended to --output as one JSON line; a
result that is already there is not measured again. Options behind `--` go to finetune; with --abstain-for-precision the table says
which share of the test rows is answered, and how many of these are right.
"""

import argparse
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile


def measure(program, folder, seed, extra):
    with tempfile.TemporaryDirectory() as scratch:
        model = pathlib.Path(scratch) / "model"
        command = [program, "finetune", folder / "train.csv", "-o", model, "--seed", str(seed), "--quiet", *extra]
        if (folder / "validation.csv").exists():
            command += ["--validation", folder / "validation.csv"]
        summary = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
        scored = subprocess.run([program, "evaluate", model, folder / "test.csv", "--format", "json", "--quiet"],
                                check=True, stdout=subprocess.PIPE)
        test = json.loads(scored.stdout)
    answered = test.get("abstention", {"coverage": 1.0, "accuracy": test["accuracy"]})
    return {"data": folder.name, "seed": seed, "options": extra, "test_accuracy": test["accuracy"],
            "test_macro_f1": test["macro"]["f1"], "test_ece": test["ece"],
            "validation_accuracy": summary["validation"]["accuracy"], "validation_f1": summary["validation"]["f1"],
            "probe_validation_accuracy": summary["baseline"]["linear_probe"]["accuracy"],
            "best_epoch": summary["best_epoch"], "seconds": summary["seconds"],
            "answered": answered["coverage"], "answered_right": answered["accuracy"]}


def main():
    arguments = sys.argv[1:]
    extra = arguments[arguments.index("--") + 1:] if "--" in arguments else []
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("datasets", type=pathlib.Path)
    parser.add_argument("names", nargs="+")
    parser.add_argument("--seeds", nargs="+", type=int, default=[1, 2, 3])
    parser.add_argument("--output", type=pathlib.Path, required=True)
    options = parser.parse_args(arguments[:arguments.index("--")] if "--" in arguments else arguments)

    results = [json.loads(line) for line in options.output.read_text().splitlines()] if options.output.exists() else []
    for seed in options.seeds:
        for name in options.names:
            if any((r["data"], r["seed"], r["options"]) == (name, seed, extra) for r in results):
                continue
            results.append(measure(options.program, options.datasets / name, seed, extra))
            with options.output.open("a") as output:
                output.write(json.dumps(results[-1]) + "\n")
    print("| data | seeds | test accuracy | macro-F1 | ECE | answered | of these right | seconds |\n|---|---|---|---|---|---|---|---|")
    for name in options.names:
        rows = [r for r in results if r["data"] == name and r["options"] == extra and r["seed"] in options.seeds]
        mean = {key: statistics.mean(r[key] for r in rows) for key in rows[0] if isinstance(rows[0][key], float)}
        spread = statistics.stdev(r["test_accuracy"] for r in rows) if len(rows) > 1 else 0.0
        print(f"| {name} | {len(rows)} | {100 * mean['test_accuracy']:.2f} ± {100 * spread:.2f} | "
              f"{100 * mean['test_macro_f1']:.2f} | {mean['test_ece']:.3f} | {100 * mean['answered']:.1f} | "
              f"{100 * mean['answered_right']:.1f} | {mean['seconds']:.0f} |")


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Cuts the training rows of a data set into folds, for comparisons that leave its test rows alone.

    bench/fold_sets.py ../shared/datasets/trec6/train.csv folds
    bench/accuracy.py build/release/bin/reprtune folds 1 2 3 4 5 --seeds 1 --output ours.jsonl
    peers/bin/python bench/pytorch_finetune.py MODEL_FOLDER folds 1 2 3 4 5 --seeds 1 --output peer.jsonl

Writes folders 1, 2, ... with a test.csv, the rows of one fold, a validation.csv, a tenth of the others, and a train.csv, the
rest; each class has the same share of each. A text that occurs more than once is in one fold only.
"""

import argparse
import csv
import pathlib
import random


def dealt(rows, hands, rng):
    """Rows dealt to so many hands class by class, equal texts to the same hand."""
    result, turn = [[] for _ in range(hands)], 0
    for label in sorted({row["label"] for row in rows}):
        texts = {}
        for row in rows:
            if row["label"] == label:
                texts.setdefault(row["text"], []).append(row)
        order = sorted(texts)
        rng.shuffle(order)
        for text in order:
            result[turn % hands] += texts[text]
            turn += 1
    return result


def write_rows(path, rows):
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, ["text", "label"], extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("train", type=pathlib.Path, help="CSV with the columns text and label")
    parser.add_argument("output", type=pathlib.Path)
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with options.train.open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    rng = random.Random(options.seed)
    folds = dealt(rows, options.folds, rng)
    for i, fold in enumerate(folds):
        validation, *others = dealt(sum(folds[:i] + folds[i + 1:], []), 10, rng)
        train = sum(others, [])
        rng.shuffle(train)
        folder = options.output / str(i + 1)
        folder.mkdir(parents=True, exist_ok=True)
        for name, part in [("train", train), ("validation", validation), ("test", fold)]:
            write_rows(folder / f"{name}.csv", part)
        print(f"{folder}: {len(train)} rows to train with, {len(validation)} to validate, {len(fold)} to test")


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Cuts a class of a data set down to a share of its training rows, for bench/accuracy.py and bench/pytorch_finetune.py.

    bench/imbalanced.py ../shared/datasets/sms-spam scratch/sms-spam-2-percent --label spam --share 0.02

Rows of the class are drawn by --seed until they are so large a share of train.csv; the others are kept, in their order, and
validation.csv and test.csv, where there are any, are copied as they are.
"""

import argparse
import pathlib
import random
import shutil

from few_shot import read_rows, write_rows


def cut(rows, label, share, seed):
    rare = [place for place, row in enumerate(rows) if row["label"] == label]
    others = len(rows) - len(rare)
    kept = round(share * others / (1 - share))
    if not 0 < kept <= len(rare):
        raise SystemExit(f"a share of {share} of '{label}' is {kept} rows beside the {others} others; there are {len(rare)}")
    dropped = set(rare) - set(random.Random(seed).sample(rare, kept))
    return [row for place, row in enumerate(rows) if place not in dropped]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dataset", type=pathlib.Path)
    parser.add_argument("output", type=pathlib.Path)
    parser.add_argument("--label", required=True)
    parser.add_argument("--share", type=float, required=True)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()

    rows = cut(read_rows(options.dataset / "train.csv"), options.label, options.share, options.seed)
    options.output.mkdir(parents=True, exist_ok=True)
    write_rows(options.output / "train.csv", rows)
    for name in ("validation.csv", "test.csv"):
        if (options.dataset / name).exists():
            shutil.copyfile(options.dataset / name, options.output / name)
    print(f"{len(rows)} rows, {sum(row['label'] == options.label for row in rows)} of them '{options.label}'")


if __name__ == "__main__":
    main()

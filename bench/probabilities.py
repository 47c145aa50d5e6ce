#!/usr/bin/env python3
"""What a model's probabilities are worth on labelled rows it has not seen: ways to choose a threshold, and novelty.

    bench/probabilities.py build/release/bin/reprtune MODEL rows.csv --precision 0.95 --unlike other1.csv other2.csv

Needs numpy. The ways to choose a threshold are compared on 300 random halves of the rows: fitted on one half, scored on the
other; one threshold for all beside one for each class on 60 random fifths, scored on the rest. Novelty is the area under the ROC curve (AUROC) by which it tells `rows.csv` from the texts of each other file, from
random words of all of them, and from random letters.
"""

import argparse
import csv
import io
import json
import pathlib
import random
import string
import subprocess

import numpy as np


def read(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def classify(program, model, texts, *options):
    lines = "".join(json.dumps({"text": text}) + "\n" for text in texts)
    done = subprocess.run([program, "classify", model, "--input-format", "jsonl", "--no-abstain", "--quiet", *options],
                          input=lines.encode(), stdout=subprocess.PIPE, check=True)
    return list(csv.DictReader(io.StringIO(done.stdout.decode())))


class Kept:
    """Of rows sorted by falling probability, for each number of rows kept: how many there are, how many are right."""

    def __init__(self, probability, right):
        order = np.argsort(-probability, kind="stable")
        self.probability = probability[order]
        self.rows = np.arange(1, len(order) + 1)
        self.right = np.cumsum(right[order])
        self.expected = np.cumsum(self.probability)

    def threshold(self, share, precision):
        good = np.flatnonzero(share >= precision)
        return self.probability[good[-1]] if len(good) else None


def wilson(kept, z=1.0):
    share = kept.right / kept.rows
    spread = z * np.sqrt(share * (1 - share) / kept.rows + (z / kept.rows / 2) ** 2)
    return (share + z * z / kept.rows / 2 - spread) / (1 + z * z / kept.rows)


def isotonic(kept):
    """The share right of the blocks, by pool adjacent violators, that lie wholly above each place; 0 within a block."""
    single = np.diff(kept.right, prepend=0)
    blocks = []
    for right in single:
        blocks.append([right, 1])
        while len(blocks) > 1 and blocks[-1][0] * blocks[-2][1] > blocks[-2][0] * blocks[-1][1]:
            right, rows = blocks.pop()
            blocks[-1][0] += right
            blocks[-1][1] += rows
    share = np.zeros(len(single))
    ends = np.cumsum([rows for _, rows in blocks]) - 1
    share[ends] = kept.right[ends] / kept.rows[ends]
    return share


RULES = {
    "counted": lambda kept: kept.right / kept.rows,
    "counted, one more of each": lambda kept: (kept.right + 1) / (kept.rows + 2),
    "isotonic": isotonic,
    "lower bound (Wilson, one sigma)": wilson,
    "mean probability": lambda kept: kept.expected / kept.rows,
    "mean of the second and the fifth (reprtune)": lambda kept: ((kept.right + 1) / (kept.rows + 2) + kept.expected / kept.rows) / 2,
}


def compare_rules(probability, right, precision, splits=300):
    generator = np.random.default_rng(1)
    halves = [np.array_split(generator.permutation(len(right)), 2) for _ in range(splits)]
    print(f"\n| threshold for {precision} by | right, mean ± spread | within 0.02 | at least {precision - 0.02:.2f} | answered |\n|---|---|---|---|---|")
    for name, rule in RULES.items():
        accuracy, coverage = [], []
        for fit, test in halves:
            kept = Kept(probability[fit], right[fit])
            threshold = kept.threshold(rule(kept), precision)
            answered = probability[test] >= (2 if threshold is None else threshold)
            if answered.any():
                accuracy.append(right[test][answered].mean())
                coverage.append(answered.mean())
        accuracy = np.array(accuracy)
        print(f"| {name} | {accuracy.mean():.3f} ± {accuracy.std():.3f} | {100 * (abs(accuracy - precision) <= 0.02).mean():.0f} % | "
              f"{100 * (accuracy >= precision - 0.02).mean():.0f} % | {100 * np.mean(coverage):.0f} % |")


def class_thresholds(probability, answer, right, classes, precision, common_answers):
    """The rule of --abstain-per-class; without `common_answers`, one right and one wrong answer more of the class itself."""
    all_kept = Kept(probability, right)
    common = all_kept.threshold(RULES["mean of the second and the fifth (reprtune)"](all_kept), precision)
    thresholds = np.full(classes, 2.0 if common is None else common)
    for label in np.unique(answer):
        rows = answer == label
        kept = Kept(probability[rows], right[rows])
        place = np.searchsorted(-all_kept.probability, -kept.probability, side="right") - 1
        share = (all_kept.right[place] + 1) / (all_kept.rows[place] + 2)
        counted = (kept.right + common_answers * share) / (kept.rows + common_answers) if common_answers else (kept.right + 1) / (kept.rows + 2)
        good = np.flatnonzero((counted + kept.expected / kept.rows) / 2 >= precision)
        thresholds[label] = 2 if len(good) == 0 else 0 if good[-1] == len(counted) - 1 else kept.probability[good[-1]]
    return thresholds


def compare_class_thresholds(probability, answer, right, precision, splits=60):
    """Of the classes with ten answers or more: how many reach the precision less 0.02, and what they lack of it in the mean."""
    generator = np.random.default_rng(1)
    classes = answer.max() + 1
    results = {}
    for _ in range(splits):
        order = generator.permutation(len(right))
        fit, test = np.split(order, [len(right) // 5])
        kept = Kept(probability[fit], right[fit])
        common = kept.threshold(RULES["mean of the second and the fifth (reprtune)"](kept), precision)
        ways = {"one for all": np.full(classes, 2.0 if common is None else common)}
        for rows in (10, 2, 20, 0):
            ways[f"one for each class, {rows} answers of all" + (" (reprtune)" if rows == 10 else "")] = class_thresholds(
                probability[fit], answer[fit], right[fit], classes, precision, rows)
        for name, thresholds in ways.items():
            answered = probability[test] >= thresholds[answer[test]]
            of_class = [answered & (answer[test] == label) for label in range(classes)]
            precisions = np.array([right[test][rows].mean() for rows in of_class if rows.sum() >= 10])
            if len(precisions):
                results.setdefault(name, []).append([(precisions >= precision - 0.02).mean(), np.maximum(0, precision - precisions).mean(),
                                                     right[test][answered].mean(), answered.mean()])
    print(f"\n| thresholds for {precision} | classes that reach {precision - 0.02:.2f} | mean shortfall | right | answered |\n|---|---|---|---|---|")
    for name, rows in results.items():
        reached, short, accuracy, coverage = np.mean(rows, axis=0)
        print(f"| {name} | {100 * reached:.0f} % | {short:.3f} | {accuracy:.3f} | {100 * coverage:.0f} % |")


def area_under_curve(low, high):
    return np.mean([np.mean(low < value) + np.mean(low == value) / 2 for value in high])


def nonsense(texts, rows=250):
    generator = random.Random(3)
    words = [word for text in texts for word in text.split()]
    letters = lambda: "".join(generator.choice(string.ascii_lowercase) for _ in range(generator.randint(2, 9)))
    return {"random words": [" ".join(generator.choice(words) for _ in range(generator.randint(4, 14))) for _ in range(rows)],
            "random letters": [" ".join(letters() for _ in range(generator.randint(2, 8))) for _ in range(rows)]}


def compare_novelty(program, model, texts, files):
    own = classify(program, model, texts, "--with-novelty")
    groups = {path.parent.name + "/" + path.name: [row["text"] for row in read(path)][:1000] for path in files}
    groups.update(nonsense(texts + [text for group in groups.values() for text in group]))
    column = lambda rows, name: np.array([float(row[name]) for row in rows])
    low = column(own, "novelty")
    print("\n| texts | AUROC | above 0.95 | above 0.99 | mean probability |\n|---|---|---|---|---|")
    for name, rows in [("the rows", own)] + [(name, classify(program, model, group, "--with-novelty")) for name, group in groups.items()]:
        high = column(rows, "novelty")
        area = "" if rows is own else f"{area_under_curve(low, high):.3f}"
        print(f"| {name} | {area} | {100 * (high > 0.95).mean():.1f} % | {100 * (high > 0.99).mean():.1f} % | {column(rows, 'probability').mean():.2f} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("model")
    parser.add_argument("rows", type=pathlib.Path)
    parser.add_argument("--precision", type=float, default=0.95)
    parser.add_argument("--unlike", nargs="*", type=pathlib.Path, default=[])
    options = parser.parse_args()

    rows = read(options.rows)
    texts = [row["text"] for row in rows]
    own = classify(options.program, options.model, texts)
    right = np.array([answer["label"] == row["label"].strip() for answer, row in zip(own, rows)])
    probability = np.array([float(answer["probability"]) for answer in own])
    compare_rules(probability, right, options.precision)
    _, answers = np.unique([answer["label"] for answer in own], return_inverse=True)
    compare_class_thresholds(probability, answers, right, options.precision)
    if options.unlike:
        compare_novelty(options.program, options.model, texts, options.unlike)


if __name__ == "__main__":
    main()

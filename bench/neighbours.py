#!/usr/bin/env python3
"""Do finetuned embeddings cluster by class? Accuracy of the nearest neighbours beside that of the classifier.

    ~/.cache/reprtune/peers/bin/python bench/neighbours.py build/release/bin/reprtune MODEL_FOLDER ../shared/datasets trec6 banking77

For each data set and seed: `finetune` with default options (options behind `--` go to it); then the label of most of the
10 training rows that are nearest by cosine (their similarities summed per label), for each row of test.csv, by the vectors
of the base model MODEL_FOLDER and by those of the finetuned one; and what `classify` says.
"""

import argparse
import csv
import pathlib
import statistics
import subprocess
import sys
import tempfile

NEIGHBOURS = 10


def read_labels(file):
    with file.open(newline="", encoding="utf-8") as stream:
        return [row["label"] for row in csv.DictReader(stream)]


def vectors_of(program, model, file, scratch):
    import numpy
    output = scratch / "vectors.npy"
    subprocess.run([program, "embed", model, file, "-o", output, "--quiet"], check=True)
    vectors = numpy.load(output)
    return vectors / numpy.linalg.norm(vectors, axis=1, keepdims=True)


def neighbours_accuracy(program, model, train, test, scratch):
    """In percent."""
    import numpy
    names, train_classes = numpy.unique(read_labels(train), return_inverse=True)
    truth = read_labels(test)
    similarity = vectors_of(program, model, test, scratch) @ vectors_of(program, model, train, scratch).T
    nearest = numpy.argpartition(-similarity, NEIGHBOURS, axis=1)[:, :NEIGHBOURS]
    right = 0
    for row, places in enumerate(nearest):
        votes = numpy.bincount(train_classes[places], weights=similarity[row, places], minlength=len(names))
        right += names[votes.argmax()] == truth[row]
    return 100 * right / len(truth)


def classifier_accuracy(program, model, test):
    done = subprocess.run([program, "classify", model, test, "--format", "csv", "--quiet"], check=True,
                          stdout=subprocess.PIPE, text=True)
    predicted = [row["label"] for row in csv.DictReader(done.stdout.splitlines())]
    return 100 * statistics.mean(p == t for p, t in zip(predicted, read_labels(test), strict=True))


def main():
    arguments = sys.argv[1:]
    extra = arguments[arguments.index("--") + 1:] if "--" in arguments else []
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("base")
    parser.add_argument("datasets", type=pathlib.Path)
    parser.add_argument("names", nargs="+")
    parser.add_argument("--seeds", nargs="+", type=int, default=[1, 2, 3])
    options = parser.parse_args(arguments[:arguments.index("--")] if "--" in arguments else arguments)
    print("| data | seed | neighbours, base model | neighbours, finetuned | classifier |\n|---|---|---|---|---|")
    for name in options.names:
        train, test = options.datasets / name / "train.csv", options.datasets / name / "test.csv"
        for seed in options.seeds:
            with tempfile.TemporaryDirectory() as folder:
                scratch = pathlib.Path(folder)
                subprocess.run([options.program, "finetune", train, "-o", scratch / "model", "--base", options.base, "--seed",
                                str(seed), "--quiet", *extra], check=True, stdout=subprocess.DEVNULL)
                base = neighbours_accuracy(options.program, options.base, train, test, scratch)
                finetuned = neighbours_accuracy(options.program, scratch / "model", train, test, scratch)
                classifier = classifier_accuracy(options.program, scratch / "model", test)
            print(f"| {name} | {seed} | {base:.1f} | {finetuned:.1f} | {classifier:.1f} |", flush=True)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Peak resident memory: `embed` of many texts from a pipe, and `finetune` of many rows beside sentence-transformers.

    tools/peers bench   # once: the peer, in an environment of its own
    ~/.cache/reprtune/peers/bin/python bench/memory.py build/release/bin/reprtune MODEL_FOLDER TRAIN.csv --threads 2

Texts are made of 5 words of TRAIN.csv (--words), drawn anew for each, so that hardly two are equal. `embed` reads 10,000 and
then 1,000,000 of them (--texts) from a pipe. `finetune` gets 40,000 rows of 200 classes (--rows, --classes) for one epoch;
the peer, SentenceTransformerTrainer with a triplet loss over labels, the same rows and batch size for --steps steps.
"""

import argparse
import csv
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import time

os.environ.setdefault("HF_HUB_OFFLINE", "1")

PEER = """
import csv, sys
import torch
from datasets import Dataset
from sentence_transformers import SentenceTransformer, SentenceTransformerTrainer, SentenceTransformerTrainingArguments
from sentence_transformers.losses import BatchHardSoftMarginTripletLoss
folder, rows, steps, threads, output = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), sys.argv[5]
torch.set_num_threads(threads)
table = list(csv.DictReader(open(rows, newline="", encoding="utf-8")))
names = sorted({row["label"] for row in table})
data = Dataset.from_dict({"sentence": [row["text"] for row in table], "label": [names.index(row["label"]) for row in table]})
model = SentenceTransformer(folder, device="cpu")
arguments = SentenceTransformerTrainingArguments(
    output, max_steps=steps, per_device_train_batch_size=32, batch_sampler="group_by_label", use_cpu=True,
    report_to=[], save_strategy="no", disable_tqdm=True)
SentenceTransformerTrainer(model, arguments, train_dataset=data, loss=BatchHardSoftMarginTripletLoss(model)).train()
"""


def peak(command, lines=()):
    """Runs `command` with `lines` on its standard input; its peak resident memory in MB and its seconds."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    for line in lines:
        process.stdin.write(line + "\n")
    process.stdin.close()
    messages = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit(f"{command[0]} failed: {messages}")
    return usage.ru_maxrss / 1024, time.perf_counter() - start


def drawn_texts(words, length, count, seed):
    draw = random.Random(seed)
    return (" ".join(draw.choices(words, k=length)) for _ in range(count))


def write_rows(path, words, rows, classes):
    """Rows of ten words and as many classes, each class with three words of its own."""
    draw = random.Random(1)
    own = [draw.sample(words, 3) for _ in range(classes)]
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(["text", "label"])
        for row in range(rows):
            text = draw.choices(words, k=7) + own[row % classes]
            draw.shuffle(text)
            writer.writerow([" ".join(text), f"class {row % classes}"])


def print_row(name, measured):
    print(f"| {name} | {measured[0]:.0f} | {measured[1]:.0f} |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("model", type=pathlib.Path)
    parser.add_argument("train", type=pathlib.Path)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--texts", type=int, nargs="*", default=[10_000, 1_000_000])
    parser.add_argument("--words", type=int, default=5, help="of a text that is embedded")
    parser.add_argument("--formats", default="jsonl,npy")
    parser.add_argument("--rows", type=int, default=40_000)
    parser.add_argument("--classes", type=int, default=200)
    parser.add_argument("--steps", type=int, default=100, help="of the peer")
    options = parser.parse_args()
    with options.train.open(newline="", encoding="utf-8") as stream:
        words = sorted({word for row in csv.DictReader(stream) for word in row["text"].split()})
    threads = ["--threads", str(options.threads)]

    print("| | peak MB | s |\n|---|---|---|")
    with tempfile.TemporaryDirectory() as scratch:
        for count in options.texts:
            for form in options.formats.split(","):
                command = [options.program, "embed", options.model, "-", "-o", f"{scratch}/vectors.{form}", *threads]
                print_row(f"embed, {count:,} texts of {options.words} words, {form}",
                          peak(command, drawn_texts(words, options.words, count, 2)))
        rows = pathlib.Path(scratch) / "rows.csv"
        write_rows(rows, words, options.rows, options.classes)
        ours = [options.program, "finetune", rows, "-o", f"{scratch}/model", "--base", options.model, "--epochs", "1", *threads]
        print_row(f"finetune, {options.rows:,} rows of {options.classes} classes, 1 epoch", peak(ours))
        theirs = [sys.executable, "-c", PEER, options.model, rows, str(options.steps), str(options.threads), f"{scratch}/peer"]
        print_row(f"sentence-transformers, the same rows, {options.steps} steps", peak(theirs))


if __name__ == "__main__":
    main()

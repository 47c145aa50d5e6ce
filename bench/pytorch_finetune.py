#!/usr/bin/env python3
"""Test accuracy of a plain classification finetune in PyTorch, its learning rate tuned: what bench/accuracy.py is set beside.

    python3 -m venv peers && peers/bin/pip install torch transformers scikit-learn
    peers/bin/python bench/pytorch_finetune.py MODEL_FOLDER ../shared/datasets trec6 banking77 --seeds 1 2 3 --output results.jsonl

MODEL_FOLDER is the base model (all-MiniLM-L6-v2). Encoder, mean pooling and a linear layer are trained with cross-entropy and
AdamW (weight decay 0.01, a tenth of the steps warms up, then the rate falls to zero), in batches of 32 rows of like length,
gradients clipped at 1; the epoch with the best macro-F1 on the validation rows is kept. With the first seed each of --rates
is tried and the one whose kept epoch is best on the validation rows serves all seeds. Data sets are those of
bench/accuracy.py: without a validation.csv a tenth of train.csv is held out, the same share of each class. The test rows are
scored once for each seed. Each result is appended to --output as one JSON line and not measured again.
"""

import argparse
import copy
import csv
import json
import os
import pathlib
import random
import statistics
import time

os.environ.setdefault("HF_HUB_OFFLINE", "1")

import torch
from sklearn.metrics import accuracy_score, f1_score
from sklearn.model_selection import train_test_split
from transformers import AutoModel, AutoTokenizer, get_linear_schedule_with_warmup

BATCH_ROWS = 32
MEGABATCH = 50  # batches among which rows are sorted by length, as the Trainer of transformers does


class Classifier(torch.nn.Module):
    def __init__(self, folder, classes):
        super().__init__()
        self.encoder = AutoModel.from_pretrained(folder)
        self.dropout = torch.nn.Dropout(0.1)
        self.linear = torch.nn.Linear(self.encoder.config.hidden_size, classes)

    def forward(self, batch):
        hidden = self.encoder(**batch).last_hidden_state.float()
        mask = batch["attention_mask"].unsqueeze(-1).float()
        return self.linear(self.dropout((hidden * mask).sum(1) / mask.sum(1)))


class Rows:
    """The token ids and class numbers of rows."""

    def __init__(self, rows, names, tokenizer):
        self.tokenizer = tokenizer
        self.ids = tokenizer([row["text"] for row in rows], truncation=True, max_length=256)["input_ids"]
        self.classes = [names.index(row["label"]) if row["label"] in names else -1 for row in rows]

    def batches(self, order):
        for first in range(0, len(order), BATCH_ROWS):
            picked = order[first:first + BATCH_ROWS]
            batch = self.tokenizer.pad({"input_ids": [self.ids[i] for i in picked]}, return_tensors="pt")
            yield dict(batch), torch.tensor([self.classes[i] for i in picked])

    def shuffled(self, rng):
        """Rows at random, those of a batch of like length."""
        order = rng.sample(range(len(self.ids)), len(self.ids))
        size = MEGABATCH * BATCH_ROWS
        batches = []
        for first in range(0, len(order), size):
            near = sorted(order[first:first + size], key=lambda i: len(self.ids[i]))
            batches += [near[i:i + BATCH_ROWS] for i in range(0, len(near), BATCH_ROWS)]
        rng.shuffle(batches)
        return sum(batches, [])


def score(model, rows, autocast):
    model.eval()
    order = sorted(range(len(rows.ids)), key=lambda i: len(rows.ids[i]))
    predicted = []
    with torch.inference_mode(), torch.autocast("cpu", dtype=torch.bfloat16, enabled=autocast):
        for batch, _ in rows.batches(order):
            predicted += model(batch).argmax(1).tolist()
    truth = [rows.classes[i] for i in order]
    return accuracy_score(truth, predicted), f1_score(truth, predicted, average="macro", labels=sorted(set(truth)), zero_division=0)


def finetune(options, train, validation, classes, rate, seed):
    """(macro-F1 on the validation rows, model) of the best epoch."""
    torch.manual_seed(seed)
    rng = random.Random(seed)
    model = Classifier(options.model, classes)
    optimizer = torch.optim.AdamW(model.parameters(), lr=rate, weight_decay=0.01)
    steps = options.epochs * -(-len(train.ids) // BATCH_ROWS)
    schedule = get_linear_schedule_with_warmup(optimizer, steps // 10, steps)
    best, kept = -1.0, None
    for _ in range(options.epochs):
        model.train()
        for batch, target in train.batches(train.shuffled(rng)):
            with torch.autocast("cpu", dtype=torch.bfloat16, enabled=options.autocast):
                logits = model(batch)
            loss = torch.nn.functional.cross_entropy(logits.float(), target)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
        _, f1 = score(model, validation, options.autocast)
        if f1 > best:
            best, kept = f1, copy.deepcopy(model)
    return best, kept


def read_rows(path):
    with path.open(newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def split(folder, seed):
    """(training rows, validation rows)"""
    rows = read_rows(folder / "train.csv")
    if (folder / "validation.csv").exists():
        return rows, read_rows(folder / "validation.csv")
    counts = {}
    for row in rows:
        counts[row["label"]] = counts.get(row["label"], 0) + 1
    single = [row for row in rows if counts[row["label"]] < 2]  # cannot be on both sides
    train, validation = train_test_split([row for row in rows if counts[row["label"]] > 1], test_size=0.1, random_state=seed,
                                         stratify=[row["label"] for row in rows if counts[row["label"]] > 1])
    return train + single, validation


def measure(options, name, seed, rates, record):
    """Trains with each of `rates`, scores the test rows with the best, and records it."""
    folder = options.datasets / name
    tokenizer = AutoTokenizer.from_pretrained(options.model)
    train, validation = split(folder, seed)
    names = sorted({row["label"] for row in train})
    train, validation = Rows(train, names, tokenizer), Rows(validation, names, tokenizer)
    tried, seconds = [], {}
    for rate in rates:
        start = time.perf_counter()
        tried.append((*finetune(options, train, validation, len(names), rate, seed), rate))
        seconds[rate] = time.perf_counter() - start
        print(f"{name} seed {seed} rate {rate:g}: validation macro-F1 {tried[-1][0]:.4f}, {seconds[rate]:.0f} s", flush=True)
    f1, model, rate = max(tried, key=lambda one: one[0])
    accuracy, test_f1 = score(model, Rows(read_rows(folder / "test.csv"), names, tokenizer), options.autocast)
    record({"data": name, "seed": seed, "rate": rate, "epochs": options.epochs, "autocast": options.autocast,
            "tried": {f"{one[2]:g}": one[0] for one in tried}, "validation_f1": f1, "test_accuracy": accuracy,
            "test_macro_f1": test_f1, "seconds": seconds[rate]})
    return rate


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=pathlib.Path)
    parser.add_argument("datasets", type=pathlib.Path)
    parser.add_argument("names", nargs="+")
    parser.add_argument("--rates", nargs="+", type=float, default=[5e-5, 1e-4, 2e-4])
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--seeds", nargs="+", type=int, default=[1, 2, 3])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--autocast", action="store_true", help="bfloat16 autocast instead of float32")
    parser.add_argument("--output", type=pathlib.Path, required=True)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)

    results = [json.loads(line) for line in options.output.read_text().splitlines()] if options.output.exists() else []

    def record(result):
        results.append(result)
        with options.output.open("a") as output:
            output.write(json.dumps(result) + "\n")

    def found(name, seed):
        return next((r for r in results if (r["data"], r["seed"], r["epochs"], r["autocast"]) ==
                     (name, seed, options.epochs, options.autocast)), None)

    for name in options.names:
        first = found(name, options.seeds[0])
        rate = first["rate"] if first else measure(options, name, options.seeds[0], options.rates, record)
        for seed in options.seeds[1:]:
            if not found(name, seed):
                measure(options, name, seed, [rate], record)
    print("| data | seeds | rate | test accuracy | macro-F1 | seconds |\n|---|---|---|---|---|---|")
    for name in options.names:
        rows = [found(name, seed) for seed in options.seeds]
        accuracy = [100 * row["test_accuracy"] for row in rows]
        spread = statistics.stdev(accuracy) if len(rows) > 1 else 0.0
        print(f"| {name} | {len(rows)} | {rows[0]['rate']:g} | {statistics.mean(accuracy):.2f} ± {spread:.2f} | "
              f"{100 * statistics.mean(row['test_macro_f1'] for row in rows):.2f} | "
              f"{statistics.mean(row['seconds'] for row in rows):.0f} |")


if __name__ == "__main__":
    main()

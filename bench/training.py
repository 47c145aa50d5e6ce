#!/usr/bin/env python3
"""Finetuning steps beside a plain PyTorch loop, in turn on the same rows in one run.

    python3 -m venv peers && peers/bin/pip install torch transformers
    peers/bin/python bench/training.py build/release/bin/reprtune MODEL_FOLDER TRAIN.csv [TRAIN.csv ...] --threads 2

MODEL_FOLDER is the base model (all-MiniLM-L6-v2). Steps of 32 rows of each TRAIN.csv with cross-entropy and contrastive loss:
a PyTorch loop in float32 and one under bfloat16 autocast (padded to the longest row of the batch, dropout on, AdamW) against
`reprtune finetune` in float32 and with its own choice. tokens/s counts real tokens only. Prints medians of the rounds and
ratios to both peers.
"""

import argparse
import csv
import json
import os
import pathlib
import random
import statistics
import subprocess
import tempfile
import time

os.environ.setdefault("HF_HUB_OFFLINE", "1")


def peer_steps(folder, rows, labels, classes, steps, autocast):
    """Real tokens per second of a plain PyTorch loop: the median of its steps."""
    import torch
    from transformers import AutoModel, AutoTokenizer
    tokenizer = AutoTokenizer.from_pretrained(folder)
    encoder = AutoModel.from_pretrained(folder).train()
    head = torch.nn.Linear(encoder.config.hidden_size, classes)
    optimizer = torch.optim.AdamW([*encoder.parameters(), *head.parameters()], lr=2e-4)
    order = random.Random(1).sample(range(len(rows)), len(rows))
    rates = []
    for step in range(steps):
        picked = order[32 * step % (len(rows) - 32):][:32]
        batch = tokenizer([rows[i] for i in picked], padding=True, truncation=True, max_length=256, return_tensors="pt")
        target = torch.tensor([labels[i] for i in picked])
        start = time.perf_counter()
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=autocast):
            hidden = encoder(**batch).last_hidden_state
        mask = batch["attention_mask"].unsqueeze(-1).float()
        vectors = torch.nn.functional.normalize((hidden.float() * mask).sum(1) / mask.sum(1))
        similarity = (vectors @ vectors.T / 0.1).masked_fill(torch.eye(len(picked), dtype=torch.bool), -torch.inf)
        partner = (target[:, None] == target[None]) & ~torch.eye(len(picked), dtype=torch.bool)
        log_probability = torch.log_softmax(similarity, 1).masked_fill(~partner, 0)
        contrastive = -(log_probability.sum(1) / partner.sum(1).clamp(min=1)).mean()
        loss = 0.9 * torch.nn.functional.cross_entropy(20 * head(vectors), target) + 0.1 * contrastive
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(encoder.parameters(), 1.0)
        optimizer.step()
        if step >= 3:  # the first steps warm up
            rates.append(int(mask.sum()) / (time.perf_counter() - start))
    return statistics.median(rates)


def our_steps(program, folder, train, threads, precision, scratch):
    model = scratch / "model"
    subprocess.run([program, "finetune", train, "-o", model, "--base", folder, "--epochs", "1", "--batch-size", "32",
                    "--adversarial-epsilon", "0", "--overwrite", "--quiet", "--threads", str(threads), "--precision", precision],
                   check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    lines = [json.loads(line) for line in (model / "run" / "metrics.jsonl").read_text().splitlines()]
    return statistics.median(line["tokens_per_second"] for line in lines[3:] if "loss" in line)


def compare(options, train, scratch):
    with train.open(newline="", encoding="utf-8") as stream:
        table = list(csv.DictReader(stream))
    random.Random(2).shuffle(table)
    names = sorted({row["label"] for row in table})
    texts, labels = [row["text"] for row in table], [names.index(row["label"]) for row in table]
    with (scratch / "train.csv").open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(["text", "label"])
        writer.writerows((row["text"], row["label"]) for row in table[:32 * options.steps])
    ways = {"PyTorch loop float32": lambda: peer_steps(options.model, texts, labels, len(names), options.steps, False),
            "PyTorch loop bfloat16 autocast": lambda: peer_steps(options.model, texts, labels, len(names), options.steps, True)}
    if options.no_autocast:
        del ways["PyTorch loop bfloat16 autocast"]
    for precision in ("float32", "auto"):
        ways[f"reprtune {precision}"] = lambda precision=precision: our_steps(
            options.program, options.model, scratch / "train.csv", options.threads, precision, scratch)
    rates = {name: [] for name in ways}
    for _ in range(options.rounds):
        for name, way in ways.items():
            rates[name].append(way())
    medians = {name: statistics.median(rate) for name, rate in rates.items()}
    loops = [name for name in ways if name.startswith("PyTorch")]
    print(f"\n| {train.parent.name}: steps of 32 rows | median tokens/s |" + "".join(f" times {name} |" for name in loops))
    print("|---" * (2 + len(loops)) + "|")
    for name, rate in medians.items():
        print(f"| {name} | {rate:.0f} |" + "".join(f" {rate / medians[loop]:.2f} |" for loop in loops), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("model", type=pathlib.Path)
    parser.add_argument("train", type=pathlib.Path, nargs="+")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--steps", type=int, default=40)
    parser.add_argument("--no-autocast", action="store_true", help="without the loop in bfloat16, which takes half an hour "
                        "on processors that have none")
    options = parser.parse_args()

    import torch
    torch.set_num_threads(options.threads)
    for train in options.train:
        with tempfile.TemporaryDirectory() as folder:
            compare(options, train, pathlib.Path(folder))


if __name__ == "__main__":
    main()

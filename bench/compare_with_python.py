#!/usr/bin/env python3
"""Embedding and finetuning beside the Python stack, in turn on the same texts in one run.

    python3 -m venv peers && peers/bin/pip install torch transformers sentence-transformers
    peers/bin/python bench/compare_with_python.py build/release/bin/reprtune MODEL_FOLDER TRAIN.csv --threads 2

MODEL_FOLDER is the base model (all-MiniLM-L6-v2). Embedding: 8,000 texts of TRAIN.csv, sentence-transformers `encode` with its
defaults (float32, batch 32) against `reprtune embed`, the whole process; --join 13 makes long texts of 13 rows each;
--onnx MODEL.onnx adds onnxruntime in float32 (inputs ids and mask [B, T], output the vectors). Finetuning, unless
--no-training: steps of 32 rows of
TRAIN.csv with cross-entropy and contrastive loss, a plain PyTorch loop in float32 (padded to the longest row of the batch,
dropout on, AdamW) against `reprtune finetune`; tokens/s counts real tokens only. Prints medians of the rounds and ratios.
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


def embed_peer(model, texts):
    start = time.perf_counter()
    vectors = model.encode(texts)
    return time.perf_counter() - start, vectors


def embed_onnx(session, tokenizer, texts):
    """As a careful user would: sorted by length, batches of 32, padded to the longest of each."""
    import numpy
    start = time.perf_counter()
    encodings = tokenizer(texts, truncation=True, max_length=256)["input_ids"]
    order = sorted(range(len(texts)), key=lambda i: -len(encodings[i]))
    vectors = [None] * len(texts)
    for first in range(0, len(order), 32):
        rows = order[first:first + 32]
        ids = numpy.zeros((len(rows), len(encodings[rows[0]])), numpy.int64)
        mask = numpy.zeros_like(ids)
        for place, row in enumerate(rows):
            ids[place, :len(encodings[row])] = encodings[row]
            mask[place, :len(encodings[row])] = 1
        for row, vector in zip(rows, session.run(None, {"ids": ids, "mask": mask})[0]):
            vectors[row] = vector
    return time.perf_counter() - start, numpy.stack(vectors)


def open_onnx(file, threads):
    import onnxruntime
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    return onnxruntime.InferenceSession(file, options, providers=["CPUExecutionProvider"])


def embed_ours(program, model, file, output, threads, precision):
    start = time.perf_counter()
    subprocess.run([program, "embed", model, file, "-o", output, "--format", "npy", "--quiet", "--threads", str(threads),
                    "--precision", precision], check=True)
    return time.perf_counter() - start


def peer_steps(folder, rows, labels, classes, steps):
    """Real tokens per second of a plain PyTorch loop."""
    import torch
    from transformers import AutoModel, AutoTokenizer
    tokenizer = AutoTokenizer.from_pretrained(folder)
    encoder = AutoModel.from_pretrained(folder).train()
    head = torch.nn.Linear(encoder.config.hidden_size, classes)
    optimizer = torch.optim.AdamW([*encoder.parameters(), *head.parameters()], lr=2e-4)
    order = random.Random(1).sample(range(len(rows)), len(rows))
    tokens, elapsed = 0, 0.0
    for step in range(steps):
        picked = order[32 * step % (len(rows) - 32):][:32]
        batch = tokenizer([rows[i] for i in picked], padding=True, truncation=True, max_length=256, return_tensors="pt")
        target = torch.tensor([labels[i] for i in picked])
        start = time.perf_counter()
        mask = batch["attention_mask"].unsqueeze(-1).float()
        hidden = encoder(**batch).last_hidden_state
        vectors = torch.nn.functional.normalize((hidden * mask).sum(1) / mask.sum(1))
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
            elapsed += time.perf_counter() - start
            tokens += int(mask.sum())
    return tokens / elapsed


def our_steps(program, folder, train, threads, precision, scratch):
    model = scratch / "model"
    subprocess.run([program, "finetune", train, "-o", model, "--base", folder, "--epochs", "1", "--batch-size", "32",
                    "--overwrite", "--quiet", "--threads", str(threads), "--precision", precision],
                   check=True, stdout=subprocess.DEVNULL)
    lines = [json.loads(line) for line in (model / "run" / "metrics.jsonl").read_text().splitlines()]
    return statistics.median(line["tokens_per_second"] for line in lines[3:] if "loss" in line)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("model", type=pathlib.Path)
    parser.add_argument("train", type=pathlib.Path)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--texts", type=int, default=8000)
    parser.add_argument("--join", type=int, default=1, help="rows of TRAIN.csv in one text to embed")
    parser.add_argument("--onnx", help="the base model for onnxruntime")
    parser.add_argument("--no-training", action="store_true")
    parser.add_argument("--steps", type=int, default=40)
    options = parser.parse_args()

    import numpy
    import torch
    from sentence_transformers import SentenceTransformer
    torch.set_num_threads(options.threads)
    with options.train.open(newline="", encoding="utf-8") as stream:
        table = list(csv.DictReader(stream))
    texts = [" ".join(row["text"].split()) for row in table]
    if options.join > 1:
        texts = [" ".join(texts[i:i + options.join]) for i in range(0, len(texts) - options.join, max(options.join // 3, 1))]
    texts = (texts * (options.texts // len(texts) + 1))[:options.texts]
    peer = SentenceTransformer(str(options.model), device="cpu")
    names = sorted({row["label"] for row in table})
    labels = [names.index(row["label"]) for row in table]
    with tempfile.TemporaryDirectory() as folder:
        scratch = pathlib.Path(folder)
        (scratch / "texts.txt").write_text("\n".join(texts) + "\n", encoding="utf-8")
        times = {"sentence-transformers float32": [], "reprtune float32": [], "reprtune auto": []}
        if options.onnx:
            from transformers import AutoTokenizer
            session, tokenizer = open_onnx(options.onnx, options.threads), AutoTokenizer.from_pretrained(options.model)
            times["onnxruntime float32"] = []
        for _ in range(options.rounds):
            seconds, reference = embed_peer(peer, texts)
            times["sentence-transformers float32"].append(seconds)
            if options.onnx:
                seconds, vectors = embed_onnx(session, tokenizer, texts)
                times["onnxruntime float32"].append(seconds)
                print(f"embed onnxruntime: {seconds:.2f} s, smallest cosine to the peer {(vectors * reference).sum(1).min():.6f}")
            for precision in ("float32", "auto"):
                seconds = embed_ours(options.program, options.model, scratch / "texts.txt", scratch / "v.npy", options.threads,
                                     precision)
                times[f"reprtune {precision}"].append(seconds)
                cosine = float((numpy.load(scratch / "v.npy") * reference).sum(1).min())
                print(f"embed {precision}: {seconds:.2f} s, smallest cosine to the peer {cosine:.6f}")
        base = statistics.median(times["sentence-transformers float32"])
        print(f"\n| embedding {len(texts)} texts | median s | times faster |\n|---|---|---|")
        for name, seconds in times.items():
            print(f"| {name} | {statistics.median(seconds):.2f} | {base / statistics.median(seconds):.2f} |")

        if options.no_training:
            return
        rates = {"PyTorch loop float32": [], "reprtune float32": [], "reprtune auto": []}
        with (scratch / "train.csv").open("w", newline="", encoding="utf-8") as stream:
            writer = csv.writer(stream)
            writer.writerow(["text", "label"])
            writer.writerows((row["text"], row["label"]) for row in table[:32 * options.steps])
        for _ in range(options.rounds):
            rates["PyTorch loop float32"].append(
                peer_steps(options.model, [row["text"] for row in table], labels, len(names), options.steps))
            for precision in ("float32", "auto"):
                rates[f"reprtune {precision}"].append(
                    our_steps(options.program, options.model, scratch / "train.csv", options.threads, precision, scratch))
        base = statistics.median(rates["PyTorch loop float32"])
        print("\n| training steps of 32 rows | median tokens/s | times faster |\n|---|---|---|")
        for name, rate in rates.items():
            print(f"| {name} | {statistics.median(rate):.0f} | {statistics.median(rate) / base:.2f} |")


if __name__ == "__main__":
    main()

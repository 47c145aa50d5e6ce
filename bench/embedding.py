#!/usr/bin/env python3
"""Embedding beside the Python stack, in turn on the same texts in one run.

    python3 -m venv peers && peers/bin/pip install torch transformers sentence-transformers
    peers/bin/python bench/embedding.py build/release/bin/reprtune MODEL_FOLDER TRAIN.csv --threads 2

MODEL_FOLDER is the base model (all-MiniLM-L6-v2): 8,000 texts of TRAIN.csv, sentence-transformers `encode` with its
defaults (float32, batch 32) against `reprtune embed`, the whole process; --join 13 makes long texts of 13 rows each;
--onnx MODEL.onnx adds onnxruntime in float32 (inputs ids and mask [B, T], output the vectors).
Prints medians of the rounds and ratios.
"""

import argparse
import csv
import os
import pathlib
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
    with tempfile.TemporaryDirectory() as folder:
        scratch = pathlib.Path(folder)
        (scratch / "texts.txt").write_text("\n".join(texts) + "\n", encoding="utf-8")
        times = {"sentence-transformers float32": [], "reprtune float32": [], "reprtune auto": [], "reprtune int8": []}
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
            for precision in ("float32", "auto", "int8"):
                seconds = embed_ours(options.program, options.model, scratch / "texts.txt", scratch / "v.npy", options.threads,
                                     precision)
                times[f"reprtune {precision}"].append(seconds)
                cosines = (numpy.load(scratch / "v.npy") * reference).sum(1)
                print(f"embed {precision}: {seconds:.2f} s, cosine to the peer at least {cosines.min():.6f}, mean {cosines.mean():.6f}")
        base = statistics.median(times["sentence-transformers float32"])
        print(f"\n| embedding {len(texts)} texts | median s | times faster |\n|---|---|---|")
        for name, seconds in times.items():
            print(f"| {name} | {statistics.median(seconds):.2f} | {base / statistics.median(seconds):.2f} |")


if __name__ == "__main__":
    main()

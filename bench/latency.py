#!/usr/bin/env python3
"""Median time of one text of 20 tokens (batch of 1), in process, beside onnxruntime.

    tools/peers bench && cmake --build --preset release --target bench
    ~/.cache/reprtune/peers/bin/python bench/latency.py build/release/bench/bench MODEL_FOLDER --threads 2

The peer gets ids, so tokenizing is in neither time. reprtune uses one thread for a batch of 1.
"""

import argparse
import json
import pathlib
import statistics
import subprocess
import time

from embedding import OnnxRuntime

TOKENS = 20


def peer_latency(folder, threads, onnx, repetitions):
    import numpy
    session = OnnxRuntime(folder, threads, onnx).session
    ids = numpy.arange(1000, 1000 + TOKENS, dtype=numpy.int64).reshape(1, TOKENS)
    mask = numpy.ones_like(ids)
    seconds = []
    for _ in range(repetitions):
        start = time.perf_counter()
        session.run(None, {"ids": ids, "mask": mask})
        seconds.append(time.perf_counter() - start)
    return 1000 * statistics.median(seconds)


def our_latency(bench, precision):
    done = subprocess.run([bench, f"--benchmark_filter=^embed<Precision::{precision}>/{TOKENS}/{TOKENS}$", "--benchmark_format=json",
                           "--benchmark_repetitions=9"], check=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    rows = json.loads(done.stdout)["benchmarks"]
    return next(row["real_time"] for row in rows if row["name"].endswith("_median")) / 1e6


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bench")
    parser.add_argument("model", type=pathlib.Path)
    parser.add_argument("--threads", type=int, default=2, help="of onnxruntime")
    parser.add_argument("--onnx", type=pathlib.Path, help="the model for onnxruntime; made if absent")
    parser.add_argument("--repetitions", type=int, default=300)
    options = parser.parse_args()
    rows = [(f"onnxruntime float32, {threads} threads", peer_latency(options.model, threads, options.onnx, options.repetitions))
            for threads in sorted({1, options.threads})]
    rows += [(f"reprtune {precision}, 1 thread", our_latency(options.bench, precision))
             for precision in ("float32", "bfloat16", "int16", "int8")]
    print("| one text of 20 tokens | median ms |\n|---|---|")
    for name, median in rows:
        print(f"| {name} | {median:.2f} |")


if __name__ == "__main__":
    main()

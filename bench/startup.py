#!/usr/bin/env python3
"""One text classified, from the start of the process to its exit, beside sentence-transformers and a program that only
loads libtorch; in turn, medians of the rounds.

    tools/peers bench && cmake --build --preset release --target reprtune libtorch_only
    ~/.cache/reprtune/peers/bin/python bench/startup.py build/release/bin/reprtune build/release/bench/libtorch_only MODEL

MODEL is a folder that `reprtune finetune` made. The peer loads it, embeds the text and applies the head by numpy.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time

TEXT = "Where can I find the balance of my account?\n"

PEER = """
import sys
import numpy
from safetensors.numpy import load_file
from sentence_transformers import SentenceTransformer
folder = sys.argv[1]
vectors = SentenceTransformer(folder, device="cpu").encode([sys.stdin.readline()])
head = load_file(folder + "/head.safetensors")
print(int(numpy.argmax(vectors @ head["weight"].T + head["bias"])))
"""


def seconds(command):
    start = time.perf_counter()
    subprocess.run(command, input=TEXT, text=True, check=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                   env={**os.environ, "HF_HUB_OFFLINE": "1"})
    return time.perf_counter() - start


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("libtorch_only")
    parser.add_argument("model")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    commands = {"sentence-transformers": [sys.executable, "-c", PEER, options.model],
                "a program that only loads libtorch": [options.libtorch_only],
                "reprtune --version": [options.program, "--version"],
                "reprtune classify": [options.program, "classify", options.model]}
    times = {name: [] for name in commands}
    for _ in range(options.rounds):
        for name, command in commands.items():
            times[name].append(seconds(command))
    peer = statistics.median(times["sentence-transformers"])
    print("| one text, start to exit | median s | share of the first |\n|---|---|---|")
    for name, measured in times.items():
        print(f"| {name} | {statistics.median(measured):.3f} | {statistics.median(measured) / peer:.3f} |")


if __name__ == "__main__":
    main()

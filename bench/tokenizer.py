#!/usr/bin/env python3
"""Times our WordPiece tokenizer and Hugging Face's tokenizers on the same texts, one thread each.

Usage: tokenizer.py TOKENIZE_LINES MODEL_FOLDER TEXTS.jsonl [--repeat 5]

TOKENIZE_LINES is the program built from tests/text/tokenize_lines.cpp; MODEL_FOLDER has a BERT model's tokenizer.json;
TEXTS.jsonl has lines {"text": "..."}. Prints one JSON line: the best seconds of each, MB of UTF-8 per second, the ratio.

The reference is encode_batch_fast, which computes no offsets, in the batch size that is fastest on these texts; text by
text, as we do it, takes longer. The two take turns, so that other programs on the machine disturb both; theirs are seconds
of the processor. They hold a Python object per text, the least that package gives to a program; ours hold a vector of ids.
"""

import argparse
import json
import os
import pathlib
import subprocess
import time

os.environ["TOKENIZERS_PARALLELISM"] = "false"
import tokenizers  # noqa: E402  (reads the setting above)

BATCH_SIZES = (8, 32, 256, 1_000_000)
PASSES = len(BATCH_SIZES)  # of ours in one turn, as many as theirs


def seconds_of(function):
    begin = time.process_time()  # not the clock on the wall: a pass of theirs is too long to go undisturbed
    function()
    return time.process_time() - begin


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("model_folder", type=pathlib.Path)
    parser.add_argument("texts", type=pathlib.Path)
    parser.add_argument("--repeat", type=int, default=5)
    options = parser.parse_args()

    lines = options.texts.read_bytes()
    texts = [json.loads(line)["text"] for line in lines.splitlines()]
    megabytes = sum(len(text.encode()) for text in texts) / 1e6
    command = [options.program, options.model_folder, "--time", str(PASSES)]
    reference = tokenizers.Tokenizer.from_file(str(options.model_folder / "tokenizer.json"))
    reference.no_truncation()
    reference.no_padding()

    def encode_in_batches(size):
        for begin in range(0, len(texts), size):
            reference.encode_batch_fast(texts[begin : begin + size])

    ours, theirs, batch_size = [], [], {}
    for _ in range(options.repeat):
        ours.append(float(subprocess.run(command, input=lines, stdout=subprocess.PIPE, check=True).stdout))
        for size in BATCH_SIZES:
            theirs.append(seconds_of(lambda size=size: encode_in_batches(size)))
            batch_size[theirs[-1]] = size
    ours, theirs = min(ours), min(theirs)
    print(json.dumps({
        "texts": len(texts), "megabytes": round(megabytes, 2), "tokenizers": tokenizers.__version__,
        "batch_size": batch_size[theirs],
        "seconds": round(ours, 4), "tokenizers_seconds": round(theirs, 4), "mb_per_second": round(megabytes / ours, 1),
        "tokenizers_mb_per_second": round(megabytes / theirs, 1), "ratio": round(theirs / ours, 1),
    }))  # fmt: skip


if __name__ == "__main__":
    main()

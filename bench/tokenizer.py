#!/usr/bin/env python3
"""Times our WordPiece tokenizer and Hugging Face's tokenizers on the same texts, one thread each.

Usage: tokenizer.py TOKENIZE_LINES MODEL_FOLDER TEXTS.jsonl [--repeat 5]

TOKENIZE_LINES is the program built from tests/text/tokenize_lines.cpp; MODEL_FOLDER has a BERT model's tokenizer.json;
TEXTS.jsonl has lines {"text": "..."}. Prints one JSON line: the best seconds of each, MB of UTF-8 per second, the ratio.
"""

import argparse
import json
import os
import pathlib
import subprocess
import time

os.environ["TOKENIZERS_PARALLELISM"] = "false"
import tokenizers  # noqa: E402  (reads the setting above)


def seconds_of(function):
    begin = time.perf_counter()
    function()
    return time.perf_counter() - begin


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
    command = [options.program, options.model_folder, "--time", str(options.repeat)]
    ours = float(subprocess.run(command, input=lines, stdout=subprocess.PIPE, check=True).stdout)
    reference = tokenizers.Tokenizer.from_file(str(options.model_folder / "tokenizer.json"))
    reference.no_truncation()
    reference.no_padding()
    theirs = min(seconds_of(lambda: reference.encode_batch_fast(texts)) for _ in range(options.repeat))
    print(json.dumps({
        "texts": len(texts), "megabytes": round(megabytes, 2), "tokenizers": tokenizers.__version__,
        "seconds": round(ours, 4), "tokenizers_seconds": round(theirs, 4), "mb_per_second": round(megabytes / ours, 1),
        "tokenizers_mb_per_second": round(megabytes / theirs, 1), "ratio": round(theirs / ours, 1),
    }))  # fmt: skip


if __name__ == "__main__":
    main()

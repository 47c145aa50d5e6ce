#!/usr/bin/env python3
"""Compares our WordPiece ids with those of Hugging Face's tokenizers on random texts.

Usage: fuzz_against_tokenizers.py TOKENIZE_LINES TOKENIZER_JSON [--texts 200000] [--seed 1]

TOKENIZE_LINES is the program built from tokenize_lines.cpp, TOKENIZER_JSON that of any BERT model. Every normalizer setting
gets its share of the texts. Special tokens in a text are literal for us, so the reference is loaded without added tokens.
Prints the first differences and the number of all; exit code 1 if there are any. Needs `pip install tokenizers==0.23.3`.
"""

import argparse
import itertools
import json
import pathlib
import random
import subprocess
import sys
import tempfile
import unicodedata

import tokenizers

SETTINGS = [
    dict(clean_text=clean, handle_chinese_chars=chinese, strip_accents=strip, lowercase=lower)
    for clean, chinese, strip, lower in itertools.product((True, False), (True, False), (None, True, False), (True, False))
]
UNCASED = dict(clean_text=True, handle_chinese_chars=True, strip_accents=None, lowercase=True)

MARKS = [c for c in range(0x110000) if unicodedata.category(chr(c)) in ("Mn", "Mc", "Me")]
ODD = [c for c in range(0x110000) if unicodedata.category(chr(c)) in ("Cc", "Cf", "Zs", "Zl", "Zp", "Po", "Ps", "Pc")]
DECOMPOSING = [c for c in range(0x110000) if unicodedata.decomposition(chr(c)) and not 0xD800 <= c < 0xE000]
CASED = [c for c in range(0x110000) if chr(c).lower() != chr(c)]
BLOCKS = [(0x20, 0x7F), (0xA0, 0x250), (0x370, 0x530), (0x590, 0x700), (0x900, 0xE00), (0xE00, 0x1000), (0x1100, 0x1200),
          (0x1E00, 0x2000), (0x2000, 0x2C00), (0x3000, 0x3100), (0x3400, 0x9FFF), (0xAC00, 0xD7A4), (0xF900, 0x10000),
          (0x10000, 0x12000), (0x16800, 0x17000), (0x1D000, 0x1D800), (0x1E000, 0x1F000), (0x1F300, 0x1FB00),
          (0x20000, 0x2FA20), (0xE0000, 0xE0200)]


def any_code_point(rng):
    c = rng.randrange(0x110000)
    return c if not 0xD800 <= c < 0xE000 else 0xFFFD


def chunk(rng, pieces):
    kind = rng.randrange(12)
    n = rng.randrange(1, 9)
    if kind == 0:
        return "".join(chr(any_code_point(rng)) for _ in range(n))
    if kind == 1:
        low, high = rng.choice(BLOCKS)
        return "".join(chr(rng.randrange(low, high)) for _ in range(n))
    if kind == 2:
        return rng.choice("aeiouAEIOUнกक") + "".join(chr(rng.choice(MARKS)) for _ in range(n))
    if kind == 3:
        return "".join(chr(rng.choice(ODD)) for _ in range(n))
    if kind == 4:
        return "".join(chr(rng.choice(DECOMPOSING)) for _ in range(n))
    if kind == 5:
        return "".join(chr(rng.choice(CASED)) for _ in range(n))
    if kind == 6:
        return "".join(rng.choice("abcdefghij") for _ in range(rng.randrange(90, 112)))
    if kind == 7:
        return rng.choice(["[CLS]", "[SEP]", "[MASK]", "[UNK]", "[PAD]", "##ing", "\r\n", "\0", "\ufffd", "\u200d", "''", "``"])
    if kind == 8:
        return chr(rng.randrange(0x1F300, 0x1FB00)) + rng.choice(["\ufe0f", "\u200d", "\U0001f3fd", ""])
    piece = rng.choice(pieces).removeprefix("##")
    return rng.choice([piece, piece.upper(), piece.capitalize(), piece + rng.choice(pieces).removeprefix("##")])


def make_text(rng, pieces):
    separators = [" ", " ", " ", "", "", "\n", "\t", ", ", "-", "\u3000"]
    return "".join(chunk(rng, pieces) + rng.choice(separators) for _ in range(rng.randrange(0, 14)))


def our_ids(program, model, texts):
    with tempfile.TemporaryDirectory() as folder:
        pathlib.Path(folder, "tokenizer.json").write_text(json.dumps(model))
        lines = "".join(json.dumps({"text": text}) + "\n" for text in texts)
        result = subprocess.run([program, folder], input=lines.encode(), stdout=subprocess.PIPE, check=True)
    return [json.loads(line) for line in result.stdout.splitlines()]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("tokenizer_json")
    parser.add_argument("--texts", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()

    rng = random.Random(options.seed)
    model = json.loads(pathlib.Path(options.tokenizer_json).read_text())
    model.update(added_tokens=[], truncation=None, padding=None)
    pieces = [piece for piece in model["model"]["vocab"] if not piece.startswith("[")]
    # Half of the texts go to the setting that nearly all models have.
    shares = [(UNCASED, options.texts // 2)] + [(setting, options.texts // 2 // len(SETTINGS) + 1) for setting in SETTINGS]
    compared = differences = 0
    for setting, count in shares:
        model["normalizer"] = dict(type="BertNormalizer", **setting)
        texts = [make_text(rng, pieces) for _ in range(count)]
        reference = tokenizers.Tokenizer.from_str(json.dumps(model))
        for text, ours in zip(texts, our_ids(options.program, model, texts), strict=True):
            expected = reference.encode(text).ids
            compared += 1
            if ours != expected:
                differences += 1
                if differences <= 5:
                    print(f"{setting}\n  text     {ascii(text)}\n  expected {expected}\n  found    {ours}")
    print(f"{compared} texts compared with tokenizers {tokenizers.__version__}, seed {options.seed}: {differences} differences")
    sys.exit(differences != 0)


if __name__ == "__main__":
    main()

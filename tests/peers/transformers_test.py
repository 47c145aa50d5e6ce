"""Our encoder beside transformers and sentence-transformers themselves, on real texts of mixed length.

Runs in the Python environment that tools/peers sets up; ctest skips it (exit code 77) where there is none. Texts are those
of the public data sets where they lie beside the repository, else our own sample data.
"""

import csv
import json
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import unittest

os.environ.update(HF_HUB_OFFLINE="1", TOKENIZERS_PARALLELISM="false")
try:
    import numpy
    import torch
    from sentence_transformers import SentenceTransformer
    from transformers import AutoModel, AutoTokenizer
except ImportError as error:
    print(f"skipped: {error} (tools/peers sets up what is needed)")
    sys.exit(77)

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ["REPRTUNE"]
HIDDEN_STATES = os.environ["HIDDEN_STATES"]
DEPS = pathlib.Path(os.environ.get("REPRTUNE_DEPS") or pathlib.Path.home() / ".cache" / "reprtune")
SMALL = DEPS / "models" / "sentence-transformers" / "all-MiniLM-L6-v2"
XLMR = ROOT / "tests" / "model" / "golden" / "xlmr"  # BERT's architecture, tiny and random, for XLM-R's tokenizer
PIECES = ROOT.parent / "shared" / "tokenizers" / "sentencepiece" / "hf-test_sentencepiece.model"


def rows_of(file):
    with file.open(newline="", encoding="utf-8") as stream:
        return [(row["text"], row["label"]) for row in csv.DictReader(stream)]


def real_texts(count):
    """Short ones, long ones, and some far beyond the longest the model takes."""
    shared = ROOT.parent / "shared" / "datasets"
    files = sorted(shared.glob("*/train.csv")) or [ROOT / "data" / "customer-messages" / "train.csv"]
    texts = [text for file in files for text, _ in rows_of(file)[:2000]]
    picked = random.Random(1)
    chosen = picked.sample(texts, count)
    for i in range(0, count, 5):
        chosen[i] = " ".join(picked.sample(texts, 1 + i // 5))
    return chosen


def json_lines(texts):
    return "".join(json.dumps({"text": text}) + "\n" for text in texts).encode()


def embed(model, texts, precision):
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder) / "vectors.npy"
        subprocess.run([PROGRAM, "embed", model, "-", "--input-format", "jsonl", "-o", out, "--format", "npy", "--precision",
                        precision, "--quiet"], input=json_lines(texts), check=True)
        return numpy.load(out)


def smallest_cosine(left, right):
    left, right = (x / numpy.linalg.norm(x, axis=1, keepdims=True) for x in (left.astype("f8"), right.astype("f8")))
    return (left * right).sum(1).min()


@unittest.skipUnless(SMALL.is_dir(), "the small base model is not set up here")
class BaseModelTest(unittest.TestCase):
    def test_hidden_states_are_those_of_transformers(self):
        texts = real_texts(200)
        model, tokenizer = AutoModel.from_pretrained(SMALL).eval(), AutoTokenizer.from_pretrained(SMALL)
        ours = subprocess.run([HIDDEN_STATES, SMALL, "float32"], input=json_lines(texts), stdout=subprocess.PIPE, check=True).stdout
        ours = numpy.frombuffer(ours, "<f4").reshape(-1, model.config.hidden_size)
        at, lengths, worst = 0, [], 0.0
        max_length = SentenceTransformer(str(SMALL), device="cpu").max_seq_length
        for text in texts:
            encoded = tokenizer(text, truncation=True, max_length=max_length, return_tensors="pt")
            with torch.inference_mode():
                expected = model(**encoded).last_hidden_state[0].numpy()
            worst = max(worst, float(numpy.abs(ours[at:at + len(expected)] - expected).max()))
            at += len(expected)
            lengths.append(len(expected))
        print(f"hidden states of {len(texts)} texts of {min(lengths)} to {max(lengths)} tokens: largest difference {worst:.2e}")
        self.assertEqual(at, len(ours))
        self.assertLess(worst, 1e-4)

    def test_vectors_are_those_of_sentence_transformers(self):
        texts = real_texts(500)
        expected = SentenceTransformer(str(SMALL), device="cpu").encode(texts)
        for precision, bound in [("float32", 0.99999), ("int16", 0.9999), ("bfloat16", 0.9995)]:
            cosine = smallest_cosine(embed(SMALL, texts, precision), expected)
            print(f"{precision}: smallest cosine to sentence-transformers {cosine:.7f}")
            self.assertGreaterEqual(cosine, bound)


class FinetunedModelTest(unittest.TestCase):
    def check(self, base, *options):
        train = ROOT / "data" / "customer-messages" / "train.csv"
        texts = [text for text, _ in rows_of(train)[:150]]
        with tempfile.TemporaryDirectory() as folder:
            model = pathlib.Path(folder) / "model"
            subprocess.run([PROGRAM, "finetune", train, "-o", model, "--base", base, "--epochs", "1", "--quiet", *options],
                           check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            peer = SentenceTransformer(str(model), device="cpu")
            cosine = smallest_cosine(embed(model, texts, "float32"), peer.encode(texts))
            moved = smallest_cosine(embed(base, texts, "float32"), embed(model, texts, "float32"))
        print(f"finetuned from {base.name}: smallest cosine {cosine:.7f}")
        self.assertGreaterEqual(cosine, 0.99999)
        self.assertLess(moved, 0.999)  # else nothing was trained

    @unittest.skipUnless(SMALL.is_dir(), "the small base model is not set up here")
    def test_a_finetuned_bert_loads_in_sentence_transformers(self):
        self.check(SMALL, "--max-length", "32")

    @unittest.skipUnless(PIECES.is_file(), "the SentencePiece model is not here")
    def test_a_finetuned_bert_with_xlmr_tokenizer_loads_in_sentence_transformers(self):
        with tempfile.TemporaryDirectory() as folder:
            base = pathlib.Path(folder) / "xlmr"
            shutil.copytree(XLMR, base)
            shutil.copy(PIECES, base / "sentencepiece.bpe.model")
            self.check(base, "--learning-rate", "0.005")


if __name__ == "__main__":
    unittest.main()

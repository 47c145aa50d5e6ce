"""A model folder with a file missing, cut short or changed: exit code 4 and one line that names the file."""

import json
import os
import shutil
import struct
import unittest

from program import ProgramTest, training_csv


def with_header(data, change):
    """The safetensors bytes with a changed header."""
    length = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8:8 + length])
    change(header)
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data[8 + length:]


class BadModelTest(ProgramTest):
    def setUp(self):
        super().setUp()
        shutil.copytree(self.model, self.path("m"))

    def assert_bad(self, *words):
        self.assert_refused(self.run_program("classify", "m", "-o", "out.csv", stdin="my order\n"), 4, *words)
        self.assert_no_file("out.txt")

    def changed(self, name, data, *words):
        good = self.read("m/" + name)
        with self.subTest(name=name, words=words):
            if data is None:
                os.remove(self.path("m/" + name))
            else:
                self.write("m/" + name, data(good) if callable(data) else data)
            self.assert_bad(*words)
        self.write("m/" + name, good)

    def test_files_missing_or_cut_short(self):
        for name in ["config.json", "model.safetensors", "head.safetensors", "novelty.safetensors", "modules.json", "1_Pooling/config.json", "vocab.txt"]:
            if name != "novelty.safetensors":  # models finetuned before there was one have none
                self.changed(name, None, "m", name.split("/")[-1] if name != "vocab.txt" else "vocab")
            self.changed(name, b"", name)
            if name != "vocab.txt":
                self.changed(name, lambda data: data[:len(data) // 2], name)
        self.changed("reprtune.json", None, "reprtune.json is missing beside head.safetensors")
        self.changed("reprtune.json", b"{", "reprtune.json")

    def test_safetensors(self):
        def transpose(header):
            header["weight"]["shape"].reverse()

        def far(header):
            header["weight"]["data_offsets"] = [0, 1 << 60]

        self.changed("head.safetensors", lambda data: with_header(data, transpose), "'weight' has shape [32, 3], expected [3, 32]")
        self.changed("head.safetensors", lambda data: with_header(data, far), "'weight'")

        def empty(header):
            header["distances"].update(shape=[0], data_offsets=[header["distances"]["data_offsets"][0]] * 2)

        self.changed("novelty.safetensors", lambda data: with_header(data, empty), "novelty.safetensors")
        self.changed("head.safetensors", struct.pack("<Q", 1 << 62) + b"{}", "cut short")
        self.changed("model.safetensors", struct.pack("<Q", 6) + b"[[[[[[", "header")

    def test_weights_that_are_no_numbers(self):
        def damaged(data):
            size = struct.unpack("<Q", data[:8])[0]
            begin, end = json.loads(data[8:8 + size])["weight"]["data_offsets"]
            return data[:8 + size + begin] + struct.pack("<f", float("nan")) * ((end - begin) // 4) + data[8 + size + end:]
        self.write("m/head.safetensors", damaged(self.read("m/head.safetensors")))
        self.write("rows.csv", training_csv())
        for command in ("classify", "evaluate"):
            self.assert_refused(self.run_program(command, "m", "rows.csv", "-o", "out.txt"), 4, "row 1", "not a number", "damaged")
            self.assert_no_file("out.txt")

    def test_values(self):
        cases = [("reprtune.json", "labels", ["a", "b"], "shape"), ("reprtune.json", "labels", ["a", "a", "b"], "'a' twice"),
                 ("reprtune.json", "labels", 5, "labels"), ("reprtune.json", "temperature", "hot", "'temperature' has an unexpected type"), ("reprtune.json", "temperature", 0, "temperature"),
                 ("reprtune.json", "cleaning", ["foo"], "reprtune.json"), ("config.json", "hidden_size", 0, "hidden_size"),
                 ("config.json", "hidden_size", 64, "shape"), ("config.json", "num_hidden_layers", 10**9, "num_hidden_layers"),
                 ("config.json", "num_attention_heads", 3, "num_attention_heads"), ("config.json", "vocab_size", 10**15, "vocab_size"),
                 ("config.json", "model_type", "gpt2", "gpt2"), ("config.json", "hidden_act", "silly", "silly")]
        for name, key, value, word in cases:
            self.changed(name, lambda data: json.dumps({**json.loads(data), key: value}).encode(), word)

    def test_a_head_without_its_labels(self):
        os.unlink(self.path("m/reprtune.json"))
        for command in ["classify", "embed"]:
            self.assert_refused(self.run_program(command, "m", stdin="my order\n"), 4, "m: reprtune.json is missing beside head.safetensors")

    def test_null_is_absent(self):
        self.write("m/reprtune.json", json.dumps({**json.loads(self.read("m/reprtune.json")), "temperature": None, "base_model": None}))
        self.good("classify", "m", stdin="my order\n")
        self.write("train.csv", training_csv())
        self.good("finetune", "train.csv", "--init-from", "m", "--dry-run")

    def test_a_base_model_that_is_no_name(self):
        self.write("m/reprtune.json", json.dumps({**json.loads(self.read("m/reprtune.json")), "base_model": 5}))
        self.write("train.csv", training_csv())
        self.assert_refused(self.run_program("finetune", "train.csv", "--init-from", "m", "--dry-run"), 4, "m/reprtune.json: 'base_model' has an unexpected type: 5")

    def test_json_that_no_parser_takes(self):
        for value, word in [("[" * 1_000_000 + "]" * 1_000_000, "nested deeper than 64 levels"), ("1e999", "a number that is too large")]:
            config = {**json.loads(self.read("m/config.json")), "hidden_size": "HERE"}
            self.changed("config.json", json.dumps(config).replace('"HERE"', value).encode(), word)

    def test_tokenizer(self):
        for content, word in [(b'{"model":', "not valid JSON"), (b"{}", "tokenizer.json"), (b'{"model": {"type": "BPE"}}', "BPE")]:
            self.write("m/tokenizer.json", content)
            self.assert_bad("tokenizer.json", word)

    def test_no_model_at_all(self):
        os.mkdir(self.path("empty"))
        self.write("file", "x")
        for name, word in [("missing", "no such model folder"), ("file", "is a file"), ("empty", "config.json is missing"),
                           ("org/name", "model not found"), (self.base, "no classification head")]:
            self.assert_refused(self.run_program("classify", name, stdin="a\n"), 4, word)


if __name__ == "__main__":
    unittest.main()

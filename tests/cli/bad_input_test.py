"""What is wrong with a file or an output is said in one line and leaves nothing behind; docs/bad-input.md lists the same cases."""

import gzip
import json
import os
import random
import shutil
import subprocess
import unittest

from program import PROGRAM, ProgramTest, training_csv

NOISE = random.Random(7).randbytes(50_000)
GOOD = training_csv().encode()

# file: (content, exit code, words of the message), given to finetune
TRAINING_FILES = {
    "empty.csv": (b"", 3, ["empty.csv: expected rows of text, found an empty file"]),
    "header.csv": (b"text,label\n", 3, ["found none"]),
    "one_class.csv": (b"text,label\na,b\nc,b\n", 3, ["all rows have the label 'b'", "at least two classes"]),
    "one_row.csv": (b"text,label\na,b\n", 3, ["at least two classes"]),
    "two_rows.csv": (b"text,label\na,b\nc,d\n", 3, ["to set rows aside for validation"]),
    "two_lines.csv": (b'text,label\na,"x\ny"\nc,"x\ny"\n', 3, ["all rows have the label 'x y'"]),
    "escape.csv": (b"text,label\na,\x1b[31mred\nc,\x1b[31mred\n", 3, ["all rows have the label '\ufffd[31mred'"]),
    "utf16.csv": ("text,label\na b,b\nc d,d\n".encode("utf-16"), 3, ["found UTF-16"]),
    "latin1.csv": (b"text,label\ncaf\xe9,b\nc,d\n", 3, ["latin1.csv:2", "not valid UTF-8 at its byte 4"]),
    "nul.csv": (b"text,label\na\0b,x\nb,c\n", 3, ["nul.csv:2", "NUL"]),
    "noise.csv": (NOISE, 3, ["noise.csv"]),
    "quote.csv": (b"text,label\n" + b"hello,1\n" * 39_998 + b'"open,1\n' + b"hello,0\n" * 9, 3,
                  ["quote.csv:40000: the quote opened in line 40000 is never closed"]),
    "columns.csv": (b"text,label\na,b\nd,e,f\n", 3, ["columns.csv:3: expected 2 columns, found 3"]),
    "no_label.csv": (b"text,label\na,\nb,c\n", 3, ["no_label.csv:2: empty label"]),
    "no_text.csv": (b"text,label\n,x\nb,c\n", 3, ["no_text.csv:2: empty text"]),
    "long.csv": (b"text,label\n" + b"word " * 4_000_000 + b",x\nb,y\n", 3, ["long.csv:2", "longer than 16 MiB"]),
    "broken.jsonl": (b'{"text":"a","label":"b"}\n{"text": \n', 3, ["broken.jsonl:2: not valid JSON"]),
    "list.jsonl": (b"[1,2]\n", 3, ["list.jsonl:1: expected a JSON object"]),
    "deep.jsonl": (b"[" * 1_000_000, 3, ["deep.jsonl:1"]),
    "number.jsonl": (b'{"text": 5, "label": "b"}\n', 3, ["number.jsonl:1", "found a number"]),
    "unlabelled.jsonl": (b'{"text": "a"}\n', 3, ['unlabelled.jsonl:1: expected the key "label"']),
    "plain.txt": (b"a\nb\n", 3, ["plain.txt", "--input-format"]),
    "sheet.xlsx": (b"PK", 3, ["found '.xlsx'", "--input-format"]),
    "plain.csv.gz": (GOOD, 3, ["expected gzip data"]),
    "cut.csv.gz": (gzip.compress(GOOD)[:-12], 3, ["ends too early"]),
    "appended.csv.gz": (gzip.compress(GOOD) + b"hello,account\n", 3, ["other bytes behind it"]),
    "damaged.csv.gz": (gzip.compress(GOOD)[:20] + bytes(40) + gzip.compress(GOOD)[60:], 3, ["gzip"]),
}


class BadTrainingFileTest(ProgramTest):
    def test_each(self):
        for name, (content, code, words) in TRAINING_FILES.items():
            with self.subTest(name):
                self.write(name, content)
                result = self.finetune(train=name)
                self.assert_refused(result, code, *words)
                self.assertNotIn("<fd:", result.err)
                self.assert_no_file("out", "out.partial")

    def test_missing_file_and_folder(self):
        self.assert_refused(self.finetune(train="missing.csv"), 3, "missing.csv: no such file")
        os.mkdir(self.path("folder.csv"))
        self.assert_refused(self.finetune(train="folder.csv"), 3, "expected a file, found a folder")

    def test_columns(self):
        for column, words in [("9", ["label column 9", "2 columns"]), ("0", ["columns count from 1"]), ("nope", ["'nope'", "found text, label"])]:
            self.assert_refused(self.finetune("--label-column", column), 3, *words)
        self.assert_refused(self.finetune("--label-column", "1", "--text-column", "1"), 2, "cannot both be column 1")

    def test_many_bad_rows_are_listed_up_to_ten(self):
        self.write("bad.csv", "text,label\n" + "a,b,c\n" * 50)
        result = self.finetune(train="bad.csv")
        self.assertEqual((result.code, result.out), (3, ""))
        self.assertEqual(result.err.count("expected 2 columns, found 3"), 10)

    def test_strange_rows_that_are_good(self):
        rows = "".join(f'"{text}",{label}\n' for text, label in
                       [("NA", "007"), ("null", "7"), ("nan", "007"), ("a\nb", "7"), ('say ""hi""', "007"), ("x,y", "7")] * 3)
        self.write("strange.csv", "text,label\n" + rows)
        result = self.finetune(train="strange.csv", output="strange")
        self.assertEqual(result.code, 0, result.err)
        self.assertEqual(self.good("models", "info", "strange").json()["labels"], ["007", "7"])

    def test_names_that_are_not_utf8(self):
        name = os.fsdecode(b"caf\xe9")
        shutil.copytree(self.model, self.path(name))
        self.assertTrue(self.good("models", "info", name).json()["path"].endswith("caf\ufffd"))


class BadOutputTest(ProgramTest):
    def test_where_nothing_can_be_written(self):
        for command in ["classify", "embed"]:
            self.assert_refused(self.run_program(command, self.model, "-o", "no/such/out", stdin="a\n"), 1, "no/such/out: cannot be written")
            self.assert_refused(self.run_program(command, self.model, "-o", self.home, stdin="a\n"), 1, "is a folder")
            self.assert_refused(self.run_program(command, self.model, "-o", "/dev/full", stdin="a\n"), 1, "No space left")
            with open("/dev/full", "wb") as full:
                result = self.run_program(command, self.model, stdin="a\n", stdout=full)
            self.assert_refused(result, 1, "stdout: could not be written: No space left on device")

    def test_evaluate_says_it_before_it_reads_anything(self):
        self.assert_refused(self.run_program("evaluate", self.model, "no-such.csv", "-o", "no/such/out"), 1,
                            "no/such/out: cannot be written")

    def test_the_input_is_not_written_over(self):
        self.write("in.csv", training_csv())
        os.symlink("in.csv", self.path("link.csv"))
        for command in ["classify", "embed", "evaluate"]:
            format = ["--format", {"classify": "csv", "embed": "csv", "evaluate": "text"}[command]]
            for output in ["in.csv", "link.csv"]:
                self.assert_refused(self.run_program(command, self.model, "in.csv", "-o", output, *format), 2, f"{output}: is the input")
            with open(self.path("in.csv"), "rb") as input:
                self.assert_refused(self.run_program(command, self.model, "-", "--input-format", "csv", "-o", "in.csv", *format, stdin_file=input), 2, "in.csv: is the input")
        self.assertEqual(self.read("in.csv").decode(), training_csv())

    def test_a_file_that_may_not_grow(self):
        self.write("in.txt", "my order\n" * 20_000)
        result = subprocess.run(["bash", "-c", f"ulimit -f 10; exec {PROGRAM} embed {self.model} in.txt -o out.jsonl"], cwd=self.folder, capture_output=True)
        self.assertEqual(result.returncode, 1, result.stderr)
        self.assertIn(b"out.jsonl: could not be written", result.stderr)
        self.assertEqual(os.listdir(self.folder), ["in.txt"])

    def test_a_name_as_long_as_names_may_be(self):
        name = "n" * 251 + ".csv"
        self.good("classify", self.model, "-o", name, stdin="my order\n")
        self.assertEqual(os.listdir(self.folder), [name])

    def test_an_extension_promises_nothing_else(self):
        for command, name in [("classify", "out.csv.gz"), ("classify", "out.tsv"), ("embed", "out.npz"), ("embed", "out.parquet"), ("classify", "out.npy")]:
            self.assert_refused(self.run_program(command, self.model, "-o", name, stdin="a\n"), 2, name, "--format")
            self.assert_no_file(name)
        self.good("classify", self.model, "-o", "tmp.Xy12", stdin="a\n")  # as mktemp names files
        self.good("classify", self.model, "-o", "out.tsv", "--format", "csv", stdin="a\n")
        self.write("in.csv", training_csv())
        self.assert_refused(self.run_program("evaluate", self.model, "in.csv", "-o", "scores.csv"), 2, "scores.csv: .csv is not written, expected .text, .json, or a --format")
        self.good("evaluate", self.model, "in.csv", "-o", "scores.json")
        self.assertIn("accuracy", json.loads(self.read("scores.json")))

    def test_a_failure_keeps_the_old_file(self):
        self.write("out.csv", "old")
        self.write("in.csv", "text,label\n" + "my order,x\n" * 20_000 + "a,b,c\n")
        self.assert_refused(self.run_program("classify", self.model, "in.csv", "-o", "out.csv"), 3, "in.csv:20002")
        self.assertEqual(self.read("out.csv"), b"old")
        self.assertEqual(self.being_written("out.csv"), [])


if __name__ == "__main__":
    unittest.main()

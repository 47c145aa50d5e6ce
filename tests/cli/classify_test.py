import csv
import gzip
import io
import json
import math
import os
import shutil
import subprocess
import unittest

from program import PROGRAM, ProgramTest, training_csv

TEXTS = ["the parcel was late", "refund the card", "login password broken", "where is my order", "help!"]


def rows(text):
    return list(csv.reader(io.StringIO(text)))


class InputTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.expected = self.good("classify", self.model, stdin="\n".join(TEXTS) + "\n").out
        self.assertEqual(len(rows(self.expected)), 1 + len(TEXTS))

    def assert_same(self, *arguments, **options):
        self.assertEqual(self.good("classify", self.model, *arguments, **options).out, self.expected)

    def test_forms(self):
        lines = "".join(text + "\n" for text in TEXTS)
        table = "text,label\n" + "".join(f'"{text}",x\n' for text in TEXTS)
        self.assert_same(self.write("in.txt", lines))
        self.assert_same(self.write("in.csv", table))
        self.assert_same(self.write("crlf.csv", table.replace("\n", "\r\n")))
        self.assert_same(self.write("cr.csv", table.replace("\n", "\r")))
        self.assert_same(self.write("bom.csv", b"\xef\xbb\xbf" + table.encode()))
        self.assert_same(self.write("end.csv", table.rstrip("\n")))
        self.assert_same(self.write("in.tsv", "".join(f"{text}\tx\n" for text in TEXTS)))
        self.assert_same(self.write("in.jsonl", "".join(json.dumps({"text": text}) + "\n" for text in TEXTS)))
        self.assert_same(self.write("in.csv.gz", gzip.compress(table.encode())))

    def test_standard_input(self):
        table = "text,label\n" + "".join(f"{text},x\n" for text in TEXTS)
        self.assert_same("-", "--input-format", "csv", stdin=table)
        self.assert_same("--input-format", "csv", "--text-column", "2", "--delimiter", ";", "--header", "no",
                         stdin="".join(f"x;{text}\n" for text in TEXTS))
        self.assert_same("--input-format", "csv", "--text-column", "body",
                         stdin="id,body\n" + "".join(f"7,{text}\n" for text in TEXTS))

    def test_standard_input_that_seems_to_be_of_another_format(self):
        for first, options in [("id,text,label", "--input-format csv"), ('{"text": "my order"}', "--input-format jsonl")]:
            for command in ["classify", "embed"]:
                result = self.good(command, self.model, stdin=first + "\nmy order\n")
                self.assertEqual(result.err.splitlines()[0], "warning: standard input is read as plain text, a text per line; "
                                                             f"its first line looks like {options}")
        self.assertIn("looks like a JSON list", self.good("classify", self.model, stdin='[{"text": "my order"}]\n').err)
        for options in [["--input-format", "txt"], ["--input-format", "csv"]]:
            self.assertNotIn("looks like", self.good("classify", self.model, *options, stdin="text,label\nmy order,x\n").err)
        self.assertNotIn("looks like", self.good("classify", self.model, stdin="my order\ntext,label\n").err)
        self.write("in.txt", "text,label\nmy order\n")
        self.assertNotIn("looks like", self.good("classify", self.model, "in.txt").err)

    def test_what_the_model_cannot_read(self):
        self.assertEqual(self.good("classify", self.model, stdin="my order\n").err, "")
        result = self.good("classify", self.model, stdin="my order\n您态度恶劣\n请帮忙填错\n")
        self.assertIn("warning: stdin: 2 rows mostly of tokens that the model does not know", result.err)
        self.write("train.csv", training_csv() + "".join(f"您态度恶劣 {i},account\n" for i in range(5)))
        warnings = [each["code"] for each in self.good("check", "train.csv", "--base", self.base, "--format", "json").json()["warnings"]]
        self.assertIn("unknown_tokens", warnings)

    def test_options_about_columns_are_for_columns(self):
        for options in [["--text-column", "message"], ["--text-column", "2"], ["--label-column", "2"], ["--delimiter", ","], ["--header", "yes"]]:
            self.assert_refused(self.run_program("classify", self.model, *options, stdin="id,message\n1,my order\n"), 2,
                                f"{options[0]}: stdin is read as plain text, which has no columns")
        found = rows(self.good("classify", self.model, "--input-format", "csv", "--text-column", "message", "--with-text", stdin="id,message\n1,my order\n").out)
        self.assertEqual(found[1][0], "my order")

    def test_a_header_that_nobody_knows(self):
        self.write("two.csv", "ticket,squad_name\nmy order,x\n")
        self.assertIn("two.csv: the first row (ticket, squad_name) looks like a header, and is read as a row", self.good("classify", self.model, "two.csv").err)
        self.write("three.csv", "ticket_id,created,customer_message\n1,2020-01-01,my order\n")
        self.assert_refused(self.run_program("classify", self.model, "three.csv"), 3,
                            "three.csv: expected a text column, found ticket_id, created, customer_message", "--text-column")
        found = rows(self.good("classify", self.model, "three.csv", "--text-column", "customer_message", "--with-text").out)
        self.assertEqual([row[0] for row in found[1:]], ["my order"])

    def test_a_file_of_another_delimiter(self):
        self.write("in.csv", "text;label\nmy order;delivery\n")
        self.assert_refused(self.run_program("classify", self.model, "in.csv"), 3, "in.csv: expected a text column, found only 'text;label' (is the delimiter ';'?)")

    def test_blank_lines_keep_their_place(self):
        out = rows(self.good("classify", self.model, stdin="the parcel was late\n\nrefund the card\n").out)
        self.assertEqual(len(out), 4)
        self.assertEqual(out[1], rows(self.expected)[1])
        self.assertEqual(out[3], rows(self.expected)[2])

    def test_cleaning_is_the_models_unless_it_is_asked_for(self):
        texts = "my refund at www.a.b\nwww.a.b\n"
        header, *given = rows(self.good("classify", self.model, "--with-text", stdin=texts).out)
        self.assertEqual([row[header.index("text")] for row in given], texts.splitlines())
        cleaned = rows(self.good("classify", self.model, stdin=texts).out)[1:]
        self.assertEqual(cleaned[1][:2], ["", ""])  # a line that cleaning emptied keeps its place
        without = rows(self.good("classify", self.model, stdin="my refund at \n").out)[1:]
        self.assertEqual(cleaned[0][:2], without[0][:2])
        for nothing in ("none", ""):
            kept = rows(self.good("classify", self.model, "--clean", nothing, stdin=texts).out)[1:]
            self.assertNotEqual(kept[0][:2], cleaned[0][:2])
            self.assertNotEqual(kept[1][0], "")
        self.write("in.csv", "text\nmy refund\nwww.a.b\n")
        self.assert_refused(self.run_program("classify", self.model, "in.csv"), 3, "in.csv:3", "empty text after cleaning")

    def test_bad_rows_stop_or_are_skipped_and_listed(self):
        self.write("in.csv", "text,label\na,x\nb,y,z\nc,x\n")
        self.assert_refused(self.run_program("classify", self.model, "in.csv", "-o", "out.csv"), 3, "in.csv:3: expected 2 columns, found 3")
        self.assert_no_file("out.csv")
        result = self.good("classify", self.model, "in.csv", "--skip-bad-rows")
        self.assertEqual(len(rows(result.out)), 3)
        self.assertIn("1 bad row skipped", result.err)
        self.assertIn("in.csv:3:", result.err)

    def test_truncation_is_counted_or_refused(self):
        text = "order " * 100 + "\n"
        self.assertIn("1 row longer than 32 tokens", self.good("classify", self.model, stdin=text).err)
        self.assert_refused(self.run_program("classify", self.model, "--truncate", "none", stdin="ok\n" + text), 3, "stdin:2")


class FormatTest(ProgramTest):
    def classify(self, *arguments):
        return self.good("classify", self.model, *arguments, stdin="\n".join(TEXTS) + "\n").out

    def test_csv(self):
        table = rows(self.classify())
        self.assertEqual(table[0], ["label", "probability"])
        for label, probability in table[1:]:
            self.assertIn(label, ["account", "delivery", "payment"])
            self.assertTrue(1 / 3 <= float(probability) <= 1)
        table = rows(self.classify("--top-k", "3", "--with-text"))
        self.assertEqual(table[0], ["text", "label1", "probability1", "label2", "probability2", "label3", "probability3"])
        for text, row in zip(TEXTS, table[1:]):
            self.assertEqual(row[0], text)
            self.assertEqual(sorted(row[1::2]), ["account", "delivery", "payment"])
            chances = [float(cell) for cell in row[2::2]]
            self.assertEqual(chances, sorted(chances, reverse=True))
            self.assertAlmostEqual(sum(chances), 1, delta=1e-5)

    def test_other_formats_say_the_same(self):
        table = rows(self.classify())[1:]
        objects = [json.loads(line) for line in self.classify("--format", "jsonl").splitlines()]
        tei = [json.loads(line) for line in self.classify("--format", "tei").splitlines()]
        cohere = json.loads(self.classify("--format", "cohere"))["classifications"]
        fasttext = self.classify("--format", "fasttext").splitlines()
        for i, (label, probability) in enumerate(table):
            chance = float(probability)
            self.assertEqual(objects[i]["label"], label)
            self.assertTrue(math.isclose(objects[i]["probability"], chance, abs_tol=1e-5))
            self.assertAlmostEqual(sum(objects[i]["probabilities"].values()), 1, delta=1e-5)
            self.assertEqual(tei[i][0]["label"], label)
            self.assertAlmostEqual(tei[i][0]["score"], chance, delta=1e-5)
            self.assertEqual(cohere[i]["prediction"], label)
            self.assertEqual(cohere[i]["input"], TEXTS[i])
            self.assertEqual(fasttext[i].split()[0], "__label__" + label)

    def test_threshold(self):
        plain = rows(self.classify())[1:]
        threshold = sorted(float(row[1]) for row in plain)[2] - 1e-4
        abstaining = rows(self.classify("--threshold", str(threshold), "--abstain-label", "unsure"))[1:]
        silent = rows(self.classify("--threshold", str(threshold)))[1:]
        below = [float(row[1]) < threshold for row in plain]
        self.assertIn(True, below)
        for row, is_below, unsure, empty in zip(plain, below, abstaining, silent):
            self.assertEqual(unsure[0], "unsure" if is_below else row[0])
            self.assertEqual(empty[0], "" if is_below else row[0])

    def test_novelty(self):
        plain = rows(self.classify())
        table = rows(self.classify("--with-novelty"))
        self.assertEqual([row[:2] for row in table], plain)
        self.assertEqual(table[0][2], "novelty")
        novelty = [float(row[2]) for row in table[1:]]
        for value in novelty:  # of 9 validation rows
            self.assertAlmostEqual(value * 10, round(value * 10), delta=1e-4)
            self.assertTrue(0 <= value <= 0.9)
        limit = sorted(novelty)[2]
        answered = rows(self.classify("--abstain-above-novelty", str(limit), "--abstain-label", "new"))[1:]
        for value, before, after in zip(novelty, plain[1:], answered):
            self.assertEqual(after, before if value <= limit else ["new", before[1]])
        for row, line in zip(table[1:], self.classify("--with-novelty", "--format", "jsonl").splitlines()):
            self.assertAlmostEqual(json.loads(line)["novelty"], float(row[2]), delta=1e-6)
        self.assert_refused(self.run_program("classify", self.model, "--with-novelty", "--format", "tei"), 2, "tei", "novelty")

    def test_models_without_novelty(self):
        shutil.copytree(self.model, self.path("old"))
        os.remove(self.path("old/novelty.safetensors"))
        self.assertEqual(self.good("classify", "old", stdin="\n".join(TEXTS) + "\n").out, self.classify())
        self.assert_refused(self.run_program("classify", "old", "--with-novelty"), 4, "novelty.safetensors", "finetune")

    def test_order_and_results_for_any_batch_and_threads(self):
        lines = [TEXTS[i % 5] + " order" * (i % 7) for i in range(300)]
        single = {line: rows(self.good("classify", self.model, "--precision", "float32", stdin=line + "\n").out)[1] for line in lines[:10]}
        for batch, threads in [(1, 1), (7, 2), (64, 1)]:
            table = rows(self.good("classify", self.model, "--precision", "float32", "--batch-size", str(batch), "--threads", str(threads),
                                   stdin="\n".join(lines) + "\n").out)[1:]
            self.assertEqual(len(table), 300)
            for line, (label, probability) in zip(lines, table):
                if line in single:
                    self.assertEqual(label, single[line][0])
                    self.assertAlmostEqual(float(probability), float(single[line][1]), delta=1e-5)

    def test_a_closed_pipe_ends_quietly(self):
        self.write("big.txt", "the parcel was late\n" * 200_000)
        done = subprocess.run(["bash", "-c", '"$0" classify "$1" big.txt --with-text | head -1; exit ${PIPESTATUS[0]}', PROGRAM, self.model],
                              cwd=self.folder, capture_output=True, timeout=60)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, b"text,label,probability\n", b""))


if __name__ == "__main__":
    unittest.main()

import csv
import io
import json
import os
import shutil
import subprocess
import unittest

from program import PROGRAM, TEXTS, ProgramTest


def label_sets():
    """40 rows (text, labels): single messages, two joined with the labels of both, and some without a label; no text twice."""
    rows = []
    for i in range(4):
        for label, texts in TEXTS.items():
            rows += [(f"{text} {i}", [label]) for text in texts]
        rows.append((f"the parcel was late and refund the card {i}", ["payment", "delivery"]))
        rows.append((f"login password broken and where is my order {i}", ["account", "delivery"]))
        rows.append((f"please help me {i}", []))
        rows.append((f"is this a question {i}", []))
    return rows


def label_csv(separator="|"):
    return "text,label\n" + "".join(f"{text},{separator.join(labels)}\n" for text, labels in label_sets())


def label_jsonl():
    return "".join(json.dumps({"text": text, "label": labels}) + "\n" for text, labels in label_sets())


class MultiLabelTest(ProgramTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        train = os.path.join(cls.home, "sets.jsonl")
        with open(train, "w") as file:
            file.write(label_jsonl())
        cls.sets = os.path.join(cls.home, "sets")
        done = subprocess.run([PROGRAM, "finetune", train, "--validation", train, "--base", cls.base, "-o", cls.sets,
                               "--epochs", "12", "--learning-rate", "0.01", "--threads", "1"], capture_output=True)
        if done.returncode != 0:
            raise RuntimeError(done.stderr.decode())
        cls.summary, cls.messages = json.loads(done.stdout), done.stderr.decode()

    def setUp(self):
        super().setUp()
        self.write("sets.csv", label_csv())
        self.write("sets.jsonl", label_jsonl())

    def train(self, *arguments, train="sets.csv", output="out", epochs="3"):
        return self.run_program("finetune", train, "--base", self.base, "-o", output, "--epochs", epochs, "--threads", "1",
                                *arguments)

    def record(self, model):
        with open(os.path.join(self.folder, model, "reprtune.json")) as file:
            return json.load(file)

    def test_a_model_for_several_labels(self):
        record = self.record(self.sets)
        self.assertEqual(record["problem_type"], "multi_label_classification")
        self.assertEqual(record["labels"], ["account", "delivery", "payment"])
        self.assertEqual(len(record["thresholds"]), 3)
        self.assertEqual(record["label_separator"], "|")
        for key in ["micro_f1", "samples_f1", "hamming_loss", "accuracy", "f1"]:
            self.assertIn(key, self.summary["validation"])
        self.assertGreater(self.summary["validation"]["f1"], 0.8)
        self.assertIn("any number of them per row (8 training rows without)", self.messages)
        with open(os.path.join(self.sets, "README.md")) as file:
            self.assertIn("any number of them per row", file.read())
        with open(os.path.join(self.sets, "run", "report.html")) as file:
            self.assertIn("exactly the right labels", file.read())
        self.assertEqual(self.record(self.model).get("problem_type"), None)

    def classify(self, *arguments, stdin="the parcel was late 0\nplease help me 0\nthe parcel was late and refund the card 1\n"):
        return self.good("classify", self.sets, *arguments, stdin=stdin).out

    def test_classify_gives_lists(self):
        objects = [json.loads(line) for line in self.classify("--format", "jsonl").splitlines()]
        thresholds = dict(zip(["account", "delivery", "payment"], self.record(self.sets)["thresholds"]))
        for each in objects:
            chances = each["probabilities"]
            self.assertEqual(sorted(each["label"]), [name for name in sorted(chances) if chances[name] >= thresholds[name]])
            self.assertEqual(each["probability"], [chances[name] for name in each["label"]])
            self.assertEqual(each["probability"], sorted(each["probability"], reverse=True))
        table = list(csv.reader(io.StringIO(self.classify())))
        self.assertEqual(table[0], ["label", "probability"])
        for row, each in zip(table[1:], objects):
            self.assertEqual(row[0], "|".join(each["label"]))
            self.assertEqual([float(p) for p in row[1].split("|") if p], each["probability"])
        cohere = json.loads(self.classify("--format", "cohere"))["classifications"]
        fasttext = self.classify("--format", "fasttext").splitlines()
        for line, item, each in zip(fasttext, cohere, objects):
            self.assertEqual(item["predictions"], each["label"])
            self.assertEqual(item["classification_type"], "multi-label")
            self.assertEqual(line.split()[::2], ["__label__" + name for name in each["label"]])
        self.assertIn("; ", self.classify("--label-separator", "; ", "--threshold", "0"))
        for line in self.classify("--threshold", "1", "--abstain-label", "none").splitlines()[1:]:
            self.assertEqual(line.split(",")[0], "none")
        self.assert_refused(self.run_program("classify", self.sets, "--label-separator", "e", stdin="a\n"), 2, "separator 'e'")

    def test_evaluate(self):
        scores = self.good("evaluate", self.sets, "sets.csv", "--format", "json").json()
        self.assertEqual(scores, self.good("evaluate", self.sets, "sets.jsonl", "--format", "json").json())
        predicted = [set(json.loads(line)["label"]) for line in
                     self.good("classify", self.sets, "sets.jsonl", "--format", "jsonl").out.splitlines()]
        truth = [set(labels) for _, labels in label_sets()]
        self.assertAlmostEqual(scores["accuracy"], sum(a == b for a, b in zip(truth, predicted)) / len(truth))
        wrong = sum(len(a ^ b) for a, b in zip(truth, predicted))
        self.assertAlmostEqual(scores["hamming_loss"], wrong / (3 * len(truth)))
        hits, given, had = (sum(map(len, sets)) for sets in ([a & b for a, b in zip(truth, predicted)], predicted, truth))
        self.assertAlmostEqual(scores["micro"]["f1"], 2 * hits / (given + had))
        self.assertEqual([each["support"] for each in scores["per_class"]], [12, 16, 12])
        self.assertNotIn("confusion", scores)
        text = self.good("evaluate", self.sets, "sets.csv").out
        for word in ["Hamming", "micro", "samples", "macro"]:
            self.assertIn(word, text)
        everything = self.good("evaluate", self.sets, "sets.csv", "--format", "json", "--threshold", "0").json()
        self.assertEqual(everything["macro"]["recall"], 1)

    def test_check(self):
        check = self.good("check", "sets.csv", "--label-separator", "|", "--base", self.base, "--format", "json").json()
        self.assertEqual(check["unlabelled"], 8)
        self.assertEqual([each["rows"] for each in check["classes"]], [12, 16, 12])
        objects = self.good("check", "sets.jsonl", "--base", self.base, "--format", "json").json()
        self.assertEqual((check.pop("columns")["count"], objects.pop("columns")), (2, None))
        for each in check["warnings"] + objects["warnings"]:
            each.pop("line")  # a header makes them others
        self.assertEqual(check, objects)
        self.assertIn("without a label", self.good("check", "sets.jsonl", "--base", self.base).out)

    def test_csv_and_jsonl_train_the_same_model_twice(self):
        for output, train, arguments in [("one", "sets.csv", ["--label-separator", "|"]), ("two", "sets.jsonl", []),
                                         ("three", "sets.csv", ["--label-separator", "|"])]:
            self.assertEqual(self.train(*arguments, train=train, output=output).code, 0)
        for name in ["model.safetensors", "head.safetensors", "novelty.safetensors"]:
            self.assertEqual(self.read(f"one/{name}"), self.read(f"two/{name}"), name)
        self.assertEqual(self.read("one/reprtune.json"), self.read("three/reprtune.json"))
        self.assertEqual(self.record("one")["thresholds"], self.record("two")["thresholds"])

    def test_resume_ends_in_the_same_bytes(self):
        self.assertEqual(self.train("--label-separator", "|", output="whole", epochs="30").code, 0)
        process = self.start("finetune", "sets.csv", "--base", self.base, "-o", "out", "--epochs", "30", "--threads", "1",
                             "--label-separator", "|")
        for line in process.stderr:
            if b"epoch 2:" in line:
                break
        process.terminate()
        process.communicate()
        self.assertEqual(process.returncode, 143)
        refused = self.train("--resume", "--label-separator", ";", epochs="30")
        self.assertNotEqual(refused.code, 0)
        result = self.train("--resume", "--label-separator", "|", epochs="30")
        self.assertEqual(result.code, 0, result.err)
        self.assertIn("going on from step", result.err)
        for name in ["model.safetensors", "head.safetensors", "novelty.safetensors", "reprtune.json"]:
            self.assertEqual(self.read(f"out/{name}"), self.read(f"whole/{name}"), name)

    def test_going_on_from_a_model(self):
        self.write("more.jsonl", label_jsonl() + '{"text": "a gift card", "label": ["gift", "payment"]}\n'
                   '{"text": "my gift is broken", "label": ["gift"]}\n')
        result = self.good("finetune", "more.jsonl", "--init-from", self.sets, "-o", "more", "--epochs", "1", "--threads", "1")
        self.assertEqual(self.record("more")["labels"], ["account", "delivery", "payment", "gift"])
        self.good("finetune", "sets.csv", "--init-from", self.sets, "-o", "same", "--epochs", "1", "--threads", "1")
        self.write("one.csv", "text,label\n" + "".join(f"{text},{labels[0]}\n" for text, labels in label_sets() if labels))
        refused = self.run_program("finetune", "one.csv", "--header", "yes", "--init-from", self.model, "--label-separator", "|", "-o", "no",
                                   "--clean", "urls")
        self.assertEqual(refused.code, 3)
        self.assertIn("expected one label per row, as the model to go on from had them", refused.err)

    def test_options_without_meaning_are_refused(self):
        for arguments in (["--class-weights", "balanced"], ["--abstain-for-precision", "0.9"], ["--label-smoothing", "0.1"],
                          ["--folds", "3"], ["--final-fit"], ["--compare"]):
            result = self.train("--label-separator", "|", *arguments)
            self.assertEqual(result.code, 2)
            self.assertIn(arguments[0] + ": expected", result.err.splitlines()[-1])
            self.assert_no_file("out")
        self.assertEqual(self.train("--label-separator", "|", "--focal-gamma", "2", epochs="1").code, 0)
        self.assertEqual(self.train("--label-separator", "|", "--head-only", output="head").code, 0)

    def test_labels_are_not_reviewed(self):
        self.assertNotIn("label_issues", self.summary)
        self.assertFalse(os.path.exists(os.path.join(self.sets, "run", "label_issues.csv")))
        with open(os.path.join(self.sets, "run", "report.html")) as file:
            self.assertNotIn("check the label", file.read())
        self.assert_refused(self.run_program("check", "sets.csv", "--model", self.sets), 2, "gives rows any number of labels")
        self.assert_refused(self.run_program("check", "sets.jsonl", "--model", self.model), 2,
                            "sets.jsonl: expected rows with one label each")

    def assert_bad_rows(self, name, content, *words, arguments=()):
        self.write(name, content)
        self.assert_refused(self.train(*arguments, train=name), 3, *words)
        self.assert_no_file("out", "out.partial")

    def test_bad_lists_are_refused_in_one_line(self):
        good = label_jsonl()
        row = '{"text": "a", "label": %s}\n'
        self.assert_bad_rows("a.jsonl", good + row % '["x", "x"]', "a.jsonl:41: the label 'x' occurs twice")
        self.assert_bad_rows("a.jsonl", good + row % '["x", ""]', "a.jsonl:41: empty label in the list")
        self.assert_bad_rows("a.jsonl", good + row % '["x", null]', "a.jsonl:41: expected strings or integers", "found null")
        self.assert_bad_rows("a.jsonl", good + row % '[["x"]]', "a.jsonl:41: expected strings", "found a list")
        self.assert_bad_rows("a.jsonl", good + row % '"x"', "a.jsonl:41: expected a list of labels as in line 1, found one label")
        self.assert_bad_rows("a.jsonl", row % '"x"' + good.splitlines()[0] + "\n", "a.jsonl:2: expected one label as in line 1")
        self.assert_bad_rows("a.jsonl", row % "[]" * 3, "a.jsonl: expected labels, found none in any row")
        self.assert_bad_rows("a.jsonl", row % '["x", "y"]' * 3, "a.jsonl: all rows have the label 'x', 'y'")
        for cell in ["x||y", "|x", "x|"]:
            self.assert_bad_rows("a.csv", label_csv() + f"a,{cell}\n", "a.csv:42: empty label in the list", arguments=["--label-separator", "|"])
        self.assert_bad_rows("a.csv", label_csv() + "a,x|x\n", "a.csv:42: the label 'x' occurs twice", arguments=["--label-separator", "|"])

    def test_rows_of_the_other_kind_are_refused(self):
        self.write("one.jsonl", '{"text": "a", "label": "account"}\n')
        self.assert_refused(self.run_program("evaluate", self.sets, "one.jsonl"), 3, "one.jsonl:1: expected a list of labels as the model has")
        self.write("list.jsonl", '{"text": "a", "label": ["account"]}\n')
        self.assert_refused(self.run_program("evaluate", self.model, "list.jsonl"), 3, "list.jsonl:1: expected one label as the model has")

    def test_a_broken_record_is_named(self):
        shutil.copytree(self.sets, self.path("broken"))
        record = self.record("broken")
        record["thresholds"] = record["thresholds"][:2]
        self.write("broken/reprtune.json", json.dumps(record))
        self.assert_refused(self.run_program("classify", "broken", stdin="a\n"), 4, "'thresholds' must be 3 probabilities")


if __name__ == "__main__":
    unittest.main()

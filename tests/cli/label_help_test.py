"""finetune --compare, the labels to look at after training, and check --model."""

import csv
import io
import os
import random
import unittest

from program import TEXTS, ProgramTest, training_csv


class CompareTest(ProgramTest):
    def test_four_methods_with_intervals(self):
        result = self.finetune("--compare", "--folds", "3", "--learning-rate", "0.003")
        self.assertEqual(result.code, 0, result.err)
        summary = result.json()
        methods = summary["comparison"]["methods"]
        self.assertEqual([method["name"] for method in methods],
                         ["majority class", "TF-IDF, logistic regression", "linear probe", "finetuned"])
        self.assertEqual(summary["comparison"]["rows"], 24)
        for method in methods:
            for key in ["accuracy", "macro_f1"]:
                low, high = method[key + "_interval"]
                self.assertLessEqual(low, method[key])
                self.assertGreaterEqual(high, method[key])
        self.assertEqual(methods[3]["accuracy"], summary["validation"]["accuracy"])
        self.assertEqual(methods[2]["macro_f1"], summary["baseline"]["linear_probe"]["macro_f1"])
        self.assertEqual(methods[0]["accuracy"], summary["baseline"]["majority"]["accuracy"])
        self.assertGreater(methods[1]["accuracy"], 0.9)  # each class has words of its own
        self.assertIn("comparison on the 24 held-out rows:", result.err)
        self.assertIn("TF-IDF, logistic regression", result.err)
        self.assertIn("Beside simpler methods", self.read("out/run/report.html").decode())

    def test_without_folds_and_without_asking(self):
        summary = self.finetune("--compare", output="out").json()
        self.assertEqual(summary["comparison"]["rows"], summary["validation"]["rows"])
        self.assertNotIn("comparison", self.finetune(output="plain").json())
        self.assertEqual(self.read("out/model.safetensors"), self.read("plain/model.safetensors"))


class LabelReviewTest(ProgramTest):
    def test_planted_label_errors_are_found(self):
        rows = [[f"{text} {i}", label] for i in range(20) for label, texts in TEXTS.items() for text in texts]
        dice = random.Random(1)
        flipped = set(dice.sample(range(len(rows)), len(rows) // 20))
        for i in flipped:
            rows[i][1] = dice.choice([label for label in TEXTS if label != rows[i][1]])
        self.write("planted.csv", "text,label\n" + "".join(f"{text},{label}\n" for text, label in rows))
        result = self.finetune("--folds", "4", "--learning-rate", "0.003", "--layer-decay", "1", "--label-smoothing", "0",
                               "--contrastive-weight", "0", "--dropout", "0.1", train="planted.csv")
        self.assertEqual(result.code, 0, result.err)
        self.assertIn("labels to look at, of 120 held-out rows: ", result.err)
        issues = list(csv.DictReader(io.StringIO(self.read("out/run/label_issues.csv").decode(), newline="")))
        self.assertEqual(len(issues), result.json()["label_issues"])
        found = [int(issue["line"]) - 2 in flipped for issue in issues]
        self.assertGreaterEqual(sum(found), 5, f"of {len(flipped)} planted")
        self.assertGreaterEqual(sum(found[:len(flipped)]), 5, "the most confident come first")
        for issue in issues:
            self.assertEqual((issue["file"], rows[int(issue["line"]) - 2]), ("planted.csv", [issue["text"], issue["label"]]))
            self.assertGreater(float(issue["probability"]), float(issue["label_probability"]))
        report = self.read("out/run/report.html").decode()
        self.assertIn("Mistakes, and labels to check", report)
        self.assertIn("check the label", report)
        self.assertIn("confusion-data", report)

    def test_the_record_has_no_more_of_a_text_than_the_report_shows(self):
        rows = [(f"{text} {i} " + "long words " * 5_000, label)
                for i in range(4) for label, texts in TEXTS.items() for text in texts]
        self.write("long.csv", "text,label\n" + "".join(f"{text},{label}\n" for text, label in rows))
        result = self.finetune("--folds", "2", "--head-only", train="long.csv")
        self.assertEqual(result.code, 0, result.err)
        self.assertLess(os.path.getsize(self.path("out/run/report.json")), 100_000)
        for issue in csv.DictReader(io.StringIO(self.read("out/run/label_issues.csv").decode(), newline="")):
            self.assertEqual(issue["text"], rows[int(issue["line"]) - 2][0])

    def test_twins_with_different_labels(self):
        self.write("twins.csv", training_csv() + "please call me back,delivery\nPlease CALL me back,payment\n")
        result = self.finetune("--folds", "2", "--head-only", train="twins.csv")
        self.assertRegex(result.err, r"labels to look at, of 26 held-out rows: \d+ that the model contradicts, [1-9]\d* of texts")
        self.assertIn("Nearly the same text, another label", self.read("out/run/report.html").decode())


class CheckWithModelTest(ProgramTest):
    def check(self, *arguments):
        self.write("new.csv", "text,label\nwhere is my order,delivery\nrefund the card,payment\nlogin password broken,payment\n"
                              "change my account password,account\nhello,greeting\nhello again,greeting\n" + "order " * 80 + ",delivery\n"
                              "qqq zzz 000 111 222 ### ???,account\n")
        return self.good("check", "new.csv", "--model", self.model, *arguments)

    def test_json(self):
        found = self.check("--format", "json").json()
        self.assertEqual((found["rows"], found["truncated"]), (8, 1))
        model = found["model"]
        self.assertEqual(model["unknown_labels"], [{"label": "greeting", "rows": 2}])
        self.assertEqual(model["labels"]["rows"], 6)
        issues = [(issue["line"], issue["text"], issue["label"], issue["suggested"])
                  for issue in model["labels"]["issues"]["first"]]
        self.assertIn((4, "login password broken", "payment", "account"), issues)
        self.assertNotIn(2, [issue[0] for issue in issues])
        lines = [row["line"] for row in model["unusual"]["first"]]
        self.assertEqual(model["unusual"]["count"], len(lines))
        self.assertIn(9, lines)
        self.assertNotIn(2, lines)

    def test_text(self):
        text = self.check().out
        self.assertIn("labels that the model does not know: 1\n    'greeting', 2 rows", text)
        self.assertIn("line 4: 'payment', the model says 'account'", text)
        self.assertIn("texts unlike the training data: ", text)
        self.assertIn("1 of more than 32 tokens", text)

    def test_only_unknown_labels(self):
        self.write("new.csv", "hello,greeting\nbye,parting\n")
        found = self.good("check", "new.csv", "--model", self.model, "--format", "json").json()["model"]
        self.assertIsNone(found["labels"])
        self.assertEqual(len(found["unknown_labels"]), 2)

    def test_refusals(self):
        self.write("new.csv", "hello,greeting\n")
        self.assert_refused(self.run_program("check", "new.csv", "--model", self.base), 4, "no classification head")
        self.assert_refused(self.run_program("check", "new.csv", "--model", "nowhere"), 4, "nowhere")
        self.assert_refused(self.run_program("check", "new.csv", "--model", self.model, "--base", self.base), 2, "--base")


if __name__ == "__main__":
    unittest.main()

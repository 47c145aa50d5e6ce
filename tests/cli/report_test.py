"""check, evaluate, status and models: what they print, as text and as JSON."""

import unittest

from program import ProgramTest, training_csv, training_rows


class CheckTest(ProgramTest):
    def test_json(self):
        self.write("train.csv", training_csv() + "the parcel was late 0,delivery\nrefund the card 0,account\n" + "order " * 50 + ",delivery\n")
        self.write("validation.csv", "text,label\nwhere is my order 0,delivery\nnew,payment\n")
        found = self.good("check", "train.csv", "--validation", "validation.csv", "--base", self.base, "--format", "json").json()
        self.assertEqual((found["rows"], found["bad_rows"], found["truncated"]), (27, 0, 1))
        self.assertEqual((found["duplicates"], found["contradictions"], found["validation_overlap"]), (1, 1, 1))
        self.assertEqual({c["label"]: c["rows"] for c in found["classes"]}, {"account": 9, "delivery": 10, "payment": 8})
        self.assertEqual(found["tokens"]["max"], 52)

    def test_text(self):
        self.write("train.csv", training_csv())
        self.assertIn("24 rows, 3 classes", self.good("check", "train.csv", "--base", self.base).out)

    def test_bad_rows(self):
        self.write("train.csv", training_csv() + "a,b,c\n,payment\n")
        self.assertEqual(self.run_program("check", "train.csv", "--base", self.base).code, 3)
        found = self.good("check", "train.csv", "--base", self.base, "--skip-bad-rows", "--format", "json").json()
        self.assertEqual((found["rows"], found["bad_rows"]), (24, 2))


class EvaluateTest(ProgramTest):
    def test_json_agrees_with_classify(self):
        rows = training_rows()
        self.write("test.csv", training_csv())
        found = self.good("evaluate", self.model, "test.csv", "--format", "json").json()
        said = self.good("classify", self.model, "test.csv").out.splitlines()[1:]
        right = sum(line.split(",")[0] == label for line, (_, label) in zip(said, rows))
        self.assertEqual(found["rows"], 24)
        self.assertAlmostEqual(found["accuracy"], right / 24)
        counts = found["confusion"]["counts"]
        self.assertEqual([sum(row) for row in counts], [8, 8, 8])
        self.assertEqual(sum(counts[i][i] for i in range(3)), right)
        for key in ["macro", "weighted", "per_class", "log_loss", "ece"]:
            self.assertIn(key, found)
        self.assertEqual(sum(each["rows"] for each in found["reliability"]), 24)
        self.assertNotIn("abstention", found)

    def test_a_class_that_never_occurs_has_no_score(self):
        self.write("test.csv", "text,label\nwhere is my order,delivery\n")
        classes = self.good("evaluate", self.model, "test.csv", "--format", "json").json()["per_class"]
        self.assertIsNone({c["label"]: c["recall"] for c in classes}["payment"])

    def test_refusals(self):
        self.write("test.csv", "text,label\na,mystery\n")
        self.assert_refused(self.run_program("evaluate", self.model, "test.csv"), 3, "test.csv:2", "'mystery'")
        self.assert_refused(self.run_program("evaluate", self.base, "test.csv"), 4, "no classification head", "finetune")


class StatusAndModelsTest(ProgramTest):
    def test_status(self):
        found = self.good("status", self.model, "--format", "json").json()
        self.assertEqual(found["state"], "done")
        self.assertIn("done", self.good("status", self.model, "--follow").out)
        self.assert_refused(self.run_program("status", "nowhere"), 4, "nowhere")
        self.assert_refused(self.run_program("status", self.base), 4, "finetune")

    def test_models(self):
        listed = self.good("models", "list").out
        for alias in ["small", "medium", "large", "multilingual"]:
            self.assertIn(alias + " ", listed)
        found = self.good("models", "info", self.model).json()
        self.assertEqual((found["layers"], found["hidden_size"], found["labels"]), (2, 32, ["account", "delivery", "payment"]))
        self.assertFalse(self.good("models", "info", self.base).json()["head"])
        self.assert_refused(self.run_program("models", "info", "nowhere"), 4, "nowhere")

    def test_full_disk(self):
        for arguments in [("status", self.model), ("models", "list")]:
            with open("/dev/full", "wb") as full:
                self.assertEqual(self.run_program(*arguments, stdout=full).code, 1)


if __name__ == "__main__":
    unittest.main()

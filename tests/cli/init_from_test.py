import json
import os
import struct
import unittest

from program import ProgramTest, training_csv

NEW_ROWS = [(f"{text} {i}", label) for i in range(6) for text, label in [
    ("the card was charged", "payment"), ("open the app", "app"), ("the app is slow", "app"), ("refund my card", "payment")]]


def tensor_rows(data, name):
    """Rows of a float32 matrix of a safetensors file, as bytes."""
    length = struct.unpack("<Q", data[:8])[0]
    entry = json.loads(data[8:8 + length])[name]
    begin, end = entry["data_offsets"]
    data = data[8 + length + begin:8 + length + end]
    size = len(data) // entry["shape"][0]
    return [data[i:i + size] for i in range(0, len(data), size)]


class InitFromTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.write("new.csv", "text,label\n" + "".join(f"{text},{label}\n" for text, label in NEW_ROWS))

    def go_on(self, *arguments, output="out", start=None):
        return self.run_program("finetune", "new.csv", "--init-from", start or self.model, "-o", output, "--epochs", "3", "--threads",
                                "1", *arguments)

    def test_known_labels_stay_and_new_ones_come_after_them(self):
        result = self.go_on("--epochs", "8", "--learning-rate", "0.003")
        self.assertEqual(result.code, 0, result.err)
        stored = json.loads(self.read("out/reprtune.json"))
        self.assertEqual(stored["labels"], ["account", "delivery", "payment", "app"])
        self.assertEqual(stored["init_from"], self.model)
        self.assertEqual(stored["base_model"], self.base)
        self.assertEqual(stored["cleaning"], ["urls"])
        self.assertIn("going on from the finetuned model", self.read("out/README.md").decode())
        before = tensor_rows(self.read(os.path.join(self.model, "head.safetensors")), "weight")
        after = tensor_rows(self.read("out/head.safetensors"), "weight")
        self.assertEqual(after[:2], before[:2])  # no rows of these now: left as they are
        self.assertNotEqual(after[2], before[2])
        self.assertEqual(len(after), 4)
        texts = "open the app\nrefund my card\n"
        labels = [line.split(",")[0] for line in self.good("classify", "out", stdin=texts).out.splitlines()[1:]]
        self.assertEqual(labels, ["app", "payment"])

    def test_the_head_alone_learns_a_label(self):
        self.assertEqual(self.go_on("--head-only").code, 0)
        before = tensor_rows(self.read(os.path.join(self.model, "head.safetensors")), "weight")
        after = tensor_rows(self.read("out/head.safetensors"), "weight")
        self.assertEqual(after[:3], before)

    def test_validation_may_have_labels_of_the_model_alone(self):
        self.write("validation.csv", "text,label\nthe parcel was late,delivery\nopen the app,app\n")
        result = self.go_on("--validation", "validation.csv")
        self.assertEqual(result.code, 0, result.err)

    def test_it_resumes(self):
        self.assertEqual(self.go_on(output="whole").code, 0)
        self.assertEqual(self.go_on("--resume").code, 0)
        self.assertEqual(self.read("out/model.safetensors"), self.read("whole/model.safetensors"))
        self.assertEqual(self.read("out/head.safetensors"), self.read("whole/head.safetensors"))

    def test_a_head_to_go_on_from_is_not_fitted_anew(self):
        self.write("train.csv", training_csv())
        refused = self.run_program("finetune", "train.csv", "--init-from", self.model, "-o", "out", "--refit-head")
        self.assert_refused(refused, 2, "--refit-head", "--init-from")
        result = self.good("finetune", "train.csv", "--init-from", self.model, "-o", "out", "--epochs", "1", "--threads", "1")
        self.assertIn("refit-head=false", result.err)
        few = self.good("finetune", "train.csv", "--base", self.base, "-o", "few", "--epochs", "1", "--threads", "1")
        self.assertIn("refit-head=true", few.err)

    def test_refusals(self):
        self.assert_refused(self.go_on(start=self.base), 4, "has no classification head", "--base")
        self.assert_refused(self.go_on(start="nowhere"), 4, "nowhere")
        self.assert_refused(self.go_on("--base", self.base), 2, "--init-from", "--base")
        self.assert_refused(self.go_on("--clean", "html"), 2, "--clean", "finetuned with urls, found html")
        self.write("new.csv", "text,label\na b,app\nc d,app\n")
        self.assert_refused(self.go_on(), 3, "all rows have the label 'app'")
        self.assert_no_file("out", "out.partial")


if __name__ == "__main__":
    unittest.main()

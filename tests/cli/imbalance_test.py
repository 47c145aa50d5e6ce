import json
import unittest

from program import ProgramTest, training_csv

WEIGHTS = "label,weight\naccount,1\ndelivery,0.5\npayment,8\n"


class ClassWeightsTest(ProgramTest):
    def record(self, model="out"):
        return json.loads(self.read(model + "/reprtune.json"))

    def test_a_file_of_weights_is_used_and_recorded(self):
        self.write("weights.csv", WEIGHTS)
        self.assertEqual(self.finetune("--class-weights", "weights.csv", "--quiet").code, 0)
        weights = {"account": 1, "delivery": 0.5, "payment": 8}
        self.assertEqual(self.record()["options"]["class-weights"], weights)
        self.assertEqual(self.record()["class_weights"], weights)
        self.assertEqual(self.finetune("--quiet", output="plain").code, 0)
        self.assertNotIn("class_weights", self.record("plain"))
        self.assertNotEqual(self.read("out/model.safetensors"), self.read("plain/model.safetensors"))
        self.write("ones.csv", "account,1\ndelivery,1\npayment,1\n")
        self.assertEqual(self.finetune("--class-weights", "balanced", "--quiet", output="balanced").code, 0)
        self.assertEqual(self.record("balanced")["options"]["class-weights"], "balanced")
        self.assertEqual(self.record("balanced")["class_weights"], {"account": 1, "delivery": 1, "payment": 1})
        self.assertEqual(self.finetune("--class-weights", "ones.csv", "--quiet", output="ones").code, 0)
        self.assertEqual(self.read("ones/model.safetensors"), self.read("balanced/model.safetensors"))

    def test_the_head_alone_takes_weights_and_focal_loss_too(self):
        self.write("weights.csv", WEIGHTS)
        heads = set()
        for number, options in enumerate([[], ["--class-weights", "weights.csv"], ["--focal-gamma", "2"]]):
            self.assertEqual(self.finetune("--head-only", "--quiet", *options, output=str(number)).code, 0)
            heads.add(self.read(f"{number}/head.safetensors"))
        self.assertEqual(len(heads), 3)

    def test_a_bad_file_is_refused_before_anything_is_written(self):
        for content, words in [("account,1\ndelivery,1\n", ["weights.csv: has no weight for the label 'payment'"]),
                               (WEIGHTS + "other,1\n", ["weights.csv:5: no row of train.csv has the label 'other'"]),
                               (WEIGHTS + "account,2\n", ["weights.csv:5: the label 'account'", "line 2"]),
                               ("account,0\n", ["weights.csv:1: expected a weight", "'account'", "found '0'"]),
                               ("account;1\n", ["weights.csv:1: expected a label and a weight, found 1 column"]),
                               ("", ["weights.csv"])]:
            with self.subTest(content=content):
                self.write("weights.csv", content)
                for more in [], ["--dry-run"]:
                    self.assert_refused(self.finetune("--class-weights", "weights.csv", *more), 3, *words)
                self.assert_no_file("out", "out.partial")
        self.assert_refused(self.finetune("--class-weights", "missing.csv"), 2, "--class-weights",
                            "expected none, balanced, or a file", "'missing.csv'")

    def test_focal_loss_is_used_and_recorded(self):
        self.assertEqual(self.finetune("--focal-gamma", "2", "--quiet").code, 0)
        self.assertEqual(self.record()["options"]["focal-gamma"], 2)
        self.assertEqual(self.finetune("--quiet", output="plain").code, 0)
        self.assertEqual(self.record("plain")["options"]["focal-gamma"], 0)
        self.assertNotEqual(self.read("out/model.safetensors"), self.read("plain/model.safetensors"))
        for value in ["-1", "nan", "inf", "101", "much"]:
            self.assert_refused(self.finetune("--focal-gamma", value, output="bad"), 2, "--focal-gamma")


if __name__ == "__main__":
    unittest.main()

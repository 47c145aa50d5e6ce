"""finetune --learning-curve."""

import json
import signal
import unittest

from program import ProgramTest, training_csv


class LearningCurveTest(ProgramTest):
    def test_two_parts_the_whole_and_twice_as_much(self):
        result = self.finetune("--learning-curve", "--learning-rate", "0.003")
        self.assertEqual(result.code, 0, result.err)
        summary = result.json()
        curve = summary["learning_curve"]
        rows = [point["rows"] for point in curve["points"]]
        self.assertEqual(len(rows), 3)
        self.assertTrue(3 <= rows[0] < rows[1] < rows[2], rows)
        self.assertEqual(rows[2] + summary["validation"]["rows"], 24)
        self.assertEqual((curve["points"][2]["accuracy"], curve["points"][2]["macro_f1"]),
                         (summary["validation"]["accuracy"], summary["validation"]["f1"]))
        self.assertEqual(curve["forecast"]["rows"], 2 * rows[2])
        self.assertGreaterEqual(curve["forecast"]["accuracy"], curve["points"][2]["accuracy"])
        self.assertIn(f"learning curve: twice the training rows ({2 * rows[2]}) would give about +", result.err)
        self.assertIn("Would more rows help?", self.read("out/run/report.html").decode())

    def test_it_changes_nothing_of_the_model(self):
        self.finetune("--learning-curve", output="with")
        self.assertNotIn("learning_curve", self.finetune(output="without").json())
        self.assertEqual(self.read("with/model.safetensors"), self.read("without/model.safetensors"))

    def test_a_signal_on_the_way_leaves_a_run_to_resume(self):
        self.write("train.csv", training_csv())
        arguments = ["finetune", "train.csv", "--base", self.base, "-o", "out", "--epochs", "100", "--threads", "1",
                     "--learning-curve", "--no-final-fit"]
        process = self.start(*arguments)
        try:
            for line in process.stderr:
                if line.startswith(b"learning curve: training on"):
                    process.send_signal(signal.SIGTERM)
                    break
            process.communicate(timeout=60)
        finally:
            process.kill()
        self.assertEqual(process.returncode, 143)
        self.assert_no_file("out")
        self.assertEqual(json.loads(self.good("status", "out", "--format", "json").out)["state"], "interrupted")
        self.assertIn("learning_curve", self.good(*arguments, "--resume").json())

    def test_too_few_rows_and_folds_are_refused_before_training(self):
        self.write("few.csv", "text,label\na parcel,delivery\nthe parcel,delivery\na card,payment\nmy card,payment\n")
        refused = self.run_program("finetune", "few.csv", "--base", self.base, "-o", "out", "--learning-curve")
        self.assertEqual((refused.code, refused.out), (3, ""))
        self.assertIn("few.csv", refused.err)
        self.assert_no_file("out")
        self.assert_refused(self.finetune("--learning-curve", "--folds", "3"), 2, "--learning-curve", "--folds")


if __name__ == "__main__":
    unittest.main()

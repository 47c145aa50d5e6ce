import json
import os
import time
import unittest

from program import ProgramTest, training_csv


class TimeLimitTest(ProgramTest):
    def test_a_run_without_end_ends_in_a_model(self):
        result = self.finetune("--epochs", "10000", "--time-limit", "2s")
        self.assertEqual(result.code, 0, result.err)
        self.assertIn("the time limit of 2s ended training in epoch ", result.err)
        summary = result.json()
        self.assertTrue(summary["time_limit_reached"])
        self.assertLess(summary["epochs"], 10000)
        self.assertGreater(summary["temperature"], 0)
        self.assertEqual(json.loads(self.read("out/reprtune.json"))["options"]["time-limit"], "2s")
        self.assertEqual(self.good("status", "out", "--format", "json").json()["state"], "done")
        self.assertIn("label,probability", self.good("classify", "out", stdin="my order\n").out)
        self.assert_no_file("out.partial")

    def test_a_limit_that_is_far_off_changes_nothing(self):
        for name, limit in [("out", "1d"), ("plain", "none")]:
            result = self.finetune("--time-limit", limit, "--quiet", output=name)
            self.assertFalse(result.json().get("time_limit_reached", False))
        self.assertEqual(self.read("out/model.safetensors"), self.read("plain/model.safetensors"))

    def test_no_time_at_all_leaves_the_linear_probe(self):
        summary = self.finetune("--time-limit", "0.000001s", "--quiet").json()
        self.assertTrue(summary["time_limit_reached"])
        self.assertEqual((summary["best_epoch"], summary["epochs"]), (1, 1))
        self.assertEqual(summary["validation"]["accuracy"], summary["baseline"]["linear_probe"]["accuracy"])

    def test_the_time_before_a_stop_counts(self):
        self.write("train.csv", training_csv())
        command = ["finetune", "train.csv", "--base", self.base, "-o", "out", "--epochs", "10000", "--threads", "1",
                   "--time-limit", "6s", "--checkpoint-minutes", "1e-9"]
        process = self.start(*command)
        end = time.monotonic() + 15
        while not os.path.isdir(self.path("out.partial/run")) or not any(
                name.startswith("checkpoint-") and not name.endswith(".partial") for name in os.listdir(self.path("out.partial/run"))):
            self.assertLess(time.monotonic(), end, "no checkpoint")
            time.sleep(0.01)
        process.kill()
        process.communicate()
        refused = self.run_program(*command, "--time-limit", "1d", "--resume")
        self.assertEqual(refused.code, 2, refused.err)
        self.assertIn("--time-limit: the run in out.partial began with 6s, found 1d", refused.err)
        result = self.run_program(*command, "--resume")
        self.assertEqual(result.code, 0, result.err)
        self.assertTrue(result.json()["time_limit_reached"])

    def test_what_is_no_time_is_refused(self):
        for value in ["10", "ten minutes", "0s", "-5m", "5m1h", ""]:
            self.assert_refused(self.finetune("--time-limit", value), 2, "--time-limit")


if __name__ == "__main__":
    unittest.main()

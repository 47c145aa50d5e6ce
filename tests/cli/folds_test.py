"""finetune --folds and --final-fit."""

import json
import os
import re
import shutil
import signal
import statistics
import time
import unittest

from program import ProgramTest, training_csv, training_rows
from resuming import ResumingTest


class FoldsTest(ProgramTest):
    def cross_validated(self, *arguments, **options):
        result = self.finetune("--folds", "3", "--learning-rate", "0.003", *arguments, **options)
        self.assertEqual(result.code, 0, result.err)
        return result

    def test_mean_and_spread_and_a_model_of_all_rows(self):
        result = self.cross_validated()
        summary = result.json()
        folds = summary["cross_validation"]["folds"]
        self.assertEqual([fold["rows"] for fold in folds], [8, 8, 8])
        for key in ["accuracy", "precision", "recall", "f1", "log_loss", "ece"]:
            values = [fold[key] for fold in folds]
            self.assertAlmostEqual(summary["cross_validation"]["mean"][key], statistics.mean(values))
            self.assertAlmostEqual(summary["cross_validation"]["spread"][key], statistics.stdev(values))
        self.assertEqual(summary["validation"]["rows"], 24)
        self.assertAlmostEqual(summary["validation"]["accuracy"], summary["cross_validation"]["mean"]["accuracy"])
        epochs = statistics.median(fold["best_epoch"] for fold in folds)
        self.assertEqual((summary["final_fit"], summary["best_epoch"]), ({"rows": 24, "epochs": epochs}, epochs))
        self.assertRegex(result.err, r"cross-validation, mean ± spread over the folds: accuracy \d\.\d+ ± \d\.\d+ macro-F1")
        self.assertIn("fold 3 of 3: 16 training rows, 8 rows held out", result.err)
        self.assertIn("final fit: 24 training rows", result.err)

        record = json.loads(self.read("out/reprtune.json"))
        self.assertEqual(record["cross_validation"], summary["cross_validation"])
        self.assertEqual(record["final_fit"], summary["final_fit"])
        self.assertEqual(record["options"]["folds"], 3)
        self.assertEqual(record["data"]["validation_rows"], 24)
        page = self.read("out/run/report.html").decode()
        self.assertIn("<h3>Cross-validation</h3>", page)
        self.assertIn("each predicted by a model that had not seen its fold", page)
        self.assertIn("scored by cross-validation in 3 folds", self.read("out/README.md").decode())
        rounds = [json.loads(line)["round"] for line in self.read("out/run/metrics.jsonl").splitlines()]
        self.assertEqual(list(dict.fromkeys(rounds)), ["fold 1 of 3", "fold 2 of 3", "fold 3 of 3", "final fit"])
        status = self.good("status", "out", "--format", "json").json()
        self.assertEqual((status["state"], status["round"]), ("done", "final fit"))
        self.assertIn("round       final fit", self.good("status", "out").out)
        self.assertIn("label,probability", self.good("classify", "out", stdin="my order\n").out)
        self.assert_no_file("out.partial")

    def test_the_same_seed_gives_the_same_bytes(self):
        for name in ["out", "again"]:
            self.cross_validated(output=name)
        for file in ["model.safetensors", "head.safetensors", "novelty.safetensors", "reprtune.json"]:
            self.assertEqual(self.read("out/" + file), self.read("again/" + file))

    def test_abstention_and_the_head_alone(self):
        summary = self.cross_validated("--head-only", "--abstain-for-precision", "0.9").json()
        self.assertEqual(summary["best_epoch"], 1)
        self.assertIn("threshold", summary["abstention"])
        self.assertEqual(summary["validation"]["accuracy"], summary["baseline"]["linear_probe"]["accuracy"])

    def test_final_fit_trains_on_the_validation_rows_too(self):
        plain = self.finetune("--learning-rate", "0.003", "--epochs", "4", output="plain").json()
        result = self.finetune("--learning-rate", "0.003", "--epochs", "4", "--final-fit")
        self.assertEqual(result.code, 0, result.err)
        summary = result.json()
        self.assertEqual(summary["final_fit"], {"rows": 24, "epochs": plain["best_epoch"]})
        self.assertEqual(summary["validation"], plain["validation"])
        self.assertEqual(summary["temperature"], plain["temperature"])
        self.assertNotIn("cross_validation", summary)
        self.assertNotEqual(self.read("out/model.safetensors"), self.read("plain/model.safetensors"))
        self.assertIn("which it was trained on, too", self.read("out/README.md").decode())

    def test_final_fit_with_a_validation_file(self):
        self.write("validation.csv", "text,label\nmy parcel,delivery\nmy card,payment\nmy password,account\n")
        summary = self.finetune("--validation", "validation.csv", "--final-fit").json()
        self.assertEqual((summary["validation"]["rows"], summary["final_fit"]["rows"]), (3, 27))

    def test_few_rows_are_all_learnt_from(self):
        self.write("train.csv", training_csv())
        self.write("settings.json", '{"final-fit": false}')
        self.write("validation.csv", "text,label\nmy parcel,delivery\nmy card,payment\nmy password,account\n")
        train = ["finetune", "train.csv", "--base", self.base, "--epochs", "1", "--threads", "1", "-o"]
        result = self.good(*train, "few")
        self.assertEqual(result.json()["final_fit"]["rows"], 24)
        self.assertIn("then learnt from, too: --final-fit", result.err)
        self.assertNotIn("final_fit", self.good(*train, "without", "--no-final-fit").json())
        self.assertNotIn("final_fit", self.good(*train, "config", "--config", "settings.json").json())
        self.assertIn("final_fit", self.good(*train, "both", "--config", "settings.json", "--final-fit").json())
        self.assertNotIn("final_fit", self.good(*train, "given", "--validation", "validation.csv").json())
        many = "".join(f"{text} {i},{label}\n" for i in range(42) for text, label in training_rows())
        self.write("many.csv", "text,label\n" + many)
        self.assertNotIn("final_fit", self.good("finetune", "many.csv", *train[2:], "many", "--head-only").json())

    def test_a_time_limit_holds_for_all_rounds(self):
        begin = time.monotonic()
        result = self.cross_validated("--epochs", "10000", "--time-limit", "3s")
        self.assertLess(time.monotonic() - begin, 20)
        self.assertTrue(result.json()["time_limit_reached"])
        self.assertIn("the time limit of 3s ended the training of a round", result.err)

    def test_dry_run(self):
        found = self.cross_validated("--dry-run").json()
        self.assertEqual((found["data"]["folds"], found["data"]["validation"]["rows"]), (3, 24))
        self.assert_no_file("out", "out.partial")

    def test_what_does_not_go_together_is_refused(self):
        self.write("validation.csv", "text,label\nmy parcel,delivery\n")
        for arguments in ["--validation", "validation.csv"], ["--validation-split", "0.2"]:
            self.assert_refused(self.finetune("--folds", "3", *arguments), 2, "--folds", arguments[0])
        self.assert_refused(self.finetune("--folds", "3", "--no-final-fit"), 2, "--folds", "--no-final-fit")
        for value in ["1", "-2", "1001", "many"]:
            self.assert_refused(self.finetune("--folds", value), 2, "--folds")
        refused = self.finetune("--folds", "25")
        self.assertEqual((refused.code, refused.out), (3, ""))
        self.assertIn("expected at least as many different texts as folds (25), found 24", refused.err)
        self.write("few.csv", "text,label\na,x\nb,x\nc,y\n")
        refused = self.finetune("--folds", "2", train="few.csv")
        self.assertEqual(refused.code, 3)
        self.assertIn("two classes with two different texts each", refused.err)
        self.assert_no_file("out", "out.partial")


class ResumeFoldsTest(ResumingTest):
    def command(self, *arguments, output="out"):
        return super().command("--folds", "3", "--epochs", "8", *arguments, output=output)

    def test_killed_at_any_moment_it_ends_in_the_same_bytes(self):
        self.kill_until_done(6, 1.2, "--checkpoint-minutes", "1e-9")
        self.assert_same_as_whole()

    def test_a_signal_saves_the_state(self):
        process = self.start(*self.command())
        end = time.monotonic() + 60
        while not os.path.exists(self.path("out.partial/run/state.json")) or \
                json.loads(self.read("out.partial/run/state.json"))["round"] != "fold 2 of 3":
            self.assertLess(time.monotonic(), end, "no second round")
            time.sleep(0.01)
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=60)
        self.assertEqual((process.returncode, out), (143, b""))
        self.assertIn("state saved; the same command with --resume goes on", err.decode())
        self.assertEqual(self.good("status", "out", "--format", "json").json()["round"], "fold 2 of 3")
        refused = self.run_program(*[word for word in self.command("--resume") if word not in ("--folds", "3")])
        self.assertEqual(refused.code, 2)
        self.assertRegex(refused.err, "--(folds|validation-split): the run in out.partial began with")
        result = self.run_program(*self.command("--resume"))
        self.assertEqual(result.code, 0, result.err)
        self.assertNotIn("fold 1 of 3", result.err)
        self.assert_same_as_whole()


if __name__ == "__main__":
    unittest.main()

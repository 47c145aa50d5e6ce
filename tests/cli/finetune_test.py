import json
import os
import re
import unittest

from program import ProgramTest, training_csv


class FinetuneTest(ProgramTest):
    def test_result_and_folder(self):
        result = self.finetune("--quiet")
        self.assertEqual(result.code, 0, result.err)
        summary = result.json()
        self.assertEqual(result.out.count("\n"), 1)
        self.assertEqual(summary["model"], "out")
        for key in ["validation", "baseline", "best_epoch", "seconds", "peak_memory_mb"]:
            self.assertIn(key, summary)
        self.assertGreater(summary["peak_memory_mb"], 10)
        for name in ["config.json", "model.safetensors", "vocab.txt", "modules.json", "sentence_bert_config.json",
                     "1_Pooling/config.json", "config_sentence_transformers.json", "head.safetensors", "novelty.safetensors",
                     "reprtune.json", "README.md", "run/metrics.jsonl", "run/report.html", "run/report.json",
                     "run/events.out.tfevents.reprtune"]:
            self.assertTrue(os.path.isfile(self.path("out/" + name)), name)
        self.assert_no_file("out.partial", "out/run/lock")
        stored = json.loads(self.read("out/reprtune.json"))
        self.assertEqual(stored["labels"], ["account", "delivery", "payment"])
        self.assertEqual(stored["options"]["epochs"], 2)
        lines = [json.loads(line) for line in self.read("out/run/metrics.jsonl").splitlines()]
        steps = [line for line in lines if "loss" in line]
        self.assertEqual(set(steps[0]), {"step", "epoch", "loss", "classification_loss", "contrastive_loss", "learning_rate",
                                         "tokens_per_second", "time"})
        self.assertEqual([line["epoch"] for line in lines if "validation" in line], [1, 2])

    def test_head_only_leaves_the_encoder_as_it_is(self):
        result = self.finetune("--head-only", "--verbose")
        self.assertEqual(result.code, 0, result.err)
        self.assertIn("peak memory", result.err)
        summary = result.json()
        self.assertEqual(summary["validation"]["accuracy"], summary["baseline"]["linear_probe"]["accuracy"])
        self.assertGreater(summary["temperature"], 0)
        for name in ["head.safetensors", "reprtune.json", "README.md", "run/report.html"]:
            self.assertTrue(os.path.isfile(self.path("out/" + name)), name)
        self.assertTrue(json.loads(self.read("out/reprtune.json"))["options"]["head-only"])
        self.write("texts.txt", "my parcel is late\nplease help\n")
        for model, file in [(self.base, "base.npy"), ("out", "tuned.npy")]:
            self.good("embed", model, "texts.txt", "-o", file, "--format", "npy", "--quiet")
        self.assertEqual(self.read("base.npy"), self.read("tuned.npy"))
        self.good("classify", "out", "texts.txt", "-o", "classes.csv", "--quiet")

    def test_progress_tells_which_epoch_is_kept(self):
        result = self.finetune("--epochs", "3", "--learning-rate", "0.01")
        self.assertEqual(result.code, 0, result.err)
        kept = re.findall(r"epoch (\d): .*\(kept so far\)", result.err)
        self.assertEqual(int(kept[-1]), result.json()["best_epoch"])

    def test_abstaining_for_a_precision(self):
        self.write("validation.csv", training_csv())
        result = self.finetune("--abstain-for-precision", "0.7", "--epochs", "4", "--learning-rate", "0.01", "--validation",
                               "validation.csv")
        self.assertEqual(result.code, 0, result.err)
        self.assertRegex(result.err, "--abstain-for-precision 0.7000: (below a probability of|classify will answer every row)")
        fitted = result.json()["abstention"]
        stored = json.loads(self.read("out/reprtune.json"))["abstention"]
        self.assertEqual(stored, {"precision": 0.7, "threshold": fitted["threshold"]})
        self.assertGreater(fitted["accuracy"], 0.6)
        found = self.good("evaluate", "out", "validation.csv", "--format", "json").json()["abstention"]
        self.assertEqual(found, fitted)
        self.assertIn("\ncoverage  ", self.good("evaluate", "out", "validation.csv").out)

        stored["threshold"] = 1  # which no row reaches
        self.write("out/reprtune.json", json.dumps({**json.loads(self.read("out/reprtune.json")), "abstention": stored}))
        classify = ["classify", "out", "train.csv", "--abstain-label", "unsure"]
        self.assertEqual(set(line.split(",")[0] for line in self.good(*classify).out.splitlines()[1:]), {"unsure"})
        for arguments in (["--no-abstain"], ["--threshold", "0"]):
            self.assertNotIn("unsure", self.good(*classify, *arguments).out)
        self.assert_refused(self.run_program(*classify, "--no-abstain", "--threshold", "0.5"), 2, "--threshold")
        found = self.good("evaluate", "out", "validation.csv", "--format", "json").json()["abstention"]
        self.assertEqual((found["answered"], found["accuracy"]), (0, None))
        found = self.good("evaluate", "out", "validation.csv", "--format", "json", "--threshold", "0").json()["abstention"]
        self.assertEqual((found["coverage"], found["precision"]), (1, None))

    def test_abstaining_by_class(self):
        self.write("validation.csv", training_csv())
        result = self.finetune("--abstain-for-precision", "0.7", "--abstain-per-class", "--epochs", "4", "--learning-rate", "0.01",
                               "--validation", "validation.csv")
        self.assertEqual(result.code, 0, result.err)
        self.assertIn("--abstain-for-precision 0.7000: a threshold for each class", result.err)
        fitted = result.json()["abstention"]
        record = json.loads(self.read("out/reprtune.json"))
        self.assertEqual(dict(zip(record["labels"], record["abstention"]["class_thresholds"])), fitted["class_thresholds"])
        self.assertEqual(self.good("evaluate", "out", "validation.csv", "--format", "json").json()["abstention"], fitted)
        self.assertIn("abstaining below the threshold of each class", self.good("evaluate", "out", "validation.csv").out)
        self.assertIn("Below which answers of each class are withheld", self.read("out/run/report.html").decode())

        record["abstention"]["class_thresholds"] = [None] + [0] * (len(record["labels"]) - 1)  # the first is never answered
        self.write("out/reprtune.json", json.dumps(record))
        classify = ["classify", "out", "train.csv", "--abstain-label", "unsure"]
        answers = [line.split(",")[0] for line in self.good(*classify).out.splitlines()[1:]]
        plain = [line.split(",")[0] for line in self.good(*classify, "--no-abstain").out.splitlines()[1:]]
        self.assertIn(record["labels"][0], plain)
        self.assertEqual(answers, ["unsure" if label == record["labels"][0] else label for label in plain])
        self.assert_refused(self.finetune("--abstain-per-class", output="o2"), 2, "--abstain-per-class", "--abstain-for-precision")

    def test_a_precision_out_of_reach_is_said(self):
        result = self.finetune("--abstain-for-precision", "0.99")
        self.assertEqual(result.code, 0, result.err)
        self.assertIn("warning: --abstain-for-precision 0.9900: no threshold reaches it", result.err)
        self.assertIsNone(result.json()["abstention"]["threshold"])
        done = self.good("classify", "out", "train.csv", "--abstain-label", "unsure")
        self.assertNotIn("unsure", done.out)
        self.assertIn("warning: no threshold of this model reaches the precision", done.err)
        for value in ["1", "-0.1", "nan"]:
            self.assert_refused(self.finetune("--abstain-for-precision=" + value, output="o2"), 2, "--abstain-for-precision")

    def test_default_output_and_quiet(self):
        self.write("mail.csv", training_csv())
        result = self.good("finetune", "mail.csv", "--base", self.base, "--epochs", "1", "--quiet")
        self.assertEqual(result.json()["model"], "mail-model")
        for line in result.err.splitlines():
            self.assertTrue(line.startswith("warning: "), line)

    def test_same_seed_same_bytes(self):
        for name in ["one", "two"]:
            self.assertEqual(self.finetune(output=name).code, 0)
        self.assertEqual(self.finetune("--seed", "2", output="three").code, 0)
        for name in ["model.safetensors", "head.safetensors"]:
            self.assertEqual(self.read("one/" + name), self.read("two/" + name), name)
        self.assertNotEqual(self.read("one/model.safetensors"), self.read("three/model.safetensors"))

    def test_dry_run_writes_nothing(self):
        result = self.finetune("--dry-run")
        self.assertEqual(result.code, 0, result.err)
        self.assertEqual(result.json()["options"]["epochs"], 2)
        self.assertEqual(os.listdir(self.folder), ["train.csv"])

    def test_estimate_measures_and_writes_nothing(self):
        result = self.finetune("--dry-run", "--estimate")
        self.assertEqual(result.code, 0, result.err)
        estimate = result.json()["estimate"]
        self.assertGreater(estimate["training_tokens_per_second"], 0)
        self.assertAlmostEqual(estimate["seconds"], estimate["training_seconds"] + estimate["embedding_seconds"] + estimate["fitting_seconds"])
        self.assertIn("would take about", result.err)
        self.assertEqual(os.listdir(self.folder), ["train.csv"])
        limited = self.finetune("--dry-run", "--estimate", "--epochs", "10000", "--time-limit", "2s").json()["estimate"]
        self.assertEqual(limited["seconds"], 2)
        self.assertEqual(self.finetune("--dry-run", "--estimate", "--head-only").json()["estimate"]["training_tokens"], 0)
        self.assert_refused(self.finetune("--estimate"), 2, "--estimate requires --dry-run")

    def test_says_how_it_was_started(self):
        self.assertEqual(self.finetune("--quiet").code, 0)
        command = json.loads(self.read("out/run/state.json"))["command"]
        self.assertEqual(command["folder"], os.path.realpath(self.folder))
        self.assertEqual(command["arguments"][:3], ["finetune", "train.csv", "--base"])

    def test_existing_folder(self):
        self.assertEqual(self.finetune().code, 0)
        before = self.read("out/model.safetensors")
        self.assert_refused(self.finetune("--seed", "9"), 2, "out: already exists", "--overwrite")
        self.assertEqual(self.read("out/model.safetensors"), before)
        self.assertEqual(self.finetune("--seed", "9", "--overwrite").code, 0)
        self.assertNotEqual(self.read("out/model.safetensors"), before)
        self.assert_no_file("out.partial")

    def test_a_link_stays_and_what_it_leads_to_is_written(self):
        os.symlink("v1", self.path("current"))
        self.assertEqual(self.finetune(output="current").code, 0)
        before = self.read("v1/model.safetensors")
        self.assertEqual(self.finetune("--seed", "9", "--overwrite", output="current/").code, 0)
        self.assertEqual(os.readlink(self.path("current")), "v1")
        self.assertNotEqual(self.read("v1/model.safetensors"), before)
        self.assert_no_file("current.partial", "v1.partial", "current.replaced-by-reprtune", "v1.replaced-by-reprtune")
        os.makedirs(self.path("v1.partial/run"))
        self.write("v1.partial/run/state.json", '{"state": "failed", "reason": "out of disk"}')
        self.assertIn("out of disk", self.run_program("status", "current").out)

    def test_the_output_has_the_name_of_a_folder(self):
        self.assert_refused(self.finetune(output=""), 2, "--output: expected a value, found ''")
        for name in ["-", "."]:
            self.assert_refused(self.finetune(output=name), 2, f"expected the name of a folder to write, found '{name}'")
        self.assertEqual(os.listdir(self.folder), ["train.csv"])

    def test_overwrite_leaves_folders_of_others(self):
        os.mkdir(self.path("documents"))
        self.write("documents/precious.txt", "mine")
        self.assert_refused(self.finetune("--overwrite", output="documents"), 2, "documents", "another -o")
        self.assertEqual(self.read("documents/precious.txt"), b"mine")
        for name in ["/", ".", "..", "./"]:
            self.assert_refused(self.finetune("--overwrite", output=name), 2, "--output")
        self.assert_refused(self.finetune("--overwrite", output="train.csv"), 2, "is a file")

    def test_an_earlier_cut_off_run_leaves_nothing_in_the_model(self):
        os.makedirs(self.path("out.partial/run"))
        self.write("out.partial/run/metrics.jsonl", "")
        self.write("out.partial/tokenizer.json", "of another base model")
        self.assert_refused(self.finetune(), 2, "out.partial", "--overwrite")
        self.assert_refused(self.finetune("--overwrite", train="missing.csv"), 3, "missing.csv")
        self.assertEqual(self.read("out.partial/tokenizer.json"), b"of another base model")
        self.assertEqual(self.finetune("--overwrite").code, 0)
        self.assert_no_file("out/tokenizer.json", "out.partial")

    def test_what_is_left_of_a_replaced_model_is_deleted(self):
        self.assertEqual(self.finetune().code, 0)
        os.mkdir(self.path("out.replaced-by-reprtune"))
        self.write("out.replaced-by-reprtune/vocab.txt", "of a process that was killed while it deleted the rest")
        self.assertEqual(self.finetune("--resume").code, 0)
        self.assert_no_file("out.replaced-by-reprtune", "out.partial")

    def test_unwritable_output_is_found_before_the_data_is_read(self):
        for output in ["/proc/nothing/here", "train.csv/model"]:
            self.assert_refused(self.finetune(output=output), 1, "cannot be created")
        self.assert_refused(self.finetune(output="/proc/nothing/here", train="missing.csv"), 1, "/proc/nothing")

    def test_failure_leaves_nothing(self):
        self.assert_refused(self.finetune(train="missing.csv"), 3, "missing.csv: no such file")
        self.assert_no_file("out", "out.partial")

    def test_validation_file(self):
        self.write("validation.csv", "text,label\nmy order,delivery\nmy card,payment\n")
        result = self.finetune("--validation", "validation.csv", "--quiet")
        self.assertEqual(result.json()["validation"]["rows"], 2)
        self.write("unknown.csv", "text,label\nmy order,mystery\n")
        self.assert_refused(self.finetune("--validation", "unknown.csv", output="o2"), 3, "unknown.csv:2", "'mystery'")
        self.write("none.csv", "text,label\n")
        self.assert_refused(self.finetune("--validation", "none.csv", output="o2"), 3, "none.csv")

    def test_cleaning_stays_with_the_model(self):
        plain = self.good("classify", self.model, stdin="my order\n").out
        link = self.good("classify", self.model, stdin="my order https://example.org/x\n").out
        self.assertEqual(link, plain)

    def test_json_messages(self):
        result = self.finetune("--log-format", "json")
        self.assertEqual(result.code, 0)
        for line in result.err.splitlines():
            self.assertEqual(set(json.loads(line)), {"time", "level", "message"})

    def test_summary_to_a_full_disk_fails(self):
        with open("/dev/full", "wb") as full:
            self.assertEqual(self.finetune("--dry-run", stdout=full).code, 1)


class ConfigTest(ProgramTest):
    def settings(self, name, content, *arguments):
        self.write("train.csv", training_csv())
        self.write(name, content)
        return self.run_program("finetune", "train.csv", "--base", self.base, "--dry-run", "--quiet", "--config", name, *arguments)

    def test_json_and_toml(self):
        for name, content in [("c.json", '{"epochs": 7, "class-weights": "balanced", "skip-bad-rows": true}'),
                              ("c.toml", 'epochs = 7\nclass-weights = "balanced"\nskip-bad-rows = true\n')]:
            options = self.settings(name, content).json()["options"]
            self.assertEqual((options["epochs"], options["class-weights"]), (7, "balanced"))
            self.assertEqual(self.settings(name, content, "--epochs", "3").json()["options"]["epochs"], 3)

    def test_toml_texts_are_what_they_are(self):
        self.write("texts.txt", "my parcel\n")
        for written, label in [('"a # b"', "a # b"), ("'a # b'", "a # b"), (r'"a\tb"', "a\tb"), ('"""z"""', "z"), ("'C:\\x'", "C:\\x")]:
            self.write("c.toml", f"abstain-label = {written}  # or so\nthreshold = 1\n")
            self.assertEqual(self.good("classify", self.model, "texts.txt", "--format", "jsonl", "--config", "c.toml").json()["label"], label)
        self.write("c.toml", "learning-rate = 1.25e-05\n")
        self.assertEqual(self.settings("c.toml", "learning-rate = 1.25e-05\n").json()["options"]["learning-rate"], 1.25e-05)

    def test_one_file_for_any_command(self):
        self.assert_refused(self.settings("c.json", '{"epochs": 3}', "--config", "other.json"), 2, "--config: expected one file, found 'c.json' and 'other.json'")
        self.write("quiet.json", '{"quiet": true}')
        self.assert_refused(self.run_program("models", "pull", "no/such/name", "--config", "quiet.json"), 2, "no/such/name")
        self.assert_refused(self.run_program("models", "list", "--config", "quiet.json"), 2, "quiet.json: models list has no option --quiet")

    def test_an_empty_value_is_the_variable_of_a_script(self):
        for arguments in [("check", "train.csv", "--model", ""), ("check", "train.csv", "--validation="), ("classify", self.model, ""),
                          ("report", self.model, "-o", ""), ("finetune", "train.csv", "--config", "")]:
            self.assert_refused(self.run_program(*arguments), 2, "expected a value, found ''" if "--config" not in arguments else "cannot be read")

    def test_numbers_are_decimal(self):
        options = self.settings("c.json", '{}', "--epochs", "010", "--seed", "007").json()["options"]
        self.assertEqual((options["epochs"], options["seed"]), (10, 7))
        self.assert_refused(self.settings("c.json", '{}', "--epochs", "0x10"), 2, "--epochs: expected a whole number, found '0x10'")
        for option, found in [("folds", "-3"), ("validation-split", "1.5"), ("checkpoint-minutes", "-1")]:
            self.assert_refused(self.settings("c.json", '{}', f"--{option}={found}"), 2, f"--{option}: expected", f"found {found}")

    def test_an_empty_value_takes_no_other_argument(self):
        self.write("c.json", '{"abstain-label": "", "threshold": 1}')
        self.write("texts.txt", "my parcel\n")
        for options in [["--config", "c.json"], ["--abstain-label=", "--threshold=1"]]:
            result = self.good("classify", self.model, "texts.txt", "--format", "jsonl", *options)
            self.assertEqual(result.json()["label"], "")
        self.assert_refused(self.settings("c.json", '{"epochs": ""}'), 2, "c.json: --epochs: expected a whole number, found ''")
        self.assert_refused(self.settings("c.toml", "epochs = \n"), 2, "c.toml")
        self.assert_refused(self.run_program("finetune", "train.csv", "--base", self.base, "--seed="), 2, "--seed", "found ''")

    def test_messages_name_the_file(self):
        self.assert_refused(self.settings("c.json", '{"batch_size": 7}'), 2, "c.json: finetune has no option --batch_size; did you mean")
        self.assert_refused(self.settings("c.toml", "epochs = 3.5\n"), 2, "c.toml: --epochs: expected a whole number, found '3.5'")
        result = self.settings("c.json", '{"epochs": 3}', "--seed", "x")
        self.assert_refused(result, 2, "--seed")
        self.assertNotIn("c.json", result.err)

    def test_a_byte_order_mark_is_no_part_of_a_name(self):
        for name, content in [("c.json", '{"epochs": 7}'), ("c.toml", "epochs = 7\n")]:
            self.assertEqual(self.settings(name, "\ufeff" + content).json()["options"]["epochs"], 7)

    def test_bad_files(self):
        self.assert_refused(self.settings("c.json", '{"epoch": 7}'), 2, "--epoch")
        self.assert_refused(self.settings("c.toml", "epoch = 7\n"), 2, "--epoch")
        self.assert_refused(self.settings("c.json", "[1]"), 2, "c.json: expected a JSON object of options, found array")
        self.assert_refused(self.settings("c.json", '{"epochs": '), 2, "c.json", "not valid JSON")
        self.assert_refused(self.settings("c.json", '{"learning-rate": 1e999}'), 2, "c.json: has a number that is too large")
        self.assert_refused(self.settings("c.json", '{"epochs": [1, 2]}'), 2, "c.json", "epochs")
        self.assert_refused(self.settings("c.json", '{"epochs": "many"}'), 2, "--epochs")
        self.assert_refused(self.settings("c.toml", "[finetune]\nepochs = 2\n"), 2, "c.toml")
        self.assert_refused(self.run_program("finetune", "train.csv", "--config", "missing.json"), 2, "missing.json")
        self.assert_refused(self.run_program("finetune", "train.csv", "--config"), 2, "--config")
        os.mkdir(self.path("folder"))
        self.assert_refused(self.run_program("finetune", "train.csv", "--config", "folder"), 2, "folder")


if __name__ == "__main__":
    unittest.main()

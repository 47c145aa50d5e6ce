import re
import unittest

from program import ProgramTest, training_csv

COMMANDS = ["check", "finetune", "status", "evaluate", "classify", "embed", "serve", "report", "models", "completion", "manual"]


class HelpTest(ProgramTest):
    def test_version(self):
        self.assertRegex(self.good("--version").out, r"\Areprtune \d+\.\d+\.\d+\n\Z")

    def test_help_names_every_command(self):
        text = self.good("--help").out
        for command in COMMANDS:
            self.assertRegex(text, rf"(?m)^  {command} ")

    def test_help_of_commands_without_model_or_home(self):
        for command in COMMANDS:
            result = self.good(command, "--help", env={"HOME": "/nonexistent"})
            self.assertIn("Usage: reprtune " + command, result.out)
            self.assertEqual(result.err, "")

    def test_numbers_and_choices_show_their_default(self):
        for command in ["check", "finetune", "evaluate", "classify", "embed", "status", "serve"]:
            text = " ".join(self.good(command, "--help").out.split())
            for option in re.findall(r"(--[a-z-]+ (?:INT|UINT|FLOAT|TEXT:\{)[^ ]*)", text):
                after = text.split(option, 1)[1].split(" --", 1)[0]
                shown = "=" in option or "=" in after.split(" ")[0] or "]=" in after or "default:" in after
                self.assertTrue(shown or "--threshold" in option, f"{command}: {option}")

    def test_help_to_a_full_disk_fails(self):
        with open("/dev/full", "wb") as full:
            result = self.run_program("--help", stdout=full)
        self.assertEqual(result.code, 1)
        self.assertIn("No space left", result.err)


class UsageTest(ProgramTest):
    def test_wrong_usage(self):
        cases = {
            (): "expected a command (check, finetune",
            ("fientune",): "found 'fientune'; did you mean 'finetune'?",
            ("finetune", "t.csv", "--epoch", "3"): "finetune has no option --epoch; did you mean '--epochs'?",
            ("embed", "m", "--tpye=int8"): "embed has no option --tpye; did you mean '--type'?",
            ("finetune", "t.csv", "--xyzzy"): "finetune has no option --xyzzy (see",
            ("models", "info", "a", "b"): "models info does not take 'b'",
            ("nope",): "found 'nope'",
            ("--nope",): "(see reprtune --help)",
            ("classify",): "MODEL is required (see reprtune classify --help)",
            ("finetune",): "TRAIN",
            ("finetune", "t.csv", "--wrong"): "--wrong",
            ("classify", "m", "in.csv", "extra"): "extra",
            ("classify", "m", "--format", "xml"): "--format",
            ("embed", "m", "--type", "int4"): "--type",
            ("embed", "m", "--precision", "float64"): "--precision",
            ("finetune", "t.csv", "--precision", "int8"): "--precision int8: only for embed, classify and evaluate",
            ("embed", "m", "--truncate", "middle"): "--truncate",
            ("classify", "m", "--header", "maybe"): "--header",
            ("classify", "m", "--delimiter", "ab"): "--delimiter",
            ("classify", "m", "--input-format", "doc"): "--input-format",
            ("classify", "m", "--clean", "foo"): "--clean",
            ("classify", "m", "--log-format", "xml"): "--log-format",
            ("classify", "m", "--device", "gpu"): "device 'gpu'",
            ("finetune", "t.csv", "--class-weights", "x"): "--class-weights",
            ("finetune", "t.csv", "--validation", "a", "--validation-split", "0.2"): "--validation",
            ("finetune", "-", "--base", self.base): "-o MODEL",
            ("classify", "m", "in.csv", "--top-k", "-1"): "--top-k: expected a whole number from 0 to 1000000, found '-1' (see reprtune classify --help)",
            ("classify", "m", "--threshold", "0.5", "--no-abstain"): "(see reprtune classify --help)",
            ("models",): "models: expected a command (list, pull, info), found none (see reprtune models --help)",
            ("models", "lst"): "found 'lst'; did you mean 'list'? (see reprtune models --help)",
            ("--quiet", "classify", "m"): "expected a command (check, ",
            ("--versoin",): "found '--versoin'; did you mean '--version'?",
            ("classify", "--hlep"): "classify has no option --hlep; did you mean '--help'?",
            ("classify", "m", "in.csv", "--", "--top-k", "2"): "classify takes no argument '--top-k' more",
            ("evaluate", "m", "in.csv", "-"): "evaluate does not take '-'",
            ("models", "info"): "NAME is required (see reprtune models info --help)",
            ("models", "pull"): "NAME",
        }
        for arguments, word in cases.items():
            with self.subTest(arguments=arguments):
                self.assert_refused(self.run_program(*[a if a != "m" else self.model for a in arguments]), 2, word)

    def test_bad_numbers_name_their_option(self):
        self.write("train.csv", training_csv())
        whole = ["epochs", "batch-size", "max-length", "patience", "seed", "threads"]
        fractions = ["learning-rate", "contrastive-weight", "contrastive-temperature", "head-learning-rate-factor",
                     "layer-decay", "label-smoothing", "dropout", "token-dropout", "adversarial-epsilon", "focal-gamma", "weight-decay", "warmup", "max-gradient-norm", "validation-split"]
        for option in whole + fractions:
            for value in ["-1", "1.5", "99999999999999999999"] if option in whole else ["nan", "1e999"]:
                with self.subTest(option=option, value=value):
                    result = self.run_program("finetune", "train.csv", "--base", self.base, "--dry-run", f"--{option}={value}")
                    self.assert_refused(result, 2, "--" + option)
        for option in ["batch-size", "top-k", "threshold", "threads"]:
            for value in ["inf", "-1", "abc"]:
                with self.subTest(option=option, value=value):
                    self.assert_refused(self.run_program("classify", self.model, f"--{option}={value}"), 2, option)
        self.assert_refused(self.run_program("classify", self.model, "--threshold=nan"), 2, "threshold")



if __name__ == "__main__":
    unittest.main()

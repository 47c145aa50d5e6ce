"""What the tests of --resume share: a run that can be killed at any moment, and the comparison of its outcome."""

import json
import os
import random
import shutil

from program import ProgramTest, training_csv

TIMES = {"time", "tokens_per_second"}
EPOCHS = "30"


class ResumingTest(ProgramTest):
    """A finetune of some epochs, whose uninterrupted outcome is in `whole` of this test's folder."""

    whole = None

    def setUp(self):
        super().setUp()
        self.write("train.csv", training_csv())
        self.random = random.Random(self.id())
        if self.whole is None:
            self.good(*self.command())
            type(self).whole = os.path.join(self.home, "whole")
            shutil.move(self.path("out"), self.whole)
        shutil.copytree(self.whole, self.path("whole"))

    def command(self, *arguments, output="out"):
        return ["finetune", "train.csv", "--base", self.base, "-o", output, "--epochs", EPOCHS, "--threads", "2",
                "--learning-rate", "0.001", *arguments]

    def lines(self, model):
        """metrics.jsonl without times; every line is whole."""
        lines = self.read(f"{model}/run/metrics.jsonl").splitlines()
        return [{key: value for key, value in json.loads(line).items() if key not in TIMES} for line in lines]

    def files(self, model):
        return sorted(os.path.relpath(os.path.join(folder, name), self.path(model))
                      for folder, _, names in os.walk(self.path(model)) for name in names)

    def assert_same_as_whole(self, model="out"):
        self.assertEqual(self.files(model), self.files("whole"))
        for name in self.files(model):
            if not name.startswith("run/"):
                self.assertEqual(self.read(f"{model}/{name}"), self.read(f"whole/{name}"), name)
        self.assertEqual(self.lines(model), self.lines("whole"))
        self.assert_no_file(model + ".partial")

    def killed(self, seconds, *arguments):
        """Whether the run, killed with SIGKILL after so long, was still going."""
        process = self.start(*self.command(*arguments), stdout=-3, stderr=-3)
        try:
            process.wait(seconds)
        except Exception:
            process.kill()
        code = process.wait()
        process.stdin.close()
        self.assertIn(code, (0, -9))
        return code != 0

    def kill_until_done(self, most_kills, longest, *arguments):
        """Kills the run at random moments and resumes it, until it is done; returns the kills."""
        for kills in range(most_kills):
            if not self.killed(self.random.uniform(0.1, longest), "--resume", *arguments):
                return kills
        self.good(*self.command("--resume", *arguments))
        return most_kills

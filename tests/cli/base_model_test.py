"""The real small base model, where it has been set up: a finetuning of a few rows, end to end."""

import os
import shutil
import unittest

from program import TESTS, ProgramTest

DEPS = os.environ.get("REPRTUNE_DEPS") or os.path.join(os.path.expanduser("~"), ".cache", "reprtune")
SMALL = os.path.join(DEPS, "models", "sentence-transformers", "all-MiniLM-L6-v2")
MESSAGES = os.path.join(os.path.dirname(TESTS), "data", "order-sentiment", "messages.csv")


@unittest.skipUnless(os.path.isdir(SMALL), "the small base model is not set up here")
class BaseModelTest(ProgramTest):
    def test_finetune_from_the_alias(self):
        shutil.copy(MESSAGES, self.path("messages.csv"))
        result = self.good("finetune", "messages.csv", "--epochs", "1", "--max-length", "16", "--quiet")
        summary = result.json()
        self.assertEqual(summary["model"], "messages-model")
        self.assertGreater(summary["validation"]["accuracy"], 0.6)
        said = self.good("classify", "messages-model", stdin="My order was late\nBest purchase ever, thank you\n").out.splitlines()
        self.assertEqual([line.split(",")[0] for line in said], ["label", "0", "1"])


if __name__ == "__main__":
    unittest.main()

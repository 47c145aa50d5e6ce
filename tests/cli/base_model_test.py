"""The real small base model, where it has been set up: a finetuning of a few rows, end to end."""

import os
import unittest

from program import ProgramTest, training_csv

DEPS = os.environ.get("REPRTUNE_DEPS") or os.path.join(os.path.expanduser("~"), ".cache", "reprtune")
SMALL = os.path.join(DEPS, "models", "sentence-transformers", "all-MiniLM-L6-v2")


@unittest.skipUnless(os.path.isdir(SMALL), "the small base model is not set up here")
class BaseModelTest(ProgramTest):
    def test_finetune_from_the_alias(self):
        self.write("messages.csv", training_csv())
        result = self.good("finetune", "messages.csv", "--base", "small", "--epochs", "3", "--max-length", "16", "--quiet")
        self.assertEqual(result.json()["model"], "messages-model")
        said = self.good("classify", "messages-model", stdin="my parcel is late\nrefund my card\nforgot my password\n").out.splitlines()
        self.assertEqual([line.split(",")[0] for line in said], ["label", "delivery", "payment", "account"])


if __name__ == "__main__":
    unittest.main()

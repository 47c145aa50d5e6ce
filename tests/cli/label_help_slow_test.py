"""Wrong labels planted in the sample data are found, with the real small base model where it has been set up."""

import csv
import io
import os
import random
import unittest

from base_model_test import SMALL
from program import TESTS, ProgramTest

SAMPLE = os.path.join(os.path.dirname(TESTS), "data", "customer-messages", "train.csv")


@unittest.skipUnless(os.path.isdir(SMALL), "the small base model is not set up here")
class PlantedLabelsTest(ProgramTest):
    def planted(self, share):
        """The sample rows, and which of them were given another label."""
        with open(SAMPLE, newline="") as file:
            rows = list(csv.reader(file))[1:]
        labels = sorted({label for _, label in rows})
        dice = random.Random(1)
        flipped = set(dice.sample(range(len(rows)), int(share * len(rows))))
        for i in sorted(flipped):
            rows[i][1] = dice.choice([label for label in labels if label != rows[i][1]])
        return rows, flipped

    def test_the_linear_probe_finds_them(self):
        rows, flipped = self.planted(0.05)
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerows([["text", "label"]] + rows)
        self.write("planted.csv", out.getvalue())
        process = self.start("finetune", "planted.csv", "-o", "out", "--folds", "5", "--head-only")
        err = process.communicate(timeout=500)[1].decode()
        self.assertEqual(process.returncode, 0, err)
        wrong = {rows[i][0] for i in flipped}
        with open(self.path("out/run/label_issues.csv"), newline="") as file:
            found = [issue["text"] in wrong for issue in csv.DictReader(file)]
        recall, precision = sum(found) / len(flipped), sum(found) / len(found)
        precision_of_first = sum(found[:len(flipped)]) / len(flipped)
        print(f"{len(rows)} rows, {len(flipped)} planted, {len(found)} named: recall {recall:.2f}, precision {precision:.2f}, "
              f"of the first {len(flipped)} {precision_of_first:.2f}")
        self.assertGreater(recall, 0.6)
        self.assertGreater(precision_of_first, 0.5)  # chance: 0.05


if __name__ == "__main__":
    unittest.main()

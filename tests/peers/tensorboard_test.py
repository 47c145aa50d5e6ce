"""The event file of a run as TensorBoard itself reads it.

Runs in the Python environment that tools/peers sets up; ctest skips it (exit code 77) where there is none.
"""

import json
import sys
import unittest

try:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
except ImportError as error:
    print(f"skipped: {error} (tools/peers sets up what is needed)")
    sys.exit(77)

from resuming import ResumingTest


class TensorboardTest(ResumingTest):
    def events(self, model):
        accumulator = EventAccumulator(self.path(model + "/run"), size_guidance={"scalars": 0})
        accumulator.Reload()
        return {tag: accumulator.Scalars(tag) for tag in accumulator.Tags()["scalars"]}

    def metrics(self, model):
        return [json.loads(line) for line in self.read(model + "/run/metrics.jsonl").splitlines()]

    def assert_same_as_metrics(self, model):
        """Every number of metrics.jsonl is there, at its step and time, once (the name of a round is none)."""
        expected = {}
        for line in self.metrics(model):
            numbers = line.get("validation", line)
            kind = "validation" if "validation" in line else "train"
            for name, value in numbers.items():
                if name not in {"step", "epoch", "time", "round"}:
                    expected.setdefault(f"{kind}/{name}", []).append((line["step"], line["time"], value))
        found = self.events(model)
        self.assertEqual(sorted(found), sorted(expected))
        for tag, points in expected.items():
            self.assertEqual([(e.step, e.wall_time) for e in found[tag]], [(step, time) for step, time, _ in points], tag)
            for event, (_, _, value) in zip(found[tag], points):
                self.assertAlmostEqual(event.value, value, delta=1e-6 * max(1, abs(value)))

    def test_a_run(self):
        self.assert_same_as_metrics("whole")
        self.assertIn("train/contrastive_loss", self.events("whole"))
        self.assertIn("validation/f1", self.events("whole"))

    def test_a_run_that_was_killed_and_resumed(self):
        self.kill_until_done(3, 1.0)
        self.assert_same_as_whole()
        self.assert_same_as_metrics("out")


if __name__ == "__main__":
    unittest.main()

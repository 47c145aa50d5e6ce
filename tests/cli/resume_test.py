import json
import os
import resource
import shutil
import signal
import time
import unittest

from program import training_csv
from resuming import ResumingTest


def small_disk():
    """For a child process: no file may grow beyond 100 kB, which is too little for a checkpoint."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)


class ResumeTest(ResumingTest):
    def checkpoints(self, model="out.partial"):
        run = self.path(f"{model}/run")
        names = os.listdir(run) if os.path.isdir(run) else []
        return sorted((int(name.split("-")[1]) for name in names
                       if name.startswith("checkpoint-") and not name.endswith(".partial")))

    def cut_off(self, *arguments, number=signal.SIGKILL, checkpoints=2):
        """A run that is stopped once it has so many checkpoints, long before its end."""
        process = self.start(*self.command("--checkpoint-minutes", "1e-9", *arguments))
        end = time.monotonic() + 30
        while len(self.checkpoints()) < checkpoints:
            self.assertLess(time.monotonic(), end, "no checkpoints in 30 s")
            time.sleep(0.005)
        process.send_signal(number)
        out, err = process.communicate(timeout=30)
        self.assertTrue(os.path.isdir(self.path("out.partial")), "the run was over too soon")
        return process.returncode, out, err.decode()

    def kept_files(self, model):
        """The files of a run without what only a killed process leaves: its lock, and what it was writing."""
        return [name for name in self.files(model) if name != "run/lock" and ".partial" not in name]

    def resume(self, *arguments):
        return self.run_program(*self.command("--resume", *arguments))

    def test_killed_at_any_moment_it_ends_in_the_same_bytes(self):
        self.kill_until_done(5, 1.0)
        self.assert_same_as_whole()

    def test_a_signal_saves_the_state(self):
        for number, code in [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]:
            found, out, err = self.cut_off("--checkpoint-minutes", "0", number=number, checkpoints=1)
            self.assertEqual((found, out), (code, b""))
            self.assertIn("state saved; the same command with --resume goes on", err)
            self.assert_no_file("out")
            step = json.loads(self.read("out.partial/run/state.json"))["step"]
            self.assertEqual(self.checkpoints()[-1], step)  # nothing is lost
            result = self.resume()
            self.assertEqual(result.code, 0, result.err)
            self.assertIn(f"going on from step {step} in out.partial", result.err)
            self.assert_same_as_whole()
            shutil.rmtree(self.path("out"))

    def test_without_a_run_it_starts_from_the_beginning(self):
        result = self.resume()
        self.assertEqual(result.code, 0, result.err)
        self.assertIn("no checkpoint in out.partial: starting from the beginning", result.err)
        self.assert_same_as_whole()

    def test_a_finished_model_is_left_alone(self):
        shutil.copytree(self.path("whole"), self.path("out"))
        # What a process leaves that is killed between its last two steps.
        shutil.copytree(self.path("whole"), self.path("out.partial"))
        shutil.copytree(self.path("whole"), self.path("out/run/checkpoint-9"))
        self.write("out/run/lock", "")
        result = self.resume()
        self.assertEqual(result.code, 0, result.err)
        self.assertEqual(result.err, "model out: is finished, nothing to resume (--overwrite trains anew)\n")
        self.assertEqual(result.json()["best_epoch"], json.loads(self.read("whole/reprtune.json"))["best_epoch"])
        self.assert_same_as_whole()

    def test_a_state_that_nobody_wrote_is_an_unfinished_run(self):
        shutil.copytree(self.path("whole"), self.path("out"))
        for state in ['{"state": 5}', '{"state": "failed", "replaces_model": "x"}']:
            os.makedirs(self.path("out.partial/run"), exist_ok=True)
            self.write("out.partial/run/state.json", state)
            self.assert_refused(self.resume(), 2, "out: is there already, but the run in out.partial did not begin with --overwrite")
        shutil.rmtree(self.path("out.partial"))
        self.assert_same_as_whole()

    def test_a_finished_model_of_other_data_or_options_is_not_passed_off(self):
        shutil.copytree(self.path("whole"), self.path("out"))
        self.assert_refused(self.resume("--seed", "2"), 2, "--seed: the run in out began with 1, found 2")
        self.write("train.csv", training_csv() + "one row more,account\n" * 3)
        self.assert_refused(self.resume(), 3, "train.csv: holds other rows", "--overwrite")
        self.assert_same_as_whole()

    def test_other_options_or_data_are_refused(self):
        self.cut_off()
        self.write("out.partial/run/state.json.partial-7", "{")  # killed while it wrote
        before = self.kept_files("out.partial")
        self.assert_refused_after_messages(self.resume("--epochs", "31"), 2,
                                           "--epochs: the run in out.partial began with 30, found 31")
        self.assert_refused_after_messages(self.resume("--threads", "1"), 2, "--threads", "2", "1")
        self.assert_refused_after_messages(self.resume("--clean", "urls"), 2, "--clean", "none", "urls")
        self.assert_refused_after_messages(self.resume("--focal-gamma", "2"), 2, "--focal-gamma", "0.0", "2.0")
        self.write("weights.csv", "account,1\ndelivery,1\npayment,2\n")
        self.assert_refused_after_messages(self.resume("--class-weights", "weights.csv"), 2, "--class-weights", "none",
                                           '{"account":1.0,"delivery":1.0,"payment":2.0}')
        os.remove(self.path("weights.csv"))
        self.assert_refused_after_messages(self.resume("--base", self.model), 2, "--base", "is not the model")
        self.write("train.csv", training_csv().replace("refund the card 0", "refund my card 0"))
        self.assert_refused_after_messages(self.resume(), 3, "train.csv: holds other rows")
        self.assert_refused(self.resume("--overwrite"), 2, "--resume", "--overwrite", "one of them")
        self.assertEqual(self.files("out.partial"), before)  # and what the killed process left is gone
        self.write("train.csv", training_csv())
        self.assertEqual(self.resume().code, 0)
        self.assert_same_as_whole()

    def assert_refused_after_messages(self, result, code, *words):
        self.assertEqual((result.code, result.out), (code, ""), result.err)
        last = result.err.splitlines()[-1]
        self.assertTrue(last.startswith("error: "), result.err)
        self.assertEqual(result.err.count("error: "), 1)
        for word in words:
            self.assertIn(word, last)

    def test_an_unfinished_run_is_named(self):
        self.cut_off()
        step = self.checkpoints()[-1]
        self.assert_refused(self.run_program(*self.command()), 2, "out.partial: an unfinished run is here", "--resume",
                            "--overwrite")
        status = self.good("status", "out", "--format", "json").json()
        self.assertEqual((status["state"], status["checkpoint_step"]), ("died", step))
        self.assertIn(f"--resume goes on from step {step}", self.good("status", "out").out)

    def test_a_run_at_work_is_named(self):
        process = self.start(*self.command("--epochs", "10000"))
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        while not self.checkpoints():
            time.sleep(0.01)
        for arguments in [], ["--resume"], ["--overwrite"]:
            self.assert_refused(self.run_program(*self.command(*arguments)), 1, "another finetune is at work here")

    def test_damage_is_seen_and_the_checkpoint_before_is_used(self):
        self.cut_off()
        first, second = self.checkpoints()[-2:]  # killed before it dropped the oldest, it leaves three
        os.truncate(self.path(f"out.partial/run/checkpoint-{second}/tensors.safetensors"), 1000)
        with open(self.path("out.partial/run/metrics.jsonl"), "ab") as file:
            file.write(b'{"step": 3')
        result = self.resume()
        self.assertEqual(result.code, 0, result.err)
        self.assertRegex(result.err, f"warning: .*checkpoint-{second}/tensors.safetensors: is missing, cut short or damaged")
        self.assertIn(f"going on from step {first} ", result.err)
        self.assert_same_as_whole()

    def test_with_all_checkpoints_damaged_it_starts_from_the_beginning(self):
        self.cut_off()
        for step in self.checkpoints():
            self.write(f"out.partial/run/checkpoint-{step}/checkpoint.json", "{}")
        result = self.resume()
        self.assertEqual(result.code, 0, result.err)
        self.assertIn("starting from the beginning", result.err)
        self.assert_same_as_whole()

    def test_an_unfinished_overwrite_goes_on_and_replaces(self):
        shutil.copytree(self.model, self.path("out"))
        before = self.read("out/model.safetensors")
        self.cut_off("--overwrite")
        self.assertEqual(self.read("out/model.safetensors"), before)
        self.assertEqual(self.resume().code, 0)
        self.assert_same_as_whole()

    def test_a_model_that_came_later_is_left_alone(self):
        self.cut_off()
        shutil.copytree(self.model, self.path("out"))
        self.assert_refused(self.resume(), 2, "out: is there already", "out.partial")

    def test_overwrite_drops_an_unfinished_run_with_its_first_checkpoint(self):
        self.cut_off()
        kept = self.checkpoints()
        self.assert_refused_after_messages(self.run_program(*self.command("--overwrite", "--base", "nowhere")), 4)
        self.assertEqual(self.checkpoints(), kept)
        self.assertEqual(self.run_program(*self.command("--overwrite")).code, 0)
        self.assert_same_as_whole()

    def test_a_full_disk_ends_the_run_and_leaves_nothing_half(self):
        result = self.run_program(*self.command(), preexec_fn=small_disk)
        self.assert_refused_after_messages(result, 1, "out.partial/run/checkpoint-", "could not be written")
        self.assert_no_file("out")
        self.assertEqual(self.checkpoints(), [])
        self.assertEqual(self.good("status", "out", "--format", "json").json()["state"], "failed")
        self.assertEqual(self.resume().code, 0)
        self.assert_same_as_whole()

    def test_head_only_starts_from_the_beginning(self):
        self.assertEqual(self.resume("--head-only").code, 0)
        self.assertEqual(self.resume("--head-only").json()["best_epoch"], 1)

    def test_bad_numbers(self):
        for value in ["-1", "nan", "often"]:
            self.assert_refused(self.resume("--checkpoint-minutes", value), 2, "--checkpoint-minutes")


if __name__ == "__main__":
    unittest.main()

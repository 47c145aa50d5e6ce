import os
import pty
import signal
import time
import unittest

from program import ProgramTest, training_csv


class InterruptTest(ProgramTest):
    def long_run(self, *arguments, output="out", **options):
        """A finetune of many epochs that has begun to train."""
        self.write("train.csv", training_csv())
        process = self.start("finetune", "train.csv", "--base", self.base, "-o", output, "--epochs", "10000", "--threads", "1",
                             *arguments, **options)
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        self.wait_for(lambda: os.path.exists(self.path(f"{output}.partial/run/metrics.jsonl")) and
                      b"validation" in self.read(f"{output}.partial/run/metrics.jsonl"))
        return process

    def wait_for(self, happened):
        end = time.monotonic() + 30
        while not happened():
            self.assertLess(time.monotonic(), end, "nothing happened in 30 s")
            time.sleep(0.02)

    def state(self, model="out"):
        return self.good("status", model, "--format", "json").json()["state"]

    def test_a_signal_ends_training(self):
        for number, code, word in [(signal.SIGINT, 130, "interrupted"), (signal.SIGTERM, 143, "terminated"),
                                   (signal.SIGHUP, 129, "terminated")]:
            output = number.name
            process = self.long_run("--no-final-fit", output=output)
            process.send_signal(number)
            out, err = process.communicate(timeout=30)
            self.assertEqual(process.returncode, code)
            self.assertEqual(out, b"")
            self.assertRegex(err.decode(), rf"\nerror: {word}: {output}\.partial: state saved; the same command with --resume "
                                           r"goes on; the best epoch so far \(\d+\) is kept there as a model\n\Z")
            self.assert_no_file(output)
            self.assertEqual(self.state(output), "interrupted")
            # The best epoch so far is a whole model.
            self.good("classify", output + ".partial", stdin="my order\n")

    def test_a_signal_that_was_ignored_from_the_start_is_ignored(self):
        def as_nohup():
            signal.signal(signal.SIGHUP, signal.SIG_IGN)
            signal.signal(signal.SIGINT, signal.SIG_IGN)
        process = self.long_run("--no-final-fit", preexec_fn=as_nohup)
        process.send_signal(signal.SIGHUP)
        process.send_signal(signal.SIGINT)
        size = len(self.read("out.partial/run/metrics.jsonl"))
        self.wait_for(lambda: len(self.read("out.partial/run/metrics.jsonl")) > size + 2000)
        self.assertIsNone(process.poll())
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
        self.assertEqual(process.returncode, 143)

    def test_a_killed_overwrite_leaves_the_old_model(self):
        self.assertEqual(self.finetune().code, 0)
        before = self.good("classify", "out", stdin="my order\n").out
        process = self.long_run("--overwrite")
        self.assertIn(self.state(), ["training", "validating"])
        self.assert_refused(self.finetune("--overwrite"), 1, "another finetune is at work")
        process.kill()
        process.wait()
        self.assertEqual(self.good("classify", "out", stdin="my order\n").out, before)
        self.assertEqual(self.state(), "died")
        self.assertEqual(self.finetune("--overwrite").code, 0)
        self.assertEqual(self.state(), "done")
        self.assert_no_file("out.partial")

    def long_classify(self):
        process = self.start("classify", self.model, "-o", "out.csv", "--input-format", "txt")
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        process.stdin.write(b"my order\n" * 20_000)
        process.stdin.flush()
        self.wait_for(lambda: self.being_written("out.csv"))
        return process

    def test_interrupted_classify_removes_its_file(self):
        process = self.long_classify()
        time.sleep(1)
        process.send_signal(signal.SIGINT)  # while it waits for more
        process.wait(timeout=30)
        err = process.stderr.read()
        self.assertEqual((process.returncode, err), (130, b"error: interrupted\n"))
        self.assert_no_file("out.csv")

    def test_killed_classify_leaves_no_result_under_the_final_name(self):
        self.write("out.csv", "old")
        process = self.long_classify()
        process.kill()
        process.wait()
        self.assertEqual(self.read("out.csv"), b"old")

    def test_one_end_of_file_ends_typed_input(self):
        keyboard, terminal = pty.openpty()
        self.addCleanup(os.close, keyboard)
        process = self.start("classify", self.model, "--input-format", "txt", stdin=terminal)
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        os.close(terminal)
        os.write(keyboard, b"my order\n\x04")  # a line and one Ctrl-D
        process.wait(timeout=30)
        self.assertEqual(process.returncode, 0)
        self.assertEqual(len(process.stdout.read().splitlines()), 2)  # the header and one row


if __name__ == "__main__":
    unittest.main()

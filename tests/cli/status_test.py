import fcntl
import json
import os
import pty
import re
import struct
import subprocess
import termios
import time
import unittest

from program import PROGRAM, ProgramTest


class Terminal:
    """The program on a terminal of a given width, whose output is collected."""

    def __init__(self, columns, *arguments, cwd, env=None):
        self.master, slave = pty.openpty()
        self.resize(columns)
        self.process = subprocess.Popen([PROGRAM, *arguments], cwd=cwd, stdin=slave, stdout=slave, stderr=slave,
                                        env={**os.environ, "TERM": "xterm", **(env or {})}, start_new_session=True)
        os.close(slave)

    def resize(self, columns):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))

    def read(self, until=None):
        """All output, or that up to where `until` has come."""
        out = b""
        while until is None or until not in out:
            try:
                chunk = os.read(self.master, 65536)
            except OSError:
                break
            if not chunk:
                break
            out += chunk
        return out.decode("utf-8", "replace")

    def end(self):
        self.process.wait(30)
        os.close(self.master)
        return self.process.returncode


class StatusTest(ProgramTest):
    def write_run(self, name="run-model", **changes):
        """A run that this process is at, so that it counts as alive."""
        state = {"state": "training", "pid": os.getpid(), "host": os.uname().nodename, "started": time.time() - 90,
                 "training_started": time.time() - 60, "updated": time.time(), "epoch": 1, "epochs": 3, "step": 10, "steps": 30, "started_step": 0,
                 "seconds_before": 0, "best_epoch": None, "round": "", "reason": "", **changes}
        os.makedirs(self.path(name + "/run"), exist_ok=True)
        self.write(name + "/run/state.tmp", json.dumps(state))
        os.rename(self.path(name + "/run/state.tmp"), self.path(name + "/run/state.json"))
        return name

    def test_followed_in_a_file_it_is_a_line_for_each_change(self):
        model = self.write_run()
        process = self.start("status", model, "--follow")
        first = process.stdout.readline().decode()
        self.assertRegex(first, r"\Atraining, step 10 of 30, epoch 1 of 3, about 2 min \d+ s of training left\n\Z")
        self.write_run(step=20, epoch=2)
        self.assertIn("step 20 of 30", process.stdout.readline().decode())
        self.write_run(state="failed", step=20, reason="disk full")
        out, _ = process.communicate(timeout=10)
        self.assertEqual(out.decode(), "failed: disk full, step 20 of 30, epoch 1 of 3\n")
        self.assertEqual(process.returncode, 0)

    def test_followed_as_json_it_is_an_object_for_each_change(self):
        model = self.write_run()
        process = self.start("status", model, "--follow", "--format", "json")
        self.assertEqual(json.loads(process.stdout.readline())["step"], 10)
        self.write_run(state="done", step=30)
        self.assertEqual(json.loads(process.communicate(timeout=10)[0])["state"], "done")

    def test_on_a_terminal_it_is_drawn_in_one_place(self):
        model = self.write_run()
        terminal = Terminal(80, "status", model, "--follow", cwd=self.folder)
        first = terminal.read(until=b"left")
        self.assertNotIn("\x1b", first)
        lines = first.count("\n") + 1
        terminal.resize(20)  # the terminal breaks its lines into rows, over all of which the next goes
        self.write_run(state="done", step=30)
        rest = terminal.read()
        self.assertEqual(terminal.end(), 0)
        up = int(re.search(r"\r\x1b\[(\d+)A\x1b\[J", rest).group(1))
        self.assertGreater(up, lines - 1)
        self.assertTrue(all(len(line) < 20 for line in rest.split("\x1b[J")[-1].splitlines()), rest)
        self.assertIn("done", rest)
        self.assertTrue(rest.endswith("\n"))

    def test_before_a_run_has_begun_it_is_queued(self):
        os.makedirs(self.path("new.partial/run"))
        with open(self.path("new.partial/run/lock"), "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self.assertEqual(self.good("status", "new.partial", "--format", "json").json()["state"], "queued")
            self.assertIn("queued", self.good("status", "new.partial").out)
        self.assert_refused(self.run_program("status", "new.partial"), 4, "state.json")

    def test_a_run_that_failed_says_why(self):
        model = self.write_run(state="failed", reason="disk full")
        self.assertRegex(self.good("status", model).out, r"state +failed: disk full")


class ReportCommandTest(ProgramTest):
    def test_rebuilds_the_page(self):
        page = os.path.join(self.model, "run", "report.html")
        with open(page, "rb") as file:
            before = file.read()
        os.remove(page)
        result = self.good("report", self.model)
        self.assertEqual(result.out, "")
        with open(page, "rb") as file:
            self.assertEqual(file.read(), before)
        self.good("report", self.model, "-o", "page.html", "--quiet")
        self.assertEqual(self.read("page.html"), before)
        self.assertEqual(self.good("report", self.model, "-o", "-").out_bytes, before)

    def test_shows_what_there_is_to_show(self):
        page = self.good("report", self.model, "-o", "-").out
        for part in ["Mistakes, and labels to check", "When should it not answer?", "value=\"tsne\"", "confusion-data",
                     "Validation scores", "Rows per class"]:
            self.assertIn(part, page)

    def test_refusals(self):
        for command in ["status", "report"]:
            self.assert_refused(self.run_program(command, "nowhere"), 4, "nowhere: no such folder")
        self.assert_refused(self.run_program("report", self.base), 4, "finetune")
        os.makedirs(self.path("old/run"))
        self.write("old/run/state.json", '{"state": "done"}')
        self.assert_refused(self.run_program("report", "old"), 4, "old: expected run/report.json")


class TerminalTest(ProgramTest):
    def check_on_a_terminal(self, columns, env=None):
        self.write("train.csv", "text,label\n" + "".join(f"text number {i},{'ab'[i % 2]}\n" for i in range(9)) + "the same text,a\n" * 3)
        terminal = Terminal(columns, "check", "train.csv", "--base", self.base, cwd=self.folder, env=env)
        out = terminal.read()
        self.assertEqual(terminal.end(), 0)
        return out

    def test_check_breaks_lines_between_words(self):
        wide, narrow = self.check_on_a_terminal(120), self.check_on_a_terminal(60)
        self.assertIn("warning", wide)
        self.assertLess(max(len(line) for line in narrow.splitlines()), 61)
        self.assertEqual([w for w in narrow.split() if w[0] not in "█▏▎▍▌▋▊▉"], [w for w in wide.split() if w[0] not in "█▏▎▍▌▋▊▉"])

    def test_colours_only_where_they_are_wanted(self):
        def error(**env):
            terminal = Terminal(80, "status", "nowhere", cwd=self.folder, env=env)
            out = terminal.read()
            self.assertEqual(terminal.end(), 4)
            return out
        self.assertTrue(error().startswith("\x1b[31merror:\x1b[0m nowhere"))
        self.assertTrue(error(NO_COLOR="1").startswith("error: nowhere"))
        self.assertTrue(error(TERM="dumb").startswith("error: nowhere"))
        self.assertTrue(self.run_program("status", "nowhere").err.startswith("error: nowhere"))


if __name__ == "__main__":
    unittest.main()

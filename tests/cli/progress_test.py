"""Progress on a real pseudo-terminal, and where there is none."""

import fcntl
import os
import pty
import re
import struct
import subprocess
import termios
import threading
import unittest

from program import PROGRAM, ProgramTest

BAR = re.compile(r"[\u2501\u00b7]+ +\d+% ([^\r\x1b\n]*)")


class Terminal:
    """A program with its standard error on a terminal of so many columns: what it drew there."""

    def __init__(self, columns, arguments, cwd, env=None):
        master, slave = pty.openpty()
        self.resize(slave, columns)
        self.process = subprocess.Popen([PROGRAM, *arguments], cwd=cwd, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=slave,
                                        env=env)
        self.slave, self.bytes = slave, b""
        reader = threading.Thread(target=self.read, args=(master,))
        reader.start()
        self.code = self.process.wait(timeout=120)
        os.close(slave)
        reader.join()
        os.close(master)
        self.text = self.bytes.decode()

    @staticmethod
    def resize(slave, columns):
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))

    def read(self, master):
        try:
            while chunk := os.read(master, 65536):
                self.bytes += chunk
        except OSError:  # the other end is closed
            pass

    def drawn(self):
        """Every text that was drawn over the one before."""
        return [part for part in re.split(r"\r|\n|\x1b\[J|\x1b\[\d*A", self.text) if part]


class ProgressTest(ProgramTest):
    def long_input(self, rows):
        text = "the parcel {} was late and nobody knows where order {} is"
        self.write("long.csv", "text,label\n" + "".join(text.format(i, i * 7) + ",delivery\n" for i in range(rows)))

    def embed(self, columns, *arguments, env=None):
        return Terminal(columns, ["embed", self.model, "long.csv", "-o", "out.npy", "--no-deduplicate", "--threads", "1", *arguments],
                        self.folder, env)

    def test_embedding_shows_a_bar_that_fits(self):
        self.long_input(100_000)
        for columns in [60, 120]:
            terminal = self.embed(columns)
            self.assertEqual(terminal.code, 0, terminal.text)
            bars = [part for part in terminal.drawn() if BAR.match(part)]
            self.assertGreater(len(bars), 2, terminal.text)
            for bar in bars:
                self.assertLess(len(bar), columns, bar)
                self.assertRegex(bar, r"% long\.csv  [\d,]+ rows?/s  \d+:\d\d left$")
            self.assertRegex(terminal.text, r"\x1b\[J\Z", "the bar is wiped at the end")

    def test_nothing_for_short_work_or_when_told_to_be_quiet(self):
        self.write("short.csv", "text,label\na,delivery\n")
        self.assertEqual(Terminal(80, ["embed", self.model, "short.csv", "-o", "o.npy"], self.folder).text, "")
        self.long_input(100_000)
        self.assertEqual(self.embed(80, "--quiet").text, "")

    def test_no_bar_without_a_terminal(self):
        self.long_input(100_000)
        result = self.good("embed", self.model, "long.csv", "--no-deduplicate", "-o", "o.npy")
        self.assertNotRegex(result.err, "[\u2501\u00b7\x1b]")

    def test_no_colour_is_used(self):
        self.long_input(100_000)
        terminal = self.embed(80, env={**os.environ, "NO_COLOR": "1"})
        self.assertNotRegex(terminal.text, r"\x1b\[\d*m")

    def test_the_picture_of_a_report(self):
        rows = "".join(f"message {i} about {label} and the rest of it,{label}\n" for i in range(15_000) for label in ["a", "b"])
        self.write("train.csv", "text,label\n" + rows)
        terminal = Terminal(100, ["finetune", "train.csv", "--base", self.base, "-o", "out", "--head-only", "--threads", "1"], self.folder)
        self.assertEqual(terminal.code, 0, terminal.text)
        self.assertRegex(terminal.text, r"% placing the rows for the report \(t-SNE\)")


if __name__ == "__main__":
    unittest.main()

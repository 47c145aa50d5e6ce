"""Runs the program under test. Its path is in the environment variable REPRTUNE, as ctest sets it."""

import glob
import json
import os
import shutil
import signal
import subprocess
import tempfile
import unittest

PROGRAM = os.environ.get("REPRTUNE", "reprtune")
TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TINY_BASE = os.path.join(TESTS, "model", "golden", "mean_normalize")  # a random encoder: 2 layers, H = 32, 60 tokens

TEXTS = {
    "delivery": ["the parcel was late", "where is my order"],
    "payment": ["refund the card", "card was charged twice"],
    "account": ["login password broken", "change my account password"],
}


def training_rows():
    """24 rows (text, label), three classes of eight, no text twice."""
    return [(f"{text} {i}", label) for i in range(4) for label, texts in TEXTS.items() for text in texts]


def training_csv():
    return "text,label\n" + "".join(f"{text},{label}\n" for text, label in training_rows())


class Result:
    def __init__(self, code, out, err):
        self.code, self.out_bytes, self.out, self.err = code, out, out.decode("utf-8", "replace"), err.decode("utf-8", "replace")

    def json(self):
        return json.loads(self.out)


# Whoever started the tests in the background may have had these ignored, and programs inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)


class ProgramTest(unittest.TestCase):
    """A test in an empty folder of its own, with the tiny base model in `base` and one finetuned from it in `model`."""

    @classmethod
    def setUpClass(cls):
        cls.home = tempfile.mkdtemp(prefix="reprtune-cli-")
        cls.addClassCleanup(shutil.rmtree, cls.home, ignore_errors=True)
        cls.base = os.path.join(cls.home, "base")
        cls.model = os.path.join(cls.home, "model")
        shutil.copytree(TINY_BASE, cls.base)
        train = os.path.join(cls.home, "train.csv")
        with open(train, "w") as file:
            file.write(training_csv())
        validation = os.path.join(cls.home, "validation.csv")
        with open(validation, "w") as file:  # of two minds, so that the temperature keeps the probabilities off 0 and 1
            file.write("text,label\n" + "".join(f"{text},{label}\n" for label, texts in TEXTS.items() for text in texts) +
                       "the parcel was late,payment\nrefund the card,account\nlogin password broken,delivery\n")
        done = subprocess.run(  # in float32, so that all machines test the same model
            [PROGRAM, "finetune", train, "--base", cls.base, "-o", cls.model, "--epochs", "4", "--learning-rate", "0.01",
             "--validation", validation, "--threads", "1", "--clean", "urls", "--precision", "float32", "--quiet"],
            capture_output=True)
        if done.returncode != 0:
            raise RuntimeError(done.stderr.decode())

    def setUp(self):
        self.folder = tempfile.mkdtemp(dir=self.home)
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, content):
        with open(self.path(name), "wb") as file:
            file.write(content if isinstance(content, bytes) else content.encode())
        return name

    def read(self, name):
        with open(self.path(name), "rb") as file:
            return file.read()

    def start(self, *arguments, **options):
        """The running program, in this test's folder."""
        options = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
        return subprocess.Popen([PROGRAM, *arguments], cwd=self.folder, **options)

    def run_program(self, *arguments, stdin=b"", stdin_file=None, **options):
        process = self.start(*arguments, **({"stdin": stdin_file} if stdin_file else {}), **options)
        try:
            out, err = process.communicate(None if stdin_file else stdin if isinstance(stdin, bytes) else stdin.encode(), timeout=60)
        finally:
            process.kill()
        return Result(process.returncode, out or b"", err or b"")

    def finetune(self, *arguments, output="out", train="train.csv", **options):
        """Two epochs and nothing after them, unless the arguments say so."""
        if train == "train.csv":
            self.write(train, training_csv())
        return self.run_program("finetune", train, "--base", self.base, "-o", output, "--epochs", "2", "--threads", "1",
                                *([] if "--final-fit" in arguments or "--folds" in arguments else ["--no-final-fit"]), *arguments, **options)

    def good(self, *arguments, **options):
        result = self.run_program(*arguments, **options)
        self.assertEqual(result.code, 0, result.err)
        return result

    def assert_refused(self, result, code, *words):
        """One clear line on standard error with these words, nothing on standard output."""
        self.assertEqual(result.code, code, result.err)
        self.assertEqual(result.out, "")
        self.assertRegex(result.err, r"\Aerror: [^\n]+\n\Z")
        for word in words:
            self.assertIn(word, result.err)
        self.assertNotIn("c10", result.err)
        self.assertNotIn("exception", result.err.lower())

    def being_written(self, name):
        """The files that are to take the place of `name`."""
        return glob.glob(glob.escape(self.path(name)) + ".partial-*")

    def assert_no_file(self, *names):
        for name in names:
            self.assertFalse(os.path.lexists(self.path(name)), name + " was left behind")
            self.assertEqual(self.being_written(name), [])

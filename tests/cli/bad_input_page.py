"""Writes docs/bad-input.md: what the program says about bad input, by running it.

    REPRTUNE=build/release/bin/reprtune python3 tests/cli/bad_input_page.py > docs/bad-input.md

The test bad_input_page_test.py does the same and compares.
"""

import gzip
import os
import shutil
import sys

from program import ProgramTest, training_csv

GOOD = training_csv().encode()

# (what is wrong, {file: content}, command); `base` and `model` are good model folders, `broken` a copy to be broken.
CASES = [
    ("a missing file", {}, "finetune missing.csv"),
    ("a folder instead of a file", {"folder.csv/x": b""}, "finetune folder.csv"),
    ("an empty file", {"empty.csv": b""}, "finetune empty.csv"),
    ("only a header", {"header.csv": b"text,label\n"}, "finetune header.csv"),
    ("one row", {"one.csv": b"text,label\nhello,greeting\n"}, "finetune one.csv"),
    ("one class", {"class.csv": b"text,label\nhello,greeting\nhi,greeting\n"}, "finetune class.csv"),
    ("one row of each class", {"two.csv": b"text,label\nhello,greeting\nbye,parting\n"}, "finetune two.csv"),
    ("a binary file", {"photo.csv": bytes(range(256)) * 40}, "finetune photo.csv"),
    ("a spreadsheet", {"sheet.xlsx": b"PK\3\4"}, "finetune sheet.xlsx"),
    ("UTF-16", {"utf16.csv": "text,label\na b,b\n".encode("utf-16")}, "finetune utf16.csv"),
    ("Latin-1", {"latin1.csv": b"text,label\ncaf\xe9,drink\nbread,food\n"}, "finetune latin1.csv"),
    ("a NUL byte", {"nul.csv": b"text,label\na\0b,x\nb,y\n"}, "finetune nul.csv"),
    ("an unterminated quote", {"quote.csv": b"text,label\n" + b"hello,1\n" * 39_998 + b'"open,1\n' + b"hello,0\n" * 9},
     "finetune quote.csv"),
    ("a comma without quotes", {"comma.csv": b"text,label\nhello,1\nhi, you,2\n"}, "finetune comma.csv"),
    ("another delimiter", {"semicolon.csv": b"text;label\nhello;greeting\n"}, "classify model semicolon.csv"),
    ("a column twice", {"twice.csv": b"text,text,label\nhello,hi,greeting\n"}, "finetune twice.csv"),
    ("an empty label", {"label.csv": b"text,label\nhello,\nhi,2\n"}, "finetune label.csv"),
    ("an empty text", {"text.csv": b"text,label\n,1\nhi,2\n"}, "finetune text.csv"),
    ("a label column out of range", {}, "finetune train.csv --label-column 9"),
    ("a label column that is not there", {}, "finetune train.csv --label-column topic"),
    ("texts and labels from one column", {}, "finetune train.csv --label-column 1 --text-column 1"),
    ("texts without labels", {"plain.txt": b"hello\n"}, "finetune plain.txt"),
    ("JSON cut short", {"cut.jsonl": b'{"text": "a", "label": "b"}\n{"text":\n'}, "finetune cut.jsonl"),
    ("JSON without a label", {"no.jsonl": b'{"text": "a"}\n'}, "finetune no.jsonl"),
    ("a JSON list", {"list.jsonl": b'[{"text": "a", "label": "b"}]\n'}, "finetune list.jsonl"),
    ("a number as text", {"number.jsonl": b'{"text": 5, "label": "b"}\n'}, "finetune number.jsonl"),
    ("rows appended to gzip data", {"more.csv.gz": gzip.compress(GOOD, mtime=0) + b"hello,greeting\n"}, "finetune more.csv.gz"),
    ("gzip cut short", {"cut.csv.gz": gzip.compress(GOOD, mtime=0)[:-12]}, "finetune cut.csv.gz"),
    ("a label that training does not have", {"new.csv": b"text,label\nmy parcel,parcels\n"}, "finetune train.csv --validation new.csv"),
    ("class weights without one of the labels", {"weights.csv": b"label,weight\naccount,1\npayment,1\n"},
     "finetune train.csv --class-weights weights.csv"),
    ("a class weight that is no weight", {"weights.csv": b"label,weight\naccount,-1\n"},
     "finetune train.csv --class-weights weights.csv"),
    ("a misspelt label in the class weights", {"weights.csv": b"label,weight\nacount,1\n"},
     "finetune train.csv --class-weights weights.csv"),
    ("class weights that are not there", {}, "finetune train.csv --class-weights blanced"),
    ("a label twice in a list", {"list.jsonl": b'{"text": "a", "label": ["x", "x"]}\n'}, "finetune list.jsonl"),
    ("an empty label in a list", {"list.jsonl": b'{"text": "a", "label": ["x", ""]}\n'}, "finetune list.jsonl"),
    ("something other than a label in a list", {"list.jsonl": b'{"text": "a", "label": ["x", null]}\n'}, "finetune list.jsonl"),
    ("one label among lists of labels", {"list.jsonl": b'{"text": "a", "label": ["x"]}\n{"text": "b", "label": "x"}\n'},
     "finetune list.jsonl"),
    ("a list among single labels", {"list.jsonl": b'{"text": "a", "label": "x"}\n{"text": "b", "label": ["x"]}\n'},
     "finetune list.jsonl"),
    ("a separator with nothing behind it", {"list.csv": b"text,label\na,x;\nb,y\n"}, "finetune list.csv --label-separator ;"),
    ("lists without a label in any row", {"list.jsonl": b'{"text": "a", "label": []}\n'}, "finetune list.jsonl"),
    ("class weights where rows have several labels", {"list.csv": b"text,label\na,x;y\nb,y\nc,x\nd,\n"},
     "finetune list.csv --label-separator ; --class-weights balanced"),
    ("folds where rows have several labels", {"list.csv": b"text,label\na,x;y\nb,y\nc,x\nd,\n"},
     "finetune list.csv --label-separator ; --folds 2"),
    ("a learning rate that is no number", {}, "finetune train.csv --learning-rate nan"),
    ("a learning rate that makes no sense", {}, "finetune train.csv --learning-rate 20"),
    ("a time limit without a unit", {}, "finetune train.csv --time-limit 10"),
    ("a negative number of epochs", {}, "finetune train.csv --epochs -1"),
    ("a text longer than the base model takes", {"long.csv": b"text,label\n" + b"my " * 60 + b",x\nmy,y\nmy order,x\nthe order,y\n"},
     "finetune long.csv --truncate none"),
    ("a maximal length above the base model's", {}, "finetune train.csv --max-length 4000"),
    ("a misspelt option", {}, "finetune train.csv --epoch 3"),
    ("a misspelt command", {}, "fientune train.csv"),
    ("a misspelt choice", {}, "embed model --type int9"),
    ("no command", {}, ""),
    ("an output that is there", {"out/x": b"mine"}, "finetune train.csv -o out"),
    ("an output folder that is no model", {"out/x": b"mine"}, "finetune train.csv -o out --overwrite"),
    ("to go on and to start anew at once", {}, "finetune train.csv --resume --overwrite"),
    ("to go on from a model without a head", {}, "finetune train.csv --init-from base"),
    ("an output in a folder that is not there", {}, "classify model train.csv -o no/such/labels.csv"),
    ("a full disk", {}, "classify model train.csv -o /dev/full"),
    ("a bad row in the middle", {"rows.csv": b"text,label\nmy order,1\nmy, parcel,1\n"}, "classify model rows.csv -o labels.csv"),
    ("a model without a head", {}, "classify base train.csv"),
    ("a model that is not there", {}, "classify no-model train.csv"),
    ("a hub id that is not in the cache", {}, "classify org/name train.csv"),
    ("a base model that has neither an alias nor a hub id", {}, "models pull tiny"),
    ("a file instead of a model folder", {}, "classify train.csv train.csv"),
    ("an empty model folder", {"hollow/x": b""}, "classify hollow train.csv"),
    ("weights missing", {"broken/model.safetensors": None}, "classify broken train.csv"),
    ("weights cut short", {"broken/model.safetensors": 5000}, "classify broken train.csv"),
    ("a head cut short", {"broken/head.safetensors": 100}, "classify broken train.csv"),
    ("a vocabulary missing", {"broken/vocab.txt": None}, "classify broken train.csv"),
    ("a configuration that is no JSON", {"broken/config.json": b"{"}, "classify broken train.csv"),
    ("the configuration of another architecture", {"broken/config.json": b'{"model_type": "gpt2"}'}, "classify broken train.csv"),
    ("a configuration file that is not there", {}, "finetune train.csv --config settings.json"),
    ("a setting that a configuration file has twice", {"settings.json": b'{"epochs": 3, "epochs": 5}'}, "finetune train.csv --config settings.json"),
    ("an unknown setting in a configuration file", {"settings.json": b'{"epoch": 3}'}, "finetune train.csv --config settings.json"),
]

INTRODUCTION = """# What reprtune says about bad input

Each line below was printed by the program (`tests/cli/bad_input_page.py` runs it again and a test compares). Nothing is written to
standard output, and nothing half-written is left behind. Exit codes: 1 runtime failure, 2 wrong usage, 3 bad data, 4 bad or
missing model.

| what is wrong | command | exit | what it says |
|---|---|---|---|
"""


class Page(ProgramTest):
    """Not a test of its own: uses the folder with `base` and `model` that tests have."""

    def put(self, name, content):
        path = self.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        if content is None:
            os.remove(path)
        elif isinstance(content, int):
            os.truncate(path, content)
        else:
            self.write(name, content)

    def line(self, wrong, files, command):
        for name in os.listdir(self.folder):
            path = self.path(name)
            shutil.rmtree(path) if os.path.isdir(path) else os.remove(path)
        self.write("train.csv", GOOD)
        shutil.copytree(self.base, self.path("base"))
        shutil.copytree(self.model, self.path("model"))
        shutil.copytree(self.model, self.path("broken"))
        for name, content in files.items():
            self.put(name, content)
        before = sorted(os.listdir(self.folder))
        arguments = command.split()
        if command.startswith("finetune"):
            arguments += [] if "--init-from" in command else ["--base", "base"]
            arguments += [] if "--epochs" in command else ["--epochs", "1"]
        result = self.run_program(*arguments, env={"HOME": self.folder, "PATH": os.environ["PATH"]})
        self.assertEqual(result.out, "", command)
        errors = [line for line in result.err.splitlines() if line.startswith("error: ")]
        self.assertEqual(errors, result.err.splitlines()[-1:], command)  # one line, the last
        self.assertNotIn(result.code, (0, 134, 139), command)
        self.assertEqual(sorted(os.listdir(self.folder)), before, command)
        said = errors[0].replace(self.folder + "/", "").replace("|", "\\|").replace("<", "&lt;").replace("[", "\\[")
        return f"| {wrong} | `{('reprtune ' + command).strip()}` | {result.code} | {said} |\n"

    def render(self):
        return INTRODUCTION + "".join(self.line(*case) for case in CASES)

    def runTest(self):
        self.page = self.render()


if __name__ == "__main__":
    Page.setUpClass()
    try:
        page = Page()
        page.debug()
        sys.stdout.write(page.page)
    finally:
        Page.doClassCleanups()

#!/usr/bin/env python3
"""What it costs a run to be followed: processor time of `reprtune status --follow` in a terminal and of the page of
`reprtune ui` in a headless chromium, server included, as a share of the cores; and training beside a run that nobody follows.

    tools/browser
    DEPS/browser/bin/python bench/following.py build/release/bin/reprtune train.csv --epochs 20 --rounds 3

DEPS is the folder of dependencies (by default ~/.cache/reprtune). Each round trains twice, once followed and once alone, with
the same seed; the page is open and its curves are drawn before the measurement begins, which ends with the last epoch.
"""

import argparse
import json
import os
import pathlib
import pty
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "tests" / "browser"))
from browsing import Browser

TICKS = os.sysconf("SC_CLK_TCK")


def processes():
    """(parent, processor seconds) by process id."""
    found = {}
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue  # it is gone
            found[int(entry.name)] = (int(fields[1]), (int(fields[11]) + int(fields[12])) / TICKS)
    return found


def processor_seconds(root):
    """By process id, of a process and all that come from it."""
    all_of_them = processes()
    tree = {root}
    while grown := {pid for pid, (parent, _) in all_of_them.items() if parent in tree} - tree:
        tree |= grown
    return {pid: all_of_them[pid][1] for pid in tree if pid in all_of_them}


def spent(before, after):
    return sum(seconds - before.get(pid, 0.0) for pid, seconds in after.items())


class Follower:
    """A terminal and a browser that follow the run `model` in `folder`."""

    def __init__(self, program, folder, model):
        self.ui = subprocess.Popen([program, "ui", folder, "--port", "0", "--no-open"], stdout=subprocess.PIPE,
                                   stderr=subprocess.DEVNULL, text=True)
        address = re.match(r"\S+", self.ui.stdout.readline())[0]
        self.terminal, end = pty.openpty()
        self.status = subprocess.Popen([program, "status", folder / model, "--follow"], stdout=end, stderr=end)
        os.close(end)
        threading.Thread(target=self.drain, daemon=True).start()
        self.browser = Browser()
        self.browser.driver.get(address)
        self.browser.wait("a.run").click()
        self.browser.wait(".charts")
        self.driver = self.browser.driver.service.process.pid

    def drain(self):
        try:
            while os.read(self.terminal, 65536):
                pass
        except OSError:
            pass  # the other end is closed

    def processor_seconds(self):
        return {"status --follow": processor_seconds(self.status.pid), "ui server": processor_seconds(self.ui.pid),
                "browser": processor_seconds(self.driver)}

    def close(self):
        self.browser.close()
        for process in (self.ui, self.status):
            process.terminate()
            process.wait()


def epochs_done(model):
    """By metrics.jsonl of the run, which is in a folder of another name until the model is complete."""
    for folder in (model, model.with_name(model.name + ".partial")):
        if (path := folder / "run" / "metrics.jsonl").exists():
            return sum('"validation"' in line for line in path.read_text().splitlines())
    return 0


def train(options, folder, name, followed):
    """Seconds of an epoch, and with `followed` the processor seconds that each follower took in it."""
    model = folder / name
    process = subprocess.Popen([options.program, "finetune", options.train, "-o", model, "--epochs", str(options.epochs),
                                "--no-final-fit", "--seed", "1", "--quiet"], stdout=subprocess.DEVNULL)
    while process.poll() is None and not model.with_name(name + ".partial").exists():
        time.sleep(0.1)
    follower = Follower(options.program, folder, name) if followed else None
    first = epochs_done(model) + 1
    if first >= options.epochs:
        raise SystemExit("the run was over before it was followed: more rows or --epochs")

    def wait(epochs):
        while process.poll() is None and epochs_done(model) < epochs:
            time.sleep(0.2)
        return time.perf_counter(), follower.processor_seconds() if followed else {}

    start, before = wait(first)
    end, after = wait(options.epochs)
    if followed:
        follower.close()
    if process.wait() != 0:
        raise SystemExit("finetune failed")
    epochs = options.epochs - first
    return (end - start) / epochs, {who: spent(before[who], after[who]) / epochs for who in after}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("train", type=pathlib.Path)
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    options.program, options.train = options.program.resolve(), options.train.resolve()
    cores = len(os.sched_getaffinity(0))
    ratios = []
    for round_number in range(1, options.rounds + 1):
        folder = pathlib.Path(tempfile.mkdtemp(prefix="reprtune-following-"))
        try:
            order = [True, False] if round_number % 2 else [False, True]
            results = {followed: train(options, folder, "followed" if followed else "alone", followed) for followed in order}
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        (with_it, costs), (alone, _) = results[True], results[False]
        ratios.append(with_it / alone)
        print(json.dumps({"round": round_number, "epoch_seconds_followed": round(with_it, 2), "epoch_seconds_alone": round(alone, 2),
                          "percent_of_cores": {who: round(100 * seconds / with_it / cores, 2) for who, seconds in costs.items()}}), flush=True)
    print(f"followed / alone, median of {len(ratios)}: {statistics.median(ratios):.3f}")


if __name__ == "__main__":
    main()

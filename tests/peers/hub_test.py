"""The cache that models pull shares with huggingface_hub: each finds what the other has downloaded."""

import importlib.util
import os
import subprocess
import sys
import unittest

if importlib.util.find_spec("huggingface_hub") is None:
    sys.exit(77)

from mock_hub import MockHub, folder_files
from program import TINY_BASE, ProgramTest

NAME = "org/tiny"
DOWNLOAD = "import huggingface_hub, sys; print(huggingface_hub.snapshot_download(sys.argv[1], local_files_only=sys.argv[2] == 'here'))"


class HubTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.hub = MockHub()
        self.addCleanup(self.hub.stop)
        self.files = folder_files(TINY_BASE)
        self.files.pop("expected.json")
        self.commit = self.hub.add(NAME, self.files)
        self.variables = {"HOME": self.folder, "PATH": os.environ["PATH"], "HF_HOME": self.path("hf"), "HF_ENDPOINT": self.hub.endpoint,
                          "HF_HUB_DISABLE_XET": "1", "HF_HUB_DISABLE_TELEMETRY": "1", "NO_PROXY": "*"}
        self.snapshot = self.path(f"hf/hub/models--org--tiny/snapshots/{self.commit}")

    def huggingface_hub(self, where):
        done = subprocess.run([sys.executable, "-c", DOWNLOAD, NAME, where], env=self.variables, capture_output=True, text=True, timeout=120)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout.splitlines()[-1]

    def pull(self):
        result = self.run_program("models", "pull", NAME, env=self.variables)
        self.assertEqual(result.code, 0, result.err)
        return result.out.rstrip("\n")

    def test_it_finds_what_we_have_downloaded(self):
        self.assertEqual(self.pull(), self.snapshot)
        self.hub.requests.clear()
        self.assertEqual(self.huggingface_hub("here"), self.snapshot)
        self.assertEqual(self.huggingface_hub("hub"), self.snapshot)
        self.assertEqual(self.hub.asked("network"), [])

    def test_we_find_what_it_has_downloaded(self):
        self.assertEqual(self.huggingface_hub("hub"), self.snapshot)
        self.assertEqual({name: data for name, data in folder_files(self.snapshot).items()}, self.files)
        self.hub.requests.clear()
        self.assertEqual(self.pull(), self.snapshot)
        self.assertEqual(self.run_program("models", "info", NAME, env=self.variables).json()["path"], self.snapshot)
        self.assertEqual(self.hub.requests, [])


if __name__ == "__main__":
    unittest.main()

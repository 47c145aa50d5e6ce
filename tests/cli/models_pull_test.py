"""models pull against a hub on this machine: what is downloaded, what is kept, and every way it can go wrong."""

import hashlib
import json
import os
import pty
import resource
import shutil
import signal
import ssl
import subprocess
import time
import unittest

from mock_hub import MockHub, folder_files, git_name
from program import PROGRAM, TINY_BASE, ProgramTest

NAME = "org/tiny"
WEIGHTS = "model.safetensors"
USELESS = {"pytorch_model.bin": b"pickle", "onnx/model.onnx": b"onnx", "README.md": b"read me", ".gitattributes": b"x",
           "tf_model.h5": b"h5", "run.py": b"print()", "expected.json": b"{}"}


class ModelsPullTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.hub = self.new_hub()
        self.files = {**folder_files(TINY_BASE), "special_tokens_map.json": b"{}"}
        self.commit = self.hub.add(NAME, {**self.files, **USELESS})
        self.cache = self.path("hf/hub")
        self.repository = os.path.join(self.cache, "models--org--tiny")
        self.snapshot = os.path.join(self.repository, "snapshots", self.commit)
        self.blob = os.path.join(self.repository, "blobs", hashlib.sha256(self.files[WEIGHTS]).hexdigest())

    def new_hub(self, context=None):
        hub = MockHub(context)
        self.addCleanup(hub.stop)
        return hub

    def environment(self, **more):
        return {"HOME": self.folder, "PATH": os.environ["PATH"], "HF_HOME": self.path("hf"), "HF_ENDPOINT": self.hub.endpoint,
                "NO_PROXY": "*", **more}

    def pull(self, *arguments, variables=None, **options):
        return self.run_program("models", "pull", *(arguments or [NAME]), env=self.environment(**(variables or {})), **options)

    def pulled(self, *arguments, **options):
        result = self.pull(*arguments, **options)
        self.assertEqual((result.code, result.out), (0, self.snapshot + "\n"), result.err)
        self.assert_whole()
        return result

    def assert_whole(self):
        for path in set(self.files) - {"expected.json"}:
            with open(os.path.join(self.snapshot, path), "rb") as file:
                self.assertEqual(file.read(), self.files[path], path)
        self.assertEqual([name for name in os.listdir(os.path.dirname(self.blob)) if "." in name], [])

    def assert_nothing_usable(self):
        self.assertFalse(os.path.exists(os.path.join(self.snapshot, WEIGHTS)))
        self.assertFalse(os.path.exists(os.path.join(self.repository, "refs", "main")))
        found = self.run_program("models", "info", NAME, env=self.environment())
        self.assert_refused(found, 4, "model not found", f"reprtune models pull {NAME}")

    # What is downloaded

    def test_layout(self):
        self.pulled()
        self.assertEqual(self.read("hf/hub/models--org--tiny/refs/main").decode(), self.commit)
        here = set(folder_files(self.snapshot))
        self.assertEqual(here, set(self.files) - {"expected.json"})
        for path, target in [(WEIGHTS, "../../blobs/" + os.path.basename(self.blob)),
                             ("config.json", "../../blobs/" + git_name(self.files["config.json"])),
                             ("1_Pooling/config.json", "../../../blobs/" + git_name(self.files["1_Pooling/config.json"]))]:
            self.assertEqual(os.readlink(os.path.join(self.snapshot, path)), target)
        found = self.run_program("models", "info", NAME, env=self.environment())
        self.assertEqual(found.json()["path"], self.snapshot)
        vectors = self.run_program("embed", NAME, stdin="my order\n", env=self.environment())
        self.assertEqual(vectors.out_bytes, self.good("embed", TINY_BASE, stdin="my order\n").out_bytes)

    def test_what_is_here_needs_no_hub(self):
        self.pulled()
        self.hub.requests.clear()
        self.assertIn("already here", self.pulled(variables={"HF_HUB_OFFLINE": "1"}).err)
        self.assertEqual(self.pulled(NAME, "--quiet").err, "")
        self.assertEqual(self.hub.requests, [])

    def test_what_is_incomplete_is_completed(self):
        self.pulled()
        for path in ("modules.json", WEIGHTS, "vocab.txt"):
            os.remove(os.path.join(self.snapshot, path))
            self.hub.requests.clear()
            self.assertIn("1 file", self.pulled().err)
            self.assertEqual(self.hub.asked("network"), [])  # the bytes were here

    def test_weights_cut_short_in_the_cache_are_downloaded_anew(self):
        self.pulled()
        os.truncate(self.blob, 1000)
        self.assertIn("1 file", self.pulled().err)

    def test_absent_files_are_known_to_be_absent(self):
        for path in ("modules.json", "1_Pooling/config.json", "sentence_bert_config.json"):
            del self.files[path]
        self.commit = self.hub.add(NAME, self.files)
        self.snapshot = os.path.join(self.repository, "snapshots", self.commit)
        self.pulled()
        self.hub.requests.clear()
        self.pulled()
        self.assertEqual(self.hub.requests, [])

    def test_revisions(self):
        self.files["special_tokens_map.json"] = b'{"new": 1}'
        self.commit = self.hub.add(NAME, self.files, "refs/pr/1")
        self.snapshot = os.path.join(self.repository, "snapshots", self.commit)
        self.pulled(NAME + "@refs/pr/1")
        self.pulled(NAME, "--revision", "refs/pr/1")
        self.pulled(NAME + "@" + self.commit)
        self.assertEqual(self.run_program("models", "info", NAME + "@refs/pr/1", env=self.environment()).json()["path"], self.snapshot)
        self.assert_refused(self.run_program("models", "info", NAME, env=self.environment()), 4, "model not found")
        self.assertEqual(os.listdir(os.path.join(self.repository, "refs")), ["refs"])
        self.assert_refused(self.pull(NAME + "@v9"), 4, "no revision 'v9'", NAME)

    def test_update_follows_a_branch(self):
        self.pulled()
        self.files["special_tokens_map.json"] = b'{"new": 1}'
        newer = self.hub.add(NAME, self.files)
        self.assertEqual(self.pull().out, self.snapshot + "\n")
        self.snapshot = os.path.join(self.repository, "snapshots", newer)
        self.hub.requests.clear()
        self.pulled(NAME, "--update")
        self.assertEqual(self.hub.asked("network"), [])  # the weights are the same

    def test_aliases_and_several_names(self):
        self.hub.add("BAAI/bge-base-en-v1.5", self.files)
        result = self.pull("medium", NAME, "--quiet")
        self.assertEqual((result.code, result.err), (0, ""))
        self.assertEqual([line.split("/models--")[1].split("/")[0] for line in result.out.splitlines()],
                         ["BAAI--bge-base-en-v1.5", "org--tiny"])
        listed = self.run_program("models", "list", env=self.environment()).out
        self.assertIn(result.out.splitlines()[0], listed)
        self.assertIn("not here (reprtune models pull large)", listed)

    def test_hub_cache_elsewhere(self):
        self.snapshot = self.snapshot.replace(self.cache, self.path("other"))
        result = self.pull(variables={"HF_HUB_CACHE": self.path("other")})
        self.assertEqual(result.out, self.snapshot + "\n")
        self.assert_no_file("hf/hub")

    # Who may see the token

    def test_the_token_stays_with_the_hub(self):
        self.hub.token = "hf_secret"
        result = self.pulled(NAME, "--verbose", variables={"HF_TOKEN": "hf_secret"})
        self.assertNotIn("hf_secret", result.out + result.err)
        self.assertTrue(self.hub.asked("network"))
        for role, _, _, headers in self.hub.requests:
            self.assertEqual(headers.get("Authorization"), "Bearer hf_secret" if role == "hub" else None)

    def test_the_token_goes_to_no_host_behind_an_at_sign(self):
        self.hub.answers = [(302, {"Location": self.hub.endpoint + "\\@" + self.hub.elsewhere.split("//")[1] + "/x"})]
        result = self.pull(variables={"HF_TOKEN": "hf_secret"})
        self.assertEqual(self.hub.asked("network"), [])
        self.assert_refused(result, 1, NAME, "leads to", "without a name and password")
        endpoint = self.hub.endpoint.replace("://", "://user:hidden@")
        refused = self.pull(variables={"HF_ENDPOINT": endpoint})
        self.assert_refused(refused, 2, "HF_ENDPOINT", "without a name and password")
        self.assertNotIn("hidden", refused.err)

    def test_the_token_of_a_file(self):
        self.hub.token = "hf_file"
        self.write("token", "hf_file\n")
        os.makedirs(self.path("hf"))
        shutil.move(self.path("token"), self.path("hf/token"))
        self.pulled()

    def test_no_token(self):
        self.hub.token = "hf_secret"
        self.assert_refused(self.pull(), 4, NAME, "private", "HF_TOKEN")
        self.assert_refused(self.pull(variables={"HF_TOKEN": "hf_wrong"}), 4, NAME, "may not read it")
        self.hub.gated = True
        self.assert_refused(self.pull(), 4, NAME, "gated", "conditions")
        self.hub.token = None
        self.hub.answers = [(403, {})]
        self.assert_refused(self.pull(variables={"HF_TOKEN": "hf_wrong"}), 4, NAME)
        refused = self.pull(variables={"HF_TOKEN": "hf_a\r\nHost: b"})
        self.assert_refused(refused, 2, "HF_TOKEN")
        self.assertNotIn("hf_a", refused.err)

    # What is refused

    def test_names(self):
        for name in ("tiny", "org/", "../x", "org/name/x", "org/name@", "org/name@../x", "https://host/org/name", "org/a b"):
            self.assert_refused(self.pull(name), 2, name, "org/name@revision")
        self.assert_refused(self.pull(NAME, "--revision", "/x"), 2, "--revision")
        self.assert_refused(self.pull("org/missing"), 4, "org/missing", "no such model", "127.0.0.1")
        self.assertEqual([path for path, _ in self.hub.asked("hub")], ["/api/models/org/missing/revision/main"])
        self.assertFalse(os.path.exists(self.cache))

    def test_offline(self):
        self.assert_refused(self.pull(variables={"HF_HUB_OFFLINE": "1"}), 4, NAME, "HF_HUB_OFFLINE")
        self.assertEqual(self.hub.requests, [])

    def test_models_that_cannot_be_used_are_named_before_their_weights(self):
        def refused(change, *words):
            files = {**self.files, **change}
            self.hub.add("org/other", {path: data for path, data in files.items() if data is not None})
            self.assert_refused(self.pull("org/other"), 4, "org/other", *words)
        config = json.loads(self.files["config.json"])
        refused({"config.json": json.dumps({**config, "model_type": "gpt2"}).encode()}, "gpt2", "config.json")
        refused({"config.json": None}, "config.json")
        refused({"vocab.txt": None}, "tokenizer")
        refused({"modules.json": b'[{"type": "sentence_transformers.models.Dense", "path": "2_Dense"}]'}, "Dense")
        refused({WEIGHTS: None, "pytorch_model.bin": b"x"}, "pytorch_model.bin", "safetensors")
        refused({WEIGHTS: None, "model.safetensors.index.json": b"{}"}, "several files")
        refused({WEIGHTS: None}, "no model.safetensors")
        self.assertEqual(self.hub.asked("network"), [])
        refused({"config.json": json.dumps({**config, "num_hidden_layers": 3}).encode()}, WEIGHTS)
        self.assertFalse(os.path.exists(os.path.join(self.cache, "models--org--other", "refs")))

    def test_paths_that_lead_outside(self):
        for path in ("../config.json", "/etc/config.json", "a/../../b", "1_Pooling/../../config.json", "a\\..\\b", ""):
            self.hub.extra_paths = [path]
            self.assert_refused(self.pull(), 4, NAME, "outside")
        self.assertFalse(os.path.exists(self.cache))

    def test_answers_of_something_else(self):
        self.hub.answers = [(200, {})]
        self.assert_refused(self.pull(), 1, "not a hub's list", "HF_ENDPOINT")
        self.hub.answers = [(302, {"Location": "file:///etc/passwd"})]
        self.assert_refused(self.pull(), 1, "file:///etc/passwd")
        self.hub.answers = [(302, {"Location": "ftp://host/\x1b[31m"})]
        self.assertNotIn("\x1b", self.pull().err)
        self.hub.answers = [(302, {"Location": "/"})] * 20
        self.assert_refused(self.pull(), 1, "circle")
        for endpoint in ("ftp://host", "host", "http://"):
            self.assert_refused(self.pull(variables={"HF_ENDPOINT": endpoint}), 2, "HF_ENDPOINT")

    # Trouble on the way

    def test_no_hub(self):
        begun = time.monotonic()
        self.assert_refused(self.pull(variables={"HF_ENDPOINT": "http://127.0.0.1:9"}), 1, NAME, "127.0.0.1:9", "cannot be reached")
        self.assert_refused(self.pull(variables={"HF_ENDPOINT": "http://no-such-host.invalid"}), 1, "no-such-host.invalid", "cannot be reached")
        self.assert_refused(self.pull(variables={"HF_ENDPOINT": self.hub.endpoint.replace("http:", "https:")}), 1, "cannot be reached")
        self.assertLess(time.monotonic() - begun, 20)

    def test_certificates(self):
        key, certificate = self.path("key.pem"), self.path("certificate.pem")
        made = subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate, "-days", "2",
                               "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"], capture_output=True)
        if made.returncode != 0:
            self.skipTest("no openssl program to make a certificate with")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        self.hub = self.new_hub(context)
        self.hub.add(NAME, {**self.files, **USELESS})
        self.assert_refused(self.pull(), 1, NAME, "certificate is not trusted", "SSL_CERT_FILE")
        self.pulled(variables={"SSL_CERT_FILE": certificate})

    def test_trouble_that_passes(self):
        self.hub.answers = [(503, {"Retry_After": "1"})]
        self.hub.faults = [500, "cut", "cut", "another range", 502]
        self.pulled()
        self.assertEqual(len(self.hub.asked("network")), 6)

    def test_trouble_that_stays(self):
        self.hub.answers = [(500, {})] * 9
        self.assert_refused(self.pull(), 1, NAME, "500", "try again")
        self.assertEqual(len(self.hub.asked("hub")), 4)

    def test_damaged_bytes(self):
        self.hub.faults = ["damage"]
        self.assert_refused(self.pull(), 1, NAME, WEIGHTS, "damaged", os.path.basename(self.blob))
        self.assert_nothing_usable()
        self.pulled()

    def test_a_stall(self):
        self.hub.faults = ["stall"] * 4
        self.assert_refused(self.pull(NAME, "--quiet", variables={"HF_HUB_DOWNLOAD_TIMEOUT": "1"}), 1, NAME, "sent nothing for 1 s")
        self.hub.faults = ["stall"]
        self.pulled(variables={"HF_HUB_DOWNLOAD_TIMEOUT": "1"})

    def test_a_file_of_the_wrong_length_is_begun_anew(self):
        size = len(self.files[WEIGHTS])
        for here in (b"x" * 100, b"x" * size, b"x" * (size + 1), self.files[WEIGHTS]):
            shutil.rmtree(self.path("hf"), ignore_errors=True)
            os.makedirs(os.path.dirname(self.blob))
            with open(self.blob + ".incomplete", "wb") as file:
                file.write(here)
            self.pulled()

    def test_a_server_without_ranges(self):
        self.hub.faults = ["cut", "no ranges"]
        self.pulled()
        self.assertEqual([("Range" in headers) for _, headers in self.hub.asked("network")], [False, True])

    def test_a_full_disk(self):
        def limit():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (len(self.files[WEIGHTS]) // 2,) * 2)
        self.assert_refused(self.pull(preexec_fn=limit), 1, ".incomplete", "could not be written")
        self.assert_nothing_usable()
        self.pulled()

    def test_an_unwritable_cache(self):
        self.write("file", "x")
        self.assert_refused(self.pull(variables={"HF_HUB_CACHE": self.path("file")}), 1, self.path("file"), "HF_HUB_CACHE")

    # Stopped and gone on with

    def slow_pull(self, **options):
        """A running pull of which half of the weights have arrived, or more."""
        self.hub.piece, self.hub.pause = len(self.files[WEIGHTS]) // 20, 0.1
        process = self.start("models", "pull", NAME, env=self.environment(), **options)
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        for _ in range(300):
            if os.path.exists(self.blob + ".incomplete") and os.path.getsize(self.blob + ".incomplete") >= len(self.files[WEIGHTS]) // 2:
                return process
            time.sleep(0.05)
        self.fail("nothing arrives")

    def assert_gone_on_with(self):
        self.assert_nothing_usable()
        here = os.path.getsize(self.blob + ".incomplete")
        self.hub.requests.clear()
        self.hub.piece, self.hub.pause = 1 << 20, 0
        self.pulled()
        self.assertEqual([headers["Range"] for _, headers in self.hub.asked("network")], [f"bytes={here}-"])

    def test_killed(self):
        process = self.slow_pull()
        process.kill()
        process.communicate()
        self.assert_gone_on_with()

    def test_interrupted(self):
        for stop, code in ((signal.SIGINT, 130), (signal.SIGTERM, 143)):
            shutil.rmtree(self.path("hf"), ignore_errors=True)
            process = self.slow_pull()
            process.send_signal(stop)
            out, err = process.communicate(timeout=10)
            self.assertEqual((process.returncode, out), (code, b""), err)
            self.assertEqual(len(err.decode().splitlines()), 1, err)
            self.assert_gone_on_with()

    def test_two_at_once(self):
        first = self.slow_pull()
        self.pulled()
        out, err = first.communicate(timeout=30)
        self.assertEqual((first.returncode, out.decode()), (0, self.snapshot + "\n"), err)
        self.assertEqual(len(self.hub.asked("network")), 1)

    def test_a_bar_on_a_terminal(self):
        ours, theirs = pty.openpty()
        process = self.slow_pull(stderr=theirs)
        os.close(theirs)
        process.communicate(timeout=30)
        shown = b""
        try:
            while piece := os.read(ours, 65536):
                shown += piece
        except OSError:
            pass  # the terminal has been closed on the other side
        os.close(ours)
        self.assertRegex(shown.decode(), r"━.* \d+% .*downloading org/tiny  .*MB/s  \d+:\d\d left")
        self.assertEqual(process.returncode, 0)


if __name__ == "__main__":
    unittest.main()

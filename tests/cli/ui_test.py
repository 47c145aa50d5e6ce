"""`reprtune ui` through its HTTP interface: the way from a CSV to a classified text, and who is kept out."""

import http.client
import json
import os
import re
import signal
import subprocess
import time
import unittest

from program import PROGRAM, ProgramTest, training_csv


class Ui:
    """The program under test, with what its page would ask of it."""

    def __init__(self, folder, *arguments):
        self.process = subprocess.Popen([PROGRAM, "ui", folder, "--no-open", "--threads", "1", *arguments],
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        found = re.fullmatch(r"http://127\.0\.0\.1:(\d+)/ui/\?token=([0-9a-f]{64})", line.strip())
        if found is None:
            self.process.kill()
            raise AssertionError(line + self.process.stderr.read())
        self.port, self.token = int(found[1]), found[2]
        self.cookie = f"reprtune-{self.port}={self.token}"

    def request(self, method, path, body=None, **headers):
        sent = {"Cookie": self.cookie, **{name.replace("_", "-"): value for name, value in headers.items()}}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body, {name: value for name, value in sent.items() if value is not None})
            response = connection.getresponse()
            return response.status, response.headers, response.read()
        finally:
            connection.close()

    def ask(self, action, **form):
        status, _, body = self.request("POST", "/ui/api/" + action, json.dumps(form), Content_Type="application/json")
        answer = json.loads(body)
        if status != 200:
            raise Refused(status, answer["message"])
        return answer

    def wait_for(self, name, *states, seconds=60):
        end = time.monotonic() + seconds
        while True:
            run = self.ask("run", name=name)
            if run["state"] in states and (run["is_settled"] or run["state"] in ["training", "queued"]):
                return run
            if time.monotonic() > end:
                raise AssertionError(f"{name} is {run['state']}: {run}")
            time.sleep(0.05)

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(timeout=30)
        finally:
            self.process.kill()
            self.process.stdout.close()
            self.process.stderr.close()


class Refused(Exception):
    def __init__(self, status, message):
        super().__init__(f"{status}: {message}")
        self.status, self.message = status, message


class UiTest(ProgramTest):
    def ui(self, *arguments):
        ui = Ui(self.folder, *arguments)
        self.addCleanup(ui.stop)
        os.symlink(self.base, self.path("elsewhere"))  # outside of the folder: never offered
        os.makedirs(self.path("tiny"), exist_ok=True)
        for root, _, names in os.walk(self.base):
            for name in names:
                target = os.path.join(self.path("tiny"), os.path.relpath(os.path.join(root, name), self.base))
                os.makedirs(os.path.dirname(target), exist_ok=True)
                if not os.path.exists(target):
                    os.link(os.path.join(root, name), target)
        return ui

    def form(self, name="model", **settings):
        return {"train": "train.csv", "model": name, "base": "tiny", "settings": {"epochs": 2, **settings}}

    def refused(self, ui, action, **form):
        with self.assertRaises(Refused) as caught:
            ui.ask(action, **form)
        return caught.exception.message


class WayTest(UiTest):
    def test_from_a_csv_to_a_classified_text(self):
        ui = self.ui()
        status, headers, body = ui.request("GET", f"/ui/?token={ui.token}", Cookie=None)
        self.assertEqual(status, 200)
        self.assertIn("HttpOnly; SameSite=Strict", headers["Set-Cookie"])
        for path in re.findall(r'(?:href|src)="(/ui/[^"]+)"', body.decode()):
            self.assertEqual(ui.request("GET", path)[0], 200, path)

        status, _, body = ui.request("PUT", "/ui/files/train.csv", training_csv())
        self.assertEqual((status, json.loads(body)), (200, {"name": "train.csv"}))
        status, _, body = ui.request("PUT", "/ui/files/train.csv", "another,file\n")
        self.assertEqual(json.loads(body), {"name": "train-2.csv"})
        self.assertEqual(self.read("train.csv").decode(), training_csv())
        self.assertEqual({file["name"] for file in ui.ask("files")}, {"train.csv", "train-2.csv"})

        preview = ui.ask("preview", **self.form())
        self.assertEqual((preview["names"], preview["text"], preview["label"]), (["text", "label"], 0, 1))
        check = json.loads(self.good("check", "train.csv", "--base", "tiny", "--format", "json").out)
        self.assertEqual(ui.ask("check", **self.form()), check)
        self.assertIn("tiny", [base["name"] for base in ui.ask("folder")["bases"]])
        self.assertNotIn("elsewhere", [base["name"] for base in ui.ask("folder")["bases"]])

        plan = ui.ask("plan", **self.form())
        self.assertEqual(plan["command"], "reprtune finetune train.csv -o model --base=tiny --epochs=2 --threads=1")
        self.assertEqual(plan["options"]["epochs"], 2)
        self.assertFalse(plan["is_there"])
        self.assertGreater(ui.ask("estimate", **self.form())["estimate"]["seconds"], 0)
        self.assert_no_file("model", "model.partial")

        self.assertEqual(ui.ask("start", **self.form()), {"name": "model"})
        run = ui.wait_for("model", "done")
        self.assertEqual([line["epoch"] for line in run["lines"] if "validation" in line], [1, 2])
        self.assertEqual(ui.ask("run", name="model", cursor=run["cursor"])["lines"], [])
        self.assertEqual([each["name"] for each in ui.ask("runs")], ["model"])
        record = ui.ask("record", name="model")
        self.assertEqual(record["options"]["epochs"], 2)
        self.assertEqual(record["arguments"][:4], ["finetune", "train.csv", "-o", "model"])

        status, headers, body = ui.request("GET", "/ui/report/model")
        self.assertEqual(status, 200)
        self.assertIn("sandbox allow-scripts;", headers["Content-Security-Policy"])
        self.assertTrue(b"Confusion" in body, "a report without its results")

        status, headers, _ = ui.request("GET", "/ui/playground/model")
        self.assertEqual((status, headers["Location"]), (303, "/"))
        self.assertEqual(ui.request("GET", "/")[0], 200)
        status, _, body = ui.request("POST", "/playground/classify", json.dumps({"texts": ["the parcel was late 1"]}),
                                     Content_Type="application/json")
        self.assertEqual(status, 200, body)
        mine = json.loads(self.good("classify", "model", "--format", "jsonl", stdin="the parcel was late 1\n").out)
        self.assertEqual(json.loads(body)["results"][0]["label"], mine["label"])

    def test_stops_goes_on_and_finds_what_runs(self):
        self.write("train.csv", training_csv())
        ui = self.ui()
        ui.ask("start", **self.form(epochs=4000))
        self.assertIn("is being trained already", self.refused(ui, "start", **self.form(epochs=4000)))
        first = ui.wait_for("model", "training")
        while first["step"] == 0:
            first = ui.wait_for("model", "training")
        self.assertTrue(first["can_stop"])
        self.assertEqual(ui.stop(), 0)  # training goes on

        ui = Ui(self.folder)
        self.addCleanup(ui.stop)
        run = ui.wait_for("model", "training")
        self.assertTrue(run["can_stop"])
        ui.ask("stop", name="model")
        stopped = ui.wait_for("model", "interrupted")
        self.assertTrue(stopped["can_resume"])
        checkpoint = stopped["status"]["checkpoint_step"]
        self.assertGreater(checkpoint, 0)
        ui.ask("resume", name="model")
        going = ui.wait_for("model", "training")
        while going["step"] <= checkpoint:
            going = ui.wait_for("model", "training")
        steps = [line["step"] for line in ui.ask("run", name="model")["lines"] if "loss" in line]
        self.assertEqual(steps, sorted(set(steps)))
        ui.ask("stop", name="model")
        ui.wait_for("model", "interrupted")
        children = subprocess.run(["ps", "--ppid", str(ui.process.pid), "-o", "stat="], capture_output=True, text=True).stdout
        self.assertNotIn("Z", children)

    def test_a_run_of_a_terminal_is_shown_and_stopped(self):
        self.write("train.csv", training_csv())
        ui = self.ui()
        process = self.start("finetune", "train.csv", "--base", "tiny", "-o", "own", "--epochs", "4000", "--threads", "1")
        try:
            while not [run for run in ui.ask("runs") if run["name"] == "own" and run["step"] > 0]:
                time.sleep(0.05)
            ui.ask("stop", name="own")
            ui.wait_for("own", "interrupted")
            self.assertEqual(process.wait(timeout=30), 143)
        finally:
            process.kill()
            process.communicate()

    def test_says_why_a_run_failed(self):
        self.write("train.csv", "text,label\na,x\nb,x\n")
        ui = self.ui()
        self.assertIn("expected at least two classes", self.refused(ui, "plan", **self.form()))
        ui.ask("start", **self.form())
        run = ui.wait_for("model", "failed")
        self.assertIn("expected at least two classes", run["reason"])


class SafetyTest(UiTest):
    def test_strangers_are_kept_out(self):
        self.write("train.csv", training_csv())
        ui = self.ui()
        own = f"127.0.0.1:{ui.port}"
        paths = ["/", "/ui/", "/ui/app.js", "/ui/report/model", "/ui/playground/model", "/playground/models", "/health", "/metrics"]
        for path in paths:
            for headers in [{"Cookie": None}, {"Cookie": f"reprtune-{ui.port}=0"}, {"Host": f"evil.example:{ui.port}"},
                            {"Origin": "http://evil.example"}, {"Origin": f"http://localhost:{ui.port}"}]:
                self.assertIn(ui.request("GET", path, **headers)[0], [401, 403], (path, headers))
        body = json.dumps(self.form())
        json_type = {"Content_Type": "application/json"}
        for headers in [{"Cookie": None}, {"Origin": "http://evil.example"}, {"Origin": "null"}, {"Host": "evil.example"}]:
            self.assertEqual(ui.request("POST", "/ui/api/start", body, **json_type, **headers)[0], 401, headers)
            self.assertEqual(ui.request("PUT", "/ui/files/x.csv", "a,b\n", **headers)[0], 401, headers)
        self.assertEqual(ui.request("POST", "/ui/api/start", body, Content_Type="text/plain")[0], 415)
        self.assertEqual(ui.request("POST", "/ui/api/runs", "{}", **json_type, Cookie=None, Authorization="Bearer " + ui.token,
                                    Origin="http://" + own)[0], 200)
        self.assert_no_file("x.csv", "model", "model.partial")

    def test_nothing_outside_of_the_folder(self):
        self.write("train.csv", training_csv())
        os.symlink("/etc/passwd", self.path("link.csv"))
        ui = self.ui()
        for name in ["../train.csv", "/etc/passwd", "link.csv", "..", ""]:
            self.refused(ui, "preview", **{**self.form(), "train": name})
        for name in ["../model", "/tmp/model", "a/b", "-o", "elsewhere", ".."]:
            self.refused(ui, "start", **self.form(name))
            self.refused(ui, "run", name=name)
        self.assertIn("there is no setting", self.refused(ui, "plan", **self.form(config="/etc/passwd")))
        for path in ["..%2fx.csv", "x%2f..%2f..%2fy.csv", "%2e%2e", "x.sh"]:
            self.assertEqual(ui.request("PUT", "/ui/files/" + path, "a,b\n")[0], 400, path)
        self.assertIn(ui.request("GET", "/ui/report/..%2f..")[0], [400, 404])
        self.assertEqual(ui.request("GET", "/ui/../../etc/passwd")[0], 404)

    def test_large_bodies(self):
        ui = self.ui("--max-upload-megabytes", "2")
        self.assertEqual(ui.request("PUT", "/ui/files/big.csv", b"a,b\n" * 600_000)[0], 413)
        self.assertEqual(ui.request("PUT", "/ui/files/big.csv", b"a,b\n" * 500_000)[0], 200)
        self.assertEqual(ui.request("POST", "/ui/api/runs", b" " * (1 << 20) + b"{}", Content_Type="application/json")[0], 413)
        self.assertEqual(sorted(name for name in os.listdir(self.folder) if "big" in name or "reprtune" in name), ["big.csv"])

    def test_ends_when_the_address_cannot_be_printed(self):
        with open("/dev/full", "wb") as full:
            result = self.run_program("ui", "--no-open", "--quiet", stdout=full)
        self.assert_refused(result, 1, "stdout: could not be written: No space left on device")

    def test_wrong_usage(self):
        self.assert_refused(self.run_program("ui", "absent"), 2, "absent: expected a folder")
        ui = self.ui()
        self.assert_refused(self.run_program("ui", "--port", str(ui.port), "--no-open"), 1, "cannot listen")


if __name__ == "__main__":
    unittest.main()

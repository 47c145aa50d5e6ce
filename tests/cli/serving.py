"""A running `reprtune serve` for tests, and requests to it."""

import http.client
import json
import signal
import subprocess
import threading

from program import PROGRAM, ProgramTest


class Answer:
    def __init__(self, response):
        self.status, self.headers, self.body = response.status, response.headers, response.read()

    def json(self):
        return json.loads(self.body)


class Server:
    """The program under test, listening on a free port. Its messages are in `messages`, in order of their arrival."""

    def __init__(self, *arguments, env=None, cwd=None):
        self.process = subprocess.Popen([PROGRAM, "serve", "--port", "0", "--threads", "1", *arguments], cwd=cwd, env=env,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.messages, self.changed = [], threading.Condition()
        self.listener = threading.Thread(target=self._listen, daemon=True)
        self.listener.start()
        self.port = int(self.wait_for("listening on http://").rsplit(":", 1)[1])

    def _listen(self):
        for line in self.process.stderr:
            with self.changed:
                self.messages.append(line.rstrip("\n"))
                self.changed.notify_all()
        with self.changed:
            self.messages.append("(end)")
            self.changed.notify_all()

    def wait_for(self, words, timeout=60):
        """The first message with these words."""
        def found():
            return next((message for message in self.messages if words in message or message == "(end)"), None)
        with self.changed:
            self.changed.wait_for(found, timeout)
            message = found()
            if message is None or words not in message:
                raise AssertionError(f"no message with '{words}' in {self.messages}")
            return message

    def request(self, method, path, body=None, headers=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            if isinstance(body, (dict, list)):
                body = json.dumps(body)
            sent = {"Content-Type": "application/json"} if body is not None else {}
            connection.request(method, path, body, {**sent, **(headers or {})})
            return Answer(connection.getresponse())
        finally:
            connection.close()

    def post(self, path, body, **headers):
        return self.request("POST", path, body, headers)

    def get(self, path, **headers):
        return self.request("GET", path, None, headers)

    def stop(self, how=signal.SIGTERM):
        """Ends the program; its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        try:
            return self.process.wait(timeout=30)
        finally:
            self.process.kill()
            self.listener.join()
            self.process.stdout.close()
            self.process.stderr.close()


class ServingTest(ProgramTest):
    def serve(self, *arguments, **options):
        server = Server(*arguments, cwd=self.folder, **options)
        self.addCleanup(server.stop)
        return server

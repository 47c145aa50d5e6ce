import concurrent.futures
import os
import shutil
import signal
import socket
import unittest

from program import ProgramTest
from serving import ServingTest


def long_texts(count):
    """Of as many tokens as the model takes, no two the same: a server computes equal ones once."""
    return [" ".join(f"{i:b}") + " order" * 100 for i in range(count)]


class KeyTest(ServingTest):
    def test_a_key_from_the_command_line_a_file_or_the_environment(self):
        self.write("key", "s3cret\n")
        for options in [{"arguments": ["--api-key", "s3cret"]}, {"arguments": ["--api-key-file", "key"]},
                        {"env": {**os.environ, "REPRTUNE_API_KEY": "s3cret"}}]:
            server = self.serve(self.model, *options.pop("arguments", []), **options)
            for wrong in [{}, {"Authorization": "Bearer nope"}, {"Authorization": "s3cret"}, {"Authorization": "Bearer s3cret "[:-2]}]:
                for path, body in [("/embed", {"inputs": "a"}), ("/v1/embeddings", {"input": "a"}), ("/v1/embed", {"texts": ["a"]})]:
                    answer = server.post(path, body, **wrong)
                    self.assertEqual((answer.status, answer.headers["WWW-Authenticate"]), (401, "Bearer"))
                    self.assertNotIn(b"s3cret", answer.body)
                self.assertEqual(server.get("/v1/models", **wrong).status, 401)
                self.assertEqual(server.get("/metrics", **wrong).status, 401)
            self.assertEqual(server.post("/embed", {"inputs": "a"}, Authorization="Bearer s3cret").status, 200)
            for path in ["/", "/health", "/openapi.json"]:
                self.assertEqual(server.get(path).status, 200)
            server.stop()

    def test_a_key_file_that_cannot_be_used(self):
        self.write("empty", "\n")
        for name in ["empty", "nope"]:
            self.assert_refused(self.run_program("serve", self.model, "--api-key-file", name), 2, name, "API key")

    def test_other_origins_are_let_in_only_when_named(self):
        server = self.serve(self.model, "--cors-origin", "https://a.example")
        headers = {"Origin": "https://a.example"}
        self.assertEqual(server.get("/health", **headers).headers["Access-Control-Allow-Origin"], "https://a.example")
        self.assertIsNone(server.get("/health", Origin="https://b.example").headers["Access-Control-Allow-Origin"])
        answer = server.request("OPTIONS", "/embed", None, headers)
        self.assertEqual((answer.status, answer.headers["Access-Control-Allow-Headers"]), (204, "Authorization, Content-Type"))


class LoadTest(ServingTest):
    def test_a_full_queue_is_said_with_429_in_each_form(self):
        server = self.serve(self.model, "--queue-size", "64", "--max-texts", "64", "--batch-tokens", "1")
        text = long_texts(64)
        bodies = {"/v1/embed": {"texts": text}, "/v1/embeddings": {"input": text}, "/embed": {"inputs": text, "truncate": True}}
        full = {}
        with concurrent.futures.ThreadPoolExecutor(24) as pool:
            asked = [(path, pool.submit(server.post, path, body)) for _ in range(20) for path, body in bodies.items()]
            for path, future in asked:
                answer = future.result()
                self.assertIn(answer.status, [200, 429])
                if answer.status == 429:
                    self.assertEqual(answer.headers["Retry-After"], "1")
                    full[path] = answer.json()
        self.assertIn("the queue is full", full["/v1/embed"]["message"])
        self.assertEqual(full["/v1/embeddings"]["error"]["code"], "rate_limit_exceeded")
        self.assertEqual(full["/embed"]["error_type"], "Overloaded")
        self.assertEqual(server.post("/embed", {"inputs": "a"}).status, 200)

    def test_a_stop_finishes_what_it_took(self):
        server = self.serve(self.model, "--batch-tokens", "1")
        idle, slow = (socket.create_connection(("127.0.0.1", server.port), timeout=30) for _ in range(2))
        self.addCleanup(idle.close)
        self.addCleanup(slow.close)
        body = b'{"inputs": "a"}'
        slow.sendall(b"POST /embed HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body[:5]))
        texts = long_texts(2000)
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            asked = pool.submit(server.post, "/v1/embed", {"texts": texts})
            while not asked.done() and b"reprtune_waiting_texts 0\n" in server.get("/metrics").body:
                pass
            server.process.send_signal(signal.SIGTERM)
            server.wait_for("stopping")
            slow.sendall(body[5:])
            answer = asked.result()
            self.assertEqual((answer.status, len(answer.json()["embeddings"])), (200, 2000))
        self.assertTrue(slow.recv(100).startswith(b"HTTP/1.1 200"))
        self.assertEqual(server.process.wait(timeout=20), 0)  # whatever the idle connection does
        with self.assertRaises(OSError):
            server.get("/health")

    def test_an_interrupt_stops_it_too(self):
        self.assertEqual(self.serve(self.model).stop(signal.SIGINT), 0)

    def test_reload(self):
        shutil.copytree(self.model, self.path("live"))
        server = self.serve("live", "--verbose")
        before = server.post("/v1/classify", {"inputs": ["the parcel was late"]}).json()["classifications"][0]
        generation = lambda: server.get("/playground/models").json()["models"][0]["generation"]
        first = generation()
        os.remove(self.path("live/model.safetensors"))
        server.process.send_signal(signal.SIGHUP)
        self.assertIn("model.safetensors", server.wait_for("the models stay as they were"))
        self.assertEqual(server.post("/v1/classify", {"inputs": ["the parcel was late"]}).json()["classifications"][0], before)
        self.assertEqual(generation(), first)
        near = server.post("/playground/neighbours", {"texts": ["the parcel was late"]}).json()
        self.assertEqual(near["generation"], server.post("/playground/examples", {"model": "live"}).json()["generation"])
        shutil.rmtree(self.path("live"))
        shutil.copytree(self.base, self.path("live"))
        server.process.send_signal(signal.SIGHUP)
        server.wait_for("models loaded anew")
        self.assertNotEqual(generation(), first)
        self.assertEqual(server.post("/v1/classify", {"inputs": ["a"]}).status, 400)
        self.assertEqual(server.post("/v1/embed", {"texts": ["a"]}).status, 200)
        server.wait_for("POST /v1/classify 400")

    def test_a_time_out(self):
        server = self.serve(self.model, "--batch-tokens", "1", "--timeout", "1", "--max-texts", "100000", "--queue-size", "1000000",
                            "--max-body-megabytes", "64")
        texts = long_texts(30_000)
        with concurrent.futures.ThreadPoolExecutor(3) as pool:
            answers = list(pool.map(lambda _: server.post("/v1/embed", {"texts": texts}), range(3)))
        self.assertEqual({answer.status for answer in answers}, {503})
        self.assertIn("in time", answers[0].json()["message"])
        self.assertIn(b"reprtune_waiting_texts 0\n", server.get("/metrics").body)


class HostTest(ServingTest):
    def test_a_name_that_was_made_to_lead_here(self):
        server = self.serve("--allow-host", "lab.example", self.model)
        for host in [f"localhost:{server.port}", "LOCALHOST", "127.0.0.1:1", "[::1]:8080", "lab.example"]:
            self.assertEqual(server.get("/health", Host=host).status, 200, host)
        for host in ["evil.example", f"evil.example:{server.port}", "localhost.evil.example"]:
            answer = server.post("/embed", {"inputs": "a"}, Host=host)
            self.assertEqual(answer.status, 403)
            self.assertIn(f"found '{host}' (--allow-host adds a name)", answer.json()["error"])
            self.assertEqual(server.get("/", Host=host).status, 403)

    def test_a_server_for_others_has_any_name(self):
        server = self.serve(self.model, "--host", "0.0.0.0")
        self.assertEqual(server.get("/health", Host="any.example").status, 200)
        server = self.serve(self.model, "--host", "0.0.0.0", "--allow-host", "lab.example")
        self.assertEqual(server.get("/health", Host="any.example").status, 403)
        self.assertEqual(server.get("/health", Host="lab.example").status, 200)


class UsageTest(ProgramTest):
    def test_wrong_usage(self):
        self.assert_refused(self.run_program("serve", self.model, self.model), 2, "two models are called 'model'", "NAME=")
        self.assert_refused(self.run_program("serve", self.model, "--max-texts", "9", "--queue-size", "8"), 2, "--queue-size")
        self.assert_refused(self.run_program("serve", "nope"), 4, "nope")
        self.assert_refused(self.run_program("serve", self.model, "--port", "65536"), 2, "--port")
        self.assert_refused(self.run_program("serve", self.model, "--api-key", ""), 2, "--api-key", "empty")
        self.assert_refused(self.run_program("serve", self.model, "--api-key", "x", "--api-key-file", "y"), 2, "--api-key")
        self.assert_refused(self.run_program("serve"), 2, "MODEL")

    def test_a_port_that_is_taken(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = str(taken.getsockname()[1])
            self.assert_refused(self.run_program("serve", self.model, "--port", port), 1, port, "cannot listen", "--port 0")


if __name__ == "__main__":
    unittest.main()

import array
import base64
import collections
import concurrent.futures
import gzip
import http.client
import json
import random
import shutil
import socket
import unittest

from program import training_rows
from serving import Server, ServingTest

TEXTS = ["the parcel was late", "refund the card", "login password broken"]
LONG = "order " * 100


class AnswersTest(ServingTest):
    """Every endpoint's answer, beside what `embed` and `classify` write for the same texts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server = Server(cls.model, "base=" + cls.base, "--precision", "float32")
        cls.addClassCleanup(cls.server.stop)

    def command(self, *arguments):
        return self.good(*arguments, "--precision", "float32", stdin="\n".join(TEXTS) + "\n").out

    def vectors(self, model=None, kind="float32"):
        out = self.command("embed", model or self.model, "--type", kind)
        return [json.loads(line)["embedding"] for line in out.splitlines()]

    def ask(self, path, **body):
        answer = self.server.post(path, body)
        self.assertEqual(answer.status, 200, answer.body)
        self.assertEqual(answer.headers["Content-Type"], "application/json")
        return answer.json()

    def assert_close(self, found, expected, delta=1e-5):
        self.assertEqual(len(found), len(expected))
        for row, right in zip(found, expected):
            self.assertEqual(len(row), len(right))
            for a, b in zip(row, right):
                self.assertAlmostEqual(a, b, delta=delta)

    def test_cohere_classify_is_what_classify_writes(self):
        answer = self.ask("/v1/classify", model="model", inputs=TEXTS)
        expected = json.loads(self.command("classify", self.model, "--format", "cohere"))
        self.assertEqual(list(answer), list(expected))
        for row, right in zip(answer["classifications"], expected["classifications"]):
            self.assertEqual(list(row), list(right))
            for key in ["input", "prediction", "predictions", "classification_type"]:
                self.assertEqual(row[key], right[key])
            self.assertAlmostEqual(row["confidence"], right["confidence"], delta=1e-5)

    def test_cohere_embed(self):
        first = self.ask("/v1/embed", texts=TEXTS)
        self.assertEqual(first["response_type"], "embeddings_floats")
        self.assert_close(first["embeddings"], self.vectors())
        self.assertEqual((first["texts"], first["meta"]["api_version"]["version"]), (TEXTS, "1"))
        kinds = ["float", "int8", "uint8", "binary", "ubinary", "base64"]
        for path in ["/v1/embed", "/v2/embed"]:
            answer = self.ask(path, model="model", texts=TEXTS, input_type="classification", embedding_types=kinds)
            self.assertEqual(answer["response_type"], "embeddings_by_type")
            self.assertEqual(list(answer["embeddings"]), kinds)
            for kind in kinds[1:5]:
                self.assert_close(answer["embeddings"][kind], self.vectors(kind=kind), delta=1)
            floats = [list(array.array("f", base64.b64decode(text))) for text in answer["embeddings"]["base64"]]
            self.assert_close(floats, answer["embeddings"]["float"], delta=1e-7)
            self.assertGreater(answer["meta"]["billed_units"]["input_tokens"], 3)
        short = self.ask("/v2/embed", texts=TEXTS, output_dimension=8)["embeddings"]["float"]
        for row in short:
            self.assertEqual(len(row), 8)
            self.assertAlmostEqual(sum(x * x for x in row), 1, delta=1e-5)

    def test_openai_embeddings(self):
        answer = self.ask("/v1/embeddings", model="base", input=TEXTS)
        self.assertEqual((answer["object"], answer["model"]), ("list", "base"))
        self.assertEqual([item["index"] for item in answer["data"]], [0, 1, 2])
        self.assert_close([item["embedding"] for item in answer["data"]], self.vectors(self.base))
        self.assertEqual(answer["usage"]["prompt_tokens"], answer["usage"]["total_tokens"])
        packed = self.ask("/v1/embeddings", model="base", input=TEXTS[0], encoding_format="base64")
        floats = list(array.array("f", base64.b64decode(packed["data"][0]["embedding"])))
        self.assert_close([floats], [answer["data"][0]["embedding"]], delta=1e-6)
        cut = self.ask("/v1/embeddings", input=TEXTS, dimensions=4)
        self.assertEqual([len(item["embedding"]) for item in cut["data"]], [4, 4, 4])
        models = self.server.get("/v1/models").json()
        self.assertEqual([model["id"] for model in models["data"]], ["model", "base"])

    def test_tei(self):
        self.assert_close(self.ask("/embed", inputs=TEXTS), self.vectors())
        self.assert_close(self.ask("/embed", inputs=TEXTS[0], normalize=False), self.vectors()[:1])
        expected = [json.loads(line) for line in self.command("classify", self.model, "--format", "tei").splitlines()]
        batch = self.ask("/predict", inputs=[[text] for text in TEXTS])
        for row, right in zip(batch, expected):
            self.assertEqual([item["label"] for item in row], [item["label"] for item in right])
            self.assert_close([[item["score"] for item in row]], [[item["score"] for item in right]])
        single = self.ask("/predict", inputs=TEXTS[0])
        self.assertEqual([item["label"] for item in single], [item["label"] for item in batch[0]])
        raw = self.ask("/predict", inputs=TEXTS[0], raw_scores=True)
        self.assertNotAlmostEqual(sum(item["score"] for item in raw), 1, delta=1e-3)
        info = self.server.get("/info").json()
        self.assertEqual(info["model_id"], "model")
        self.assertEqual(sorted(info["model_type"]["classifier"]["label2id"]), ["account", "delivery", "payment"])
        health = self.server.get("/health")
        self.assertEqual((health.status, health.body), (200, b""))

    def test_truncation(self):
        cases = [("/v1/embed", {"texts": [LONG]}, {"truncate": "NONE"}, 400), ("/v1/classify", {"inputs": [LONG]}, {"truncate": "NONE"}, 400),
                 ("/embed", {"inputs": LONG, "truncate": True}, {"truncate": False}, 413),
                 ("/predict", {"inputs": LONG, "truncate": True}, {"truncate": False}, 413)]
        for path, body, refuse, status in cases:
            self.assertEqual(self.server.post(path, body).status, 200)
            answer = self.server.post(path, {**body, **refuse})
            self.assertEqual(answer.status, status)
            self.assertIn(b"tokens, the model takes 32", answer.body)
        text = "the parcel " + LONG
        start = self.ask("/v1/embed", texts=[text], truncate="START")["embeddings"]
        self.assert_close(start, self.ask("/embed", inputs=text, truncate=True, truncation_direction="Left"))
        self.assertNotEqual(start, self.ask("/v1/embed", texts=[text], truncate="END")["embeddings"])

    def test_the_playground_and_its_api(self):
        page = self.server.get("/")
        self.assertEqual(page.headers["Content-Type"], "text/html; charset=utf-8")
        policy = page.headers["Content-Security-Policy"]
        self.assertIn("default-src 'none'", policy)
        self.assertNotIn("unsafe", policy)
        self.assertNotIn(b"style=", page.body)
        for path, kind in [("/playground.css", "text/css"), ("/playground.js", "text/javascript")]:
            self.assertIn(path.encode(), page.body)
            self.assertIn(kind, self.server.get(path).headers["Content-Type"])
        models = self.server.get("/playground/models").json()["models"]
        self.assertEqual([(model["name"], model["labels"]) for model in models],
                         [("model", ["account", "delivery", "payment"]), ("base", None)])
        answer = self.ask("/playground/classify", model="model", texts=TEXTS)
        expected = [json.loads(line) for line in self.command("classify", self.model, "--format", "jsonl", "--with-novelty").splitlines()]
        for row, right in zip(answer["results"], expected):
            self.assertEqual(list(row), list(right))
            self.assertEqual(row["label"], right["label"])
            self.assertAlmostEqual(row["novelty"], right["novelty"], delta=1e-5)

    def test_the_playground_knows_when_a_model_abstains(self):
        shutil.copytree(self.model, self.path("model"))
        record = json.loads(self.read("model/reprtune.json"))
        record["abstention"] = {"precision": 0.9, "threshold": 0.5, "class_thresholds": [0.25, None, 1]}
        self.write("model/reprtune.json", json.dumps(record))
        server = self.serve("model", "base=" + self.base)
        models = server.get("/playground/models").json()["models"]
        self.assertEqual([model["thresholds"] for model in models], [[0.25, None, 1], None])
        self.assertEqual(self.server.get("/playground/models").json()["models"][0]["thresholds"], None)

    def neighbours(self, server, texts):
        answer = server.post("/playground/neighbours", {"model": "model", "texts": texts})
        self.assertEqual(answer.status, 200, answer.body)
        return answer.json()

    def test_nearest_training_examples(self):
        # Training rounds in another way than this server: bfloat16, where the machine has it.
        texts = ["refund the card 0", "where is my order 7"]
        vectors = dict(zip(texts, self.ask("/embed", inputs=texts)))
        rows = dict(training_rows())
        trained = dict(zip(rows, self.ask("/embed", inputs=list(rows))))
        answer = self.neighbours(self.server, texts)
        self.assertIsNone(answer["reason"])
        self.assertEqual(answer["base"], {"name": self.base, "reason": None})
        for text, result in zip(texts, answer["results"]):
            cosines = {row: sum(a * b for a, b in zip(vectors[text], vector)) for row, vector in trained.items()}
            nearest = result["finetuned"]["nearest"]
            self.assertEqual(len(nearest), 5)
            for item, best in zip(nearest, sorted(cosines.values(), reverse=True)):
                self.assertAlmostEqual(item["cosine"], best, delta=2e-3)
                self.assertAlmostEqual(item["cosine"], cosines[item["text"]], delta=2e-3)
                self.assertEqual(item["labels"], [rows[item["text"]]])
            votes = collections.Counter(item["labels"][0] for item in nearest)
            self.assertEqual({vote["label"]: vote["votes"] for vote in result["finetuned"]["votes"]}, votes)
        for side in ["finetuned", "base"]:  # a training example is its own nearest one
            best = answer["results"][0][side]["nearest"][0]
            self.assertEqual(best["text"], texts[0])
            self.assertAlmostEqual(best["cosine"], 1, delta=2e-3)
        second = answer["results"][1]
        self.assertNotAlmostEqual(second["base"]["nearest"][1]["cosine"], second["finetuned"]["nearest"][1]["cosine"], delta=1e-4)

    def test_places_among_the_training_examples(self):
        examples = self.ask("/playground/examples", model="model")
        self.assertEqual([(row["text"], row["labels"]) for row in examples["rows"]], [(text, [label]) for text, label in training_rows()])
        own = self.neighbours(self.server, ["refund the card 0"])["results"][0]
        row = examples["rows"][own["finetuned"]["nearest"][0]["row"]]
        for side in ["finetuned", "base"]:
            self.assert_close([own[side]["place"]], [row[side]], delta=1e-2)

    def test_a_model_of_which_the_run_is_gone_has_no_neighbours(self):
        shutil.copytree(self.model, self.path("model"))
        shutil.rmtree(self.path("model/run"))
        server = self.serve("model", "base=" + self.base)
        answer = self.neighbours(server, ["a"])
        self.assertEqual(answer["results"], [])
        self.assertIn("run/examples.jsonl", answer["reason"])
        self.assertEqual(server.post("/playground/examples", {"model": "model"}).json()["rows"], [])
        self.assertIn("not finetuned", server.post("/playground/examples", {"model": "base"}).json()["reason"])

    def test_a_base_model_that_cannot_be_had(self):
        shutil.copytree(self.model, self.path("model"))
        record = json.loads(self.read("model/reprtune.json"))
        for base, words in [("nowhere", "cannot be loaded: nowhere"), (self.model, "not the one that training began with")]:
            self.write("model/reprtune.json", json.dumps({**record, "base_model": base}))
            answer = self.neighbours(self.serve("model"), ["a"])
            self.assertEqual(answer["base"]["name"], base)
            self.assertIn(words, answer["base"]["reason"])
            self.assertIsNone(answer["results"][0]["base"])
            self.assertEqual(len(answer["results"][0]["finetuned"]["nearest"]), 5)
        answer = self.neighbours(self.serve(self.model, "--no-base-models"), ["a"])
        self.assertIn("does not load base models", answer["base"]["reason"])

    def test_broken_examples_are_a_reason_and_no_fault(self):
        shutil.copytree(self.model, self.path("model"))
        self.write("model/run/examples.safetensors", b"junk")
        answer = self.neighbours(self.serve("model"), ["a"])
        self.assertEqual(answer["results"], [])
        self.assertIn("examples.safetensors", answer["reason"])

    def test_metrics_and_the_openapi_document(self):
        self.ask("/embed", inputs=TEXTS)
        lines = self.server.get("/metrics").body.decode().splitlines()
        values = dict(line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
        self.assertGreaterEqual(int(values['reprtune_requests_total{method="POST",path="/embed",status="200"}']), 1)
        self.assertEqual(values["reprtune_waiting_texts"], "0")
        self.assertEqual(values["reprtune_requests_under_way"], "1")  # this one
        document = self.server.get("/openapi.json").json()
        self.assertTrue(document["openapi"].startswith("3.1"))
        self.assertIn("/v1/classify", document["paths"])

    def test_many_connections_get_their_own_answers(self):
        texts = [f"{TEXTS[i % 3]} {i % 17}" for i in range(200)]
        right = dict(zip(texts, self.ask("/embed", inputs=texts)))
        with concurrent.futures.ThreadPoolExecutor(24) as pool:
            answers = list(pool.map(lambda text: self.server.post("/embed", {"inputs": text}).json()[0], texts))
        self.assert_close(answers, [right[text] for text in texts])

    def test_a_connection_is_kept(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=30)
        for _ in range(20):
            connection.request("POST", "/embed", json.dumps({"inputs": "a"}), {"Content-Type": "application/json"})
            self.assertEqual(connection.getresponse().read()[:2], b"[[")
        connection.close()


class ErrorsTest(ServingTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server = Server(cls.model, "base=" + cls.base, "--max-texts", "4", "--max-body-megabytes", "1")
        cls.addClassCleanup(cls.server.stop)

    def message(self, path, answer):
        """The message of an error in the form of the path's API."""
        body = answer.json()
        if path in ["/embed", "/predict", "/info", "/metrics"]:
            self.assertEqual(sorted(body), ["error", "error_type"])
            return body["error"]
        if path in ["/v1/embeddings", "/v1/models"]:
            self.assertEqual(sorted(body["error"]), ["code", "message", "param", "type"])
            return body["error"]["message"]
        self.assertEqual(list(body), ["message"])
        return body["message"]

    def assert_refused(self, path, body, status, words, headers=None):
        answer = self.server.request("POST", path, body, headers)
        self.assertEqual(answer.status, status, answer.body)
        message = self.message(path, answer)
        self.assertIn(words, message)
        self.assertNotIn("\n", message)
        return answer

    def test_each_api_says_it_in_its_form(self):
        texts = {"/v1/classify": "inputs", "/v1/embed": "texts", "/v2/embed": "texts", "/v1/embeddings": "input", "/embed": "inputs",
                 "/predict": "inputs", "/playground/classify": "texts", "/playground/neighbours": "texts"}
        for path, key in texts.items():
            with self.subTest(path=path):
                tei = path in ["/embed", "/predict"]
                wrap = (lambda items: [[item] for item in items]) if path == "/predict" else (lambda items: items)
                bad = 422 if tei else 400
                self.assert_refused(path, "{", bad, "not valid JSON at byte")
                self.assert_refused(path, "", bad, "empty body")
                self.assert_refused(path, "[1]", bad, "expected a JSON object, found a list")
                self.assert_refused(path, b'{"%s": ["\xff"]}' % key.encode(), bad, "not valid JSON")
                self.assert_refused(path, "[" * 100_000, bad, "nested")
                self.assert_refused(path, {key: 7}, bad, f"'{key}': expected")
                self.assert_refused(path, {key: wrap(["a", 7])}, bad, f"'{key}'")
                self.assert_refused(path, {key: []}, bad, "at least one text")
                self.assert_refused(path, {key: wrap(["a", ""])}, bad, "text [1]: expected a text, found an empty one")
                self.assert_refused(path, {key: wrap(["http://a.example/"])}, bad, "cleaning")
                self.assert_refused(path, {key: wrap(["a"] * 5)}, 413 if tei else 400, "at most 4 texts, found 5")
                self.assert_refused(path, {key: wrap(["a"]), "model": "nope"}, 404, "'nope' is not served, expected one of model, base")
                self.assert_refused(path, {key: wrap(["a"]), "model": 3}, bad, "'model': expected a text, found 3")
                self.assert_refused(path, json.dumps({key: wrap(["a" * 2_000_000])}), 413, "larger")
                self.assert_refused(path, json.dumps({key: wrap(["a"])}), 415, "application/json", {"Content-Type": "text/plain"})
                answer = self.server.get(path)
                self.assertEqual((answer.status, answer.headers["Allow"]), (405, "POST, OPTIONS"))

    def test_values_that_make_no_sense(self):
        text = {"texts": ["a"]}
        self.assert_refused("/v1/embed", {**text, "truncate": "MIDDLE"}, 400, "one of NONE, START, END")
        self.assert_refused("/v1/embed", {**text, "input_type": "image"}, 400, "input_type")
        self.assert_refused("/v2/embed", {**text, "embedding_types": ["int4"]}, 400, "embedding_types")
        self.assert_refused("/v2/embed", {"images": ["data:"]}, 400, "images")
        self.assert_refused("/v2/embed", {**text, "output_dimension": 0}, 400, "from 1 to 32")
        self.assert_refused("/v2/embed", {**text, "output_dimension": 8, "embedding_types": ["int8"]}, 400, "whole vectors")
        self.assert_refused("/v2/embed", {**text, "model": "base", "embedding_types": ["int8"]}, 400, "ranges")
        self.assert_refused("/v1/classify", {"inputs": ["a"], "examples": [{"text": "a", "label": "b"}]}, 400, "examples")
        self.assert_refused("/v1/classify", {"inputs": ["a"], "model": "base"}, 400, "no classification head")
        self.assert_refused("/predict", {"inputs": "a", "model": "base"}, 424, "no classification head")
        self.assert_refused("/predict", {"inputs": ["a", "b"]}, 422, "pairs")
        self.assert_refused("/v1/embeddings", {"input": [1, 2]}, 400, "token ids")
        self.assert_refused("/v1/embeddings", {"input": "a", "dimensions": 33}, 400, "from 1 to 32")
        self.assert_refused("/v1/embeddings", {"input": "a", "dimensions": 1.5}, 400, "whole number")
        self.assert_refused("/v1/embeddings", {"input": "a", "encoding_format": "hex"}, 400, "one of float, base64")
        self.assert_refused("/embed", {"inputs": "a", "prompt_name": "query"}, 422, "has no prompt 'query'")
        self.assert_refused("/embed", {"inputs": "a", "normalize": 1}, 422, "true or false")
        error = self.assert_refused("/v1/embeddings", {"input": "a", "model": "nope"}, 404, "nope").json()["error"]
        self.assertEqual((error["code"], error["param"]), ("model_not_found", "model"))

    def test_unknown_paths_and_methods(self):
        answer = self.server.get("/nope")
        self.assertEqual(answer.status, 404)
        self.assertIn("/openapi.json", answer.json()["message"])
        self.assertEqual(self.server.request("DELETE", "/nope", "x").status, 404)
        self.assertEqual(self.server.request("PUT", "/embed", "{}").status, 405)
        for method in ["QUERY", "PROPFIND", "TRACE"]:
            answer = self.server.request(method, "/embed", "{}")
            self.assertEqual((answer.status, answer.headers["Allow"]), (405, "POST, OPTIONS"))
            self.assertIn("expected POST, found " + method, answer.json()["error"])
            self.assertEqual(self.server.request(method, "/nope").status, 404)
        self.assertEqual(self.server.request("HEAD", "/health").status, 200)
        self.assertIsNone(self.server.get("/health").headers["Access-Control-Allow-Origin"])

    def test_bodies_that_are_not_read_do_not_become_requests(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=30)
        for kind in [None, "", "multipart/form-data", "multipart/form-data; boundary=x", "text/plain"]:
            for _ in range(2):  # the second one where the first one left the connection
                connection.request("POST", "/embed", b'{"inputs": "a"}', {} if kind is None else {"Content-Type": kind})
                answer = connection.getresponse()
                self.assertEqual((answer.status, json.loads(answer.read())["error_type"]), (415, "Validation"), kind)
        connection.close()

    def test_a_body_larger_than_it_says_when_unpacked(self):
        packed = gzip.compress(json.dumps({"inputs": "a" * 30_000_000}).encode())
        self.assert_refused("/embed", packed, 413, "larger", {"Content-Encoding": "gzip"})

    def test_what_is_not_http(self):
        for junk in [b"\x16\x03\x01\x00\x00", b"GET\r\n\r\n", b"POST /embed HTTP/1.1\r\nContent-Length: -5\r\n\r\n", b"X" * 20_000 + b"\r\n\r\n"]:
            with socket.create_connection(("127.0.0.1", self.server.port), timeout=20) as connection:
                connection.sendall(junk)
                connection.shutdown(socket.SHUT_WR)
                try:
                    while connection.recv(4096):
                        pass
                except ConnectionResetError:
                    pass
        self.assertEqual(self.server.get("/health").status, 200)

    def test_random_bodies_are_answered(self):
        """Bodies made by changing a good one: no answer is a fault of the server's own, and it goes on."""
        chance = random.Random(6)
        good = {"/v2/embed": {"texts": ["a", "b"], "embedding_types": ["float", "base64"], "truncate": "END", "output_dimension": 4},
                "/v1/classify": {"inputs": ["a"]}, "/v1/embeddings": {"input": ["a"], "dimensions": 3, "encoding_format": "base64"},
                "/predict": {"inputs": [["a"], ["b"]], "raw_scores": True}, "/embed": {"inputs": "a", "normalize": False}}
        odd = [None, True, 0, -1, 2**70, 1e400, "", "\x00", "\ud800", "a" * 5000, [], {}, [[]], [None], {"a": {"b": []}}]
        for _ in range(200):
            path = chance.choice(list(good))
            body = dict(good[path])
            for _ in range(chance.randint(1, 2)):
                body[chance.choice(list(body))] = chance.choice(odd)
            text = bytearray(json.dumps(body).encode("utf-8", "surrogatepass"))
            if chance.random() < 0.4:
                for _ in range(chance.randint(1, 4)):
                    text[chance.randrange(len(text))] = chance.randrange(256)
            answer = self.server.post(path, bytes(text))
            self.assertIn(answer.status, [200, 400, 413, 422, 404], (path, text, answer.body))
            json.loads(answer.body)


if __name__ == "__main__":
    unittest.main()

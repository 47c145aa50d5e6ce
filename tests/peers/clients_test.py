"""`reprtune serve` through the clients that others wrote: cohere, openai, and schemathesis for the OpenAPI document.

Runs in the Python environment that `tools/peers clients` sets up; ctest skips it (exit code 77) where there is none.
"""

import pathlib
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "cli"))
try:
    import cohere
    import numpy
    import openai
    from sentence_transformers import SentenceTransformer
except ImportError as error:
    print(f"skipped: {error} (tools/peers clients sets up what is needed)")
    sys.exit(77)

from program import ProgramTest
from serving import Server

TEXTS = ["the parcel was late", "refund the card", "login password broken"]
KEY = "s3cret"
# What is not in the document: a text that the model's cleaning leaves nothing of, a longer one than it takes, more dimensions than it
# has, a name that is not served.
EXCLUDED = "positive_data_acceptance"


class ClientsTest(ProgramTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        key = pathlib.Path(cls.home) / "key"
        key.write_text(KEY + "\n")
        cls.server = Server(cls.model, "--api-key-file", str(key), "--precision", "float32")
        cls.addClassCleanup(cls.server.stop)
        cls.url = f"http://127.0.0.1:{cls.server.port}"
        cls.vectors = SentenceTransformer(cls.model, device="cpu").encode(TEXTS)

    def assert_vectors(self, found):
        numpy.testing.assert_allclose(numpy.array(found), self.vectors, atol=1e-5)

    def test_cohere(self):
        client = cohere.Client(KEY, base_url=self.url)
        answer = client.classify(model="model", inputs=TEXTS)
        self.assertEqual([row.input for row in answer.classifications], TEXTS)
        for row in answer.classifications:
            self.assertEqual(max(row.labels, key=lambda label: row.labels[label].confidence), row.prediction)
            self.assertAlmostEqual(sum(label.confidence for label in row.labels.values()), 1, delta=1e-4)
        self.assert_vectors(client.embed(texts=TEXTS, model="model", input_type="classification").embeddings)

    def test_cohere_version_two(self):
        client = cohere.ClientV2(KEY, base_url=self.url)
        answer = client.embed(texts=TEXTS, model="model", input_type="classification", embedding_types=["float", "int8", "ubinary"])
        self.assert_vectors(answer.embeddings.float_)
        self.assertEqual(len(answer.embeddings.int8[0]), self.vectors.shape[1])
        self.assertEqual(answer.embeddings.ubinary, numpy.packbits(self.vectors > 0, axis=1).tolist())

    def test_errors_through_cohere(self):
        with self.assertRaises(cohere.errors.UnauthorizedError):
            cohere.Client("wrong", base_url=self.url).embed(texts=TEXTS)
        with self.assertRaises(cohere.errors.NotFoundError) as caught:
            cohere.Client(KEY, base_url=self.url).classify(model="nope", inputs=TEXTS)
        self.assertIn("'nope' is not served", caught.exception.body["message"])

    def test_openai(self):
        client = openai.OpenAI(api_key=KEY, base_url=self.url + "/v1", max_retries=0)
        self.assertEqual([model.id for model in client.models.list()], ["model"])
        for encoding in ["float", "base64", None]:
            options = {"encoding_format": encoding} if encoding else {}
            answer = client.embeddings.create(model="model", input=TEXTS, **options)
            found = [item.embedding for item in answer.data]
            if encoding == "base64" and isinstance(found[0], str):
                import base64
                found = [numpy.frombuffer(base64.b64decode(text), "<f4") for text in found]
            self.assert_vectors(found)
        cut = client.embeddings.create(model="model", input=TEXTS, dimensions=8).data[0].embedding
        self.assertEqual(len(cut), 8)

    def test_errors_through_openai(self):
        client = openai.OpenAI(api_key=KEY, base_url=self.url + "/v1", max_retries=0)
        with self.assertRaises(openai.NotFoundError) as caught:
            client.embeddings.create(model="nope", input="a")
        self.assertEqual(caught.exception.code, "model_not_found")
        with self.assertRaises(openai.BadRequestError):
            client.embeddings.create(model="model", input="")
        with self.assertRaises(openai.AuthenticationError):
            openai.OpenAI(api_key="wrong", base_url=self.url + "/v1").models.list()

    def test_the_openapi_document_is_true(self):
        tool = pathlib.Path(sys.executable).parent / "schemathesis"
        if not tool.exists():
            self.skipTest("schemathesis is not installed")
        done = subprocess.run([tool, "run", self.url + "/openapi.json", "-H", f"Authorization: Bearer {KEY}", "--max-examples", "40", "--phases", "coverage,fuzzing",
                               "--seed", "1", "--checks", "all", "--exclude-checks", EXCLUDED], capture_output=True, text=True,
                              cwd=self.folder, timeout=500)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


if __name__ == "__main__":
    unittest.main()

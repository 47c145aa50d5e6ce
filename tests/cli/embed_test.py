import json
import math
import struct
import threading
import unittest

from program import ProgramTest

TEXTS = ["the parcel was late", "refund the card twice please", "my", "login password broken ! ? . where is my order"]
SIZES = {"<f4": ("f", 4), "<f2": ("e", 2), "|i1": ("b", 1), "|u1": ("B", 1)}


def read_npy(data):
    """(type, rows) of an npy file of version 1."""
    assert data[:8] == b"\x93NUMPY\x01\x00", data[:8]
    length = struct.unpack("<H", data[8:10])[0]
    header = eval(data[10:10 + length], {"__builtins__": {}})
    assert not header["fortran_order"] and (10 + length) % 64 == 0
    count, width = header["shape"]
    letter, size = SIZES[header["descr"]]
    body = data[10 + length:]
    assert len(body) == count * width * size, (len(body), header)
    values = struct.unpack("<" + letter * (count * width), body)
    return header["descr"], [list(values[i * width:(i + 1) * width]) for i in range(count)]


class EmbedTest(ProgramTest):
    def embed(self, *arguments, texts=TEXTS, model=None):
        out = self.good("embed", model or self.model, *arguments, stdin="".join(text + "\n" for text in texts)).out
        return [json.loads(line)["embedding"] for line in out.splitlines()]

    def assert_close(self, left, right, delta=1e-5):
        self.assertEqual(len(left), len(right))
        for a, b in zip(left, right):
            self.assertEqual(len(a), len(b))
            self.assertLess(max(abs(x - y) for x, y in zip(a, b)), delta)

    def test_the_extension_of_the_output_names_its_format(self):
        for name, begin in [("v.npy", b"\x93NUMPY"), ("v.csv", b"e0,e1,"), ("v.jsonl", b'{"embedding"'), ("v.txt", b'{"embedding"')]:
            self.good("embed", self.model, "-o", name, stdin="my\n")
            self.assertTrue(self.read(name).startswith(begin), name)
        self.good("embed", self.model, "-o", "v.npy", "--format", "csv", stdin="my\n")
        self.assertTrue(self.read("v.npy").startswith(b"e0,e1,"))
        self.good("classify", self.model, "-o", "c.jsonl", stdin="my\n")
        self.assertTrue(self.read("c.jsonl").startswith(b'{"label"'))

    def test_vectors_have_length_one_and_do_not_depend_on_their_batch(self):
        alone = [self.embed("--precision", "float32", texts=[text])[0] for text in TEXTS]
        for vector in alone:
            self.assertEqual(len(vector), 32)
            self.assertAlmostEqual(math.hypot(*vector), 1, delta=1e-5)
        for batch, threads in [("1", "1"), ("7", "2"), ("64", "1"), ("64", "2")]:
            vectors = self.embed("--batch-size", batch, "--threads", threads, "--precision", "float32", texts=TEXTS * 20)
            self.assert_close(vectors, alone * 20)

    def test_equal_texts_and_every_instruction_set_give_the_same_vectors(self):
        once = self.embed("--precision", "float32", texts=TEXTS * 3)
        self.assert_close(once, self.embed("--precision", "float32", "--no-deduplicate", texts=TEXTS * 3))
        self.assert_close(once, self.embed("--precision", "float32", "--kernels", "SCALAR", texts=TEXTS * 3))
        said = self.good("embed", self.model, "--verbose", stdin="a\n", env={"REPRTUNE_KERNELS": "SCALAR"}).err
        self.assertIn("kernels SCALAR, ", said)
        self.assert_refused(self.run_program("embed", self.model, "--kernels", "nope", stdin="a\n"), 2, "nope", "SCALAR")

    def test_bfloat16_is_near(self):
        exact, fast = self.embed("--precision", "float32"), self.embed("--precision", "bfloat16")
        self.assert_close(exact, fast, 0.05)
        self.assertNotEqual(exact, fast)

    def test_int16_is_nearer_than_bfloat16_and_the_same_on_all_machines(self):
        exact, fast = self.embed("--precision", "float32"), self.embed("--precision", "int16")
        self.assert_close(exact, fast, 0.003)
        self.assertNotEqual(exact, fast)
        self.assert_close(fast, self.embed("--precision", "int16", "--kernels", "SCALAR"), 1e-4)
        said = self.good("embed", self.model, "--precision", "int16", "--kernels", "SCALAR", "--verbose", stdin="a\n").err
        self.assertIn("in int16 (kernels and int16 products SCALAR)", said)

    def test_int8_is_near_and_says_what_it_runs_on(self):
        """Of the base model, which is the same on all machines; a finetuned one is not."""
        exact, fast = self.embed("--precision", "float32", model=self.base), self.embed("--precision", "int8", model=self.base)
        for a, b in zip(exact, fast):
            self.assertGreater(sum(x * y for x, y in zip(a, b)), 0.999)
        self.assertNotEqual(fast, self.embed("--precision", "bfloat16", model=self.base))
        portable = self.embed("--precision", "int8", "--kernels", "SCALAR", model=self.base)
        for a, b in zip(exact, portable):
            self.assertGreater(sum(x * y for x, y in zip(a, b)), 0.999)
        said = self.good("embed", self.model, "--precision", "int8", "--kernels", "SCALAR", "--verbose", stdin="a\n").err
        self.assertIn("in int8 (kernels and int8 products SCALAR, which has no instruction for these)", said)

    def test_formats_agree(self):
        vectors = self.embed()
        stdin = "".join(text + "\n" for text in TEXTS)
        lines = self.good("embed", self.model, "--format", "csv", stdin=stdin).out.splitlines()
        self.assertEqual(lines[0], ",".join(f"e{i}" for i in range(32)))
        self.assert_close([[float(cell) for cell in line.split(",")] for line in lines[1:]], vectors, 1e-6)
        self.good("embed", self.model, "--format", "npy", "-o", "out.npy", stdin=stdin)
        kind, table = read_npy(self.read("out.npy"))
        self.assertEqual(kind, "<f4")
        self.assert_close(table, vectors, 1e-6)
        body = self.good("embed", self.model, "--format", "cohere", stdin=stdin).json()
        self.assertEqual(body["texts"], TEXTS)
        self.assert_close(body["embeddings"], vectors, 1e-6)
        first = json.loads(self.good("embed", self.model, "--with-text", stdin=stdin).out.splitlines()[0])
        self.assertEqual(first["text"], TEXTS[0])

    def test_types(self):
        vectors = self.embed()
        stdin = "".join(text + "\n" for text in TEXTS)
        expected = {"float16": ("<f2", 32), "int8": ("|i1", 32), "uint8": ("|u1", 32), "binary": ("|i1", 4), "ubinary": ("|u1", 4)}
        tables = {}
        for name, (kind, width) in expected.items():
            self.good("embed", self.model, "--format", "npy", "--type", name, "-o", name + ".npy", stdin=stdin)
            found, tables[name] = read_npy(self.read(name + ".npy"))
            self.assertEqual((found, len(tables[name][0])), (kind, width))
        self.assert_close(tables["float16"], vectors, 1e-3)
        for vector, unsigned, signed in zip(vectors, tables["ubinary"], tables["binary"]):
            bits = [int(value > 0) for value in vector]
            self.assertEqual(unsigned, [int("".join(map(str, bits[i:i + 8])), 2) for i in range(0, 32, 8)])
            self.assertEqual(signed, [byte - 128 for byte in unsigned])
        for small, large in zip(tables["int8"], tables["uint8"]):
            self.assertEqual([value + 128 for value in small], large)

    def test_base_model_embeds_but_has_no_ranges(self):
        self.assertEqual(len(self.embed(model=self.base)), 4)
        for name in ["int8", "uint8"]:
            self.assert_refused(self.run_program("embed", self.base, "--type", name, stdin="a\n"), 2, name, "finetune")

    def test_who_writes_a_text_and_waits_gets_its_vector(self):
        """A program may talk to it through two pipes, text by text: an answer does not wait for the next text."""
        lines = {"txt": "{}\n", "jsonl": '{{"text": "{}"}}\n'}
        for input_format, line in lines.items():
            with self.subTest(input_format):
                process = self.start("embed", self.model, "--input-format", input_format, "--quiet")
                self.addCleanup(process.kill)
                deadline = threading.Timer(60, process.kill)
                deadline.start()
                for texts in [["a"], TEXTS[:1], TEXTS[1:3], TEXTS[3:]]:
                    process.stdin.write("".join(line.format(text) for text in texts).encode())
                    process.stdin.flush()
                    answers = [json.loads(process.stdout.readline())["embedding"] for _ in texts]
                    self.assert_close(answers, self.embed(texts=texts))
                deadline.cancel()
                out, err = process.communicate(timeout=60)
                self.assertEqual((process.returncode, out, err), (0, b"", b""))

    def test_npy_needs_a_file(self):
        self.assert_refused(self.run_program("embed", self.model, "--format", "npy", stdin="a\n"), 2, "-o FILE")
        self.assert_refused(self.run_program("embed", self.model, "--format", "npy", "--with-text", "-o", "x.npy", stdin="a\n"), 2, "npy")
        self.assert_no_file("x.npy")


if __name__ == "__main__":
    unittest.main()

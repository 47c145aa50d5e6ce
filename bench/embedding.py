#!/usr/bin/env python3
"""Embedding beside the Python stack, in turn on the same texts in one run.

    tools/peers bench   # once: the peers, in an environment of their own
    ~/.cache/reprtune/peers/bin/python bench/embedding.py build/release/bin/reprtune MODEL_FOLDER TRAIN.csv

MODEL_FOLDER is the base model (all-MiniLM-L6-v2, whose vectors are means of token vectors, normalised): 8,000 texts of
TRAIN.csv (some twice; none is spared for that) through each peer, its model already loaded, and through `reprtune embed`,
the whole process; --join 13 makes long texts of 13 rows each. Prints medians of the rounds, ratios, and the smallest cosine to the first peer
(sentence-transformers `encode` with its defaults: float32, batches of 32, at most 256 tokens).
"""

import argparse
import csv
import os
import pathlib
import statistics
import subprocess
import tempfile
import time

os.environ.setdefault("HF_HUB_OFFLINE", "1")

BATCH = 32
MAX_LENGTH = 256


class SentenceTransformers:
    def __init__(self, folder, threads, precision):
        import torch
        from sentence_transformers import SentenceTransformer
        torch.set_num_threads(threads)
        kwargs = {"model_kwargs": {"dtype": torch.bfloat16}} if precision == "bfloat16" else {}
        self.model = SentenceTransformer(str(folder), device="cpu", **kwargs)

    def embed(self, texts):
        return self.model.encode(texts)


class SortedBatches:
    """As a careful user would: sorted by length, batches of 32, padded to the longest of each."""

    def __init__(self, folder):
        from transformers import AutoTokenizer
        self.tokenizer = AutoTokenizer.from_pretrained(folder)

    def batches(self, texts):
        import numpy
        encodings = self.tokenizer(texts, truncation=True, max_length=MAX_LENGTH)["input_ids"]
        order = sorted(range(len(texts)), key=lambda i: -len(encodings[i]))
        for first in range(0, len(order), BATCH):
            rows = order[first:first + BATCH]
            ids = numpy.zeros((len(rows), len(encodings[rows[0]])), numpy.int64)
            mask = numpy.zeros_like(ids)
            for place, row in enumerate(rows):
                ids[place, :len(encodings[row])] = encodings[row]
                mask[place, :len(encodings[row])] = 1
            yield rows, ids, mask


def sentence_encoder(folder):
    """The base model with its pooling, as one module from (ids, mask) [B, T] to vectors [B, H]."""
    import torch
    from transformers import AutoModel

    class SentenceEncoder(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.model = AutoModel.from_pretrained(folder, attn_implementation="eager").eval()

        def forward(self, ids, mask):
            hidden = self.model(input_ids=ids, attention_mask=mask).last_hidden_state
            kept = mask.unsqueeze(-1).float()
            return torch.nn.functional.normalize((hidden * kept).sum(1) / kept.sum(1))

    ids = torch.randint(5, 900, (2, 7))
    mask = torch.ones_like(ids)
    mask[1, 5:] = 0
    return SentenceEncoder(), (ids, mask)


class OnnxRuntime(SortedBatches):
    def __init__(self, folder, threads, onnx_file):
        super().__init__(folder)
        import onnxruntime
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        self.session = onnxruntime.InferenceSession(str(onnx_file or self.export(folder)), options,
                                                    providers=["CPUExecutionProvider"])

    @staticmethod
    def export(folder):
        import torch
        file = pathlib.Path(tempfile.mkdtemp()) / "model.onnx"
        module, example = sentence_encoder(folder)
        axes = {"ids": {0: "B", 1: "T"}, "mask": {0: "B", 1: "T"}}
        torch.onnx.export(module, example, str(file), input_names=["ids", "mask"], output_names=["vectors"],
                          dynamic_axes=axes, opset_version=17, dynamo=False)
        return file

    def embed(self, texts):
        import numpy
        vectors = [None] * len(texts)
        for rows, ids, mask in self.batches(texts):
            for row, vector in zip(rows, self.session.run(None, {"ids": ids, "mask": mask})[0]):
                vectors[row] = vector
        return numpy.stack(vectors)


class OpenVino(SortedBatches):
    """One request per stream in flight, as many streams as threads."""

    def __init__(self, folder, threads, precision):
        super().__init__(folder)
        import openvino
        module, (ids, mask) = sentence_encoder(folder)
        model = openvino.convert_model(module, example_input={"ids": ids, "mask": mask})
        self.compiled = openvino.Core().compile_model(model, "CPU", {
            "INFERENCE_PRECISION_HINT": {"float32": "f32", "bfloat16": "bf16"}[precision],
            "NUM_STREAMS": threads, "INFERENCE_NUM_THREADS": threads, "PERFORMANCE_HINT": "THROUGHPUT"})
        self.queue = openvino.AsyncInferQueue(self.compiled, threads)

    def embed(self, texts):
        import numpy
        vectors = [None] * len(texts)

        def keep(request, rows):
            for row, vector in zip(rows, request.get_output_tensor().data):
                vectors[row] = vector.copy()

        self.queue.set_callback(keep)
        for rows, ids, mask in self.batches(texts):
            self.queue.start_async([ids, mask], rows)
        self.queue.wait_all()
        return numpy.stack(vectors)


class Reprtune:
    def __init__(self, program, folder, threads, precision, scratch):
        self.output = scratch / "vectors.npy"
        self.texts = scratch / "texts.txt"
        self.command = [program, "embed", folder, self.texts, "-o", self.output, "--format", "npy", "--quiet",
                        "--no-deduplicate", "--threads", str(threads), "--precision", precision]

    def embed(self, texts):
        import numpy
        subprocess.run(self.command, check=True)
        return numpy.load(self.output)


def read_texts(file, count, join):
    with file.open(newline="", encoding="utf-8") as stream:
        texts = [" ".join(row["text"].split()) for row in csv.DictReader(stream)]
    if join > 1:
        texts = [" ".join(texts[i:i + join]) for i in range(0, len(texts) - join, max(join // 3, 1))]
    return (texts * (count // len(texts) + 1))[:count]


def multiplies_bfloat16():
    flags = pathlib.Path("/proc/cpuinfo").read_text()
    return "avx512_bf16" in flags or "amx_bf16" in flags


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("model", type=pathlib.Path)
    parser.add_argument("train", type=pathlib.Path)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--texts", type=int, default=8000)
    parser.add_argument("--join", type=int, default=1, help="rows of TRAIN.csv in one text to embed")
    parser.add_argument("--peers", default="sentence-transformers,onnxruntime,openvino",
                        help="comma-separated; the first three by default, and sentence-transformers-bfloat16")
    parser.add_argument("--onnx", type=pathlib.Path, help="the model for onnxruntime (ids, mask -> vectors); made where none is given")
    parser.add_argument("--precisions", default="float32,auto,int8", help="of reprtune")
    options = parser.parse_args()

    import numpy
    texts = read_texts(options.train, options.texts, options.join)
    with tempfile.TemporaryDirectory() as folder:
        scratch = pathlib.Path(folder)
        (scratch / "texts.txt").write_text("\n".join(texts) + "\n", encoding="utf-8")
        model, threads, peers = options.model, options.threads, options.peers.split(",")
        ways = {"sentence-transformers float32": SentenceTransformers(model, threads, "float32")}
        if "sentence-transformers-bfloat16" in peers:
            ways["sentence-transformers bfloat16"] = SentenceTransformers(model, threads, "bfloat16")
        if "onnxruntime" in peers:
            ways["onnxruntime float32"] = OnnxRuntime(model, threads, options.onnx)
        if "openvino" in peers:
            ways["openvino float32"] = OpenVino(model, threads, "float32")
            if multiplies_bfloat16():  # with AVX-512 alone it imitates them, and takes minutes
                ways["openvino bfloat16"] = OpenVino(model, threads, "bfloat16")
        for precision in options.precisions.split(","):
            ways[f"reprtune {precision}"] = Reprtune(options.program, model, threads, precision, scratch)

        seconds = {name: [] for name in ways}
        cosines = {}
        for _ in range(options.rounds):
            reference = None
            for name, way in ways.items():
                start = time.perf_counter()
                vectors = way.embed(texts)
                seconds[name].append(time.perf_counter() - start)
                vectors = numpy.asarray(vectors, numpy.float32)
                vectors /= numpy.linalg.norm(vectors, axis=1, keepdims=True)
                reference = vectors if reference is None else reference
                cosines[name] = (vectors * reference).sum(1)
                print(f"{name}: {seconds[name][-1]:.2f} s", flush=True)
    medians = {name: statistics.median(times) for name, times in seconds.items()}
    slowest = medians["sentence-transformers float32"]
    print(f"\n| embedding {len(texts)} texts | median s | times faster | cosine: smallest | mean |\n|---|---|---|---|---|")
    for name, median in medians.items():
        print(f"| {name} | {median:.2f} | {slowest / median:.2f} | {cosines[name].min():.5f} | {cosines[name].mean():.5f} |")


if __name__ == "__main__":
    main()

"""Writes quantization_golden.json: what sentence-transformers and numpy make of small embeddings, for quantization_test.cpp.

Usage: python make_quantization_golden.py   (needs sentence-transformers and numpy 2)
"""

import json
import pathlib

import numpy as np
from sentence_transformers.util import quantize_embeddings

ROWS, DIMENSION = 6, 20  # 20 is no multiple of 8: the last byte of a binary row is part empty


def floats(array):
    """float32 numbers as their shortest exact spelling."""
    return [float(str(np.float32(x))) for x in np.asarray(array, dtype=np.float32).ravel()]


def main():
    generator = np.random.default_rng(1)
    calibration = generator.normal(size=(50, DIMENSION)).astype(np.float32)
    calibration[:, 3] = 0.25  # a dimension that never varies
    embeddings = generator.normal(size=(ROWS, DIMENSION)).astype(np.float32) * 2  # some outside the ranges
    ranges = np.vstack([calibration.min(axis=0), calibration.max(axis=0)])
    embeddings[0] = ranges[0]  # the ends of the ranges themselves
    embeddings[1] = ranges[1]
    embeddings[2, :4] = [0.0, -0.0, 1e-30, -1e-30]
    golden = {
        "dimension": DIMENSION,
        "minimum": floats(ranges[0]),
        "maximum": floats(ranges[1]),
        "embeddings": floats(embeddings),
    }
    for precision in ("int8", "uint8", "binary", "ubinary"):
        golden[precision] = quantize_embeddings(embeddings, precision, ranges=ranges).astype(int).ravel().tolist()

    # binary16: ordinary numbers, ties to both sides, the largest, the smallest, subnormal and vanishing ones.
    halves = np.float32([0, -0.0, 1, -1, 0.1, 1 / 3, 1.00048828125, 1.00146484375, 2047.5, 2048.5, 65504, 65519.996, 65520, 7e4,
                         6.1035156e-5, 6.1e-5, 5.9604645e-8, 2.9802322e-8, 2.9802326e-8, 8.940697e-8, 1e-10, 3.1415927, np.inf])
    halves = np.concatenate([halves, generator.normal(size=40).astype(np.float32) * np.float32(10.0) ** np.arange(-8, 2).repeat(4)])
    halves = halves.astype(np.float32)
    with np.errstate(over="ignore"):
        golden["float16"] = {
            "float32_bits": halves.view(np.uint32).astype(int).tolist(),
            "float16_bits": halves.astype(np.float16).view(np.uint16).astype(int).tolist(),
        }
    path = pathlib.Path(__file__).with_name("quantization_golden.json")
    path.write_text(json.dumps(golden) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

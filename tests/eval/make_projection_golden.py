"""Writes projection_golden.json: scikit-learn's PCA of a small matrix, for projection_test.cpp.

Usage: python make_projection_golden.py   (needs scikit-learn and numpy)
"""

import json
import pathlib

import numpy as np
from sklearn.decomposition import PCA


def main():
    rng = np.random.default_rng(3)
    rows = (rng.normal(size=(40, 12)) * np.linspace(2.0, 0.3, 12) + 5).astype(np.float32)
    pca = PCA(n_components=2, svd_solver="full")
    plane = pca.fit_transform(rows.astype(np.float64))
    for axis, component in enumerate(pca.components_):  # largest loading positive, whatever scikit-learn's own rule is
        plane[:, axis] *= np.sign(component[np.abs(component).argmax()])
    golden = {"dimension": 12, "rows": rows.astype(np.float64).ravel().tolist(), "plane": plane.ravel().tolist()}
    pathlib.Path(__file__).with_name("projection_golden.json").write_text(json.dumps(golden, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()

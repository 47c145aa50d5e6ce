"""Writes label_sets_golden.json: losses and one-vs-rest probes where rows may have any number of labels, as PyTorch and
scikit-learn compute them.

Usage: make_label_sets_golden.py   (made with torch 2.15.0, numpy 2.4.6 and scikit-learn 1.9.1; the seeds are fixed)
"""

import json
import pathlib

import numpy
import torch
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier


def jaccard(a, b):
    return len(a & b) / len(a | b) if a | b else 0


def contrastive(vectors, sets, temperature):
    """One anchor at a time: Khosla et al. 2020, equation 2, each partner weighted by the Jaccard similarity of the label
    sets (Lin et al. 2023), the weights of an anchor summing to one (Su et al. 2022)."""
    z = torch.nn.functional.normalize(vectors)
    losses = []
    for i in range(len(z)):
        others = [a for a in range(len(z)) if a != i]
        weights = [jaccard(sets[i], sets[a]) for a in others]
        if sum(weights) == 0:
            continue
        denominator = torch.logsumexp(torch.stack([z[i] @ z[a] / temperature for a in others]), 0)
        losses.append(-sum(w * (z[i] @ z[a] / temperature - denominator) for w, a in zip(weights, others)) / sum(weights))
    return torch.stack(losses).mean() if losses else vectors.sum() * 0


def flat(tensor):
    return [float(f"{x:.9g}") for x in tensor.detach().flatten().tolist()]


def random_sets(rows, classes, share):
    return (torch.rand(rows, classes, dtype=torch.float64) < share).double()


def contrastive_case(seed, rows, width, classes, share, temperature):
    torch.manual_seed(seed)
    vectors = torch.randn(rows, width, dtype=torch.float64, requires_grad=True)
    matrix = random_sets(rows, classes, share)
    sets = [set(torch.nonzero(row).flatten().tolist()) for row in matrix]
    loss = contrastive(vectors, sets, temperature)
    loss.backward()
    return {"rows": rows, "width": width, "classes": classes, "temperature": temperature, "sets": flat(matrix),
            "overlap": [jaccard(a, b) for a in sets for b in sets], "vectors": flat(vectors), "loss": loss.item(),
            "gradient": flat(vectors.grad)}


def loss_case(seed, rows, classes, gamma):
    """Binary cross-entropy summed over the labels; with gamma Lin et al. 2017, equation 4."""
    torch.manual_seed(seed)
    logits = (torch.randn(rows, classes, dtype=torch.float64) * 3).requires_grad_()
    sets = random_sets(rows, classes, 0.3)
    if gamma == 0:
        loss = torch.nn.functional.binary_cross_entropy_with_logits(logits, sets, reduction="sum") / rows
    else:
        p = torch.where(sets > 0, torch.sigmoid(logits), 1 - torch.sigmoid(logits))
        loss = (-(1 - p) ** gamma * p.log()).sum() / rows
    loss.backward()
    return {"rows": rows, "classes": classes, "gamma": gamma, "sets": flat(sets), "logits": flat(logits), "loss": loss.item(),
            "gradient": flat(logits.grad)}


def probe_case(seed, rows, width, classes):
    random = numpy.random.default_rng(seed)
    centres = random.normal(size=(classes, width))
    sets = (random.random((rows, classes)) < 0.3).astype(int)
    vectors = (sets @ centres + random.normal(size=(rows, width))).astype(numpy.float32)
    vectors /= numpy.linalg.norm(vectors, axis=1, keepdims=True)
    probe = OneVsRestClassifier(LogisticRegression(C=10, max_iter=10_000, tol=1e-10)).fit(vectors, sets)
    return {"rows": rows, "width": width, "classes": classes, "sets": sets.flatten().tolist(),
            "vectors": flat(torch.tensor(vectors)), "probabilities": flat(torch.tensor(probe.predict_proba(vectors)))}


golden = {"contrastive": [contrastive_case(0, 8, 5, 3, 0.4, 0.1), contrastive_case(1, 16, 8, 6, 0.3, 0.5),
                          contrastive_case(2, 10, 4, 20, 0.05, 0.07), contrastive_case(3, 12, 6, 2, 0.8, 1.0)],
          "losses": [loss_case(4, 6, 3, 0), loss_case(5, 9, 4, 2), loss_case(6, 5, 7, 0.5)],
          "probe": [probe_case(7, 60, 6, 4), probe_case(8, 80, 10, 3)]}
pathlib.Path(__file__).with_name("label_sets_golden.json").write_text(json.dumps(golden) + "\n")

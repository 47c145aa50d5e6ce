"""Writes metrics_golden.json: what scikit-learn and numpy say about small cases, for metrics_test.cpp.

Usage: python make_metrics_golden.py   (needs scikit-learn, numpy and scipy)
"""

import json
import pathlib
import warnings

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import logsumexp
from sklearn.metrics import accuracy_score, confusion_matrix, precision_recall_fscore_support

SMALLEST = np.finfo(np.float32).tiny  # where log_loss clips


def reliability(truth, probabilities, bins=15):
    """Guo et al. 2017, section 2, with bins (low, high]: rows, mean confidence and accuracy of each."""
    confidence = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == truth
    edges = np.linspace(0, 1, bins + 1)
    table = []
    for low, high in zip(edges[:-1], edges[1:]):
        inside = (confidence > low) & (confidence <= high)
        table.append([int(inside.sum())] + ([float(confidence[inside].mean()), float(right[inside].mean())] if inside.any() else []))
    return table


def scores(values):
    return {name: float(value) for name, value in zip(("precision", "recall", "f1"), values)}


def case(name, truth, probabilities):
    probabilities = np.asarray(probabilities, dtype=np.float32)
    truth = np.asarray(truth)
    classes = probabilities.shape[1]
    exact = probabilities.astype(np.float64)
    predicted = exact.argmax(axis=1)
    per_class = precision_recall_fscore_support(truth, predicted, labels=range(classes), zero_division=0)
    occurs = set(truth) | set(predicted)
    table = reliability(truth, exact)
    return {
        "name": name,
        "classes": classes,
        "truth": truth.tolist(),
        "probabilities": exact.ravel().tolist(),
        "accuracy": float(accuracy_score(truth, predicted)),
        "macro": scores(precision_recall_fscore_support(truth, predicted, average="macro", zero_division=0)),
        "weighted": scores(precision_recall_fscore_support(truth, predicted, average="weighted", zero_division=0)),
        "per_class": [
            {**scores([column[c] for column in per_class[:3]]), "support": int(per_class[3][c])} if c in occurs else None
            for c in range(classes)
        ],
        "confusion": confusion_matrix(truth, predicted, labels=range(classes)).tolist(),
        "log_loss": float(-np.log(np.maximum(exact[np.arange(len(truth)), truth], SMALLEST)).mean()),
        "ece": sum(rows * abs(right - confidence) for rows, confidence, right in filter(lambda b: b[0], table)) / len(truth),
        "reliability": table,
    }


def temperature_case(name, truth, logits):
    logits = np.asarray(logits, dtype=np.float32).astype(np.float64)
    truth = np.asarray(truth)
    rows = np.arange(len(truth))
    others = logits.copy()
    others[rows, truth] = -np.inf
    target = np.zeros_like(logits)  # as Platt 1999: one right and one wrong answer more than there were
    target[rows, truth] = 1 - 1 / (len(truth) + 2)
    target[rows, others.argmax(axis=1)] = 1 / (len(truth) + 2)

    def loss(log_t):
        z = logits / np.exp(log_t)
        # and a normal prior of log T around 0, of standard deviation 0.5
        return (logsumexp(z, axis=1) - (target * z).sum(axis=1)).sum() + log_t**2 / (2 * 0.5**2)

    best = minimize_scalar(loss, bounds=(np.log(0.05), np.log(20)), method="bounded", options={"xatol": 1e-10})
    return {
        "name": name,
        "classes": logits.shape[1],
        "truth": truth.tolist(),
        "logits": logits.ravel().tolist(),
        "temperature": float(np.exp(best.x)),
    }


def softmax(logits):
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def main():
    warnings.simplefilter("ignore")
    rng = np.random.default_rng(7)

    def noisy(rows, classes, sharpness, only=None):
        truth = rng.integers(0, classes, rows) if only is None else rng.choice(only, rows)
        logits = rng.normal(size=(rows, classes))
        logits[np.arange(rows), truth] += 1.0
        return truth, logits * sharpness

    truth5, logits5 = noisy(60, 5, 1.5)
    absent_truth, absent_logits = noisy(24, 6, 1.0, only=[0, 2, 3])
    absent_logits[:, 4] -= 50  # class 4: neither true nor predicted; 1 and 5: predicted only
    never_truth, never_logits = noisy(30, 4, 1.0)
    never_logits[:, 2] -= 50  # class 2: true but never predicted
    cases = [
        case("five classes", truth5, softmax(logits5)),
        case("absent and predicted-only classes", absent_truth, softmax(absent_logits)),
        case("never predicted class", never_truth, softmax(never_logits)),
        case("one class", [0, 0, 0], [[1.0], [1.0], [1.0]]),
        case("ties", [0, 1, 1, 2], [[0.5, 0.5, 0], [0.5, 0.5, 0], [0.25, 0.375, 0.375], [0.25, 0.375, 0.375]]),
        case("all wrong with certainty", [0, 1], [[0, 1], [1, 0]]),
        case("all right with certainty", [0, 1], [[1, 0], [0, 1]]),
    ]
    sharp_truth, sharp_logits = noisy(60, 4, 4.0)
    flat_truth, flat_logits = noisy(60, 3, 0.3)
    temperatures = [
        temperature_case("overconfident", sharp_truth, sharp_logits),
        temperature_case("underconfident", flat_truth, flat_logits),
        temperature_case("no mistake", sharp_logits.argmax(axis=1), sharp_logits),
    ]
    for each in temperatures:
        assert 0.06 < each["temperature"] < 19, each["name"]
    golden = {"metrics": cases, "temperatures": temperatures}
    path = pathlib.Path(__file__).with_name("metrics_golden.json")
    path.write_text(json.dumps(golden, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()

"""Writes label_sets_golden.json: what scikit-learn and scipy say where rows may have any number of labels.

Usage: python make_label_sets_golden.py   (made with scikit-learn 1.9.1, numpy 2.4.6 and scipy 1.17.1; the seeds are fixed)
"""

import json
import pathlib
import warnings

import numpy as np
from scipy.optimize import minimize_scalar
from sklearn.metrics import accuracy_score, f1_score, hamming_loss, precision_recall_fscore_support

SMALLEST = np.finfo(np.float32).tiny  # where log_loss clips


def scores(values):
    return {name: float(value) for name, value in zip(("precision", "recall", "f1"), values)}


def indices(sets):
    return [np.flatnonzero(row).tolist() for row in sets]


def calibration_error(truth, probabilities, bins=15):
    """Guo et al. 2017, equation 3, over every row and label, with bins (low, high] and 0 in the lowest."""
    p, has = probabilities.ravel(), truth.ravel()
    place = np.clip(np.ceil(p * bins) - 1, 0, bins - 1).astype(int)
    return sum(abs(p[place == b].sum() - has[place == b].sum()) for b in range(bins)) / p.size


def metrics_case(name, truth, probabilities, threshold=0.5):
    probabilities = np.asarray(probabilities, dtype=np.float32).astype(np.float64)
    truth = np.asarray(truth)
    predicted = (probabilities >= threshold).astype(int)
    occurs = np.flatnonzero(truth.any(axis=0) | predicted.any(axis=0))  # of others macro and weighted know nothing
    of_occurring = {"labels": occurs, "zero_division": 0}
    some = truth.any() or predicted.any()
    return {
        "name": name,
        "classes": truth.shape[1],
        "truth": indices(truth),
        "predicted": indices(predicted),
        "probabilities": probabilities.ravel().tolist(),
        "accuracy": float(accuracy_score(truth, predicted)),
        "hamming_loss": float(hamming_loss(truth, predicted)),
        "macro": scores(precision_recall_fscore_support(truth, predicted, average="macro", **of_occurring)),
        "weighted": scores(precision_recall_fscore_support(truth, predicted, average="weighted", **of_occurring)),
        "micro": scores(precision_recall_fscore_support(truth, predicted, average="micro", zero_division=0)) if some else None,
        "samples": scores(precision_recall_fscore_support(truth, predicted, average="samples", zero_division=1)),
        "support": truth.sum(axis=0).tolist(),
        "log_loss": float(-np.log(np.maximum(np.where(truth, probabilities, 1 - probabilities), SMALLEST)).sum(axis=1).mean()),
        "ece": float(calibration_error(truth, probabilities)),
    }


def temperature_case(name, truth, logits):
    logits = np.asarray(logits, dtype=np.float32).astype(np.float64)
    truth = np.asarray(truth)
    target = np.where(truth, 1 - 1 / (len(truth) + 2), 1 / (len(truth) + 2))

    def loss(log_t):
        z = logits / np.exp(log_t)
        # with a normal prior of log T around 0, of standard deviation 0.5
        return (np.logaddexp(0, z) - target * z).sum() + log_t**2 / (2 * 0.5**2)

    best = minimize_scalar(loss, bounds=(np.log(0.05), np.log(20)), method="bounded", options={"xatol": 1e-10})
    return {"name": name, "classes": truth.shape[1], "truth": indices(truth), "logits": logits.ravel().tolist(),
            "temperature": float(np.exp(best.x))}


def best_cut(truth, log_odds, wished):
    """By trying every cut with scikit-learn's F1."""
    values = np.unique(log_odds)[::-1]
    cuts = (values + np.append(values[1:], values[-1] - 1)) / 2
    f1 = [f1_score(truth, log_odds >= cut, zero_division=0) for cut in cuts]
    return min((-round(f, 12), abs(cut - wished), cut) for f, cut in zip(f1, cuts))[2]


def threshold_case(name, truth, probabilities):
    probabilities = np.asarray(probabilities, dtype=np.float32).astype(np.float64)
    truth = np.asarray(truth)
    log_odds = np.log(np.clip(probabilities, 1e-6, 1 - 1e-6))
    log_odds -= np.log1p(-np.clip(probabilities, 1e-6, 1 - 1e-6))
    common = best_cut(truth.ravel(), log_odds.ravel(), 0) if truth.any() else 0
    support = truth.sum(axis=0)
    own = [best_cut(truth[:, c], log_odds[:, c], common) if support[c] else common for c in range(truth.shape[1])]
    drawn = (support * own + 10 * common) / (support + 10)
    return {"name": name, "classes": truth.shape[1], "truth": indices(truth), "probabilities": probabilities.ravel().tolist(),
            "thresholds": (1 / (1 + np.exp(-drawn))).tolist()}


def main():
    warnings.simplefilter("ignore")
    rng = np.random.default_rng(11)

    def noisy(rows, classes, share, sharpness=2.0):
        truth = (rng.random((rows, classes)) < share).astype(int)
        logits = (rng.normal(size=truth.shape) + 1.5 * truth - 1) * sharpness
        return truth, logits

    def sigmoid(logits):
        return 1 / (1 + np.exp(-logits))

    truth, logits = noisy(60, 5, [0.4, 0.3, 0.1, 0.2, 0.05])
    rare_truth, rare_logits = noisy(40, 6, [0.3, 0, 0.2, 0, 0.02, 0.1])
    rare_logits[:, 3] -= 50  # neither true nor predicted; label 1 is predicted only
    cases = [
        metrics_case("five labels", truth, sigmoid(logits)),
        metrics_case("labels that do not occur", rare_truth, sigmoid(rare_logits)),
        metrics_case("no label at all, on either side", [[0, 0], [0, 0]], [[0.1, 0.2], [0.3, 0.1]]) | {"macro": None, "weighted": None},
        metrics_case("all right with certainty", [[1, 0], [0, 0], [1, 1]], [[1, 0], [0, 0], [1, 1]]),
        metrics_case("all wrong with certainty", [[1, 0], [0, 1]], [[0, 1], [1, 0]]),
    ]
    sharp_truth, sharp_logits = noisy(60, 4, 0.3, 6.0)
    flat_truth, flat_logits = noisy(60, 3, 0.4, 0.4)
    golden = {
        "metrics": cases,
        "temperatures": [temperature_case("overconfident", sharp_truth, sharp_logits),
                         temperature_case("underconfident", flat_truth, flat_logits)],
        "thresholds": [threshold_case("five labels", truth, sigmoid(logits)),
                       threshold_case("labels that do not occur", rare_truth, sigmoid(rare_logits)),
                       threshold_case("equal probabilities", [[1, 0], [0, 1], [1, 0]], [[0.5, 0.25], [0.5, 0.25], [0.75, 0.25]]),
                       threshold_case("no label at all", [[0, 0], [0, 0]], [[0.9, 0.2], [0.3, 0.1]])],
    }
    path = pathlib.Path(__file__).with_name("label_sets_golden.json")
    path.write_text(json.dumps(golden, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()

"""Writes training_golden.json: losses, optimizer steps and linear probes as PyTorch and scikit-learn compute them.

Usage: make_training_golden.py   (needs torch, numpy, scikit-learn; made once, the seeds are fixed)
"""

import json
import pathlib

import numpy
import torch
from sklearn.linear_model import LogisticRegression


def contrastive(vectors, labels, temperature):
    """Khosla et al. 2020, equation 2, written from the paper: one anchor at a time."""
    z = torch.nn.functional.normalize(vectors)
    losses = []
    for i in range(len(z)):
        others = [a for a in range(len(z)) if a != i]
        partners = [p for p in others if labels[p] == labels[i]]
        if not partners:
            continue
        denominator = torch.logsumexp(torch.stack([z[i] @ z[a] / temperature for a in others]), 0)
        losses.append(-sum(z[i] @ z[p] / temperature - denominator for p in partners) / len(partners))
    return torch.stack(losses).mean() if losses else vectors.sum() * 0


def flat(tensor):
    return [float(f"{x:.9g}") for x in tensor.detach().flatten().tolist()]


def contrastive_cases():
    cases = []
    for seed, rows, width, classes, temperature in [(0, 8, 5, 3, 0.1), (1, 16, 8, 2, 0.5), (2, 6, 4, 1, 0.07), (3, 12, 6, 9, 1.0)]:
        torch.manual_seed(seed)
        vectors = torch.randn(rows, width, dtype=torch.float64, requires_grad=True)
        labels = torch.randint(classes, (rows,))
        loss = contrastive(vectors, labels.tolist(), temperature)
        loss.backward()
        cases.append({"rows": rows, "width": width, "temperature": temperature, "labels": labels.tolist(),
                      "vectors": flat(vectors), "loss": loss.item(), "gradient": flat(vectors.grad)})
    return cases


def cosine_cases():
    """One pair at a time: squared error of the cosine, wished 1 for one class, 0 for two."""
    cases = []
    for seed, rows, width, classes in [(10, 8, 5, 3), (11, 16, 8, 2), (12, 6, 4, 1), (13, 5, 3, 40)]:
        torch.manual_seed(seed)
        vectors = torch.randn(rows, width, dtype=torch.float64, requires_grad=True)
        labels = torch.randint(classes, (rows,)).tolist()
        errors = {True: [vectors.sum() * 0], False: [vectors.sum() * 0]}
        for i in range(rows):
            for j in range(i):
                wished = 1 if labels[i] == labels[j] else 0
                cosine = torch.nn.functional.cosine_similarity(vectors[i], vectors[j], dim=0)
                errors[labels[i] == labels[j]].append((cosine - wished) ** 2)
        loss = sum(sum(e) / max(len(e) - 1, 1) for e in errors.values()) / 2
        loss.backward()
        cases.append({"rows": rows, "width": width, "labels": labels, "vectors": flat(vectors),
                      "loss": loss.item(), "gradient": flat(vectors.grad)})
    return cases


def focal_case(seed, rows, classes, gamma, weighted):
    """Lin et al. 2017, equation 4, with the mean that torch's cross_entropy takes over weighted rows."""
    torch.manual_seed(seed)
    logits = (torch.randn(rows, classes, dtype=torch.float64) * 3).requires_grad_()
    labels = torch.randint(classes, (rows,))
    weights = torch.rand(classes, dtype=torch.float64) + 0.2 if weighted else torch.ones(classes, dtype=torch.float64)
    p = torch.softmax(logits, 1)[torch.arange(rows), labels]
    loss = (-weights[labels] * (1 - p) ** gamma * p.log()).sum() / weights[labels].sum()
    loss.backward()
    return {"rows": rows, "classes": classes, "gamma": gamma, "labels": labels.tolist(), "weights": flat(weights),
            "logits": flat(logits), "loss": loss.item(), "gradient": flat(logits.grad)}


def optimizer_case(max_norm):
    torch.manual_seed(4)
    start = [torch.randn(4, 3), torch.randn(5), torch.randn(2, 3)]
    gradients = [[torch.randn_like(p) * 2 for p in start] for _ in range(10)]
    parameters = [p.clone().requires_grad_() for p in start]
    optimizer = torch.optim.AdamW([{"params": parameters[:1], "weight_decay": 0.1, "lr": 0.01},
                                   {"params": parameters[1:2], "weight_decay": 0, "lr": 0.01},
                                   {"params": parameters[2:], "weight_decay": 0.1, "lr": 0.2}], foreach=False)
    norms = []
    for step, step_gradients in enumerate(gradients):
        for parameter, gradient in zip(parameters, step_gradients):
            parameter.grad = gradient.clone()
        norms.append(torch.cat([g.flatten() for g in step_gradients]).norm().item())
        if max_norm:
            torch.nn.utils.clip_grad_norm_(parameters, max_norm)
        for group, factor in zip(optimizer.param_groups, (1, 1, 20)):
            group["lr"] = 0.01 * factor * (1 - step / 10)
        optimizer.step()
    return {"max_norm": max_norm, "shapes": [list(p.shape) for p in start], "start": [flat(p) for p in start],
            "gradients": [[flat(g) for g in row] for row in gradients], "norms": norms, "end": [flat(p) for p in parameters]}


def probe_case(seed, rows, width, classes):
    random = numpy.random.default_rng(seed)
    centres = random.normal(size=(classes, width))
    labels = numpy.concatenate([numpy.arange(classes), random.integers(classes, size=rows - classes)])
    vectors = (centres[labels] + random.normal(size=(rows, width))).astype(numpy.float32)
    vectors /= numpy.linalg.norm(vectors, axis=1, keepdims=True)
    probe = LogisticRegression(C=10, max_iter=10_000, tol=1e-10).fit(vectors, labels)
    return {"rows": rows, "width": width, "classes": classes, "labels": labels.tolist(),
            "vectors": flat(torch.tensor(vectors)), "probabilities": flat(torch.tensor(probe.predict_proba(vectors)))}


golden = {"contrastive": contrastive_cases(),
          "cosine": cosine_cases(),
          "focal": [focal_case(7, 6, 3, 2, False), focal_case(8, 9, 4, 0.5, True), focal_case(9, 5, 2, 5, True)],
          "optimizer": [optimizer_case(0), optimizer_case(1.5)],
          "probe": [probe_case(5, 60, 6, 4), probe_case(6, 40, 8, 3)]}
pathlib.Path(__file__).with_name("training_golden.json").write_text(json.dumps(golden) + "\n")

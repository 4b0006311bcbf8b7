"""Computes the golden vectors of the lab's metrics with scikit-learn (written to metrics.json beside this file).

Run by hand with `/usr/bin/python3 lab/vectors/make-vectors.py`; needs numpy and scikit-learn. AUC and the ROC are scikit-learn's own,
the least Cllr comes from its isotonic regression the way PyLLR does it (prior log-odds taken out of the fitted posteriors).
"""

import json
import pathlib

import numpy as np
from sklearn.isotonic import IsotonicRegression
from sklearn.metrics import roc_auc_score, roc_curve


def eer(labels, scores):
    fmr, tpr, _ = roc_curve(labels, scores, drop_intermediate=False)
    fnmr = 1 - tpr
    gap = fnmr - fmr  # falls from 1 to -1
    i = int(np.argmax(gap <= 0))
    share = gap[i - 1] / (gap[i - 1] - gap[i])
    return float(fnmr[i - 1] + share * (fnmr[i] - fnmr[i - 1]))


def fnmr_at(labels, scores, limit):
    fmr, tpr, _ = roc_curve(labels, scores, drop_intermediate=False)
    return float(1 - tpr[fmr <= limit + 1e-12].max())


def cllr(labels, llrs):
    mated, non_mated = llrs[labels == 1], llrs[labels == 0]
    cost = np.mean(np.logaddexp(0, -mated)) + np.mean(np.logaddexp(0, non_mated))
    return float(cost / 2 / np.log(2))


def min_cllr(labels, scores):
    p = IsotonicRegression(y_min=0, y_max=1).fit_transform(scores, labels.astype(float))
    prior = labels.mean()
    with np.errstate(divide="ignore"):
        llrs = np.log(p) - np.log1p(-p) - np.log(prior / (1 - prior))
    mated, non_mated = llrs[labels == 1], llrs[labels == 0]
    cost = np.mean(np.logaddexp(0, -mated)) + np.mean(np.logaddexp(0, non_mated))
    return float(cost / 2 / np.log(2))


def case(name, seed, mated, non_mated, gap, digits):
    rng = np.random.default_rng(seed)
    scores = np.round(np.concatenate([rng.normal(gap, 1, mated), rng.normal(0, 1.2, non_mated)]), digits)
    labels = np.concatenate([np.ones(mated, int), np.zeros(non_mated, int)])
    return {
        "name": name,
        "scores": scores.tolist(),
        "mated": labels.tolist(),
        "eer": eer(labels, scores),
        "auc": float(roc_auc_score(labels, scores)),
        "fnmrAtFmr10": fnmr_at(labels, scores, 0.1),
        "fnmrAtFmr1": fnmr_at(labels, scores, 0.01),
        "cllr": cllr(labels, scores),
        "minCllr": min_cllr(labels, scores),
    }


cases = [
    case("apart", 1, 60, 200, 2.5, 4),
    case("with many ties", 2, 80, 150, 1.0, 1),
    case("hardly better than chance", 3, 50, 50, 0.2, 3),
    case("few mated", 4, 5, 300, 1.5, 2),
]
path = pathlib.Path(__file__).with_name("metrics.json")
path.write_text(json.dumps({"made by": "scikit-learn, make-vectors.py", "cases": cases}) + "\n")

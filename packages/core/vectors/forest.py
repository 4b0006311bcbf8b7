"""Makes forest.json: what scikit-learn's trees and forests do on data that a formula gives, for the tests of comparison/forest.

Run: /usr/bin/python3 packages/core/vectors/forest.py   (Debian's python3-sklearn, 1.2.1)
"""

import json
import pathlib

import numpy as np
import sklearn
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import roc_auc_score
from sklearn.tree import DecisionTreeClassifier

SEEDS = 20


def table(rows, features, informative, shift, seed):
    """Row i has label i % 2; its first `informative` features are shifted by `shift` for label 1.

    Each value is the sum of four numbers of the generator s = 1664525 s + 1013904223 mod 2^32, scaled to variance 1:
    exact in any language with 64-bit floats.
    """
    state = seed
    data = np.zeros((rows, features))
    for i in range(rows):
        for j in range(features):
            total = 0.0
            for _ in range(4):
                state = (1664525 * state + 1013904223) % 2**32
                total += state / 2**32
            data[i, j] = (total - 2) * 3**0.5 + (shift * (i % 2) if j < informative else 0)
    return data, np.arange(rows) % 2


def tree(depth, seed, data, labels):
    return DecisionTreeClassifier(max_depth=depth, max_features=None, random_state=seed).fit(data, labels)


def nodes(fitted):
    """Preorder, as scikit-learn numbers them: [feature or -1, threshold, rows of label 0, rows of label 1]."""
    t = fitted.tree_
    return [
        [int(max(t.feature[n], -1)), round(float(t.threshold[n]), 6) if t.feature[n] >= 0 else 0]
        + [int(v) for v in t.value[n][0]]
        for n in range(t.node_count)
    ]


def single_trees():
    spec = dict(rows=240, features=4, informative=2, shift=0.9, seed=11)
    data, labels = table(**spec)
    shallow = [nodes(tree(3, seed, data, labels)) for seed in range(SEEDS)]
    assert all(s == shallow[0] for s in shallow), "choose data on which no split is a tie"
    probe_spec = dict(rows=200, features=4, informative=2, shift=0.9, seed=12)
    probes, _ = table(**probe_spec)
    deep = np.array([tree(10, seed, data, labels).predict_proba(probes)[:, 1] for seed in range(SEEDS)])
    agreed = [i for i in range(len(probes)) if np.ptp(deep[:, i]) == 0]
    return dict(
        train=spec,
        probes=probe_spec,
        shallow=dict(maximumDepth=3, nodes=shallow[0]),
        # Deep nodes have ties, which scikit-learn breaks at random: only points on which its own trees agree.
        deep=dict(maximumDepth=10, agreed=[[i, round(float(deep[0, i]), 6)] for i in agreed]),
    )


def forests():
    spec = dict(rows=400, features=31, informative=8, shift=0.8, seed=21)
    test_spec = dict(rows=400, features=31, informative=8, shift=0.8, seed=22)
    data, labels = table(**spec)
    test, truth = table(**test_spec)
    runs = []
    probabilities = np.zeros(len(test))
    importances = np.zeros(data.shape[1])
    for seed in range(SEEDS):
        forest = RandomForestClassifier(n_estimators=100, max_depth=10, random_state=seed).fit(data, labels)
        scores = forest.predict_proba(test)[:, 1]
        trees = [e.tree_ for e in forest.estimators_]
        runs.append(
            [
                np.mean([t.node_count for t in trees]),
                np.mean([t.n_leaves for t in trees]),
                np.mean([t.max_depth for t in trees]),
                roc_auc_score(truth, scores),
            ]
        )
        probabilities += scores / SEEDS
        importances += forest.feature_importances_ / SEEDS
    mean = dict(zip(["nodes", "leaves", "depth", "auc"], [round(float(v), 4) for v in np.mean(runs, axis=0)]))
    return dict(
        train=spec,
        test=test_spec,
        seeds=SEEDS,
        perTree=mean,
        probabilities=[round(float(p), 4) for p in probabilities[:60]],
        importances=[round(float(v), 4) for v in importances],
    )


if __name__ == "__main__":
    vectors = dict(scikitLearn=sklearn.__version__, tree=single_trees(), forest=forests())
    path = pathlib.Path(__file__).with_name("forest.json")
    path.write_text(json.dumps(vectors, indent=None, separators=(",", ":")) + "\n")
    print(path, path.stat().st_size, "bytes;", len(vectors["tree"]["deep"]["agreed"]), "agreed;", vectors["forest"]["perTree"])

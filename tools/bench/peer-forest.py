"""scikit-learn's random forest as a child process of the benches: one JSON message a line, answers in the same order.

{"op": "load", "rows": [[...]], "labels": [...], "probes": [[...]]}  -> {"version": "1.2.1"}
{"op": "fit", "seed": 1}                                             -> {"ms": 104.2, "scores": [...]}
{"op": "row", "repeats": 50}                                         -> {"ms": 1.9}, the median for one row
"""

import json
import statistics
import sys
import time

import numpy as np
import sklearn
from sklearn.ensemble import RandomForestClassifier

state = {}


def answer(message):
    if message["op"] == "load":
        state["rows"] = np.array(message["rows"])
        state["labels"] = np.array(message["labels"])
        state["probes"] = np.array(message["probes"])
        return {"version": sklearn.__version__}
    if message["op"] == "fit":
        forest = RandomForestClassifier(n_estimators=100, max_depth=10, n_jobs=1, random_state=message["seed"])
        start = time.perf_counter()
        forest.fit(state["rows"], state["labels"])
        elapsed = time.perf_counter() - start
        state["forest"] = forest
        return {"ms": elapsed * 1000, "scores": forest.predict_proba(state["probes"])[:, 1].tolist()}
    row = state["probes"][:1]
    times = []
    for _ in range(message["repeats"]):
        start = time.perf_counter()
        state["forest"].predict_proba(row)
        times.append(time.perf_counter() - start)
    return {"ms": statistics.median(times) * 1000}


for line in sys.stdin:
    sys.stdout.write(json.dumps(answer(json.loads(line))) + "\n")
    sys.stdout.flush()

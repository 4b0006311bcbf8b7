"""Random forests of scikit-learn as a child process of the lab: one JSON message a line, answers in the same order.

{"op": "enrol", "id": 1, "columns": 12, "rows": base64 of float64, "labels": "1100...", "seed": 7}  -> {"ok": true}
{"op": "compare", "id": 1, "columns": 12, "rows": base64 of float64}                                 -> {"scores": base64 of float64}
{"op": "forget", "id": 1}                                                                            -> {"ok": true}
"""

import base64
import json
import sys

import numpy as np
from sklearn.ensemble import RandomForestClassifier

forests = {}


def table(message):
    return np.frombuffer(base64.b64decode(message["rows"]), dtype="<f8").reshape(-1, message["columns"])


def answer(message):
    if message["op"] == "enrol":
        labels = np.frombuffer(message["labels"].encode(), dtype=np.uint8) - ord("0")
        forest = RandomForestClassifier(n_estimators=100, max_depth=10, random_state=message["seed"] % 2**32)
        forests[message["id"]] = forest.fit(table(message), labels)
        return {"ok": True}
    if message["op"] == "compare":
        scores = forests[message["id"]].predict_proba(table(message))[:, 1]
        return {"scores": base64.b64encode(scores.astype("<f8").tobytes()).decode()}
    forests.pop(message["id"], None)
    return {"ok": True}


for line in sys.stdin:
    sys.stdout.write(json.dumps(answer(json.loads(line))) + "\n")
    sys.stdout.flush()

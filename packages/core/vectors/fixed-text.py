"""Makes fixed-text.json: repetitions of a phrase that a formula gives, what recipe FT1 makes of them, and the published-data figures.

Run: python3 packages/core/vectors/fixed-text.py   (numpy; an implementation of its own, which keeps all repetitions)
"""

import json
import pathlib

import numpy as np

KEYS = 9
SIZE = 2 * KEYS - 1
SPREAD = np.r_[np.full(KEYS, 0.18), np.full(KEYS - 1, 0.30)]
PRIOR = np.outer(SPREAD, SPREAD) * np.array(
    [[1 if i == j else 0.15 if i < KEYS and j < KEYS else 0.20 if i >= KEYS and j >= KEYS else 0 for j in range(SIZE)] for i in range(SIZE)]
)


def repetitions(seed, count, base):
    """Whole tenths of milliseconds: holds about 90, latencies about 200 that fall with practice."""
    random = np.random.default_rng(seed)
    habit = base * np.exp(0.3 * random.standard_normal(SIZE)) * np.r_[np.full(KEYS, 90), np.full(KEYS - 1, 200)]
    fall = np.r_[np.zeros(KEYS), np.full(KEYS - 1, 0.08)]
    rows = [habit * (k + 1) ** -fall * np.exp(SPREAD * (0.6 * random.standard_normal(SIZE) + 0.4 * random.standard_normal())) for k in range(count)]
    return np.round(np.array(rows), 1)


def logs(ms):
    return np.log(np.maximum(ms, 0) + np.r_[np.full(KEYS, 10), np.full(KEYS - 1, 30)])


def weighted_median(values, weights):
    order = np.argsort(values)
    below = np.cumsum(weights[order])
    return values[order[np.argmax(below >= below[-1] / 2)]]


def metric(rows, centre):
    rows = np.array(rows[-100:])
    n = len(rows)
    weights = 0.5 ** ((n - 1 - np.arange(n)) / 20)
    effective = weights.sum() ** 2 / (weights**2).sum()
    off = np.clip(rows - centre, -2 * SPREAD, 2 * SPREAD)
    scatter = effective / weights.sum() * (off * weights[:, None]).T @ off
    covariance = (10 * PRIOR + scatter) / (10 + effective) * (1 + 1 / effective)
    sd = np.sqrt(np.diag(covariance))
    values, vectors = np.linalg.eigh(covariance / np.outer(sd, sd))
    return sd, (vectors * np.maximum(values, 1e-6) ** -0.5) @ vectors.T / sd, effective


def shifted(mean, middle, attempt):
    return mean - np.r_[np.zeros(KEYS), np.full(KEYS - 1, 0.075 * max(0, np.log(attempt / middle)))]


def distance(row, centre, sd, whiten):
    off = row - centre
    return 0.5 * np.minimum(np.abs(off) / sd, 4).mean() + 0.5 * np.minimum(np.abs(whiten @ off), 4).mean()


def fit(rows):
    weights = 0.5 ** ((len(rows) - 1 - np.arange(len(rows))) / 20)
    return np.array([weighted_median(rows[:, j], weights) for j in range(SIZE)]), (weights * (np.arange(len(rows)) + 1)).sum() / weights.sum()


def step(mean, middle, variance, row, at, noise, steps):
    variance = variance + steps * (0.1 * SPREAD) ** 2
    gain = variance / (variance + noise)
    expected = shifted(mean, middle, at)
    most = 2.5 * np.sqrt(noise)
    return expected + gain * np.clip(row - expected, -most, most), (1 - gain) * variance


def stream(rows, enrolled, anchored):
    """Scores of the attempts after enrolment; every tenth attempt is confirmed where there is an anchor."""
    anchor, middle = fit(rows[:enrolled])
    kept = list(rows[:enrolled])
    sd, whiten, effective = metric(kept, anchor)
    working, working_middle = anchor, middle
    variance = SPREAD**2 / enrolled
    working_variance = variance
    scores, learnt = [], 0
    for t in range(enrolled, len(rows)):
        row, at = rows[t], t + 1
        score = distance(row, shifted(working, working_middle, at), sd, whiten)
        scores.append(score)
        confirmed = not anchored or at % 10 == 0
        near = score < 0.72 + 0.07 * np.log(effective) + 0.18
        if not (near or (anchored and confirmed)):
            continue
        learnt += 1
        noise = sd**2
        working, working_variance = step(working, working_middle, working_variance, row, at, noise, 1)
        working_middle = at
        if confirmed:
            # Earlier repetitions are taken along with what practice alone has changed since.
            kept = [shifted(earlier, middle, at) for earlier in kept]
            if anchored:
                anchor, variance = step(anchor, middle, variance, row, at, noise, 5)
            else:
                anchor, variance = working, working_variance
            middle = at
            kept.append(row)
            sd, whiten, effective = metric(kept, anchor)
        if anchored:
            home = shifted(anchor, middle, at)
            away = np.sqrt((((working - home) / SPREAD) ** 2).mean())
            if away > 0.1:
                working = home + 0.1 / away * (working - home)
    return {"scores": np.round(scores, 6).tolist(), "learnt": learnt}


own = repetitions(1, 70, 1.0)
other = repetitions(2, 12, 1.15)
rows = logs(own)
static = []
for enrolled in (3, 5, 10, 40):
    mean, middle = fit(rows[:enrolled])
    sd, whiten, effective = metric(list(rows[:enrolled]), mean)
    centre = shifted(mean, middle, 60)
    static.append(
        {
            "enrolled": enrolled,
            "attempt": 60,
            "centre": np.round(centre, 6).tolist(),
            "precision": np.round(1 / sd, 6).tolist(),
            "own": [round(distance(row, centre, sd, whiten), 6) for row in rows[50:60]],
            "other": [round(distance(row, centre, sd, whiten), 6) for row in logs(other)],
        }
    )
vectors = {"keys": KEYS, "own": own.tolist(), "other": other.tolist(), "static": static, "follow": stream(rows, 10, False), "anchored": stream(rows, 10, True)}
(pathlib.Path(__file__).parent / "fixed-text.json").write_text(json.dumps(vectors) + "\n")

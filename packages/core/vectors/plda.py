"""Makes plda.json: a small person / sitting / window model, where windows lie in it and what their likelihood ratios are, computed
from the joint Gaussian densities themselves (numpy and scipy), not from the closed form that comparison/plda uses.

Run: /usr/bin/python3 packages/core/vectors/plda.py   (Debian's python3-numpy 1.24, python3-scipy 1.10)
"""

import json
import pathlib

import numpy as np
from scipy.stats import multivariate_normal, norm

FEATURES, DIMENSIONS, KNOTS = 7, 3, 9
random = np.random.default_rng(11)


def eighths(values, steps=64):
    """Numbers that single precision holds exactly."""
    return np.round(np.asarray(values) * steps) / steps


knots = eighths(np.sort(random.normal(0, 2, (FEATURES, KNOTS)), axis=1) + np.arange(KNOTS) / 8)
mean = eighths(random.normal(0, 0.2, FEATURES))
projection = random.integers(-31, 32, (FEATURES, DIMENSIONS))
scale = eighths(random.uniform(0.01, 0.04, DIMENSIONS), 4096)
between = eighths([3.0, 1.5, 0.4])
sitting = eighths([0.45, 0.3, 0.1])
normal = norm.ppf((np.arange(KNOTS) + 0.5) / KNOTS)


def latent(values):
    gauss = np.array([0.0 if np.isnan(v) else np.interp(v, knots[f], normal) for f, v in enumerate(values)])
    point = ((gauss - mean) @ projection) * scale
    return point / (np.mean(point**2 / (1 + between)) ** 0.25)


def density(groups):
    """Log density of windows: one list per sitting of one person, each window a latent with its size."""
    total = 0.0
    for k in range(DIMENSIONS):
        owner = [s for s, windows in enumerate(groups) for _ in windows]
        sizes = [size for windows in groups for _, size in windows]
        seen = [point[k] for windows in groups for point, _ in windows]
        covariance = between[k] + sitting[k] * np.equal.outer(owner, owner) + np.diag((1 - sitting[k]) / np.array(sizes))
        total += multivariate_normal.logpdf(seen, np.zeros(len(seen)), covariance)
    return total


windows = eighths(random.normal(0, 2, (9, FEATURES)))
windows[2, 1] = windows[5, 4] = np.nan
sizes = [1, 1, 0.5, 1, 1, 0.75, 1, 1, 0.5]
placed = [(latent(w), s) for w, s in zip(windows, sizes)]
enrolled = [placed[0:3], placed[3:5]]
probe = placed[5:7]
cases = {
    # Another sitting of the same person, against anybody.
    "another": density([*enrolled, probe]) - density(enrolled) - density([probe]),
    # The sitting that was enrolled last goes on.
    "same": density([enrolled[0], enrolled[1] + probe]) - density(enrolled) - density([probe]),
    "one": density([placed[0:1], placed[7:8]]) - density([placed[0:1]]) - density([placed[7:8]]),
}
path = pathlib.Path(__file__).with_name("plda.json")
path.write_text(
    json.dumps(
        {
            "knots": knots.ravel().tolist(),
            "mean": mean.tolist(),
            "projection": projection.ravel().tolist(),
            "scale": scale.tolist(),
            "between": between.tolist(),
            "sitting": sitting.tolist(),
            "windows": [[None if np.isnan(v) else v for v in w] for w in windows.tolist()],
            "sizes": sizes,
            "latents": [point.tolist() for point, _ in placed],
            "llr": cases,
        }
    )
    + "\n"
)
print(cases)

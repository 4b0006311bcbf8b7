"""Makes strokes.json: strokes that a formula gives, their 66 features and 114 counts, for the tests of features/pointer/strokes.

Run: python3 packages/core/vectors/strokes.py   (numpy; an implementation of its own, vectorised, written before the other)
"""

import json
import math
import pathlib

import numpy as np

SPEED = [-3.5, -2.7, -2, -1.4, -0.9, -0.4, 0.1, 0.6, 1.1, 1.7]
CHANGE = [-1.5, -0.8, -0.4, -0.15, 0.15, 0.4, 0.8, 1.5]
TURN = [0.02, 0.1, 0.25, 0.5, 1.0, 2.0]
INTERVAL = [4.5, 6.5, 8.5, 10.5, 13.5, 15.5, 16.5, 17.5, 20.5, 25.5, 35.5, 60.5]
GROUPS = [("speed", 11), ("change", 27), ("turn", 21), ("direction", 16), ("small", 10), ("pair", 16), ("interval", 13)]


def clean(t, x, y):
    """Of events of one instant the last, and none without movement."""
    keep = np.r_[np.diff(t) > 0, True]
    t, x, y = t[keep], x[keep], y[keep]
    moved = np.r_[True, (np.diff(x) != 0) | (np.diff(y) != 0)]
    return t[moved], x[moved], y[moved]


def wrap(angle):
    return np.arctan2(np.sin(angle), np.cos(angle))


def features(t, x, y, kind, hold, before, end):
    t, x, y = clean(t, x, y)
    if len(t) < 4:
        return None
    dt, dx, dy = np.diff(t), np.diff(x), np.diff(y)
    ds = np.hypot(dx, dy)
    v = ds / dt
    length, took = ds.sum(), t[-1] - t[0]
    if length < 5:
        return None
    cx, cy = x[-1] - x[0], y[-1] - y[0]
    chord = np.hypot(cx, cy)
    lv = np.log(v)
    turn = wrap(np.diff(np.arctan2(dy, dx)))
    sharp = np.abs(turn)
    c, s = (cx / chord, cy / chord) if chord > 0 else (0.0, 0.0)
    bow = ((y - y[0]) * c - (x - x[0]) * s) / max(chord, 10.0)
    smooth = v.copy()
    if len(t) > 4:
        smooth[1:-1] = (v[:-2] + v[1:-1] + v[2:]) / 3
    d = np.diff(smooth)
    peaks = ((d[:-1] > 0) & (d[1:] <= 0)).sum()
    middle = (t[:-1] + t[1:]) / 2
    acc = np.diff(v) / np.diff(middle)
    jerk = np.diff(acc) / np.maximum((middle[2:] - middle[:-2]) / 2, 1e-9)
    top, path = int(np.argmax(smooth)), np.cumsum(ds)
    ln_jerk = 0.5 * np.log((jerk**2).mean() + 1e-12) + 2 * np.log(took) - np.log(length / took)
    along = ((x - x[0]) * c + (y - y[0]) * s) / max(chord, 10.0)
    whole = np.r_[0, path]
    tenth, ninth = (np.interp(q * length, whole, t - t[0]) / took for q in (0.1, 0.9))
    curved = sharp > 1e-3
    beta, fit = -0.33, 0.3
    if curved.sum() >= 4:
        a = np.log((sharp / ((ds[1:] + ds[:-1]) / 2))[curved])
        b = ((lv[1:] + lv[:-1]) / 2)[curved]
        beta = ((a - a.mean()) * (b - b.mean())).mean() / (a.var() + 1e-3)
        fit = beta * beta * a.var() / (b.var() + 1e-3)
    off = lv - lv.mean()
    grid = np.interp(np.linspace(0, took, 7), t - t[0], whole)
    profile = np.log(np.maximum(np.diff(grid) * 6 / length, 0.05))
    third = np.minimum(((middle[1:] + middle[:-1]) / 2 - t[0]) / took * 3, 2.999).astype(int)
    thirds = [sharp[third == k].mean() if (third == k).any() else 0.0 for k in range(3)]
    click = kind == "click"
    ax, ay = np.abs(dx), np.abs(dy)
    median = np.median(dt)
    # fmt: off
    return [
        np.log(len(t)), np.log(took), np.log(length), np.log(chord + 1), chord / length, c, s, 2 * c * c - 1, 2 * c * s,
        bow.mean(), np.abs(bow).mean(), np.abs(bow).max(),
        np.log(v.max()), np.log(length / took), length / took / v.max(), (middle[top] - t[0]) / took, path[top] / length,
        *np.percentile(lv, [10, 50, 90]), lv[:2].mean(), lv[-2:].mean(), np.log(1 + peaks), peaks / took * 100,
        np.log(max(acc.max(), 1e-5)), np.log(max(-acc.min(), 1e-5)), (acc > 0).mean(), ln_jerk,
        np.log(sharp.sum() + 0.1), sharp.mean(), (sharp > 0.5).mean(), np.clip(turn.sum(), -6, 6), turn.std(),
        (dx[1:] * dx[:-1] < 0).mean(), (dy[1:] * dy[:-1] < 0).mean(),
        (ax + ay == 1).mean(), (dx == 0).mean(), (dy == 0).mean(), ((ax == ay) & (ax > 0)).mean(),
        min(max(along.max() - 1, 0), 1), tenth, 1 - ninth, (ds <= 1.5)[-max(1, len(ds) // 5):].mean(),
        np.log(np.clip(before, 20, 3000)), np.log(np.clip(end, 5, 3000)) if click else 4.8,
        np.log(np.clip(hold, 20, 1500)) if hold > 0 and click else 4.5, float(click), float(kind == "drag"),
        beta, fit, np.abs(np.diff(lv)).mean(), (off[1:] * off[:-1]).mean() / (off.var() + 1e-3), np.log(dt.std() + 0.3),
        *profile, *thirds,
        np.log(median), (dt < 12).mean(), (dt > 25).mean(), (np.abs(dt - median) < 1.1).mean(),
    ]
    # fmt: on


def counts(t, x, y):
    t, x, y = clean(t, x, y)
    dt, dx, dy = np.diff(t), np.diff(x), np.diff(y)
    ds = np.hypot(dx, dy)
    lv, heading = np.log(ds / dt), np.arctan2(dy, dx)
    turn = wrap(np.diff(heading))
    speed_class = np.searchsorted([-1.4, 0.0], (lv[1:] + lv[:-1]) / 2)
    turn_class = np.where(np.abs(turn) < 0.05, 0, np.where(np.abs(turn) > 0.8, 3, np.where(turn > 0, 1, 2)))
    small = np.minimum(np.abs(dx), 2) * 3 + np.minimum(np.abs(dy), 2)
    index = {
        "speed": np.searchsorted(SPEED, lv),
        "change": speed_class * 9 + np.searchsorted(CHANGE, np.diff(lv)),
        "turn": speed_class * 7 + np.searchsorted(TURN, np.abs(turn)),
        "direction": (np.floor(heading[ds >= 3] / (2 * np.pi) * 16 + 0.5) % 16).astype(int),
        "small": np.where(ds < 3, small, 9).astype(int).clip(0, 9),
        "pair": turn_class[:-1] * 4 + turn_class[1:],
        "interval": np.searchsorted(INTERVAL, dt),
    }
    return np.concatenate([np.bincount(index[name], minlength=size)[:size] for name, size in GROUPS])


class Numbers:
    """s = 1664525 s + 1013904223 mod 2^32: exact in any language with 64-bit floats."""

    def __init__(self, seed):
        self.state = seed * 362437069 % 2**32

    def next(self):
        self.state = (1664525 * self.state + 1013904223) % 2**32
        return self.state / 2**32


def known():
    t = np.arange(41) * 16.0
    tau = t / 640
    ease = 10 * tau**3 - 15 * tau**4 + 6 * tau**5
    x, y = np.rint(100 + 400 * ease), np.rint(200 + 60 * np.sin(np.pi * np.arange(41) / 40))
    return t, x, y, "click", 96.0, 350.0, 120.0


def drawn(seed):
    """A wandering movement: some points of one instant, some that stand still."""
    numbers = Numbers(seed)
    size = 6 + int(numbers.next() * 60)
    t, x, y = [0.0], [400.0], [300.0]
    heading, speed = numbers.next() * 6, 0.2 + numbers.next()
    for _ in range(size):
        heading += (numbers.next() - 0.5) * 1.2
        speed = max(0.02, speed * (0.6 + 0.85 * numbers.next()))
        gap = math.floor(numbers.next() * 24)
        t.append(t[-1] + gap)
        x.append(math.floor(x[-1] + math.cos(heading) * speed * 16 + 0.5))
        y.append(math.floor(y[-1] + math.sin(heading) * speed * 16 + 0.5))
    kind = ["move", "click", "drag"][int(numbers.next() * 3)]
    hold, before, end = (math.floor(numbers.next() * 2000) for _ in range(3))
    return np.array(t), np.array(x, float), np.array(y, float), kind, hold, before, end


def vector(t, x, y, kind, hold, before, end):
    values = features(t, x, y, kind, hold, before, end)
    return {
        "at": t.tolist(), "x": x.tolist(), "y": y.tolist(), "kind": kind,
        "holdMs": hold, "pauseBeforeMs": before, "pauseEndMs": end,
        "features": None if values is None else [round(float(value), 9) for value in values],
        "counts": None if values is None else [int(count) for count in counts(t, x, y)],
    }


strokes = [vector(*known())] + [vector(*drawn(seed)) for seed in range(1, 13)]
place = pathlib.Path(__file__).with_name("strokes.json")
place.write_text("[\n" + ",\n".join(json.dumps(stroke, separators=(",", ":")) for stroke in strokes) + "\n]\n")

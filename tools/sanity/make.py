"""Writes pairs of maps with their rank correlation by SciPy and their structural similarity by scikit-image, and what the
generator of random weights draws, written once more here.

Needs numpy, scipy and scikit-image. Run: python make.py FOLDER
"""

import json
import math
import sys
from pathlib import Path

import numpy as np
from scipy.ndimage import gaussian_filter
from scipy.stats import spearmanr
from skimage.metrics import structural_similarity

WIDTH, HEIGHT = 21, 16
MASK = 0xFFFFFFFF
random = np.random.default_rng(2018)


def field(sigma: float) -> np.ndarray:
    values = gaussian_filter(random.normal(size=(HEIGHT, WIDTH)), sigma)
    return ((values - values.min()) / (values.max() - values.min())).astype(np.float32)


def pairs() -> dict[str, tuple[np.ndarray, np.ndarray]]:
    smooth, other = field(3), field(3)
    noise = np.clip(smooth + random.normal(scale=0.05, size=smooth.shape), 0, 1).astype(np.float32)
    return {
        "alike": (smooth, noise),
        "unlike": (smooth, other),
        "opposite": (smooth, (1 - smooth).astype(np.float32)),
        "ties": (np.round(smooth * 4) / 4, np.maximum(other - 0.5, 0) * 2),
    }


def described(a: np.ndarray, b: np.ndarray) -> dict:
    a, b = a.astype(np.float64), b.astype(np.float64)
    return {
        "a": a.ravel().tolist(),
        "b": b.ravel().tolist(),
        "spearman": float(spearmanr(a.ravel(), b.ravel()).statistic),
        "ssim": float(
            structural_similarity(
                a, b, data_range=1, gaussian_weights=True, sigma=1.5, use_sample_covariance=False
            )
        ),
    }


def uniform(seed: int):
    state = (seed * 0x85EBCA6B) & MASK
    while True:
        state = (state + 0x9E3779B9) & MASK
        bits = state ^ (state >> 16)
        bits = (bits * 0x85EBCA6B) & MASK
        bits ^= bits >> 13
        bits = (bits * 0xC2B2AE35) & MASK
        yield (bits ^ (bits >> 16)) / 2**32


def drawn(values: np.ndarray, seed: int) -> list[float]:
    numbers = uniform(seed)
    found = []
    while len(found) < values.size:
        radius = math.sqrt(-2 * math.log(1 - next(numbers)))
        angle = 2 * math.pi * next(numbers)
        found += [radius * math.cos(angle), radius * math.sin(angle)]
    mean, deviation = values.astype(np.float64).mean(), values.astype(np.float64).std()
    return (mean + deviation * np.array(found[: values.size])).astype(np.float32).tolist()


def main(folder: Path) -> None:
    values = random.normal(0.3, 2, 9).astype(np.float32)
    expected = {
        "width": WIDTH,
        "height": HEIGHT,
        "pairs": {name: described(a, b) for name, (a, b) in pairs().items()},
        "weights": {"seed": 5, "values": values.tolist(), "drawn": drawn(values, 5)},
    }
    (folder / "expected.json").write_text(json.dumps(expected) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

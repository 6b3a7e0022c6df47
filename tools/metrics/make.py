"""Writes a picture, a model of one softmax layer, maps, and what the metrics of an evaluation are of them by definition."""

import json
import sys
from pathlib import Path

import numpy as np
import torch

CHANNELS, HEIGHT, WIDTH, CLASSES = 3, 12, 14, 4
TARGET = 0
PIXELS = HEIGHT * WIDTH
REMOVED = (0.2, 0.4, 0.6, 0.8)
STEPS = 50
SEED = 19

random = np.random.default_rng(SEED)


def enlarged(values: np.ndarray) -> np.ndarray:
    tensor = torch.tensor(values, dtype=torch.float64)[None, None]
    size = (HEIGHT, WIDTH)
    return torch.nn.functional.interpolate(tensor, size=size, mode="bilinear", align_corners=False)[0, 0].numpy()


def probability(weights: np.ndarray, picture: np.ndarray) -> float:
    logits = weights @ picture.reshape(-1)
    powers = np.exp(logits - logits.max())
    return float(powers[TARGET] / powers.sum())


def imputed(picture: np.ndarray, removed: np.ndarray) -> np.ndarray:
    """Every removed pixel as the weighted mean of its neighbours: a dense system of all of them."""
    places = {tuple(place): row for row, place in enumerate(np.argwhere(removed))}
    system = np.zeros((len(places), len(places)))
    right = np.zeros((len(places), CHANNELS))
    for (y, x), row in places.items():
        total = 0.0
        for dy in (-1, 0, 1):
            for dx in (-1, 0, 1):
                other = (y + dy, x + dx)
                if (dy, dx) == (0, 0) or not (0 <= other[0] < HEIGHT and 0 <= other[1] < WIDTH):
                    continue
                weight = 1 / 6 if dy == 0 or dx == 0 else 1 / 12
                total += weight
                if other in places:
                    system[row, places[other]] -= weight
                else:
                    right[row] += weight * picture[:, other[0], other[1]]
        system[row, row] = total
    filled = picture.copy()
    for (y, x), values in zip(places, np.linalg.solve(system, right), strict=True):
        filled[:, y, x] = values
    return filled


def ranks(up: np.ndarray) -> np.ndarray:
    """The least relevant pixel is 0; of equal ones, which enlarging makes at the edges, the first is the most relevant."""
    return np.argsort(np.argsort(-up.reshape(-1), kind="stable"), kind="stable").reshape(up.shape) * -1 + PIXELS - 1


def removed_beyond(ranking: np.ndarray, share_kept: float) -> np.ndarray:
    """As pytorch-grad-cam removes: whatever is not below the percentile."""
    return ranking >= np.percentile(ranking, 100 * share_kept)


def curve(up: np.ndarray, make: object) -> float:
    """Trapezia under the probability over 0, 2, ... 100 % of the pixels, the most relevant first."""
    order = np.argsort(-up.reshape(-1), kind="stable")
    values = []
    for step in range(STEPS + 1):
        chosen = np.zeros(PIXELS, dtype=bool)
        chosen[order[: int(np.floor(step * PIXELS / STEPS + 0.5))]] = True
        values.append(make(chosen.reshape(HEIGHT, WIDTH)))
    return float(np.trapezoid(values, dx=1 / STEPS))


def hoyer(weights: np.ndarray) -> float:
    root = np.sqrt(len(weights))
    return float((root - np.abs(weights).sum() / np.sqrt((weights**2).sum())) / (root - 1))


def iou(up: np.ndarray, region: np.ndarray) -> float:
    mask = up > up.mean() + up.std()
    return float((mask & region).sum() / (mask | region).sum())


def measured(
    picture: np.ndarray, weights: np.ndarray, map_: np.ndarray, other: np.ndarray, regions: list[np.ndarray], alpha: np.ndarray
) -> dict[str, float]:
    own, others = regions
    up = enlarged(map_)
    before = probability(weights, picture)
    mask = (up - up.min()) / (up.max() - up.min())
    after = probability(weights, picture * mask)
    means = picture.mean(axis=(1, 2), keepdims=True)
    least = [probability(weights, imputed(picture, removed_beyond(-ranks(up), 1 - part))) for part in REMOVED]
    most = [probability(weights, imputed(picture, removed_beyond(ranks(up), 1 - part))) for part in REMOVED]
    energy = np.maximum(up, 0)
    return {
        "average-drop": max(0.0, before - after) / before,
        "average-increase": float(after > before),
        "deletion": curve(up, lambda chosen: probability(weights, np.where(chosen, means, picture))),
        "insertion": curve(up, lambda chosen: probability(weights, np.where(chosen, picture, means))),
        "road": float(np.mean([(a - b) / 2 for a, b in zip(least, most, strict=True)])),
        "iou": iou(up, own),
        "pointing-game": float(own.reshape(-1)[up.argmax()]),
        "energy-inside": float(energy[own].sum() / energy.sum()),
        "class-correlation": float(np.corrcoef(up.reshape(-1), enlarged(other).reshape(-1))[0, 1]),
        "class-separation": iou(up, own) - iou(up, others),
        "sparsity": hoyer(alpha),
    }


def box(top: int, left: int, bottom: int, right: int) -> np.ndarray:
    region = np.zeros((HEIGHT, WIDTH), dtype=bool)
    region[top:bottom, left:right] = True
    return region


def rounded(values: np.ndarray) -> np.ndarray:
    """What a float32 and JSON hold alike."""
    return np.round(values * 256) / 256


def main(file: Path) -> None:
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH]
    waves = [np.sin(rows / 3 + 2 * channel) + np.cos(columns / (2 + channel)) for channel in range(CHANNELS)]
    picture = rounded(np.stack(waves) + 0.2 * random.standard_normal((CHANNELS, HEIGHT, WIDTH)))
    weights = rounded(0.08 * random.standard_normal((CLASSES, picture.size)))
    regions = [box(2, 3, 9, 8), box(5, 9, 12, 14)]
    maps = [rounded(random.standard_normal(size)) for size in ((4, 4), (6, 7), (HEIGHT, WIDTH))]
    maps.append(rounded(np.exp(-((np.mgrid[0:6, 0:7][0] - 2) ** 2) / 3 - ((np.mgrid[0:6, 0:7][1] - 2.5) ** 2) / 4)))
    alphas = [rounded(random.standard_normal(8)) for _ in maps]
    cells = []
    for place, (map_, alpha) in enumerate(zip(maps, alphas, strict=True)):
        other = maps[(place + 1) % len(maps)]
        values = measured(picture, weights, map_, other, regions, alpha)
        removed = removed_beyond(ranks(enlarged(map_)), 0.4)
        cells.append(
            {
                "height": map_.shape[0],
                "width": map_.shape[1],
                "map": map_.reshape(-1).tolist(),
                "weights": alpha.tolist(),
                "values": values,
                "removed": removed.reshape(-1).astype(int).tolist(),
                "imputed": np.round(imputed(picture, removed), 7).reshape(-1).tolist(),
            }
        )
    expected = {
        "picture": {"channels": CHANNELS, "height": HEIGHT, "width": WIDTH, "values": picture.reshape(-1).tolist()},
        "model": {"target": TARGET, "weights": weights.tolist()},
        "own": regions[0].reshape(-1).astype(int).tolist(),
        "other": regions[1].reshape(-1).astype(int).tolist(),
        "cells": cells,
    }
    file.write_text(json.dumps(expected) + "\n")


main(Path(sys.argv[1]))

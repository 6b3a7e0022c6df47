"""What splitting Relevance-CAM by the sign of the activation gains on real weights: MobileNetV2's linear bottlenecks, photographs with boxes.

For each depth the maps Σ α A and Σ (α⁺ A⁺ − α⁻ A⁻) of the same relevance, each by the area under the ROC curve of the map's values inside
against outside the boxes, and by insertion: the area under the class's probability while the most relevant pixels replace the picture's
mean, in steps of 2 %. Differences come with bootstrap 95 % intervals over pictures. Only pictures that the model classifies correctly count.

Usage: python tools/experiments/sign_split.py DATA [--pictures 60] [--layers t119 t130 t145 t156 t167]
DATA holds models/mobilenet_v2.onnx and images/val400 with boxes.csv (file,class_index,x0,y0,x1,y1).
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from PIL import Image
from torch.nn import functional

sys.path.insert(0, str(Path(__file__).parents[1] / "conformance"))

from graph import Graph, load, trace  # noqa: E402
from relevance import contrastive_seed, logits_of, relevance_pass, sign_split, weighted_sum  # noqa: E402

SIZE = 224
STEPS = 50
RESAMPLES = 1000


@dataclass
class Picture:
    x: np.ndarray
    #: The model's output for the boxes' class: class 0 is the background.
    target: int
    #: Whether a pixel lies in a box.
    inside: np.ndarray


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=Path)
    parser.add_argument("--pictures", type=int, default=60)
    parser.add_argument("--layers", nargs="+", default=["t119", "t130", "t145", "t156", "t167"])
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    torch.backends.nnpack.set_flags(False)
    model = arguments.data / "models" / "mobilenet_v2.onnx"
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 2
    session = onnxruntime.InferenceSession(str(model), options)
    graph = load(model)
    scores: dict[str, list[list[float]]] = {layer: [] for layer in arguments.layers}
    sizes: dict[str, tuple[int, int]] = {}
    for picture in pictures(arguments.data / "images" / "val400"):
        if len(scores[arguments.layers[0]]) == arguments.pictures:
            break
        if probabilities(session, picture.x).argmax() != picture.target:
            continue
        for layer, maps in explained(graph, picture, arguments.layers):
            sizes[layer] = maps[0].shape
            enlarged = [up(values) for values in maps]
            areas = [area_under_curve(values, picture.inside) for values in enlarged]
            inserted = [insertion(session, values, picture) for values in enlarged]
            scores[layer].append([*areas, *inserted])
    report(scores, sizes)


def pictures(folder: Path) -> Iterator[Picture]:
    """Centre crops whose boxes leave some of the picture inside and some outside."""
    boxes: dict[str, list[list[str]]] = {}
    with (folder / "boxes.csv").open() as file:
        for name, *row in list(csv.reader(file))[1:]:
            boxes.setdefault(name, []).append(row)
    for name, rows in boxes.items():
        image = Image.open(folder / name).convert("RGB")
        left, top = (image.width - SIZE) // 2, (image.height - SIZE) // 2
        pixels = np.asarray(image.crop((left, top, left + SIZE, top + SIZE)), dtype=np.float32)
        inside = np.zeros((SIZE, SIZE), dtype=bool)
        for _, *corners in rows:
            x0, y0, x1, y1 = (round(float(value)) for value in corners)
            inside[max(0, y0 - top) : max(0, y1 - top), max(0, x0 - left) : max(0, x1 - left)] = True
        if 0.02 < inside.mean() < 0.9:
            yield Picture((pixels / 127.5 - 1).transpose(2, 0, 1)[None], int(rows[0][0]) + 1, inside)


def probabilities(session: onnxruntime.InferenceSession, x: np.ndarray) -> np.ndarray:
    logits = session.run(None, {session.get_inputs()[0].name: x})[0].reshape(len(x), -1)
    exponents = np.exp(logits - logits.max(1, keepdims=True))
    return exponents / exponents.sum(1, keepdims=True)


def explained(graph: Graph, picture: Picture, layers: list[str]) -> Iterator[tuple[str, tuple[np.ndarray, np.ndarray]]]:
    """Every layer's map Σ α A, and the one that is split by sign."""
    traced = trace(graph, picture.x, torch.float32)
    logits, _ = logits_of(traced.graph)
    found = relevance_pass(traced, logits, contrastive_seed(traced.values[logits].detach(), picture.target, own=False))
    for layer in layers:
        activation, r = traced.values[layer].detach()[0], found.of(layer)[0]
        yield layer, (weighted_sum(activation, r).numpy(), sign_split(activation, r).numpy())


def up(values: np.ndarray) -> np.ndarray:
    return functional.interpolate(torch.from_numpy(values)[None, None], (SIZE, SIZE), mode="bilinear")[0, 0].numpy()


def area_under_curve(values: np.ndarray, inside: np.ndarray) -> float:
    """The probability that a pixel inside the boxes is above one outside."""
    ranks = np.empty(values.size)
    ranks[np.argsort(values, axis=None)] = np.arange(1, values.size + 1)
    count = inside.sum()
    return float((ranks[inside.ravel()].sum() - count * (count + 1) / 2) / (count * (values.size - count)))


def insertion(session: onnxruntime.InferenceSession, values: np.ndarray, picture: Picture) -> float:
    order = np.argsort(-values, axis=None)
    place = np.empty(order.size)
    place[order] = np.arange(order.size) / order.size
    mean = picture.x.mean((2, 3), keepdims=True)
    shown = place.reshape(1, 1, SIZE, SIZE) < (np.arange(STEPS + 1) / STEPS).reshape(-1, 1, 1, 1)
    return float(np.trapezoid(probabilities(session, np.where(shown, picture.x, mean))[:, picture.target], dx=1 / STEPS))


def report(scores: dict[str, list[list[float]]], sizes: dict[str, tuple[int, int]]) -> None:
    print("| layer | size | AUC Σ α A | split | gain | insertion Σ α A | split | gain |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for layer, rows in scores.items():
        values = np.array(rows)
        cells = [layer, " × ".join(map(str, sizes[layer]))]
        for plain, split in (values[:, :2].T, values[:, 2:].T):
            cells += [f"{plain.mean():.3f}", f"{split.mean():.3f}", interval(split - plain)]
        print(f"| {' | '.join(cells)} |")
    print(f"\n{len(rows)} pictures, 95 % intervals from {RESAMPLES} resamples of pictures.")


def interval(differences: np.ndarray) -> str:
    generator = np.random.default_rng(0)
    means = generator.choice(differences, (RESAMPLES, len(differences))).mean(1)
    low, high = np.percentile(means, [2.5, 97.5])
    return f"{differences.mean():+.3f} ({low:+.3f} … {high:+.3f})"


if __name__ == "__main__":
    main()

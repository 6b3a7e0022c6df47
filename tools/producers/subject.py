"""A model file with what is beside it, and what a reader of it must find, by ONNX Runtime on the file as it is and by formulas of one line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray
from PIL import Image

Array = NDArray[np.float32]


class Subject(NamedTuple):
    """A network that ends in a mean over positions and one linear operator."""

    model: str
    """The file, in the producer's folder."""
    values: str
    """The output of one value per class …"""
    shows: str
    """… and what its values are: probabilities, or the logits themselves."""
    fed: Array
    """The picture prepared as this producer's users do."""
    weight: Array
    """The classifier's, (classes, channels)."""
    bias: Array
    labels: list[str]
    preprocessing: dict[str, Any]
    """What must be found of it."""
    layer: str
    """The tensor that the mean is taken of, which a quantiser may call otherwise."""
    channels_last: bool = False
    rectified: bool = True
    exact: bool = True
    """False where the file rounds: the maps are those of the network before it was quantised."""
    activation: Array | None = None
    """Of the layer, where the file does not hold its floats."""


def describe(folder: Path, subject: Subject) -> None:
    """Writes expected.json: the file's own answer, and two maps of the layer for the predicted class."""
    file = onnx.load(folder / subject.model)
    values = run(file, subject.fed, subject.values).reshape(-1)
    raw = run(file, subject.fed, subject.layer) if subject.activation is None else subject.activation
    activation = np.asarray(raw[0].transpose(2, 0, 1) if subject.channels_last else raw[0], np.float64)
    logits = subject.weight @ activation.mean((1, 2)) + subject.bias
    target = int(logits.argmax())
    own = logits if subject.shows == "logits" else softmax(logits)
    assert np.abs(own - values).max() < (1e-4 if subject.exact else 0.05) * np.abs(values).max(), (own, values)
    assert target == values.argmax() and 0.3 < softmax(logits).max() < 0.95, softmax(logits)
    maps = {"grad-cam": grad_cam(subject.weight[target], activation)}
    if subject.rectified:
        maps["relevance-cam"] = relevance_cam(subject.weight, logits, activation, target)
    expected = {
        "model": subject.model,
        "values": np.round(values.astype(float), 6).tolist(),
        "exact": subject.exact,
        "labels": subject.labels,
        "preprocessing": subject.preprocessing,
        "layer": subject.layer,
        "size": list(activation.shape),
        "maps": {method: np.round(of_method, 6).ravel().tolist() for method, of_method in maps.items()},
    }
    lines = ",\n".join(f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}" for key, value in expected.items())
    (folder / "expected.json").write_text(f"{{\n{lines}\n}}\n")


def run(file: onnx.ModelProto, fed: Array, tensor: str) -> Array:
    """A tensor of the file, an output or not."""
    probed = onnx.ModelProto()
    probed.CopyFrom(file)
    if tensor not in {output.name for output in probed.graph.output}:
        probed.graph.output.append(onnx.ValueInfoProto(name=tensor))
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(probed.SerializeToString(), options, providers=["CPUExecutionProvider"])
    (value,) = session.run([tensor], {session.get_inputs()[0].name: fed})
    if isinstance(value, list):  # ZipMap's: a dictionary for each picture
        return np.array(list(value[0].values()), np.float32)
    return value


def softmax(logits: Array) -> Array:
    powers = np.exp(logits - logits.max())
    return powers / powers.sum()


def grad_cam(row: Array, activation: Array) -> Array:
    """Behind a mean over positions a channel's mean gradient is its weight over their number."""
    positions = activation[0].size
    return np.maximum(np.tensordot(row / positions, activation, 1), 0)


def relevance_cam(weight: Array, logits: Array, activation: Array, target: int) -> Array:
    """z⁺ through the classifier and the mean: α_k = Σ_n seed_n h_k w⁺_nk / Σ_j h_j w⁺_nj, h ≥ 0."""
    h, positive = activation.mean((1, 2)), np.maximum(weight, 0)
    scale = abs(logits[target])
    seed = np.full(len(logits), -scale / (len(logits) - 1))
    seed[target] = scale
    alpha = h * (positive.T @ (seed / (positive @ h)))
    return np.tensordot(alpha, activation, 1)


def fitting(weight: Array, pooled: Array, spread: float = 1.2) -> tuple[Array, Array]:
    """The classifier's weights, enlarged until the logits of the picture differ by so much, around 1."""
    logits = weight @ pooled
    weight = weight * (spread / logits.std())
    return weight.astype(np.float32), (1 - (weight @ pooled).mean() * np.ones(len(weight))).astype(np.float32)


def squashed(picture: Image.Image, side: int) -> Array:
    """0 … 255, (side, side, 3)."""
    return np.asarray(picture.resize((side, side), Image.Resampling.BILINEAR), np.float32)


def cropped(picture: Image.Image, shorter: int, side: int) -> Array:
    """0 … 255, (side, side, 3): the shorter side resized, the centre cut out, as torchvision does."""
    short = min(picture.size)
    width, height = (int(shorter * edge / short) for edge in picture.size)
    left, top = round((width - side) / 2), round((height - side) / 2)
    resized = picture.resize((width, height), Image.Resampling.BILINEAR)
    return np.asarray(resized.crop((left, top, left + side, top + side)), np.float32)


def channels_first(pixels: Array) -> Array:
    return np.ascontiguousarray(pixels.transpose(2, 0, 1)[None], np.float32)

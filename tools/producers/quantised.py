"""Files that ONNX Runtime's quantisers make of a network of floats."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import onnx
from onnx import helper
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_dynamic, quantize_static
from PIL import Image

from by_hand import NAMES, Weights, floats, model
from subject import Array, Subject, channels_first, run, squashed

SIDE = 32
MEAN, STD = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]
LAYER = "relu_2"


def dynamic(folder: Path, picture: Image.Image) -> Subject:
    """quantize_dynamic: ConvInteger, MatMulInteger, DynamicQuantizeLinear."""
    return quantised(folder, picture, lambda source, target, _: quantize_dynamic(source, target, weight_type=QuantType.QUInt8))


def qdq(folder: Path, picture: Image.Image) -> Subject:
    """quantize_static with QuantizeLinear and DequantizeLinear around every operator, a scale for each channel."""
    return quantised(folder, picture, lambda *files: statically(*files, QuantFormat.QDQ))


def qoperator(folder: Path, picture: Image.Image) -> Subject:
    """quantize_static with operators of its own: QLinearConv, QGemm, …"""
    return quantised(folder, picture, lambda *files: statically(*files, QuantFormat.QOperator))


class Calibration(CalibrationDataReader):
    def __init__(self, fed: Array):
        rng = np.random.default_rng(10)
        noise = rng.normal(0, 0.3, (8, *fed.shape)).astype(np.float32)
        self.batches = iter([{"image": fed}, *({"image": fed[:, :, ::-1] + each} for each in noise)])

    def get_next(self) -> dict[str, Array] | None:
        return next(self.batches, None)


def statically(source: Path, target: Path, fed: Array, kind: QuantFormat) -> None:
    quantize_static(source, target, Calibration(fed), kind, per_channel=kind is QuantFormat.QDQ, weight_type=QuantType.QInt8)


def quantised(folder: Path, picture: Image.Image, quantise) -> Subject:
    weights, fed = Weights(9), channels_first((squashed(picture, SIDE) / 255 - MEAN) / STD)
    weights.fit(network(weights), fed, LAYER)
    original = network(weights)
    with tempfile.TemporaryDirectory() as scratch:
        onnx.save(original, Path(scratch, "float.onnx"))
        quantise(Path(scratch, "float.onnx"), folder / "model.onnx", fed)
    (folder / "labels.txt").write_text("\n".join(NAMES) + "\n")
    preprocessing = {"fit": "squash", "range": [0, 1], "mean": MEAN, "std": STD}
    activation = run(original, fed, LAYER)
    rest = {"exact": False, "activation": activation}
    return Subject("model.onnx", "logits", "logits", fed, weights.weight, weights.bias, NAMES, preprocessing, LAYER, **rest)


def network(weights: Weights) -> onnx.ModelProto:
    convolution = {"kernel_shape": [3, 3], "strides": [2, 2], "pads": [1, 1, 1, 1]}
    nodes, before = [], "image"
    for i in (1, 2):
        nodes += [
            helper.make_node("Conv", [before, f"conv_{i}_weight", f"conv_{i}_bias"], [f"conv_{i}"], f"conv_{i}", **convolution),
            helper.make_node("Relu", [f"conv_{i}"], [f"relu_{i}"], f"relu_{i}"),
        ]
        before = f"relu_{i}"
    nodes += [
        helper.make_node("GlobalAveragePool", [LAYER], ["pooled"], "pool"),
        helper.make_node("Flatten", ["pooled"], ["flattened"], "flatten"),
        helper.make_node("Gemm", ["flattened", "fc_weight", "fc_bias"], ["logits"], "fc", transB=1),
    ]
    constants = {f"conv_{i}_weight": kernel for i, kernel in enumerate(weights.kernels, 1)}
    constants |= {f"conv_{i}_bias": bias for i, bias in enumerate(weights.biases, 1)}
    constants |= {"fc_weight": weights.weight, "fc_bias": weights.bias}
    return model(nodes, constants, floats("image", ["batch", 3, SIDE, SIDE]), [floats("logits", ["batch", len(NAMES)])], {"": 17}, "pytorch")

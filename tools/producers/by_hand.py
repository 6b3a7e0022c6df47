"""Files as tf2onnx, Custom Vision and MATLAB write them, node by node."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from PIL import Image

from subject import Array, Subject, channels_first, fitting, run, squashed

NAMES = ["apple", "banana", "cherry", "damson"]
SIDE = 32


class Weights:
    """Random, of two convolutions and a classifier that fits the picture."""

    def __init__(self, seed: int, widths: tuple[int, int] = (8, 12)):
        rng = np.random.default_rng(seed)
        first, second = widths
        self.kernels = [he(rng, (first, 3, 3, 3)), he(rng, (second, first, 3, 3))]
        self.biases = [rng.normal(0, 0.1, size).astype(np.float32) for size in widths]
        self.weight = rng.normal(0, 1, (len(NAMES), second)).astype(np.float32)
        self.bias = np.zeros(len(NAMES), np.float32)

    def fit(self, file: onnx.ModelProto, fed: Array, layer: str, channels_last: bool = False) -> None:
        pooled = run(file, fed, layer)[0].mean((0, 1) if channels_last else (1, 2))
        self.weight, self.bias = fitting(self.weight, pooled)


def he(rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
    return rng.normal(0, (2 / np.prod(shape[1:])) ** 0.5, shape).astype(np.float32)


def model(
    nodes: list[onnx.NodeProto],
    constants: dict[str, np.ndarray],
    image: onnx.ValueInfoProto,
    outputs: list[onnx.ValueInfoProto],
    opsets: dict[str, int],
    producer: str,
    metadata: dict[str, str] | None = None,
) -> onnx.ModelProto:
    initializers = [numpy_helper.from_array(np.asarray(value), name) for name, value in constants.items()]
    graph = helper.make_graph(nodes, producer, [image], outputs, initializers)
    file = helper.make_model(graph, opset_imports=[helper.make_opsetid(*item) for item in opsets.items()], producer_name=producer)
    file.ir_version = 8
    helper.set_model_props(file, metadata or {})
    return file


def floats(name: str, shape: list[int | str]) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)


def tf2onnx(folder: Path, picture: Image.Image) -> Subject:
    """Keras' names, channels last but for the convolutions, any batch, padding at the far side, pixels of −1 … 1."""
    weights, fed = Weights(1), squashed(picture, SIDE)[None] / 127.5 - 1
    last = "model/block2_conv1/Relu:0"

    def build() -> onnx.ModelProto:
        names = [f"model/block{i}_conv1" for i in (1, 2)]
        before, nodes = "input_1:0", []
        for name, outer in zip(names, (f"{names[0]}/Conv2D__6:0", f"{names[0]}/Relu:0"), strict=True):
            if name == names[0]:
                nodes.append(helper.make_node("Transpose", [before], [outer], f"{name}/Conv2D__6", perm=[0, 3, 1, 2]))
            convolved = [outer, f"{name}/Conv2D/ReadVariableOp:0", f"{name}/BiasAdd/ReadVariableOp:0"]
            nodes += [
                helper.make_node("Conv", convolved, [f"{name}/BiasAdd:0"], f"{name}/BiasAdd", kernel_shape=[3, 3], pads=[0, 0, 1, 1], strides=[2, 2]),
                helper.make_node("Relu", [f"{name}/BiasAdd:0"], [f"{name}/Relu:0"], f"{name}/Relu"),
            ]
        pool = "model/global_average_pooling2d/Mean"
        nodes += [
            helper.make_node("GlobalAveragePool", [last], [f"{pool}_pooled:0"], f"{pool}"),
            helper.make_node("Squeeze", [f"{pool}_pooled:0", "const_axes__19"], [f"{pool}:0"], f"{pool}_Squeeze__20"),
            helper.make_node("MatMul", [f"{pool}:0", "model/predictions/MatMul/ReadVariableOp:0"], ["model/predictions/MatMul:0"], "model/predictions/MatMul"),
            helper.make_node("Add", ["model/predictions/MatMul:0", "model/predictions/BiasAdd/ReadVariableOp:0"], ["model/predictions/BiasAdd:0"], "model/predictions/BiasAdd"),
            helper.make_node("Softmax", ["model/predictions/BiasAdd:0"], ["predictions"], "model/predictions/Softmax", axis=1),
        ]  # fmt: skip
        constants = {f"{name}/Conv2D/ReadVariableOp:0": kernel for name, kernel in zip(names, weights.kernels, strict=True)}
        constants |= {f"{name}/BiasAdd/ReadVariableOp:0": bias for name, bias in zip(names, weights.biases, strict=True)}
        constants |= {
            "const_axes__19": np.array([2, 3]),
            "model/predictions/MatMul/ReadVariableOp:0": weights.weight.T,
            "model/predictions/BiasAdd/ReadVariableOp:0": weights.bias,
        }
        image, output = floats("input_1:0", ["unk__21", SIDE, SIDE, 3]), floats("predictions", ["unk__22", len(NAMES)])
        return model(nodes, constants, image, [output], {"": 13}, "tf2onnx")

    weights.fit(build(), fed, last)
    onnx.save(build(), folder / "model.onnx")
    (folder / "class_names.txt").write_text("\n".join(NAMES))
    preprocessing = {"fit": "squash", "range": [-1, 1], "channelOrder": "RGB", "layout": "NHWC"}
    return Subject("model.onnx", "predictions", "probabilities", fed, weights.weight, weights.bias, NAMES, preprocessing, last)


def custom_vision(folder: Path, picture: Image.Image) -> Subject:
    """Pixels of 0 … 255, blue first, scaled by an ImageScaler; a label and a sequence of maps come out, whose names the file holds."""
    weights, fed = Weights(2), channels_first(squashed(picture, SIDE)[..., ::-1])
    last = "conv1_relu"

    def build() -> onnx.ModelProto:
        convolution = {"kernel_shape": [3, 3], "strides": [2, 2], "auto_pad": "SAME_UPPER", "dilations": [1, 1], "group": 1}
        nodes = [
            helper.make_node("ImageScaler", ["data"], ["data_scaled"], "ImageScaler", scale=1 / 64, bias=[-1.6, -1.8, -1.9]),
            helper.make_node("Conv", ["data_scaled", "conv0_W", "conv0_B"], ["conv0"], "conv0", **convolution),
            helper.make_node("LeakyRelu", ["conv0"], ["conv0_relu"], "leaky0", alpha=0.1),
            helper.make_node("Conv", ["conv0_relu", "conv1_W", "conv1_B"], ["conv1"], "conv1", **convolution),
            helper.make_node("Relu", ["conv1"], [last], "relu1"),
            helper.make_node("GlobalAveragePool", [last], ["pooled"], "pool"),
            helper.make_node("Flatten", ["pooled"], ["flattened"], "flatten"),
            helper.make_node("Gemm", ["flattened", "dense_W", "dense_B"], ["dense"], "dense", transB=1),
            helper.make_node("Softmax", ["dense"], ["softmax"], "softmax"),
            helper.make_node("ZipMap", ["softmax"], ["loss"], "ZipMap", domain="ai.onnx.ml", classlabels_strings=NAMES),
            helper.make_node("ArgMax", ["softmax"], ["best"], "ArgMax", axis=1, keepdims=0),
            helper.make_node("ArrayFeatureExtractor", ["classes", "best"], ["best_label"], "feature_extractor", domain="ai.onnx.ml"),
            helper.make_node("Reshape", ["best_label", "one"], ["classLabel"], "label"),
        ]
        constants = {f"conv{i}_W": kernel for i, kernel in enumerate(weights.kernels)}
        constants |= {f"conv{i}_B": bias for i, bias in enumerate(weights.biases)}
        constants |= {"dense_W": weights.weight, "dense_B": weights.bias, "classes": np.array(NAMES, object), "one": np.array([1])}
        scores = helper.make_map_type_proto(TensorProto.STRING, helper.make_tensor_type_proto(TensorProto.FLOAT, []))
        outputs = [
            helper.make_tensor_value_info("classLabel", TensorProto.STRING, [1]),
            helper.make_value_info("loss", helper.make_sequence_type_proto(scores)),
        ]
        metadata = {
            "Image.BitmapPixelFormat": "Bgr8",
            "Image.ColorSpaceGamma": "SRGB",
            "Image.NominalPixelRange": "NominalRange_0_255",
        }
        image = floats("data", ["None", 3, SIDE, SIDE])
        return model(nodes, constants, image, outputs, {"": 9, "ai.onnx.ml": 1}, "WinMLTools", metadata)

    weights.fit(build(), fed, last)
    onnx.save(build(), folder / "model.onnx")
    (folder / "labels.txt").write_text("\r\n".join(NAMES))
    preprocessing = {"range": [0, 255], "channelOrder": "BGR", "layout": "NCHW"}
    return Subject("model.onnx", "loss", "probabilities", fed, weights.weight, weights.bias, NAMES, preprocessing, last)


def matlab(folder: Path, picture: Image.Image) -> Subject:
    """exportONNXNetwork: layers' names, opset 9, pixels of 0 … 255 normalised inside, scores of the form 1 × N × 1 × 1."""
    weights, fed = Weights(3), channels_first(squashed(picture, SIDE))
    last = "relu_2"

    def build() -> onnx.ModelProto:
        convolution = {"kernel_shape": [3, 3], "strides": [2, 2], "pads": [1, 1, 1, 1], "dilations": [1, 1], "group": 1}
        pool = {"kernel_shape": [SIDE // 4, SIDE // 4], "strides": [1, 1], "pads": [0, 0, 0, 0]}
        nodes = [
            helper.make_node("Sub", ["imageinput", "imageinput_Mean"], ["imageinput_Sub"], "imageinput_Sub"),
            helper.make_node("Div", ["imageinput_Sub", "imageinput_StandardDeviation"], ["imageinput_Div"], "imageinput_Div"),
            helper.make_node("Conv", ["imageinput_Div", "conv_1_W", "conv_1_B"], ["conv_1"], "conv_1", **convolution),
            helper.make_node("Relu", ["conv_1"], ["relu_1"], "relu_1"),
            helper.make_node("Conv", ["relu_1", "conv_2_W", "conv_2_B"], ["conv_2"], "conv_2", **convolution),
            helper.make_node("Relu", ["conv_2"], [last], "relu_2"),
            helper.make_node("AveragePool", [last], ["avgpool2d"], "avgpool2d", **pool),
            helper.make_node("Conv", ["avgpool2d", "fc_W", "fc_B"], ["fc"], "fc", kernel_shape=[1, 1], strides=[1, 1]),
            helper.make_node("Softmax", ["fc"], ["softmax"], "softmax", axis=1),
        ]
        constants = {f"conv_{i}_W": kernel for i, kernel in enumerate(weights.kernels, 1)}
        constants |= {f"conv_{i}_B": bias for i, bias in enumerate(weights.biases, 1)}
        constants |= {"fc_W": weights.weight[:, :, None, None], "fc_B": weights.bias}
        for key, values in {"Mean": [120, 115, 105], "StandardDeviation": [60, 58, 57]}.items():
            constants[f"imageinput_{key}"] = np.array(values, np.float32).reshape(1, 3, 1, 1)
        image, output = floats("imageinput", ["BatchSize", 3, SIDE, SIDE]), floats("softmax", ["BatchSize", len(NAMES), 1, 1])
        return model(nodes, constants, image, [output], {"": 9}, "MATLAB Deep Learning Toolbox Converter for ONNX Model Format")

    weights.fit(build(), fed, last)
    onnx.save(build(), folder / "net.onnx")
    (folder / "net.labels.txt").write_text("\n".join(NAMES) + "\n")
    preprocessing = {"fit": "squash", "range": [0, 255], "mean": [0, 0, 0], "std": [1, 1, 1], "channelOrder": "RGB"}
    return Subject("net.onnx", "softmax", "probabilities", fed, weights.weight, weights.bias, NAMES, preprocessing, last)

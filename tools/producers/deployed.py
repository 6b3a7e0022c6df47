"""Files as the toolkits of YOLO and PaddlePaddle deploy them, node by node, with what they write into or beside them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import torch
import yaml
from onnx import helper
from PIL import Image

from by_hand import NAMES, Weights, floats, model
from subject import Array, Subject, channels_first, cropped

SIDE = 32


def ultralytics(folder: Path, picture: Image.Image) -> Subject:
    """`yolo export format=onnx` of a classifier: SiLU, a Softmax at the end, names and size in the file's metadata."""
    weights, fed = Weights(4), channels_first(cropped(picture, SIDE, SIDE)) / 255
    last = "/model.9/conv/act/Mul_output_0"

    def build() -> onnx.ModelProto:
        nodes, before = [], "images"
        for i, module in enumerate(("model.0", "model.9/conv")):
            convolved, gate, after = (f"/{module}/{name}_output_0" for name in ("conv/Conv", "act/Sigmoid", "act/Mul"))
            convolution = {"kernel_shape": [3, 3], "strides": [2, 2], "pads": [1, 1, 1, 1], "dilations": [1, 1], "group": 1}
            parameters = [f"{module.replace('/', '.')}.conv.{kind}" for kind in ("weight", "bias")]
            nodes += [
                helper.make_node("Conv", [before, *parameters], [convolved], f"/{module}/conv/Conv", **convolution),
                helper.make_node("Sigmoid", [convolved], [gate], f"/{module}/act/Sigmoid"),
                helper.make_node("Mul", [convolved, gate], [after], f"/{module}/act/Mul"),
            ]
            before = after
            assert i == 0 or after == last
        nodes += [
            helper.make_node("GlobalAveragePool", [last], ["/model.9/pool/GlobalAveragePool_output_0"], "/model.9/pool/GlobalAveragePool"),
            helper.make_node("Flatten", ["/model.9/pool/GlobalAveragePool_output_0"], ["/model.9/Flatten_output_0"], "/model.9/Flatten", axis=1),
            helper.make_node("Gemm", ["/model.9/Flatten_output_0", "model.9.linear.weight", "model.9.linear.bias"],
                             ["/model.9/linear/Gemm_output_0"], "/model.9/linear/Gemm", transB=1),
            helper.make_node("Softmax", ["/model.9/linear/Gemm_output_0"], ["output0"], "/model.9/Softmax", axis=1),
        ]  # fmt: skip
        constants = {"model.9.linear.weight": weights.weight, "model.9.linear.bias": weights.bias}
        for module, kernel, bias in zip(("model.0", "model.9.conv"), weights.kernels, weights.biases, strict=True):
            constants |= {f"{module}.conv.weight": 2 * kernel, f"{module}.conv.bias": bias}
        metadata = {
            "description": "Ultralytics YOLO11n-cls model trained on fruit",
            "author": "Ultralytics",
            "version": "8.3.0",
            "stride": "1",
            "task": "classify",
            "batch": "1",
            "imgsz": str([SIDE, SIDE]),
            "names": str(dict(enumerate(NAMES))),
            "args": "{'batch': 1, 'half': False, 'dynamic': False, 'simplify': True, 'opset': None, 'nms': False}",
        }
        return model(nodes, constants, floats("images", [1, 3, SIDE, SIDE]), [floats("output0", [1, len(NAMES)])], {"": 19}, "pytorch", metadata)

    weights.fit(build(), fed, last)
    onnx.save(build(), folder / "best.onnx")
    preprocessing = {"fit": "crop", "resize": SIDE, "range": [0, 1], "mean": [0, 0, 0], "std": [1, 1, 1], "channelOrder": "RGB"}
    return Subject("best.onnx", "output0", "probabilities", fed, weights.weight, weights.bias, NAMES, preprocessing, last, rectified=False)


MEAN, STD = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]
SHORTER = 36


def paddle(folder: Path, picture: Image.Image) -> Subject:
    """Paddle2ONNX: numbered tensors, a free batch written as −1, and PaddleX's inference.yml, by which pictures are resized as OpenCV does."""
    weights, fed = Weights(5), prepared_by_opencv(picture)
    last = "relu_1.tmp_0"

    def build() -> onnx.ModelProto:
        convolution = {"kernel_shape": [3, 3], "strides": [2, 2], "pads": [1, 1, 1, 1], "dilations": [1, 1], "group": 1}
        nodes, before = [], "x"
        for i in (0, 1):
            nodes += [
                helper.make_node("Conv", [before, f"conv2d_{i}.w_0"], [f"conv2d_{i}.tmp_0"], f"p2o.Conv.{i}", **convolution),
                helper.make_node("BatchNormalization", [f"conv2d_{i}.tmp_0", *(f"batch_norm2d_{i}.{part}" for part in ("w_0", "b_0", "w_1", "w_2"))],
                                 [f"batch_norm_{i}.tmp_2"], f"p2o.BatchNormalization.{i}", epsilon=1e-5),
                helper.make_node("Relu", [f"batch_norm_{i}.tmp_2"], [f"relu_{i}.tmp_0"], f"p2o.Relu.{i}"),
            ]  # fmt: skip
            before = f"relu_{i}.tmp_0"
        nodes += [
            helper.make_node("GlobalAveragePool", [last], ["pool2d_0.tmp_0"], "p2o.GlobalAveragePool.0"),
            helper.make_node("Reshape", ["pool2d_0.tmp_0", "p2o.helper.constant.0"], ["flatten_0.tmp_0"], "p2o.Reshape.0"),
            helper.make_node("MatMul", ["flatten_0.tmp_0", "linear_0.w_0"], ["linear_0.tmp_0"], "p2o.MatMul.0"),
            helper.make_node("Add", ["linear_0.tmp_0", "linear_0.b_0"], ["linear_0.tmp_1"], "p2o.Add.0"),
            helper.make_node("Softmax", ["linear_0.tmp_1"], ["softmax_0.tmp_0"], "p2o.Softmax.0", axis=-1),
            helper.make_node("Identity", ["softmax_0.tmp_0"], ["save_infer_model/scale_0.tmp_0"], "p2o.Identity.0"),
        ]
        constants = {"p2o.helper.constant.0": np.array([-1, weights.weight.shape[1]])}
        constants |= {"linear_0.w_0": weights.weight.T, "linear_0.b_0": weights.bias}
        for i, (kernel, bias) in enumerate(zip(weights.kernels, weights.biases, strict=True)):
            size = len(bias)
            norm = {"w_0": np.linspace(0.6, 1.4, size), "b_0": bias, "w_1": np.linspace(-0.2, 0.2, size), "w_2": np.linspace(0.7, 1.3, size)}
            constants |= {f"batch_norm2d_{i}.{part}": values.astype(np.float32) for part, values in norm.items()}
            constants[f"conv2d_{i}.w_0"] = kernel
        image, output = floats("x", [-1, 3, SIDE, SIDE]), floats("save_infer_model/scale_0.tmp_0", [-1, len(NAMES)])
        return model(nodes, constants, image, [output], {"": 11}, "PaddlePaddle")

    weights.fit(build(), fed, last)
    onnx.save(build(), folder / "inference.onnx")
    operations = [
        {"ResizeImage": {"resize_short": SHORTER}},
        {"CropImage": {"size": SIDE}},
        {"NormalizeImage": {"channel_num": 3, "mean": MEAN, "order": "", "scale": 1 / 255, "std": STD}},
        {"ToCHWImage": None},
    ]
    beside = {
        "Global": {"model_name": "PP-LCNet_x0_25"},
        "PreProcess": {"transform_ops": operations},
        "PostProcess": {"Topk": {"topk": 4, "label_list": NAMES}},
    }
    (folder / "inference.yml").write_text(yaml.safe_dump(beside, sort_keys=False))
    preprocessing = {"fit": "crop", "resize": SHORTER, "range": [0, 1], "mean": MEAN, "std": STD, "channelOrder": "RGB", "antialias": False}
    return Subject("inference.onnx", "save_infer_model/scale_0.tmp_0", "probabilities", fed, weights.weight, weights.bias, NAMES, preprocessing, last)


def prepared_by_opencv(picture: Image.Image) -> Array:
    """The shorter side resized without averaging, rounded to whole levels, the centre cut out."""
    width, height = (round(SHORTER * edge / min(picture.size)) for edge in picture.size)
    pixels = torch.from_numpy(channels_first(np.asarray(picture, np.float32)))
    resized = torch.nn.functional.interpolate(pixels, size=(height, width), mode="bilinear").round().numpy()[0]
    left, top = (width - SIDE) // 2, (height - SIDE) // 2
    part = resized[:, top : top + SIDE, left : left + SIDE].transpose(1, 2, 0)
    return channels_first((part / 255 - MEAN) / STD)

"""Files that Keras, timm and transformers write themselves."""

from __future__ import annotations

import json
import os
from pathlib import Path

os.environ["KERAS_BACKEND"] = "torch"

import keras as keras_3  # noqa: E402
import numpy as np  # noqa: E402
import onnx  # noqa: E402
import torch  # noqa: E402
import transformers  # noqa: E402
from PIL import Image  # noqa: E402
from timm.models._efficientnet_builder import decode_arch_def  # noqa: E402
from timm.models.efficientnet import EfficientNet  # noqa: E402
from torch import nn  # noqa: E402

from by_hand import NAMES  # noqa: E402
from subject import Array, Subject, channels_first, cropped, fitting, run, squashed  # noqa: E402

SIDE = 32
MEAN, STD = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]


def keras(folder: Path, picture: Image.Image) -> Subject:
    """`model.export(…, format="onnx")`: channels last, pixels of 0 … 255 rescaled inside, a Softmax at the end."""
    keras_3.utils.set_random_seed(6)
    image = keras_3.Input((SIDE, SIDE, 3), name="image")
    x = keras_3.layers.Rescaling(1 / 127.5, offset=-1)(image)
    x = keras_3.layers.Conv2D(8, 3, strides=2, padding="same", name="conv_1")(x)
    x = keras_3.layers.ReLU()(keras_3.layers.BatchNormalization()(x))
    x = keras_3.layers.Conv2D(12, 3, strides=2, padding="same", activation="relu", name="conv_2")(x)
    pooled = keras_3.layers.GlobalAveragePooling2D()(x)
    net = keras_3.Model(image, keras_3.layers.Dense(len(NAMES), activation="softmax", name="predictions")(pooled))
    fed = squashed(picture, SIDE)[None]
    with torch.no_grad():
        net(torch.from_numpy(fed))
        features = keras_3.Model(image, pooled)(torch.from_numpy(fed)).cpu().numpy()[0]
    kernel = np.random.default_rng(6).normal(0, 1, (len(NAMES), len(features)))
    weight, bias = fitting(kernel, features)
    net.get_layer("predictions").set_weights([weight.T, bias])
    net.export(folder / "model.onnx", format="onnx", verbose=False)
    file = onnx.load(folder / "model.onnx")
    (folder / "class_names.json").write_text(json.dumps(NAMES))
    preprocessing = {"fit": "squash", "range": [0, 255], "mean": [0, 0, 0], "std": [1, 1, 1], "channelOrder": "RGB", "layout": "NHWC"}
    last = [node for node in file.graph.node if node.op_type == "Relu"][-1].output[0]
    shape = run(file, fed, last).shape
    return Subject("model.onnx", file.graph.output[0].name, "probabilities", fed, weight, bias, NAMES, preprocessing, last, shape[-1] == 12)


def timm(folder: Path, picture: Image.Image) -> Subject:
    """timm's config.json beside the older exporter's file: label_names, pretrained_cfg, logits."""
    torch.manual_seed(7)
    blocks = [["cn_r1_k3_s1_e1_c8"], ["ir_r1_k3_s2_e2_c8"]]
    net = EfficientNet(decode_arch_def(blocks), len(NAMES), num_features=16, stem_size=8, fix_stem=True, act_layer=nn.ReLU).eval()
    pixels = cropped(picture, int(SIDE / 0.9), SIDE) / 255
    fed = channels_first((pixels - MEAN) / STD)
    weight, bias = fit_classifier(net.classifier, net.global_pool(net.forward_features(torch.from_numpy(fed))))
    axes = {"input0": {0: "batch"}, "output0": {0: "batch"}}
    export(net, fed, folder / "model.onnx", "input0", "output0", axes)
    config = {
        "architecture": "efficientnet_b0",
        "num_classes": len(NAMES),
        "num_features": 16,
        "label_names": [f"n0000000{i}" for i in range(len(NAMES))],
        "label_descriptions": {f"n0000000{i}": name for i, name in enumerate(NAMES)},
        "pretrained_cfg": {
            "tag": "fruit",
            "custom_load": False,
            "input_size": [3, SIDE, SIDE],
            "fixed_input_size": False,
            "interpolation": "bilinear",
            "crop_pct": 0.9,
            "crop_mode": "center",
            "mean": MEAN,
            "std": STD,
            "num_classes": len(NAMES),
            "pool_size": [8, 8],
            "first_conv": "conv_stem",
            "classifier": "classifier",
        },
    }
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    preprocessing = {"fit": "crop", "resize": int(SIDE / 0.9), "range": [0, 1], "mean": MEAN, "std": STD, "channelOrder": "RGB"}
    last = before_mean(onnx.load(folder / "model.onnx"))
    return Subject("model.onnx", "output0", "logits", fed, weight, bias, NAMES, preprocessing, last)


def hugging_face(folder: Path, picture: Image.Image) -> Subject:
    """A ResNet of transformers as Optimum lays it out: onnx/model.onnx of free sizes, both configurations above it."""
    torch.manual_seed(8)
    sizes = {"embedding_size": 8, "hidden_sizes": [8, 12], "depths": [1, 1], "layer_type": "basic"}
    config = transformers.ResNetConfig(**sizes, id2label=dict(enumerate(NAMES)), label2id={name: i for i, name in enumerate(NAMES)})
    net = transformers.ResNetForImageClassification(config).eval()
    processor = transformers.ConvNextImageProcessorPil(size={"shortest_edge": SIDE}, crop_pct=0.8, image_mean=MEAN, image_std=STD)
    fed = np.asarray(processor(picture, return_tensors="np")["pixel_values"], np.float32)
    weight, bias = fit_classifier(net.classifier[1], net.resnet(torch.from_numpy(fed)).pooler_output.flatten(1))
    axes = {"pixel_values": {0: "batch_size", 1: "num_channels", 2: "height", 3: "width"}, "logits": {0: "batch_size"}}
    (folder / "onnx").mkdir()
    export(LogitsAlone(net), fed, folder / "onnx" / "model.onnx", "pixel_values", "logits", axes)
    (folder / "config.json").write_text(config.to_json_string())
    keys = processor.to_dict() | {"image_processor_type": "ConvNextFeatureExtractor"}
    (folder / "preprocessor_config.json").write_text(json.dumps(keys, indent=2) + "\n")
    preprocessing = {"fit": "crop", "resize": 40, "inputWidth": SIDE, "inputHeight": SIDE, "range": [0, 1], "mean": MEAN, "std": STD}
    last = before_mean(onnx.load(folder / "onnx" / "model.onnx"))
    return Subject("onnx/model.onnx", "logits", "logits", fed, weight, bias, NAMES, preprocessing, last)


class LogitsAlone(nn.Module):
    def __init__(self, net: nn.Module):
        super().__init__()
        self.resnet, self.classifier = net.resnet, net.classifier

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        return self.classifier(self.resnet(pixels).pooler_output)


@torch.no_grad()
def fit_classifier(linear: nn.Linear, pooled: torch.Tensor) -> tuple[Array, Array]:
    weight, bias = fitting(linear.weight.numpy(), pooled.detach().numpy()[0])
    linear.weight.copy_(torch.from_numpy(weight))
    linear.bias.copy_(torch.from_numpy(bias))
    return weight, bias


def export(net: nn.Module, fed: Array, path: Path, image: str, output: str, axes: dict[str, dict[int, str]]) -> None:
    names = {"input_names": [image], "output_names": [output], "dynamic_axes": axes}
    torch.onnx.export(net, (torch.from_numpy(fed),), path, dynamo=False, opset_version=14, **names)


def before_mean(file: onnx.ModelProto) -> str:
    (pool,) = [node for node in file.graph.node if node.op_type in ("GlobalAveragePool", "ReduceMean")]
    return pool.input[0]

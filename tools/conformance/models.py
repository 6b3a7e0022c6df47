"""Narrow versions of the architectures: the definitions of timm and torchvision with few channels and blocks."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass

import timm
import torch
import torchvision.models as tv
from torch import nn

CLASSES = 10


@dataclass
class Architecture:
    name: str
    build: Callable[[], nn.Module]
    size: tuple[int, int] = (64, 64)
    #: Opset of the older exporter's file.
    opset: int = 17
    #: Whether the older exporter leaves BatchNormalization in the graph.
    keep_norms: bool = False
    free_batch: bool = False
    exporters: tuple[str, ...] = ("torchscript", "dynamo")
    #: Whether the newer exporter's weights lie in a file of their own.
    external_data: bool = False
    #: Whether the file ends in a Softmax.
    probabilities: bool = False


ARCHITECTURES: list[Architecture] = []


def architecture(**options):
    def register(build: Callable[[], nn.Module]):
        ARCHITECTURES.append(Architecture(build.__name__, build, **options))
        return build

    return register


@contextmanager
def channels_divided_by(divisor: int):
    """Layers built within take and give a fraction of the channels asked for; images and classes keep theirs."""

    def fewer(channels: int) -> int:
        return channels if channels in (3, CLASSES) else max(1, channels // divisor)

    class Conv2d(nn.Conv2d):
        def __init__(self, before: int, after: int, *args, **kwargs):
            super().__init__(fewer(before), fewer(after), *args, **kwargs)

    class BatchNorm2d(nn.BatchNorm2d):
        def __init__(self, channels: int, *args, **kwargs):
            super().__init__(fewer(channels), *args, **kwargs)

    class Linear(nn.Linear):
        def __init__(self, before: int, after: int, *args, **kwargs):
            super().__init__(fewer(before), fewer(after), *args, **kwargs)

    original = nn.Conv2d, nn.BatchNorm2d, nn.Linear
    nn.Conv2d, nn.BatchNorm2d, nn.Linear = Conv2d, BatchNorm2d, Linear
    try:
        yield
    finally:
        nn.Conv2d, nn.BatchNorm2d, nn.Linear = original


class LRN(torch.autograd.Function):
    """Local response normalisation as the one operator that older frameworks write; PyTorch would spell it out."""

    @staticmethod
    def forward(context, x):
        return nn.functional.local_response_norm(x, 5, 1e-2, 0.75, 1.0)

    @staticmethod
    def symbolic(graph, x):
        return graph.op("LRN", x, size_i=5, alpha_f=1e-2, beta_f=0.75, bias_f=1.0).setType(x.type())


class ResponseNorm(nn.Module):
    def forward(self, x):
        return LRN.apply(x)


def timm_model(name: str, **options) -> nn.Module:
    return timm.create_model(name, num_classes=CLASSES, **options)


@architecture()
def resnet18():
    return timm_model("resnet18", channels=[8, 12, 16, 20], stem_width=4, layers=(1, 1, 1, 1))


@architecture(opset=11, keep_norms=True, free_batch=True)
def resnet50():
    return timm_model("resnet50", channels=[2, 4, 6, 8], layers=(1, 2, 1, 1))


@architecture()
def vgg11():
    return vgg([6, "M", 8, "M", 12, 12, "M", 16, 16, "M", 16, 16, "M"], batch_norm=False)


@architecture(opset=9, keep_norms=True)
def vgg13_bn():
    return vgg([4, 4, "M", 8, 8, "M", 12, 12, "M", 16, 16, "M", 16, 16, "M"], batch_norm=True)


def vgg(widths: list, batch_norm: bool) -> nn.Module:
    model = tv.VGG(tv.vgg.make_layers(widths, batch_norm), CLASSES, init_weights=False)
    model.avgpool = nn.AdaptiveAvgPool2d(2)
    model.classifier = nn.Sequential(
        nn.Linear(64, 32), nn.ReLU(True), nn.Dropout(), nn.Linear(32, 24), nn.ReLU(True), nn.Dropout(), nn.Linear(24, CLASSES)
    )
    return model


@architecture(size=(96, 96))
def alexnet():
    with channels_divided_by(16):
        model = tv.AlexNet(CLASSES)
    model.avgpool = nn.AdaptiveAvgPool2d(2)
    model.classifier[1] = nn.Linear(64, 64)
    model.classifier[4] = nn.Linear(64, 48)
    model.classifier[6] = nn.Linear(48, CLASSES)
    return model


@architecture(size=(96, 96), opset=9, exporters=("torchscript",), probabilities=True)
def alexnet_lrn():
    """As first published: local response normalisation, grouped convolutions (Krizhevsky et al. 2012)."""
    return nn.Sequential(
        nn.Sequential(nn.Conv2d(3, 8, 11, 4, 2), nn.ReLU(), ResponseNorm(), nn.MaxPool2d(3, 2)),
        nn.Sequential(
            nn.Conv2d(8, 12, 5, padding=2, groups=2), nn.ReLU(), ResponseNorm(), nn.MaxPool2d(3, 2)
        ),
        nn.Sequential(
            nn.Conv2d(12, 16, 3, padding=1),
            nn.ReLU(),
            nn.Conv2d(16, 16, 3, padding=1, groups=2),
            nn.ReLU(),
            nn.Conv2d(16, 12, 3, padding=1, groups=2),
            nn.ReLU(),
        ),
        nn.Sequential(nn.Flatten(), nn.Linear(300, 32), nn.ReLU(), nn.Dropout(), nn.Linear(32, CLASSES), nn.Softmax(1)),
    )


@architecture(size=(96, 96))
def squeezenet1_1():
    fire = tv.squeezenet.Fire
    model = tv.SqueezeNet("1_1", CLASSES)
    model.features = nn.Sequential(
        nn.Conv2d(3, 8, 3, 2), nn.ReLU(), nn.MaxPool2d(3, 2, ceil_mode=True), fire(8, 4, 8, 8), fire(16, 4, 8, 8),
        nn.MaxPool2d(3, 2, ceil_mode=True), fire(16, 6, 12, 12), fire(24, 6, 12, 12), nn.MaxPool2d(3, 2, ceil_mode=True),
        fire(24, 6, 12, 12), fire(24, 8, 16, 16),
    )  # fmt: skip
    model.classifier[1] = nn.Conv2d(32, CLASSES, 1)
    return model


@architecture(size=(96, 96), opset=13)
def googlenet():
    with channels_divided_by(16):
        model = tv.GoogLeNet(CLASSES, aux_logits=False, init_weights=False)
    for repeated in ("inception4b", "inception4c", "inception5a"):
        setattr(model, repeated, nn.Identity())
    return model


@architecture(size=(96, 96))
def inception_v3():
    with channels_divided_by(32):
        model = tv.Inception3(CLASSES, aux_logits=False, init_weights=False)
    for repeated in ("Mixed_5d", "Mixed_6c", "Mixed_6d", "Mixed_6e", "Mixed_7c"):
        setattr(model, repeated, nn.Identity())
    return model


@architecture(opset=12, keep_norms=True)
def densenet121():
    return tv.DenseNet(4, (2, 3, 2, 2), 8, num_classes=CLASSES)


@architecture(free_batch=True)
def mobilenet_v2():
    settings = [[1, 4, 1, 1], [6, 6, 2, 2], [6, 8, 2, 2], [6, 10, 2, 2], [6, 12, 1, 1], [6, 14, 2, 2], [6, 16, 1, 1]]
    model = tv.MobileNetV2(CLASSES, 0.125, settings, round_nearest=2)
    return model

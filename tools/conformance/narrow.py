"""What the narrow versions of the architectures have in common."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass

import timm
import torch
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
    #: Whether the class explained is the least likely one: s is |z_t| there.
    lowest: bool = False
    #: Whether the image is (1, H, W, 3), as Keras has it.
    channels_last: bool = False
    #: What the model itself applies to its logits.
    ending: Callable[[torch.Tensor], torch.Tensor] | None = None


def architecture(**options):
    """Turns a function that builds a model into the architecture of its name."""
    return lambda build: Architecture(build.__name__, build, **options)


@contextmanager
def channels_divided_by(divisor: int):
    """Layers built within take and give a fraction of the channels asked for; images and classes keep theirs."""

    def fewer(channels: int) -> int:
        return channels if channels in (3, CLASSES) else max(1, channels // divisor)

    class Conv2d(nn.Conv2d):
        def __init__(self, in_channels: int, out_channels: int, *args, **kwargs):
            super().__init__(fewer(in_channels), fewer(out_channels), *args, **kwargs)

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


def timm_model(name: str, **options) -> nn.Module:
    return timm.create_model(name, num_classes=CLASSES, **options)


def with_plain_attention(build: Callable[[], nn.Module]) -> nn.Module:
    """With attention spelled out: the newer exporter fails on the fused one with heads this narrow."""
    timm.layers.set_fused_attn(False)
    try:
        return build()
    finally:
        timm.layers.set_fused_attn(True)


def conv_norm_relu(before: int, after: int, kernel: int, **options) -> nn.Module:
    return nn.Sequential(nn.Conv2d(before, after, kernel, **options), nn.BatchNorm2d(after), nn.ReLU())

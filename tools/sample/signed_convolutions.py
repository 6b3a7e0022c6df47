"""Two small convolutional networks whose activations are signed.

They are trained on what the sample's first stages make of the pictures; `stem` then takes those in, and pictures go in.
"""

import torch
from torch import Tensor, nn

from stem import CHANNELS


class SqueezeExcite(nn.Module):
    """Each channel times a gate in 0 … 1 that is computed from all channels' means (Hu et al. 2018)."""

    def __init__(self, channels: int, squeezed: int):
        super().__init__()
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc1 = nn.Conv2d(channels, squeezed, 1)
        self.activation = nn.SiLU()
        self.fc2 = nn.Conv2d(squeezed, channels, 1)
        self.scale_activation = nn.Sigmoid()

    def forward(self, x: Tensor) -> Tensor:
        return x * self.scale_activation(self.fc2(self.activation(self.fc1(self.avgpool(x)))))


class InvertedBottleneck(nn.Module):
    """Widened, convolved channel by channel, gated, and narrowed by a linear convolution (Tan and Le 2019)."""

    def __init__(self, before: int, after: int, stride: int):
        super().__init__()
        wide = 3 * before
        self.shortcut = stride == 1 and before == after
        self.expand = nn.Sequential(nn.Conv2d(before, wide, 1, bias=False), nn.BatchNorm2d(wide), nn.SiLU())
        self.depthwise = nn.Sequential(nn.Conv2d(wide, wide, 3, stride, 1, groups=wide, bias=False), nn.BatchNorm2d(wide), nn.SiLU())
        self.se = SqueezeExcite(wide, before // 4)
        self.project = nn.Sequential(nn.Conv2d(wide, after, 1, bias=False), nn.BatchNorm2d(after))

    def forward(self, x: Tensor) -> Tensor:
        y = self.project(self.se(self.depthwise(self.expand(x))))
        return x + y if self.shortcut else y


class EfficientNetLike(nn.Module):
    """(N, 3, 112, 112) → (N, classes); two blocks of 14 and three of 7 pixels a side."""

    BLOCKS, TOKENS = (InvertedBottleneck,), False

    def __init__(self, classes: int):
        super().__init__()
        widths, strides = (CHANNELS, CHANNELS, CHANNELS, 64, 64, 64), (1, 1, 2, 1, 1)
        self.stem = nn.Identity()
        self.blocks = nn.Sequential(*(InvertedBottleneck(a, b, s) for a, b, s in zip(widths, widths[1:], strides, strict=False)))
        self.head = nn.Sequential(nn.Conv2d(64, 128, 1, bias=False), nn.BatchNorm2d(128), nn.SiLU())
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.classifier = nn.Linear(128, classes)

    def forward(self, x: Tensor) -> Tensor:
        return self.classifier(torch.flatten(self.avgpool(self.head(self.blocks(self.stem(x)))), 1))


class LayerNorm2d(nn.LayerNorm):
    """LayerNorm over the channels of (N, C, H, W)."""

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


class NextBlock(nn.Module):
    """A wide convolution channel by channel, LayerNorm and two linear layers, scaled and added (Liu et al. 2022)."""

    def __init__(self, width: int):
        super().__init__()
        self.dwconv = nn.Conv2d(width, width, 7, padding=3, groups=width)
        self.norm = nn.LayerNorm(width)
        self.pwconv1 = nn.Linear(width, 4 * width)
        self.act = nn.GELU()
        self.pwconv2 = nn.Linear(4 * width, width)
        self.gamma = nn.Parameter(0.2 * torch.ones(width))

    def forward(self, x: Tensor) -> Tensor:
        y = self.norm(self.dwconv(x).permute(0, 2, 3, 1))
        y = self.gamma * self.pwconv2(self.act(self.pwconv1(y)))
        return x + y.permute(0, 3, 1, 2)


class ConvNeXtLike(nn.Module):
    """(N, 3, 112, 112) → (N, classes); three blocks of 14 and three of 7 pixels a side."""

    BLOCKS, TOKENS = (NextBlock,), False

    def __init__(self, classes: int):
        super().__init__()
        width = 64
        self.stem = nn.Identity()
        self.stages = nn.Sequential(
            nn.Sequential(*(NextBlock(CHANNELS) for _ in range(3))),
            nn.Sequential(LayerNorm2d(CHANNELS), nn.Conv2d(CHANNELS, width, 2, stride=2), *(NextBlock(width) for _ in range(3))),
        )
        self.norm = nn.LayerNorm(width)
        self.head = nn.Linear(width, classes)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.norm(self.stages(self.stem(x)).mean((2, 3))))

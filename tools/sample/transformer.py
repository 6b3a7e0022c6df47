"""A small hybrid vision transformer, for the tests: residual blocks make its tokens, which attend to each other in windows."""

import torch
from torch import Tensor, nn
from torch.nn.functional import scaled_dot_product_attention

from network import INPUT, BasicBlock

GRID = INPUT // 8
WINDOW = 2
WIDTH = 64
HEADS = 2
DEPTH = 2


class WindowAttention(nn.Module):
    """(N, GRID², WIDTH) → the same; tokens of one window of WINDOW × WINDOW attend to each other (Liu et al. 2021)."""

    def __init__(self):
        super().__init__()
        self.qkv = nn.Linear(WIDTH, 3 * WIDTH)
        self.proj = nn.Linear(WIDTH, WIDTH)

    def forward(self, x: Tensor) -> Tensor:
        count, side = GRID // WINDOW, WINDOW
        windows = x.reshape(-1, count, side, count, side, WIDTH).transpose(2, 3).reshape(-1, side * side, WIDTH)
        q, k, v = self.qkv(windows).unflatten(2, (3, HEADS, WIDTH // HEADS)).permute(2, 0, 3, 1, 4).unbind(0)
        windows = self.proj(scaled_dot_product_attention(q, k, v).transpose(1, 2).flatten(2))
        return windows.reshape(-1, count, count, side, side, WIDTH).transpose(2, 3).reshape(-1, GRID * GRID, WIDTH)


class Block(nn.Module):
    """Attention and two linear layers, each of normalised tokens and added to them, with timm's module names."""

    def __init__(self):
        super().__init__()
        self.norm1 = nn.LayerNorm(WIDTH)
        self.attn = WindowAttention()
        self.norm2 = nn.LayerNorm(WIDTH)
        self.mlp = nn.Sequential(nn.Linear(WIDTH, 2 * WIDTH), nn.ReLU(), nn.Linear(2 * WIDTH, WIDTH))

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.attn(self.norm1(x))
        return x + self.mlp(self.norm2(x))


class SampleTransformer(nn.Module):
    """(N, 3, 112, 112) → (N, classes); the mean of 14 × 14 rectified tokens is classified."""

    def __init__(self, classes: int):
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(3, 24, 5, stride=2, padding=2, bias=False),
            nn.BatchNorm2d(24),
            nn.ReLU(inplace=True),
            BasicBlock(24, 32, stride=2),
            BasicBlock(32, WIDTH, stride=2),
        )
        self.pos_embed = nn.Parameter(0.02 * torch.randn(1, GRID * GRID, WIDTH))
        self.blocks = nn.Sequential(*(Block() for _ in range(DEPTH)))
        self.relu = nn.ReLU()
        self.head = nn.Linear(WIDTH, classes)

    def forward(self, x: Tensor) -> Tensor:
        x = self.stem(x).flatten(2).transpose(1, 2) + self.pos_embed
        return self.head(self.relu(self.blocks(x)).mean(1))

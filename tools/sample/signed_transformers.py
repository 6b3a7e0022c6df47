"""Two small vision transformers.

They are trained on what the sample's first stages make of the pictures; `stem` then takes those in, and pictures go in.
"""

import torch
from torch import Tensor, nn

from stem import CHANNELS, SIDE

HEADS = 2
WINDOW = 7


class Attention(nn.Module):
    """Tokens (N, T, width) that attend to all others; `bias` is added before the Softmax."""

    def __init__(self, width: int):
        super().__init__()
        self.qkv = nn.Linear(width, 3 * width)
        self.proj = nn.Linear(width, width)

    def forward(self, x: Tensor, bias: Tensor | None = None) -> Tensor:
        q, k, v = self.qkv(x).unflatten(2, (3, HEADS, -1)).permute(2, 0, 3, 1, 4).unbind(0)
        logits = (q * q.shape[-1] ** -0.5) @ k.transpose(-2, -1)
        attention = torch.softmax(logits if bias is None else logits + bias, -1)
        return self.proj((attention @ v).transpose(1, 2).flatten(2))


def mlp(width: int) -> nn.Sequential:
    return nn.Sequential(nn.Linear(width, 2 * width), nn.GELU(), nn.Linear(2 * width, width))


class Block(nn.Module):
    """Attention and two linear layers, each of normalised tokens and added to them (Dosovitskiy et al. 2021)."""

    def __init__(self, width: int):
        super().__init__()
        self.norm1, self.attn = nn.LayerNorm(width), Attention(width)
        self.norm2, self.mlp = nn.LayerNorm(width), mlp(width)

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.attn(self.norm1(x))
        return x + self.mlp(self.norm2(x))


class ViTLike(nn.Module):
    """(N, 3, 112, 112) → (N, classes); 7 × 7 tokens behind a class token, which is classified after six blocks."""

    BLOCKS, TOKENS = (Block,), True

    def __init__(self, classes: int):
        super().__init__()
        width = 56
        self.stem = nn.Identity()
        self.patch_embed = nn.Conv2d(CHANNELS, width, 2, stride=2)
        self.cls_token = nn.Parameter(0.02 * torch.randn(1, 1, width))
        self.pos_embed = nn.Parameter(0.02 * torch.randn(1, 1 + (SIDE // 2) ** 2, width))
        self.blocks = nn.Sequential(*(Block(width) for _ in range(6)))
        self.norm = nn.LayerNorm(width)
        self.head = nn.Linear(width, classes)

    def forward(self, x: Tensor) -> Tensor:
        x = self.patch_embed(self.stem(x)).flatten(2).transpose(1, 2)
        x = torch.cat([self.cls_token.expand(x.shape[0], -1, -1), x], 1) + self.pos_embed
        return self.head(self.norm(self.blocks(x))[:, 0])


class WindowBlock(nn.Module):
    """A block whose tokens (N, side, side, width) attend to each other within windows, which may be shifted (Liu et al. 2021)."""

    def __init__(self, width: int, side: int, shift: int):
        super().__init__()
        self.side, self.shift = side, shift
        self.norm1, self.attn = nn.LayerNorm(width), Attention(width)
        self.norm2, self.mlp = nn.LayerNorm(width), mlp(width)
        self.relative_position_bias_table = nn.Parameter(0.02 * torch.randn((2 * WINDOW - 1) ** 2, HEADS))
        self.register_buffer("relative_position_index", relative_positions())
        self.register_buffer("attn_mask", shifted_mask(side, shift) if shift else None)

    def forward(self, x: Tensor) -> Tensor:
        y = self.norm1(x)
        if self.shift:
            y = torch.roll(y, (-self.shift, -self.shift), (1, 2))
        y = from_windows(self.attn(windows(y), self.bias(x.shape[0])), self.side)
        if self.shift:
            y = torch.roll(y, (self.shift, self.shift), (1, 2))
        x = x + y
        return x + self.mlp(self.norm2(x))

    def bias(self, pictures: int) -> Tensor:
        """Of each pair of tokens of a window, by their distance; −100 where the shift has brought strangers together."""
        relative = self.relative_position_bias_table[self.relative_position_index].permute(2, 0, 1)[None]
        return relative if self.attn_mask is None else relative + self.attn_mask.repeat(pictures, 1, 1, 1)


def windows(x: Tensor) -> Tensor:
    """(N, side, side, width) → (N · windows, WINDOW², width)."""
    count, width = x.shape[1] // WINDOW, x.shape[3]
    return x.reshape(-1, count, WINDOW, count, WINDOW, width).transpose(2, 3).reshape(-1, WINDOW * WINDOW, width)


def from_windows(x: Tensor, side: int) -> Tensor:
    count, width = side // WINDOW, x.shape[2]
    return x.reshape(-1, count, count, WINDOW, WINDOW, width).transpose(2, 3).reshape(-1, side, side, width)


def relative_positions() -> Tensor:
    """(WINDOW², WINDOW²): the row of the bias table for each pair of tokens of a window."""
    at = torch.cartesian_prod(torch.arange(WINDOW), torch.arange(WINDOW))
    apart = at[:, None] - at[None] + WINDOW - 1
    return apart[..., 0] * (2 * WINDOW - 1) + apart[..., 1]


def shifted_mask(side: int, shift: int) -> Tensor:
    """(windows, 1, WINDOW², WINDOW²): 0 within a region of the rolled picture, −100 across its seams."""
    parts = torch.zeros(side)
    parts[-WINDOW:-shift], parts[-shift:] = 1, 2
    region = windows((3 * parts[:, None] + parts)[None, :, :, None])[..., 0]
    return torch.where(region[:, :, None] == region[:, None], 0.0, -100.0)[:, None]


class PatchMerging(nn.Module):
    """(N, side, side, width) → (N, side / 2, side / 2, wider): four neighbours become one token."""

    def __init__(self, width: int, wider: int):
        super().__init__()
        self.norm = nn.LayerNorm(4 * width)
        self.reduction = nn.Linear(4 * width, wider, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        neighbours = [x[:, i::2, j::2] for j in (0, 1) for i in (0, 1)]
        return self.reduction(self.norm(torch.cat(neighbours, -1)))


class SwinLike(nn.Module):
    """(N, 3, 112, 112) → (N, classes); four blocks of 14 × 14 tokens and two of 7 × 7, of which the mean is classified."""

    BLOCKS, TOKENS = (WindowBlock,), True

    def __init__(self, classes: int):
        super().__init__()
        narrow, width = 48, 64
        self.stem = nn.Identity()
        self.patch_embed = nn.Conv2d(CHANNELS, narrow, 1)
        self.patch_norm = nn.LayerNorm(narrow)
        self.layers = nn.Sequential(
            nn.Sequential(*(WindowBlock(narrow, SIDE, shift) for shift in (0, 3, 0, 3))),
            nn.Sequential(PatchMerging(narrow, width), *(WindowBlock(width, SIDE // 2, shift) for shift in (0, 0))),
        )
        self.norm = nn.LayerNorm(width)
        self.head = nn.Linear(width, classes)

    def forward(self, x: Tensor) -> Tensor:
        x = self.layers(self.patch_norm(self.patch_embed(self.stem(x)).permute(0, 2, 3, 1)))
        return self.head(self.norm(x).mean((1, 2)))

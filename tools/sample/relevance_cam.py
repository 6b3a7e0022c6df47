"""Relevance-CAM (Lee et al., CVPR 2021) of the sample's network, by PyTorch's own differentiation.

The z⁺ rule is x ⊙ vjp(R ⊘ f(x; w⁺)). This file
shares nothing with the extension's engine, so that the one can be checked against the other.
"""

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from network import BasicBlock, SampleNet

LAYERS = ("layer1", "layer2", "layer3", "layer4")


def divide(a: Tensor, b: Tensor) -> Tensor:
    return torch.where(b.abs() > 1e-9, a / torch.where(b == 0, 1, b), 0)


def z_plus(function: Callable[[Tensor], Tensor], x: Tensor, relevance: Tensor) -> Tensor:
    """Relevance of x ≥ 0 from that of function(x), which is linear with weights ≥ 0."""
    x = x.detach().requires_grad_()
    with torch.enable_grad():
        z = function(x)
        (gradient,) = torch.autograd.grad(z, x, divide(relevance, z.detach()))
    return x.detach() * gradient


def folded(conv: nn.Module, bn: nn.Module) -> nn.Conv2d:
    assert isinstance(conv, nn.Conv2d) and isinstance(bn, nn.BatchNorm2d)
    return fuse_conv_bn_eval(conv, bn)


def positive(conv: nn.Conv2d) -> Callable[[Tensor], Tensor]:
    return lambda x: nn.functional.conv2d(x, conv.weight.detach().clamp(min=0), None, conv.stride, conv.padding)


def through_block(block: BasicBlock, x: Tensor, relevance: Tensor) -> Tensor:
    """Relevance of a block's input from that of its output; the sum is shared out in proportion to its operands."""
    conv1, conv2 = folded(block.conv1, block.bn1), folded(block.conv2, block.bn2)
    down = None if isinstance(block.downsample, nn.Identity) else folded(block.downsample[0], block.downsample[1])
    inner = torch.relu(conv1(x))
    y, shortcut = conv2(inner), x if down is None else down(x)
    share = divide(relevance, y + shortcut)
    below = shortcut * share if down is None else z_plus(positive(down), x, shortcut * share)
    return below + z_plus(positive(conv1), x, z_plus(positive(conv2), inner, y * share))


Evidence = Callable[[nn.Linear, Tensor, int], Tensor]
"""Of the classifier, its input h (1, channels) and a class: the relevance of h."""


def against_others(fc: nn.Linear, h: Tensor, target: int) -> Tensor:
    """Classes compete: the contrastive seed, s at the target and −s / (N − 1) at each other class."""
    logits = fc(h)
    scale = logits[0, target].abs().item() or 1.0
    seed = torch.full_like(logits, -scale / (logits.shape[1] - 1))
    seed[0, target] = scale
    return z_plus(lambda v: v @ fc.weight.detach().clamp(min=0).T, h, seed)


def against_own_negation(fc: nn.Linear, h: Tensor, target: int) -> Tensor:
    """Classes are independent: s · (h w⁺ ⊘ Σ h w⁺ − h |w⁻| ⊘ Σ h |w⁻|), w the target's weights."""
    w = fc.weight[target].detach()
    speaks_for, speaks_against = h * w.clamp(min=0), h * -w.clamp(max=0)
    return fc(h)[0, target].abs() * (divide(speaks_for, speaks_for.sum()) - divide(speaks_against, speaks_against.sum()))


def alone(fc: nn.Linear, h: Tensor, target: int) -> Tensor:
    """Without a contrast."""
    speaks_for = h * fc.weight[target].detach().clamp(min=0)
    return fc(h)[0, target].abs() * divide(speaks_for, speaks_for.sum())


@torch.no_grad()
def explain(net: SampleNet, x: Tensor, target: int, evidence: Evidence = against_others) -> dict[str, Tensor]:
    """Of one picture (1, 3, H, W): per layer the map Σ_k α_k A_k, (h, w), with α_k = Σ_xy R_k."""
    a = torch.relu(folded(net.conv1, net.bn1)(x))
    blocks: list[tuple[BasicBlock, Tensor]] = []
    ends: dict[int, str] = {}
    for name in LAYERS:
        for block in net.get_submodule(name):
            blocks.append((block, a))
            a = block(a)
        ends[len(blocks)] = name
    pooled = a.mean((2, 3))
    relevance = z_plus(lambda v: v.mean((2, 3)), a, evidence(net.fc, pooled, target))

    maps, activation = {}, a
    for depth in range(len(blocks), 0, -1):
        if depth in ends:
            maps[ends[depth]] = (relevance.sum((2, 3), keepdim=True) * activation).sum(1)[0]
        block, activation = blocks[depth - 1]
        relevance = through_block(block, activation, relevance)
    return maps

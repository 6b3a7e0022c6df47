"""The rules on tokens: the derivative, with attention, the deviation of a normalisation and act(h)/h held constant."""

from __future__ import annotations

import torch
from torch import Tensor

from carrying import ACTIVATIONS, carrying_inputs
from derivative import carried, run, vjp
from graph import Node, Trace
from operators import per_channel
from patterns import spelled_mean

Parts = list[tuple[str, Tensor]]


def multipliers(trace: Trace, node: Node, m: list[Tensor | None]) -> Parts:
    """Multipliers of a token operator's inputs, given those of its outputs (None where there is none)."""
    names = carrying_inputs(trace, node)
    if not names:
        return []
    x = trace.values[names[0]].detach()
    if node.op in ACTIVATIONS:
        return [(names[0], m[0] * slope(trace, node, x))]
    if node.op == "Mul":
        return product(trace, node, names, m[0])
    if spelled_mean(trace, node) is not None:
        return [(names[0], vjp(lambda v: spelled_out(trace, node, v), (x,), m[0])[0])]
    if node.op in NORMS:
        return [(names[0], vjp(lambda v: NORMS[node.op](trace, node, v), (x,), m[0])[0])]
    return carried(trace, node, sorted(set(names)), m)


def slope(trace: Trace, node: Node, x: Tensor) -> Tensor:
    """act(h)/h, at h = 0 the derivative."""
    y = run(trace, node, x)
    (derivative,) = vjp(lambda v: run(trace, node, v), (x,), torch.ones_like(y))
    far = x.abs() > 1e-9
    return torch.where(far, y / torch.where(far, x, 1), derivative)


def product(trace: Trace, node: Node, names: list[str], m: Tensor) -> Parts:
    """The other operand is constant; two signals share half and half."""
    left, right = node.inputs
    others = {left: right, right: left}
    parts = [(name, m * trace.values[others[name]].detach() / len(names)) for name in names]
    return [(name, part.sum_to_size(trace.values[name].shape)) for name, part in parts]


def spelled_out(trace: Trace, last: Node, x: Tensor) -> Tensor:
    """The normalisation that ends in a Div by the deviation, or in the Add behind a Mul by its reciprocal and the scale."""
    mean = spelled_mean(trace, last)
    axes = [axis for axis, size in enumerate(trace.values[mean.outputs[0]].shape) if size != x.shape[axis]]
    if last.op == "Div":
        return centred(x, axes) / trace.values[last.inputs[1]].detach()
    scaled = trace.graph.producer[last.inputs[0]]
    return centred(x, axes) * next(trace.values[name].detach() for name in scaled.inputs if name != mean.inputs[0])


def centred(x: Tensor, axes: list[int]) -> Tensor:
    return x - x.mean(axes, keepdim=True)


def standardised(x: Tensor, axes: list[int], epsilon: float) -> Tensor:
    """(x − mean x)/σ with σ a constant."""
    around = centred(x, axes)
    return around / (around.detach().square().mean(axes, keepdim=True) + epsilon).sqrt()


def epsilon(node: Node) -> float:
    return node.attributes.get("epsilon", 1e-5)


def trailing(node: Node, x: Tensor) -> list[int]:
    return list(range(node.attributes.get("axis", -1) % x.dim(), x.dim()))


def layer(trace: Trace, node: Node, x: Tensor) -> Tensor:
    return standardised(x, trailing(node, x), epsilon(node)) * trace.values[node.inputs[1]]


def root_mean_square(trace: Trace, node: Node, x: Tensor) -> Tensor:
    return x / (x.detach().square().mean(trailing(node, x), keepdim=True) + epsilon(node)).sqrt() * trace.values[node.inputs[1]]


def instance(trace: Trace, node: Node, x: Tensor) -> Tensor:
    return standardised(x, list(range(2, x.dim())), epsilon(node)) * per_channel(trace.values[node.inputs[1]], x)


def group(trace: Trace, node: Node, x: Tensor) -> Tensor:
    scale = trace.values[node.inputs[1]]
    y = standardised(x.reshape(x.shape[0], node.attributes["num_groups"], -1), [2], epsilon(node)).reshape(x.shape)
    return y * per_channel(scale.repeat_interleave(x.shape[1] // scale.numel()), x)


NORMS = {
    "LayerNormalization": layer,
    "RMSNormalization": root_mean_square,
    "InstanceNormalization": instance,
    "GroupNormalization": group,
}

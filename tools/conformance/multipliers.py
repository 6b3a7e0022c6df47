"""The rules on tokens: the derivative, with attention, the deviation of a normalisation and act(h)/h held constant."""

from __future__ import annotations

import torch
from torch import Tensor

from carrying import ACTIVATIONS, carrying_inputs
from derivative import carried, run, vjp
from graph import Node, Trace
from operators import per_channel
from patterns import normalised_input

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
    if node.op == "Div" and normalised_input(trace, node) is not None:
        return [(names[0], vjp(lambda v: centred(v, mean_axes(trace, node)) / deviation(trace, node), (x,), m[0])[0])]
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


def mean_axes(trace: Trace, division: Node) -> list[int]:
    """The axes that a spelled-out normalisation takes its mean over: those where the mean has one step."""
    centring = trace.graph.producer[division.inputs[0]]
    before, mean = (trace.values[name].shape for name in centring.inputs)
    return [axis for axis in range(len(before)) if mean[axis] != before[axis]]


def deviation(trace: Trace, division: Node) -> Tensor:
    return trace.values[division.inputs[1]].detach()


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

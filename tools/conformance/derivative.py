"""Derivatives of single nodes by PyTorch's autograd."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from graph import Node, Trace
from operators import OPERATORS


def vjp(f: Callable[..., Tensor], xs: tuple[Tensor, ...], s: Tensor) -> tuple[Tensor, ...]:
    """fᵀ(s), the derivative of f at xs applied to s from the left."""
    xs = tuple(x.detach().requires_grad_() for x in xs)
    with torch.enable_grad():
        return torch.autograd.grad(f(*xs), xs, s)


def run(trace: Trace, node: Node, *xs: Tensor):
    """The node's outputs, with its first inputs replaced."""
    rest = [trace.values[name].detach() if name else None for name in node.inputs[len(xs) :]]
    return OPERATORS[node.op](node.attributes, *xs, *rest)


def carried(trace: Trace, node: Node, names: list[str], s: list[Tensor | None]) -> list[tuple[str, Tensor]]:
    """The node's derivative with respect to some inputs, applied to what its outputs have (None: nothing)."""
    places = [i for i, name in enumerate(node.inputs) if name in names]

    def moved(*xs: Tensor) -> Tensor:
        inputs = [trace.values[name].detach() if name else None for name in node.inputs]
        for i, x in zip(places, xs, strict=True):
            inputs[i] = x
        outputs = OPERATORS[node.op](node.attributes, *inputs)
        outputs = outputs if isinstance(outputs, tuple) else (outputs,)
        return torch.cat([o.reshape(-1) for o, part in zip(outputs, s, strict=True) if part is not None])

    given = torch.cat([part.reshape(-1) for part in s if part is not None])
    xs = tuple(trace.values[node.inputs[i]].detach() for i in places)
    return [(node.inputs[i], part) for i, part in zip(places, vjp(moved, xs, given), strict=True)]

"""The relevance pass as src/engine/rules/README.md defines it, by PyTorch's own derivatives.

Relevance is kept as R = x ⊙ m + r. The rules that weigh their inputs (linear operators, sums, averages) give the factor m, all others r. On
tokens every rule gives m, from m of the output: `multipliers.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor

from carrying import ACTIVATIONS, AVERAGES, CHOICES, MOVES, NORMS, SAME, WINNERS, carrying_inputs
from derivative import carried, run, vjp
from graph import Node, Trace
from operators import OPERATORS
from patterns import LINEAR, attention_weights, folded_scale, linear_parts, real_output
from signs import feeds_only_relu, nonnegative, rectified

GAMMA = 0.25
Parts = list[tuple[str, Tensor]]


@dataclass
class Given:
    """What a node gives to the tensors it reads: factors m, or relevance r itself."""

    m: Parts
    r: Parts


def divide(a: Tensor, b: Tensor) -> Tensor:
    safe = b.abs() > 1e-9
    return torch.where(safe, a / torch.where(safe, b, 1), 0)


def sign(y: Tensor) -> Tensor:
    return torch.where(y >= 0, 1, -1).to(y.dtype)


def z_plus(f: Callable[[Tensor, Tensor], Tensor], x: Tensor, w: Tensor, r: Tensor) -> Tensor:
    """The factor of x under the z⁺ rule for f, linear in x and in w."""
    halves = [(x.clamp(min=0), w.clamp(min=0)), (x.clamp(max=0), w.clamp(max=0))]
    s = divide(r, sum(f(part, weight) for part, weight in halves))
    above, below = (vjp(lambda v, weight=weight: f(v, weight), (part,), s)[0] for part, weight in halves)
    return torch.where(x > 0, above, below)


def gamma(f: Callable[[Tensor, Tensor], Tensor], x: Tensor, w: Tensor, y: Tensor, r: Tensor) -> Tensor:
    """The factor of x under the γ rule for f, linear in x and in w, with the real output y: the contributions of y's sign count 1 + γ times."""
    side = sign(y)
    s = divide(r, y + GAMMA / 2 * (f(x, w) + side * f(x.abs(), w.abs())))
    plain = vjp(lambda v: f(v, w), (x,), s)[0]
    absolute = vjp(lambda v: f(v, w.abs()), (x,), side * s)[0]
    return (1 + GAMMA / 2) * plain + GAMMA / 2 * x.sign() * absolute


class Rules:
    """The rules of one traced graph outside tokens. The classifiers keep to z⁺."""

    def __init__(self, trace: Trace, classifiers: list[Node]):
        self.trace = trace
        self.classifiers = classifiers
        self.nonnegative = nonnegative(trace)

    def __call__(self, node: Node, r: list[Tensor | None]) -> Given | None:
        """What the inputs get, given R of the outputs (None where there is none); None where there is no rule."""
        names = carrying_inputs(self.trace, node)
        if not names:
            return None if names is None else Given([], [])
        if node.op in LINEAR:
            return Given([self.linear(node, names[0], r[0])], [])
        if node.op in ("Add", "Sum", "Sub") and len(names) > 1:
            return Given(self.sum(node, names, r[0]), [])
        if node.op in AVERAGES:
            return Given([self.average(node, names[0], r[0])], [])
        if node.op in MOVES | WINNERS | CHOICES:
            return Given([], carried(self.trace, node, names, r))
        assert node.op in ACTIVATIONS | NORMS | SAME | {"Add", "Sum", "Sub", "Mul", "Div"}, node.op
        return Given([], [(name, (r[0] / len(names)).sum_to_size(self.value(name).shape)) for name in names])

    def value(self, name: str) -> Tensor:
        return self.trace.values[name].detach()

    def linear(self, node: Node, x: str, r: Tensor) -> tuple[str, Tensor]:
        left, right = node.inputs[:2]
        weight = right if x == left else left
        w = self.value(weight)
        if self.trace.constant(weight):
            w = w * folded_scale(self.trace, node, weight)
        else:
            assert attention_weights(self.trace, left, right) is not None
        y = linear_parts(self.trace, node)[-1].outputs[0]

        def f(v: Tensor, u: Tensor) -> Tensor:
            return OPERATORS[node.op](node.attributes, *((v, u) if x == left else (u, v)))

        if x in self.nonnegative or rectified(self.trace, y) or node in self.classifiers:
            return x, z_plus(f, self.value(x), w, r)
        return x, gamma(f, self.value(x), w, real_output(self.trace, node), r)

    def sum(self, node: Node, names: list[str], r: Tensor) -> Parts:
        signs = [-1 if node.op == "Sub" and i == 1 else 1 for i in range(len(names))]
        terms = [s * self.value(name) for s, name in zip(signs, names, strict=True)]
        y = sum(terms[1:], terms[0])
        # What is subtracted enters as −x, which is not certain to be ≥ 0.
        nonnegative = all(name in self.nonnegative and s > 0 for name, s in zip(names, signs, strict=True))
        plain = feeds_only_relu(self.trace, node.outputs[0]) or nonnegative
        factors = [torch.ones_like(y) if plain else 1 + GAMMA * (sign(y) == term.sign()) for term in terms]
        s = divide(r, sum(term * factor for term, factor in zip(terms, factors, strict=True)))
        parts = zip(names, signs, terms, factors, strict=True)
        return [(name, (direction * factor * s).sum_to_size(term.shape)) for name, direction, term, factor in parts]

    def average(self, node: Node, name: str, r: Tensor) -> tuple[str, Tensor]:
        x, f = self.value(name), partial(run, self.trace, node)
        if name in self.nonnegative:
            return name, vjp(f, (x,), divide(r, f(x)))[0]
        return name, gamma(lambda v, _: f(v), x, torch.ones(()), f(x), r)


def classifiers_of(trace: Trace, relevant: list[Node], logits: str) -> list[Node]:
    """The linear operators with constant weights from which relevance meets no other on the way to the logits."""
    before: set[str] = {logits}  # tensors that give to the logits,
    weighed: set[str] = set()  # through a linear operator
    last = []
    for node in reversed(relevant):
        if before.isdisjoint(node.outputs):
            continue
        names = carrying_inputs(trace, node) or []
        weighs = node.op in LINEAR and sum(not trace.constant(name) for name in node.inputs[:2]) == 1
        to_come = not weighed.isdisjoint(node.outputs)
        if weighs and not to_come:
            last.append(node)
        before |= set(names)
        weighed |= set(names) if weighs or to_come else set()
    return last

"""The relevance pass as src/engine/rules/README.md defines it. A z⁺ rule is x ⊙ vjp(R ⊘ f(x; w⁺)) with PyTorch's own derivative of f."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor

from graph import Graph, Node, Trace
from operators import OPERATORS
from patterns import attention_weights, folded_scale, gate_operands, normalised_input

#: R_x = R_y, for the only operand that the image reaches or the first of several.
PASS = {
    "Relu",
    "LeakyRelu",
    "PRelu",
    "Elu",
    "Selu",
    "Celu",
    "Gelu",
    "Sigmoid",
    "HardSigmoid",
    "HardSwish",
    "Mish",
    "Swish",
    "Exp",
    "Log",
    "Sqrt",
    "Abs",
    "Reciprocal",
    "Pow",
    "Tanh",
    "Softplus",
    "Softsign",
    "Clip",
    "Erf",
    "BatchNormalization",
    "LayerNormalization",
    "InstanceNormalization",
    "GroupNormalization",
    "RMSNormalization",
    "LRN",
    "Cast",
    "Dropout",
    "Identity",
    "Neg",
}
AVERAGE = {"AveragePool", "GlobalAveragePool", "ReduceMean", "ReduceSum", "Resize"}
WINNER = {"MaxPool", "GlobalMaxPool", "ReduceMax"}
MOVE = {
    "Concat",
    "Split",
    "Slice",
    "Pad",
    "Reshape",
    "Flatten",
    "Squeeze",
    "Unsqueeze",
    "Transpose",
    "Gather",
    "Expand",
    "DepthToSpace",
    "SpaceToDepth",
}
Relevance = dict[str, Tensor]


def divide(a: Tensor, b: Tensor) -> Tensor:
    safe = b.abs() > 1e-9
    return torch.where(safe, a / torch.where(safe, b, 1), 0)


def positive(x: Tensor) -> Tensor:
    return x.clamp(min=0)


def negative(x: Tensor) -> Tensor:
    return x.clamp(max=0)


def vjp(f: Callable[..., Tensor], xs: tuple[Tensor, ...], s: Tensor) -> tuple[Tensor, ...]:
    """fᵀ(s), the derivative of f at xs applied to s from the left."""
    xs = tuple(x.detach().requires_grad_() for x in xs)
    with torch.enable_grad():
        return torch.autograd.grad(f(*xs), xs, s)


def weighted(f: Callable[[Tensor, Tensor], Tensor], x: Tensor, w: Tensor, r: Tensor) -> Tensor:
    """The z⁺ rule for f, linear in x and in w."""
    halves = [(positive(x), positive(w)), (negative(x), negative(w))]
    s = divide(r, sum(f(part, weight) for part, weight in halves))
    return sum(part * vjp(lambda v, weight=weight: f(v, weight), (part,), s)[0] for part, weight in halves)


class Rules:
    """The rules for the nodes of one traced graph."""

    def __init__(self, trace: Trace):
        self.trace = trace
        self.graph: Graph = trace.graph

    def __call__(self, node: Node, r: list[Tensor | None]) -> Relevance | None:
        """R of the inputs given R of the outputs (None where there is none); None where there is no rule."""
        plain = [i for i, name in enumerate(node.inputs) if name and not self.trace.constant(name)]
        if not plain:
            return {}
        x = node.inputs[plain[0]]
        if node.op in ("Conv", "ConvTranspose", "Gemm", "MatMul"):
            return self.linear(node, plain, r[0])
        if node.op in ("Add", "Sum", "Sub", "Mul", "Div"):
            return self.arithmetic(node, plain, r[0])
        if node.op in PASS:
            return {x: r[0]} if plain == [0] else None
        if node.op in AVERAGE:
            xp = positive(self.value(x))
            f = partial(self.run, node)
            return {x: xp * vjp(f, (xp,), divide(r[0], f(xp)))[0]}
        if node.op in WINNER:
            return {x: vjp(partial(self.run, node), (self.value(x),), r[0])[0]}
        if node.op in MOVE:
            return self.move(node, plain, r)
        return None

    def value(self, name: str) -> Tensor:
        return self.trace.values[name].detach()

    def run(self, node: Node, *xs: Tensor):
        """The node's outputs, with its first inputs replaced."""
        rest = [self.value(name) if name else None for name in node.inputs[len(xs) :]]
        return OPERATORS[node.op](node.attributes, *xs, *rest)

    def linear(self, node: Node, plain: list[int], r: Tensor) -> Relevance | None:
        x, w = node.inputs[:2]
        if plain == [0]:
            weight = self.value(w) * folded_scale(self.trace, node)
            return {x: weighted(lambda v, u: OPERATORS[node.op](node.attributes, v, u), self.value(x), weight, r)}
        if plain == [1] and node.op in ("MatMul", "Gemm"):
            return {w: weighted(lambda v, u: OPERATORS[node.op](node.attributes, u, v), self.value(w), self.value(x), r)}
        if plain == [0, 1] and node.op == "MatMul":
            match attention_weights(self.trace, x, w):
                case 0:
                    return {w: weighted(lambda v, u: u @ v, self.value(w), self.value(x), r)}
                case 1:
                    return {x: weighted(lambda v, u: v @ u, self.value(x), self.value(w), r)}
        return None

    def arithmetic(self, node: Node, plain: list[int], r: Tensor) -> Relevance | None:
        if len(plain) == 1:
            if node.op == "Div" and plain == [1]:
                return None
            name = node.inputs[plain[0]]
            return {name: r.sum_to_size(self.value(name).shape)}
        if node.op == "Div":
            name = normalised_input(self.trace, node)
            name = name or node.inputs[0]
            return {name: r.sum_to_size(self.value(name).shape)}
        return self.product(node, plain, r) if node.op == "Mul" else self.sum(node, plain, r)

    def sum(self, node: Node, plain: list[int], r: Tensor) -> Relevance:
        readers = self.graph.readers.get(node.outputs[0], [])
        rectified = bool(readers) and all(reader.op == "Relu" for reader in readers)
        part = (lambda v: v) if rectified else positive
        sign = [-1 if node.op == "Sub" and i == 1 else 1 for i in range(len(node.inputs))]
        terms = [part(sign[i] * self.value(node.inputs[i])) for i in plain]
        s = divide(r, sum(terms[1:], terms[0]))
        return gather_up((node.inputs[i], (term * s).sum_to_size(term.shape)) for i, term in zip(plain, terms, strict=True))

    def product(self, node: Node, plain: list[int], r: Tensor) -> Relevance:
        gates = gate_operands(self.trace, node)
        signals = [name for name in node.inputs if name not in gates] if len(gates) == 1 else node.inputs
        if node.inputs[0] == node.inputs[1]:
            return {node.inputs[0]: r}
        sizes = [self.value(name).numel() for name in signals]
        takers = [name for name, size in zip(signals, sizes, strict=True) if size == max(sizes)]
        return {name: (r / len(takers)).sum_to_size(self.value(name).shape) for name in takers}

    def move(self, node: Node, plain: list[int], r: list[Tensor | None]) -> Relevance:
        def moved(*xs: Tensor):
            inputs = [self.value(name) if name else None for name in node.inputs]
            for i, x in zip(plain, xs, strict=True):
                inputs[i] = x
            outputs = OPERATORS[node.op](node.attributes, *inputs)
            outputs = outputs if isinstance(outputs, tuple) else (outputs,)
            return torch.cat([o.reshape(-1) for o, s in zip(outputs, r, strict=True) if s is not None])

        s = torch.cat([s.reshape(-1) for s in r if s is not None])
        xs = tuple(self.value(node.inputs[i]) for i in plain)
        return gather_up((node.inputs[i], part) for i, part in zip(plain, vjp(moved, xs, s), strict=True))


def gather_up(parts) -> Relevance:
    """Sums what one tensor receives through several inputs of a node."""
    total: Relevance = {}
    for name, r in parts:
        total[name] = total[name] + r if name in total else r
    return total

"""Which inputs of a node its rule gives relevance to: never gates, attention weights, divisors, conditions, shapes or constants."""

from __future__ import annotations

from graph import Node, Trace
from patterns import LINEAR, attention_weights, gate_operands, normalised_input

#: R_x = R_y, for the only operand that the image reaches.
ACTIVATIONS = {
    "Relu", "LeakyRelu", "PRelu", "Elu", "Selu", "Celu", "Gelu", "Sigmoid", "HardSigmoid", "HardSwish", "Mish", "Swish", "Exp", "Log",
    "Sqrt", "Abs", "Reciprocal", "Pow", "Tanh", "Softplus", "Softsign", "Clip", "Erf", "LRN",
}  # fmt: skip
NORMS = {"BatchNormalization", "LayerNormalization", "InstanceNormalization", "GroupNormalization", "RMSNormalization"}
SAME = {"Cast", "Dropout", "Identity", "Neg"}
AVERAGES = {"AveragePool", "GlobalAveragePool", "ReduceMean", "ReduceSum", "Resize"}
WINNERS = {"MaxPool", "GlobalMaxPool", "ReduceMax"}
CHOICES = {"Max", "Min", "Where"}
MOVES = {
    "Concat", "Split", "Slice", "Pad", "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Transpose", "Gather", "Expand", "DepthToSpace",
    "SpaceToDepth",
}  # fmt: skip


def carrying_inputs(trace: Trace, node: Node) -> list[str] | None:
    """In the order of the inputs, a tensor as often as it is read; None where there is no rule."""
    plain = [i for i, name in enumerate(node.inputs) if name and not trace.constant(name)]
    if not plain:
        return []
    names = [node.inputs[i] for i in plain]
    if node.op in LINEAR:
        return linear_input(trace, node, plain)
    if normalised := normalised_input(trace, node):
        return [normalised]
    if node.op in ("Add", "Sum", "Sub"):
        return names
    if node.op == "Mul":
        return names if len(names) == 1 else signals(trace, node)
    if node.op == "Div":
        return names[:1]
    if node.op == "Where":
        return [node.inputs[i] for i in plain if i > 0]
    if node.op in CHOICES | {"Concat"}:
        return names
    if node.op in ACTIVATIONS | NORMS | SAME | AVERAGES | WINNERS | MOVES:
        return names if plain == [0] else None
    return None


def linear_input(trace: Trace, node: Node, plain: list[int]) -> list[str] | None:
    if plain == [0] or (plain == [1] and node.op in ("MatMul", "Gemm", "Einsum")):
        return [node.inputs[plain[0]]]
    if plain == [0, 1] and node.op in ("MatMul", "Einsum"):
        weights = attention_weights(trace, *node.inputs)
        return None if weights is None else [node.inputs[1 - weights]]
    return None


def signals(trace: Trace, product: Node) -> list[str]:
    """The operands of a product of two activations that are no gates; of several, those with the most elements."""
    if product.inputs[0] == product.inputs[1]:
        return product.inputs[:1]
    gates = gate_operands(trace, product)
    names = [name for name in product.inputs if name not in gates] if len(gates) == 1 else product.inputs
    largest = max(trace.values[name].numel() for name in names)
    return [name for name in names if trace.values[name].numel() == largest]


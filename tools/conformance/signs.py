"""Where activations are rectified: N(x), x ≥ 0 is certain, and P(y), whatever reads y rectifies it. Both are decided from the graph."""

from __future__ import annotations

import torch

from graph import Node, Trace
from patterns import limits

#: Never below 0, whatever goes in.
NONNEGATIVE = {"Relu", "Sigmoid", "HardSigmoid", "Softmax", "Softplus", "Exp", "Abs", "Sqrt", "ReduceL2"}
MOVEMENT = {
    "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Transpose", "Slice", "Split", "Gather", "Expand", "Tile", "Pad", "Concat",
    "DepthToSpace", "SpaceToDepth", "Identity", "Cast", "Dropout",
}  # fmt: skip
#: Not below 0 where nothing that goes in is.
KEEPING = MOVEMENT | {
    "MaxPool", "GlobalMaxPool", "ReduceMax", "AveragePool", "GlobalAveragePool", "ReduceMean", "ReduceSum", "Resize",
    "Add", "Sum", "Mul", "Div", "Pow", "Max", "Min", "Where", "MatMul",
}  # fmt: skip


def nonnegative(trace: Trace) -> set[str]:
    """The tensors x of which N(x) holds."""
    found: set[str] = set()
    for node in trace.graph.nodes:
        if keeps_off_negative(trace, node, found):
            found |= set(node.outputs)
    return found


def keeps_off_negative(trace: Trace, node: Node, found: set[str]) -> bool:
    if node.op in NONNEGATIVE:
        return True
    if node.op == "Clip":
        low, _ = limits(trace, node)
        return low is not None and low >= 0
    if node.op == "Mul" and node.inputs[0] == node.inputs[1]:
        return True
    if node.op == "Pow" and even_power(trace, node):
        return True
    if node.op not in KEEPING or (node.op == "Resize" and node.attributes.get("mode") == "cubic"):
        return False
    return all(name in found or not below_zero(trace, name) for name in data_inputs(node))


def data_inputs(node: Node) -> list[str]:
    """The inputs whose values stand in the output, without shapes, indices and conditions."""
    if node.op in ("Concat", "Add", "Sum", "Mul", "Div", "Pow", "Max", "Min", "MatMul"):
        return node.inputs
    if node.op == "Where":
        return node.inputs[1:]
    return [name for i, name in enumerate(node.inputs) if name and (i == 0 or (node.op == "Pad" and i == 2))]


def below_zero(trace: Trace, name: str) -> bool:
    """Whether a tensor may be below 0: what the image reaches may, a constant is looked at."""
    return not trace.constant(name) or bool((trace.values[name] < 0).any())


def even_power(trace: Trace, node: Node) -> bool:
    power = node.inputs[1]
    return trace.constant(power) and bool(torch.all(trace.values[power] % 2 == 0))


def rectified(trace: Trace, name: str) -> bool:
    """P(y) of a tensor."""
    readers = values_readers(trace, name)
    return bool(readers) and name != trace.graph.output and all(rectifies(trace, reader) for reader in readers)


def rectifies(trace: Trace, reader: Node) -> bool:
    if reader.op == "Relu":
        return True
    if reader.op == "Clip":
        return limits(trace, reader)[0] == 0
    if reader.op in MOVEMENT or reader.op == "MaxPool":
        return all(rectified(trace, output) for output in reader.outputs)
    activations = [name for name in reader.inputs if not trace.constant(name)]
    return reader.op in ("Add", "Sum") and len(activations) > 1 and feeds_only_relu(trace, reader.outputs[0])


def feeds_only_relu(trace: Trace, name: str) -> bool:
    readers = values_readers(trace, name)
    return bool(readers) and name != trace.graph.output and all(reader.op == "Relu" for reader in readers)


def values_readers(trace: Trace, name: str) -> list[Node]:
    return [reader for reader in trace.graph.readers.get(name, []) if reader.op not in ("Shape", "Size")]

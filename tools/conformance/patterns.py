"""What the rules know of a node's surroundings: gates, attention, folded and spelled-out normalisation."""

from __future__ import annotations

import torch

from graph import Node, Trace

BOUNDED = {"Sigmoid", "HardSigmoid", "Softmax", "Tanh", "Erf"}
MOVES = {"Reshape", "Flatten", "Squeeze", "Unsqueeze", "Transpose", "Expand", "Identity", "Cast", "Dropout", "Slice", "Split", "Gather"}
SCALES = {"Add", "Sub", "Mul", "Div"}
#: What a bounded function may pass on its way to the product that it is a gate of, together with constants.
PASSES = MOVES | SCALES | {
    "Sum", "Neg", "Concat", "Pad", "Tile", "GatherElements", "GatherND", "DepthToSpace", "SpaceToDepth", "Resize", "Where",
}  # fmt: skip
#: Talking heads mix the attention weights of all heads.
MIXES = {"MatMul", "Gemm", "Conv", "BatchNormalization"}


LINEAR = {"Conv", "ConvTranspose", "Gemm", "MatMul", "Einsum"}


def bias_after(trace: Trace, node: Node) -> list[Node]:
    """The Add of a constant with one value a channel that is the only reader of a linear operator, and a Transpose on the way to it."""
    reader = only_reader(trace, node)
    between = [reader] if reader is not None and reader.op == "Transpose" and node.op in LINEAR else []
    reader = only_reader(trace, between[0]) if between else reader
    if reader is None or reader.op != "Add":
        return []
    constants = [trace.values[name] for name in reader.inputs if trace.constant(name)]
    if len(constants) != 1:
        return []
    value, constant = trace.values[node.outputs[0]], constants[0]
    channels = value.shape[1] if node.op in ("Conv", "ConvTranspose") else value.shape[-1]
    heads = node.op == "Einsum" and 0 < constant.dim() < value.dim() - 1 and constant.shape == value.shape[-constant.dim() :]
    return [*between, reader] if constant.numel() == channels or heads else []


def real_output(trace: Trace, node: Node) -> torch.Tensor:
    """What a linear operator computes with its bias and its normalisation, in the layout of its own output."""
    value = trace.values[linear_parts(trace, node)[-1].outputs[0]].detach()
    for part in linear_parts(trace, node):
        if part.op == "Transpose":
            perm = part.attributes["perm"]
            value = value.permute([perm.index(i) for i in range(len(perm))])
    return value


def folded_normalization(trace: Trace, node: Node) -> Node | None:
    """The BatchNormalization that is folded into a linear operator: its only reader, or its bias's."""
    reader = only_reader(trace, [node, *bias_after(trace, node)][-1])
    fits = reader is not None and reader.op == "BatchNormalization" and all(part.op != "Transpose" for part in bias_after(trace, node))
    return reader if fits else None


def only_reader(trace: Trace, node: Node) -> Node | None:
    """The only reader of what a node puts out; None for an operator without constant weights, which nothing is folded into."""
    readers = trace.graph.readers.get(node.outputs[0], [])
    if len(readers) != 1 or node.outputs[0] == trace.graph.output:
        return None
    weighed = node.op not in LINEAR or any(trace.constant(name) for name in node.inputs[:2])
    return readers[0] if weighed else None


def linear_parts(trace: Trace, node: Node) -> list[Node]:
    """A linear operator, its bias and its normalisation, as far as they are nodes of their own, in their order."""
    if written := written_normalization(trace, node):
        return [node, *written]
    normalization = folded_normalization(trace, node)
    return [node, *bias_after(trace, node), *([normalization] if normalization else [])]


def written_normalization(trace: Trace, node: Node) -> list[Node]:
    """A BatchNormalization behind a linear operator as arithmetic: constants scale every channel, and others then shift it. A Transpose may
    stand before it, and the bias."""
    if node.op not in ("Conv", "ConvTranspose", "Gemm", "MatMul"):
        return []
    steps: list[Node] = []
    reader = only_reader(trace, node)
    if reader is not None and reader.op == "Transpose" and node.op in ("Conv", "ConvTranspose"):
        steps, reader = [reader], only_reader(trace, reader)
    channels = trace.values[node.outputs[0]].shape[1 if node.op in ("Conv", "ConvTranspose") else -1]
    end, is_scaled = 0, False
    while reader is not None and (constant := scaled_by(trace, reader)) is not None and constant.numel() in (1, channels):
        steps.append(reader)
        is_scaled |= reader.op in ("Mul", "Div") and constant.numel() == channels
        end = len(steps) if is_scaled and reader.op in ("Add", "Sub") else end
        reader = only_reader(trace, reader)
    return steps[:end]


def scaled_by(trace: Trace, node: Node) -> torch.Tensor | None:
    """The constant that an operator of arithmetic combines its only activation with."""
    constants = [i for i, name in enumerate(node.inputs) if trace.constant(name)]
    if node.op not in SCALES or len(constants) != 1 or (node.op in ("Sub", "Div") and constants == [0]):
        return None
    return trace.values[node.inputs[constants[0]]]


def written_factor(trace: Trace, node: Node) -> torch.Tensor | None:
    """By how much a written-out normalisation multiplies each channel."""
    factor = None
    for step in written_normalization(trace, node):
        if step.op in ("Mul", "Div"):
            constant = scaled_by(trace, step).reshape(-1)
            factor = (1 if factor is None else factor) * (constant if step.op == "Mul" else 1 / constant)
    return factor


def folded_scale(trace: Trace, node: Node, weight: str):
    """What the weight of a linear operator is multiplied by, in the shape of the weight."""
    factor, normalization = written_factor(trace, node), folded_normalization(trace, node)
    if factor is None and normalization is None:
        return 1
    if factor is None:
        scale, _, _, variance = (trace.values[name] for name in normalization.inputs[1:])
        factor = scale / torch.sqrt(variance + normalization.attributes.get("epsilon", 1e-5))
    rank = trace.values[weight].dim()
    if node.op == "Conv" or (node.op == "Gemm" and node.attributes.get("transB", 0)):
        return factor.reshape([-1] + [1] * (rank - 1))
    if node.op == "ConvTranspose":
        groups = node.attributes.get("group", 1)
        assert groups == 1
        return factor.reshape([1, -1] + [1] * (rank - 2))
    assert trace.values[node.outputs[0]].dim() == 2, "BatchNormalization's channels are not the product's columns"
    return factor.reshape([1] * (rank - 1) + [-1])


def source(trace: Trace, name: str, through: set[str]) -> Node | None:
    """The operator that computed a tensor, before operators that only move it or combine it with constants."""
    node = trace.graph.producer.get(name)
    while node is not None and node.op in through:
        data = node.inputs[1:] if node.op == "Where" else node.inputs  # a condition is no signal
        plain = [i for i in data if i and not trace.constant(i)]
        if len(plain) != 1:
            return node
        node = trace.graph.producer.get(plain[0])
    return node


def limits(trace: Trace, node: Node) -> tuple[float | None, float | None]:
    bounds = [trace.values[n].item() if n else None for n in node.inputs[1:3]] + [None, None]
    return (node.attributes.get("min") if bounds[0] is None else bounds[0], node.attributes.get("max") if bounds[1] is None else bounds[1])


def divides_by_six(trace: Trace, node: Node) -> bool:
    constants = [trace.values[n] for n in node.inputs if trace.constant(n)]
    if len(constants) != 1 or len(node.inputs) != 2 or (node.op == "Div" and trace.constant(node.inputs[0])):
        return False
    factors = {"Div": 1 / constants[0], "Mul": constants[0]}.get(node.op)
    return factors is not None and bool(((6 * factors - 1).abs() < 1e-3).all())


def is_gate(trace: Trace, product: Node, name: str) -> bool:
    node = source(trace, name, PASSES)
    if node is None:
        return False
    if node.op != "Clip":
        return node.op in BOUNDED
    low, high = limits(trace, node)
    if low != 0 or high not in (1, 6):
        return False
    if high == 1:
        return True
    current = trace.graph.producer[name]  # [0, 6] must be divided by 6, before the product or right after it
    while current is not node:
        if divides_by_six(trace, current):
            return True
        data = current.inputs[1:] if current.op == "Where" else current.inputs
        current = trace.graph.producer[next(i for i in data if i and not trace.constant(i))]
    readers = trace.graph.readers.get(product.outputs[0], [])
    return len(readers) == 1 and divides_by_six(trace, readers[0])


def gate_operands(trace: Trace, product: Node) -> list[str]:
    return [name for name in product.inputs if is_gate(trace, product, name)]


def attention_weights(trace: Trace, *operands: str, by: tuple[str, ...] = ("Softmax", "Relu")) -> int | None:
    """Which operand of a product of two activations acts as weights: the one from a Softmax, else the one from a Relu."""
    for op in by:
        through = MOVES | SCALES | MIXES if op == "Softmax" else MOVES
        sources = [source(trace, name, through) for name in operands]
        found = [i for i, node in enumerate(sources) if node is not None and node.op == op]
        if len(found) == 1:
            return found[0]
    return None


def normalised_input(trace: Trace, last: Node) -> str | None:
    """x where a node is the last step of a spelled-out normalisation."""
    mean = spelled_mean(trace, last)
    return None if mean is None else mean.inputs[0]


def spelled_mean(trace: Trace, last: Node) -> Node | None:
    """The mean that the normalisation whose last step a node is subtracts."""
    if last.op == "Div":
        return centred_first(trace, last)
    return centred_last(trace, last) if last.op == "Add" else None


def centred_first(trace: Trace, division: Node) -> Node | None:
    """mean x of (x − mean x) / √(mean (x − mean x)² + ε), as PyTorch spells it."""
    producer = trace.graph.producer
    centred, root = (producer.get(name) for name in division.inputs)
    if centred is None or root is None or centred.op != "Sub" or root.op != "Sqrt":
        return None
    mean = producer.get(centred.inputs[1])
    if mean is None or mean.op != "ReduceMean" or mean.inputs[0] != centred.inputs[0]:
        return None
    variance = source(trace, root.inputs[0], {"Add"})
    if variance is None or variance.op != "ReduceMean":
        return None
    square = producer.get(variance.inputs[0])
    if square is None or square.op not in ("Pow", "Mul") or square.inputs[0] != centred.outputs[0]:
        return None
    return mean


def centred_last(trace: Trace, addition: Node) -> Node | None:
    """mean x of x · inv + (β − mean x · inv), as Keras spells it."""
    scaled, shift = (trace.graph.producer.get(name) for name in addition.inputs)
    if scaled is None or shift is None or scaled.op != "Mul":
        return None
    shift = source(trace, addition.inputs[1], {"Add", "Sub", "Neg"})
    if shift is None or shift.op != "Mul":
        return None
    mean = source(trace, next((name for name in shift.inputs if name not in scaled.inputs), ""), {"Neg"})
    shared = [name for name in scaled.inputs if name in shift.inputs]
    if mean is None or mean.op != "ReduceMean" or len(shared) != 1:
        return None
    return mean if mean.inputs[0] in scaled.inputs else None


def inside_normalization(trace: Trace) -> set[str]:
    """Tensors between the steps of spelled-out or folded normalisation: no relevance is defined for them."""
    inner: set[str] = set()
    for node in trace.graph.nodes:
        if node.op in LINEAR and (folded_normalization(trace, node) or written_normalization(trace, node)):
            inner |= {part.outputs[0] for part in linear_parts(trace, node)[:-1]}
        if node.op == "Add" and normalised_input(trace, node) is not None:
            inner.add(node.inputs[0])
        if node.op == "Div" and normalised_input(trace, node) is not None:
            centred = trace.graph.producer[node.inputs[0]]
            inner |= {centred.outputs[0]}
            inner |= {reader.outputs[0] for reader in trace.graph.readers[centred.outputs[0]]} - {node.outputs[0]}
    return inner


def absorbed(trace: Trace, node: Node, tensor: str) -> bool:
    """Whether an optimiser may leave a tensor out.

    It may where the tensor is a view of another or equals it (x + 0), or where its only reader adds constants or moves it.
    """
    readers = trace.graph.readers.get(tensor, [])
    before = [name for name in node.inputs if name and not trace.constant(name)]
    if node.op in MOVES or (len(before) == 1 and torch.equal(trace.values[before[0]], trace.values[tensor])):
        return True
    if len(readers) != 1:
        return False
    plain = [name for name in readers[0].inputs if name and not trace.constant(name)]
    return readers[0].op in MOVES or (readers[0].op in SCALES and len(plain) == 1)


def twins(trace: Trace) -> set[str]:
    """Tensors that several nodes compute alike. Any optimiser makes them one, whose relevance is the sum of theirs."""
    alike: dict[str, list[Node]] = {}
    for node in trace.graph.nodes:
        attributes = {k: v for k, v in node.attributes.items() if not isinstance(v, torch.Tensor)}
        if not trace.constant(node.outputs[0]):
            alike.setdefault(repr((node.op, node.inputs, sorted(attributes.items(), key=repr))), []).append(node)
    return {name for nodes in alike.values() if len(nodes) > 1 for node in nodes for name in node.outputs}

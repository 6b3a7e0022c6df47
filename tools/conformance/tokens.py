"""Which operators are token operators: those that carry multipliers, because what they read or write attends to each other.

Decided on the graph of carrying inputs. An **attention core** is a product of two activations one of which comes from a Softmax. The
**block** of a sum is what lies between it and x, the nearest tensor through which all of its operands come. Every operator of the smallest
block around a core is a token operator; where a core stands in no block, the core and its value back to the first linear operator.
From there it grows, with every tensor that a token operator reads or writes a token tensor:

- back over data movement, arithmetic with constants and LayerNorm or RMS, never over a linear operator, an activation or a sum;
- on over every operator but convolutions and the classifier, if all that it carries from are token tensors (a Concat: any);
- over a block whose x is a token tensor, if no spatial operator (a convolution wider than 1 × 1, a pool) carries in it, or if every path from x
  to one leads through LayerNorm or RMS, as in the MLP of PVT v2. Inverted residuals between attention are none.
"""

from __future__ import annotations

from dataclasses import dataclass

from carrying import ACTIVATIONS, AVERAGES, CHOICES, MOVES, NORMS, SAME, WINNERS, carrying_inputs
from graph import Node, Trace
from patterns import LINEAR, attention_weights, linear_parts, normalised_input

ARITHMETIC = {"Add", "Sum", "Sub", "Mul", "Div"}
#: Over these tokens grow on; a MatMul or Gemm too, a Conv only inside a block.
FORWARD = ACTIVATIONS | NORMS | SAME | AVERAGES | WINNERS | MOVES | CHOICES | ARITHMETIC | {"MatMul", "Gemm", "Einsum"}


@dataclass
class Block:
    x: str
    nodes: list[Node]


def token_operators(trace: Trace, relevant: list[Node], classifiers: list[Node]) -> set[Node]:
    """Of the nodes that lead to the logits, in their order, those on tokens. The classifiers are none."""
    carries = {node: carrying_inputs(trace, node) or [] for node in relevant}
    cores = [node for node in relevant if is_core(trace, node)]
    if not cores:
        return set()
    outside = {part for node in classifiers for part in linear_parts(trace, node)}
    blocks = residual_blocks(trace, relevant, carries)
    tokens: set[Node] = set()
    for core in cores:
        around = [block.nodes for block in blocks if core in block.nodes]
        tokens |= set(min(around, key=len) if around else value_path(trace, core, carries))
    size = -1
    while size != len(tokens):
        size = len(tokens)
        grow(trace, relevant, carries, blocks, tokens, outside)
    return tokens


def is_core(trace: Trace, node: Node) -> bool:
    activations = [name for name in node.inputs[:2] if not trace.constant(name)]
    return node.op in ("MatMul", "Einsum") and len(activations) == 2 and attention_weights(trace, *activations, by=("Softmax",)) is not None


def value_path(trace: Trace, core: Node, carries: dict[Node, list[str]]) -> list[Node]:
    """An attention core and what computes its value, back to the first linear operator."""
    path = [core]
    while len(carries[path[-1]]) == 1:
        node = trace.graph.producer.get(carries[path[-1]][0])
        if node is None or len(carries.get(node, [])) != 1:
            break
        path.append(node)
        if node.op in LINEAR:
            return path
    return [core]


def residual_blocks(trace: Trace, relevant: list[Node], carries: dict[Node, list[str]]) -> list[Block]:
    """What lies between every sum of activations and the nearest tensor that all of it comes from, if that is not the image."""
    image = trace.graph.input
    parent, depth = dominators(image, relevant, carries)
    blocks = []
    for node in relevant:
        operands = [name for name in carries[node] if name in depth]
        if node.op not in ("Add", "Sum") or len(operands) < 2:
            continue
        x = meeting(operands, parent, depth)
        if x == image:
            continue
        below, nodes = {x}, []
        for other in relevant:
            if not below.isdisjoint(carries[other]):
                below |= set(other.outputs)
                nodes.append(other)
        above = set(node.outputs)
        inside = []
        for other in reversed(nodes):
            if not above.isdisjoint(other.outputs):
                above |= set(carries[other])
                inside.append(other)
        blocks.append(Block(x, inside[::-1]))
    return blocks


def dominators(image: str, relevant: list[Node], carries: dict[Node, list[str]]) -> tuple[dict[str, str], dict[str, int]]:
    """For every tensor the nearest other that all paths from the image lead through, and how many there are on the way."""
    parent: dict[str, str] = {image: image}
    depth = {image: 0}
    for node in relevant:
        before = [name for name in carries[node] if name in depth]
        if before:
            nearest = meeting(before, parent, depth)
            parent |= dict.fromkeys(node.outputs, nearest)
            depth |= dict.fromkeys(node.outputs, depth[nearest] + 1)
    return parent, depth


def meeting(names: list[str], parent: dict[str, str], depth: dict[str, int]) -> str:
    first, *rest = names
    for name in rest:
        while first != name:
            if depth[first] >= depth[name]:
                first = parent[first]
            else:
                name = parent[name]
    return first


def grow(trace: Trace, relevant: list[Node], carries: dict, blocks: list[Block], tokens: set[Node], outside: set[Node]) -> None:
    """One round of growth, in place."""
    read = {name for node in tokens for name in carries[node]}
    tensors = read | {name for node in tokens for name in node.outputs}
    parts = {part for node in relevant if node.op in LINEAR for part in linear_parts(trace, node)[1:]}
    for node in reversed(relevant):
        constant = node.op in ARITHMETIC and len(carries[node]) == 1
        if not read.isdisjoint(node.outputs) and node not in parts and (node.op in MOVES | SAME or constant or is_layer_norm(trace, node)):
            tokens.add(node)
            read |= set(carries[node])
    tensors |= read
    for block in blocks:
        if block.x in tensors and token_block(trace, block, carries) and outside.isdisjoint(block.nodes):
            tokens |= set(block.nodes)
    for node in relevant:
        if node in tokens:
            tensors |= {*carries[node], *node.outputs}
        among = [name in tensors for name in carries[node]]
        if node in outside or node.op not in FORWARD or not (any(among) if node.op == "Concat" else among and all(among)):
            continue
        tokens.add(node)
        tensors |= set(node.outputs)


def token_block(trace: Trace, block: Block, carries: dict[Node, list[str]]) -> bool:
    raw = {block.x}
    for node in block.nodes:
        if raw.isdisjoint(carries[node]) or is_layer_norm(trace, node):
            continue
        if is_spatial(trace, node):
            return False
        raw |= set(node.outputs)
    return True


def is_spatial(trace: Trace, node: Node) -> bool:
    if node.op in ("Conv", "ConvTranspose"):
        kernel = trace.values[node.inputs[1]].shape[2:]
        return any(size > 1 for size in [*kernel, *node.attributes.get("strides", [])])
    return node.op in ("AveragePool", "MaxPool", "Resize")


def is_layer_norm(trace: Trace, node: Node) -> bool:
    """LayerNorm or RMS in any spelling; the last of its nodes."""
    if node.op in ("LayerNormalization", "RMSNormalization"):
        return True
    if normalised_input(trace, node) is not None:
        return True
    return node.op in ("Div", "Mul") and any(is_root_mean_square(trace, name) for name in node.inputs)


def is_root_mean_square(trace: Trace, name: str) -> bool:
    """√(mean x² + ε) or its reciprocal."""
    for expected in ({"Reciprocal", "Sqrt"}, {"Sqrt", "Add"}, {"Add", "ReduceMean"}, {"ReduceMean"}):
        node = trace.graph.producer.get(name)
        if node is None or node.op not in expected:
            return False
        if node.op == "ReduceMean":
            square = trace.graph.producer.get(node.inputs[0])
            return square is not None and (square.op == "Pow" or (square.op == "Mul" and square.inputs[0] == square.inputs[1]))
        name = next((other for other in node.inputs if not trace.constant(other)), "")
    return False

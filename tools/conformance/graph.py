"""An exported ONNX file as it is, without any optimiser, and its tensors for one input."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import helper, numpy_helper

from operators import OPERATORS


@dataclass(eq=False)
class Node:
    op: str
    name: str
    inputs: list[str]
    outputs: list[str]
    attributes: dict


@dataclass
class Graph:
    nodes: list[Node]
    input: str
    output: str
    initializers: dict[str, np.ndarray]
    readers: dict[str, list[Node]] = field(init=False)

    def __post_init__(self):
        self.readers = {}
        for node in self.nodes:
            for name in node.inputs:
                self.readers.setdefault(name, []).append(node)

    @cached_property
    def producer(self) -> dict[str, Node]:
        return {name: node for node in self.nodes for name in node.outputs}


def load(path: Path) -> Graph:
    model = onnx.load(path)
    opset = next(i.version for i in model.opset_import if i.domain in ("", "ai.onnx"))
    assert not model.functions
    nodes = []
    for proto in model.graph.node:
        assert proto.domain in ("", "ai.onnx"), proto.domain
        attributes = {a.name: attribute_value(a) for a in proto.attribute}
        attributes |= {"opset": opset, "outputs": len(proto.output)}
        nodes.append(Node(proto.op_type, proto.name, list(proto.input), [o for o in proto.output if o], attributes))
    initializers = {i.name: numpy_helper.to_array(i) for i in model.graph.initializer}
    images = [i.name for i in model.graph.input if i.name not in initializers]
    (image,), output = images, model.graph.output[0].name
    return Graph(without_casts(nodes, image, output, initializers), image, output, initializers)


def without_casts(nodes: list[Node], image: str, output: str, initializers: dict[str, np.ndarray]) -> list[Node]:
    """The nodes less those that cast floats to floats, which change nothing and which no optimiser leaves."""
    floats = {image} | {name for name, array in initializers.items() if array.dtype.kind == "f"}
    instead: dict[str, str] = {}
    kept = []
    for node in nodes:
        node.inputs = [instead.get(name, name) for name in node.inputs]
        if node.op == "Cast" and node.attributes["to"] in FLOATS and node.inputs[0] in floats and node.outputs[0] != output:
            instead[node.outputs[0]] = node.inputs[0]
            continue
        if is_float(node, floats):
            floats |= set(node.outputs)
        kept.append(node)
    return kept


FLOATS = (onnx.TensorProto.FLOAT, onnx.TensorProto.FLOAT16, onnx.TensorProto.DOUBLE)


def is_float(node: Node, floats: set[str]) -> bool:
    if node.op == "Constant":
        return getattr(node.attributes.get("value"), "dtype", np.dtype(int)).kind == "f"
    if node.op == "Cast":
        return node.attributes["to"] in FLOATS
    return node.op not in ("Shape", "Size") and any(name in floats for name in node.inputs)


def attribute_value(attribute):
    value = helper.get_attribute_value(attribute)
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, onnx.TensorProto):
        return numpy_helper.to_array(value)
    return list(value) if isinstance(value, (list, tuple)) or hasattr(value, "append") else value


@dataclass
class Trace:
    """Every tensor of a graph for one input, with PyTorch's record of how it came about."""

    graph: Graph
    values: dict[str, torch.Tensor]
    #: Names of the tensors whose values the image reaches (a shape taken from it is a constant).
    reached: set[str]
    precision: torch.dtype

    def constant(self, name: str) -> bool:
        return name not in self.reached


def trace(graph: Graph, image: np.ndarray, precision: torch.dtype) -> Trace:
    def tensor(array):
        value = torch.from_numpy(np.array(array))
        return value.to(precision) if value.is_floating_point() else value

    values = {name: tensor(array) for name, array in graph.initializers.items()}
    values[graph.input] = tensor(image).requires_grad_()
    reached = {graph.input}
    for node in graph.nodes:
        attributes = {k: tensor(v) if isinstance(v, np.ndarray) else v for k, v in node.attributes.items()}
        if node.op == "Constant":
            attributes["value"] = constant_value(attributes, precision)
        attributes["precision"] = precision
        node.attributes = attributes
        inputs = [values[name] if name else None for name in node.inputs]
        outputs = OPERATORS[node.op](attributes, *inputs)
        values |= zip(node.outputs, outputs if isinstance(outputs, tuple) else (outputs,), strict=False)
        if node.op not in ("Shape", "Size") and not reached.isdisjoint(node.inputs):
            reached |= set(node.outputs)
    return Trace(graph, values, reached, precision)


def constant_value(attributes: dict, precision: torch.dtype) -> torch.Tensor:
    if "value" in attributes:
        return attributes["value"]
    for name, dtype in (("value_float", precision), ("value_floats", precision)):
        if name in attributes:
            return torch.tensor(attributes[name], dtype=dtype)
    return torch.tensor(attributes.get("value_int", attributes.get("value_ints")), dtype=torch.long)

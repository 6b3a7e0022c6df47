"""The definitions of ARCHITECTURE.md, src/engine/rules and methods on any exported ONNX file: maps, weights and relevance of every layer, from a graph and an image.

Shares nothing with the extension's engine: the file is run node by node, before any optimiser, in float64.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from graph import Graph, Node, Trace, load, trace
from multipliers import multipliers
from patterns import absorbed, inside_normalization, twins
from places import Places, follow, grid_of
from rules import Given, Rules, classifiers_of
from signs import nonnegative, rectified
from tokens import token_operators


@dataclass
class Layer:
    """One feature map. The arrays are of the grid alone, row by row; other positions count in `total` only."""

    tensor: str
    op: str
    channels: int
    height: int
    width: int
    #: Positions beside the grid: class and register tokens.
    others: int
    #: None where it is explained, else noRule or takesNothing.
    blocked: str | None
    #: Whether an optimiser may leave the tensor out.
    absorbed: bool
    #: Whether another node computes the same; then no relevance is given.
    twin: bool
    map: np.ndarray | None = None
    weights: np.ndarray | None = None
    #: Σ R / s over the whole tensor.
    total: float | None = None
    #: Mean gradient of the target's logit, per channel.
    gradients: np.ndarray | None = None


@dataclass
class Result:
    logits: np.ndarray
    target: int
    layers: list[Layer]


def explain(path: Path, image: np.ndarray, target: int | None, precision: torch.dtype = torch.float64) -> Result:
    graph = with_opposites(load(path))
    traced = trace(graph, image, precision)
    logits, _ = logits_of(graph)
    z = traced.values[logits].detach()
    target = int(z.argmax()) if target is None else target
    found = relevance_pass(traced, logits, contrastive_seed(z, target, independent(graph)))
    above_zero = nonnegative(traced)
    scale = abs(z.reshape(-1)[target].item()) or 1.0
    places = follow(traced)
    inner, double = inside_normalization(traced), twins(traced)
    leading = upstream(traced.graph, logits)
    layers = []
    for node in traced.graph.nodes:
        for tensor in node.outputs:
            grid = grid_of(places.get(tensor), traced.values[tensor].shape)
            if grid is None or tensor in inner or tensor not in leading or tensor not in traced.reached:
                continue
            activation = grid.of(traced.values[tensor].detach())
            sizes = (*activation.shape, grid.others)
            layer = Layer(tensor, node.op, *sizes, found.blocked.get(tensor), absorbed(traced, node, tensor), tensor in double)
            if layer.blocked is None and not layer.twin:
                r = found.of(tensor)
                signed = tensor not in above_zero and not rectified(traced, tensor)
                weigh(layer, activation, grid.of(r), signed)
                layer.total = r.sum().item() / scale
            layers.append(layer)
    add_gradients(traced, logits, target, places, layers)
    return Result(z.reshape(-1).numpy(), target, layers)


def logits_of(graph: Graph) -> tuple[str, str]:
    """The output, before a final Softmax, LogSoftmax or Sigmoid; and which of them."""
    node = graph.producer[graph.output]
    while node.op in ("Softmax", "LogSoftmax", "Sigmoid", "Identity", "Cast"):
        if node.op != "Identity" and node.op != "Cast":
            return node.inputs[0], node.op
        node = graph.producer[node.inputs[0]]
    return graph.output, ""


def independent(graph: Graph) -> bool:
    """Whether every class has a sigmoid of its own."""
    return logits_of(graph)[1] == "Sigmoid" and classifier_of(graph)[1] > 1


def with_opposites(graph: Graph) -> Graph:
    """With the rows (−w, w) for one output, which speaks for class 1, and (w, −w) for independent ones."""
    node, count = classifier_of(graph)
    if count != 1 and logits_of(graph)[1] != "Sigmoid":
        return graph
    assert node.op == "Gemm" and node.attributes.get("transB") and node.attributes.get("alpha", 1) == node.attributes.get("beta", 1) == 1
    for name in node.inputs[1:]:
        rows = graph.initializers[name]
        graph.initializers[name] = np.concatenate([-rows, rows] if count == 1 else [rows, -rows])
    return graph


def classifier_of(graph: Graph) -> tuple[Node | None, int]:
    """What computes the logits, and how many; (None, 0) for another operator than a Gemm."""
    node = graph.producer[logits_of(graph)[0]]
    return (node, len(graph.initializers[node.inputs[2]])) if node.op == "Gemm" and len(node.inputs) > 2 else (None, 0)


def contrastive_seed(z: Tensor, target: int, own: bool) -> Tensor:
    """Against all others, or of [z, −z] against the target's own negation."""
    scale = z.reshape(-1)[target].abs().item() or 1.0
    count = z.numel()
    seed = torch.full_like(z, 0 if own else -scale / (count - 1))
    seed.view(-1)[target] = scale
    if own:
        seed.view(-1)[target + count // 2] = -scale
    return seed


@dataclass
class Pass:
    """Every tensor's relevance as R = x ⊙ m + r, and of those that the image reaches without any why there is none."""

    trace: Trace
    m: dict[str, Tensor]
    r: dict[str, Tensor]
    blocked: dict[str, str]

    def reached(self, name: str) -> bool:
        return name in self.m or name in self.r

    def of(self, name: str) -> Tensor | None:
        """R of a tensor; None where nothing arrives."""
        parts = [self.trace.values[name].detach() * self.m[name]] if name in self.m else []
        parts += [self.r[name]] if name in self.r else []
        return sum(parts[1:], parts[0]) if parts else None


def relevance_pass(traced: Trace, logits: str, seed: Tensor, plain: bool = False) -> Pass:
    """Down from the seed; with a plain one, that of LRP, the classifier of a model with attention is a token operator too."""
    above = upstream(traced.graph, logits)
    relevant = [node for node in traced.graph.nodes if not above.isdisjoint(node.outputs)]
    classifiers = classifiers_of(traced, relevant, logits)
    rules, tokens = Rules(traced, classifiers), token_operators(traced, relevant, [] if plain else classifiers)
    found = Pass(traced, {}, {logits: seed}, {})
    if traced.graph.producer[logits] in tokens:  # R = x ⊙ m from the start: the plain seed is z_t at t
        found.m, found.r = {logits: (seed != 0).to(seed.dtype) * seed.sign() * traced.values[logits].detach().sign()}, {}
    for node in reversed(traced.graph.nodes):
        arrived = [name for name in node.outputs if found.reached(name)]
        given = Given([], [])
        if arrived and node in tokens:
            assert not any(name in found.r for name in arrived), f"{node.name}: no multiplier arrives"
            given = Given(multipliers(traced, node, [found.m.get(name) for name in node.outputs]), [])
        elif arrived:
            given = rules(node, [found.of(name) for name in node.outputs])
        behind = [found.blocked.get(name) for name in node.outputs]
        reason = "noRule" if given is None or "noRule" in behind else "takesNothing"
        for into, parts in ((found.m, given.m), (found.r, given.r)) if given else ():
            for name, part in parts:
                into[name] = into[name] + part if name in into else part
        for name in node.inputs:
            if name in traced.reached and found.blocked.get(name) != "noRule":
                found.blocked[name] = reason
    found.blocked = {name: reason for name, reason in found.blocked.items() if not found.reached(name)}
    return found


def upstream(graph: Graph, tensor: str) -> set[str]:
    """Tensors that reach the given one."""
    names = {tensor}
    for node in reversed(graph.nodes):
        if not names.isdisjoint(node.outputs):
            names |= set(node.inputs)
    return names


def weigh(layer: Layer, activation: Tensor, r: Tensor, signed: bool) -> None:
    layer.weights = r.sum((1, 2)).numpy()
    layer.map = (sign_split if signed else weighted_sum)(activation, r).numpy()


def weighted_sum(activation: Tensor, r: Tensor) -> Tensor:
    """Relevance-CAM: Σ_k α_k A_k with α_k = Σ R_k."""
    return (r.sum((1, 2), keepdim=True) * activation).sum(0)


def sign_split(activation: Tensor, r: Tensor) -> Tensor:
    """Relevance-CAM of a signed activation: each part is weighed by the relevance where it stands, Σ_k (α_k⁺ A_k⁺ − α_k⁻ A_k⁻)."""
    above = activation > 0
    alpha_above, alpha_below = ((r * where).sum((1, 2), keepdim=True) for where in (above, ~above))
    return (alpha_above * activation.clamp(min=0) - alpha_below * activation.clamp(max=0)).sum(0)


def add_gradients(traced: Trace, logits: str, target: int, places: dict[str, Places], layers: list[Layer]) -> None:
    tensors = [traced.values[layer.tensor] for layer in layers]
    gradients = torch.autograd.grad(traced.values[logits].reshape(-1)[target], tensors, allow_unused=True)
    for layer, value, gradient in zip(layers, tensors, gradients, strict=True):
        if gradient is not None:
            grid = grid_of(places[layer.tensor], value.shape)
            layer.gradients = grid.of(gradient).mean((1, 2)).numpy()

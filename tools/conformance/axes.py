"""Which axes of every tensor are channels, rows and columns, followed from the image through reshapes and transposes."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, replace

from graph import Node, Trace
from movement import ints


@dataclass(frozen=True)
class Part:
    """A factor of an axis: of its `total` steps, `size` at this `stride`. A whole axis has size = total and stride 1."""

    kind: str  # C, H, W; T: tokens with some before the grid; X: something else
    size: int
    axis: int
    total: int
    stride: int = 1
    #: For T: tokens before the grid, and the grid's height.
    before: int = 0
    height: int = 0


Axes = tuple[tuple[Part, ...], ...]
_identity = itertools.count()


def whole(kind: str, size: int, **more) -> tuple[Part, ...]:
    return (Part(kind, size, next(_identity), size, **more),) if size != 1 else ()


def join(parts: list[Part]) -> tuple[Part, ...]:
    joined: list[Part] = []
    for part in parts:
        last = joined[-1] if joined else None
        if last is not None and last.axis == part.axis and last.stride == part.stride * part.size:
            joined[-1] = replace(part, size=last.size * part.size)
        else:
            joined.append(part)
    return tuple(joined)


def regroup(parts: list[Part], shape: list[int]) -> Axes | None:
    """Row-major parts over the axes of a new shape; None where an axis is cut across."""
    left = list(parts)
    axes: list[tuple[Part, ...]] = []
    for size in shape:
        taken, need = [], size
        while need > 1:
            if not left:
                return None
            part = left.pop(0)
            if part.size > need:
                if part.size % need or part.kind == "T":
                    return None
                rest = part.size // need
                left.insert(0, replace(part, size=rest))
                part = replace(part, size=need, stride=part.stride * rest)
            elif need % part.size:
                return None
            need //= part.size
            taken.append(part)
        axes.append(join(taken))
    return tuple(axes)


def kind_of(axis: tuple[Part, ...]) -> str:
    """The kind of all parts of an axis; X where they differ, nothing where it has one step."""
    kinds = {part.kind for part in axis}
    return "X" if len(kinds) > 1 else "".join(kinds)


def complete(axis: tuple[Part, ...], kinds: str) -> bool:
    return "".join(part.kind for part in axis) == kinds and all(part.size == part.total for part in axis)


def follow(trace: Trace) -> dict[str, Axes]:
    sizes = trace.values[trace.graph.input].shape
    kinds = "NHWC" if sizes[-1] == 3 else "NCHW"
    found = {trace.graph.input: tuple(whole(kind, size) for kind, size in zip(kinds, sizes, strict=True))}
    for node in trace.graph.nodes:
        plain = [name for name in node.inputs if name in found]
        if node.op in ("Shape", "Size") or not plain:
            continue
        for output in node.outputs:
            shape = list(trace.values[output].shape)
            axes = axes_of(trace, node, plain, found, shape)
            if axes is not None:
                assert [math.prod(p.size for p in axis) for axis in axes] == shape, (node.op, node.name, axes, shape)
                found[output] = axes
    return found


def axes_of(trace: Trace, node: Node, plain: list[str], found: dict[str, Axes], shape: list[int]) -> Axes | None:
    axes = found[plain[0]]
    old = list(trace.values[plain[0]].shape)
    if node.op == "Transpose":
        perm = node.attributes.get("perm", list(reversed(range(len(shape)))))
        return tuple(axes[i] for i in perm)
    if node.op in ("Reshape", "Flatten", "Squeeze", "Unsqueeze"):
        return regroup([part for axis in axes for part in axis], shape)
    if node.op in ("MatMul", "Gemm"):
        return product_axes(trace, node, found, shape)
    if node.op == "Einsum":
        return einsum_axes(trace, node, found)
    if node.op == "Concat":
        return concat_axes(trace, node, found, shape)
    if node.op == "Gather" and len(shape) != len(old):
        axis = node.attributes.get("axis", 0) % len(old)
        return (*axes[:axis], *axes[axis + 1 :]) if trace.values[node.inputs[1]].dim() == 0 else None
    if node.op == "Slice" and (grid := tokens_after(trace, node, axes, old, shape)):
        return grid
    if node.op == "Conv" and len(shape) == 4:
        kinds = ["X", "C", "H", "W"]
        return tuple(whole(kind, size) for kind, size in zip(kinds, shape, strict=True))
    same = [found[name] for name in plain if list(trace.values[name].shape) == shape]
    if same:
        return min(same, key=lambda candidate: sum(part.kind == "X" for axis in candidate for part in axis))
    if len(old) != len(shape):
        return None
    return tuple(axis if n == m else whole(kind_of(axis), m) for axis, n, m in zip(axes, old, shape, strict=True))


def product_axes(trace: Trace, node: Node, found: dict[str, Axes], shape: list[int]) -> Axes | None:
    left, right = (found.get(name) for name in node.inputs[:2])
    if node.op == "Gemm":
        left = left[::-1] if left and node.attributes.get("transA", 0) else left
        right = right[::-1] if right and node.attributes.get("transB", 0) else right
    if left is None:
        fresh = whole("C" if kind_of(right[-2]) == "C" else "X", shape[-2])
        return (*right[:-2], fresh, right[-1]) if len(right) == len(shape) else None
    if right is None:
        return (*left[:-1], whole("C" if kind_of(left[-1]) in ("C", "X") else "X", shape[-1]))
    return (*left[:-1], right[-1])


def einsum_axes(trace: Trace, node: Node, found: dict[str, Axes]) -> Axes:
    terms, result = node.attributes["equation"].replace(" ", "").split("->")
    known: dict[str, tuple[Part, ...]] = {}
    for name, letters in zip(node.inputs, terms.split(","), strict=True):
        sizes = trace.values[name].shape
        axes = found.get(name) or [whole("C", size) for size in sizes]
        known = dict(zip(letters, axes, strict=True)) | known if name not in found else known | dict(zip(letters, axes, strict=True))
    return tuple(known[letter] for letter in result)


def concat_axes(trace: Trace, node: Node, found: dict[str, Axes], shape: list[int]) -> Axes:
    axis = node.attributes["axis"] % len(shape)
    rest = next(found[name] for name in node.inputs if name in found)
    grids = [i for i, name in enumerate(node.inputs) if name in found and complete(found[name][axis], "HW")]
    if len(grids) == 1 and grids[0] == len(node.inputs) - 1 and len(node.inputs) > 1:
        height, _ = (part.size for part in found[node.inputs[-1]][axis])
        before = shape[axis] - trace.values[node.inputs[-1]].shape[axis]
        joined = whole("T", shape[axis], before=before, height=height)
    else:
        kinds = {kind_of(found[name][axis]) for name in node.inputs if name in found} - {"X", ""}
        joined = whole(kinds.pop() if len(kinds) == 1 else "C", shape[axis])
    return (*rest[:axis], joined, *rest[axis + 1 :])


def tokens_after(trace: Trace, node: Node, axes: Axes, old: list[int], shape: list[int]) -> Axes | None:
    """The grid again, where a Slice takes the tokens before it away."""
    if len(old) != 3 or kind_of(axes[1]) != "T" or old[1] - shape[1] != axes[1][0].before:
        return None
    starts = node.attributes.get("starts") or ints(trace.values[node.inputs[1]])
    if starts[0] != axes[1][0].before:
        return None
    height = axes[1][0].height
    return (axes[0], whole("H", height) + whole("W", shape[1] // height), axes[2])

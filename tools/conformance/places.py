"""Where every element of a tensor stands in the picture, followed from the image element by element.

An element has two coordinates between 0 and 1, NaN where it stands nowhere (class tokens). Movement is done on the coordinates
themselves; what is computed of several elements stands in their middle.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from graph import Node, Trace
from movement import ints
from operators import OPERATORS

MOVED = {"Identity", "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Transpose", "Slice", "Split", "Gather", "Expand", "Tile"}
WINDOWED = {"Conv", "ConvTranspose", "MaxPool", "AveragePool", "GlobalMaxPool", "GlobalAveragePool", "Resize", "DepthToSpace", "SpaceToDepth"}
REDUCED = {"ReduceMean", "ReduceSum", "ReduceMax", "ReduceL2", "ReduceProd"}

#: y and x, each of a tensor's shape, in front. A product of queries and keys stands at two places: those of both.
Places = list[Tensor]


@dataclass
class Grid:
    height: int
    width: int
    #: The axis of the channels.
    channels: int
    #: The positions, in the order of the other axes, row by row.
    order: list[int]
    #: Positions that are not of the grid.
    others: int

    def of(self, value: Tensor) -> Tensor:
        """A tensor as (C, H, W)."""
        rows = value.movedim(self.channels, 0).flatten(1)
        return rows[:, self.order].reshape(-1, self.height, self.width)


def follow(trace: Trace) -> dict[str, Places]:
    shape = trace.values[trace.graph.input].shape
    found: dict[str, Places] = {trace.graph.input: [cut(shape, -3) if shape[-1] == 3 else cut(shape, -2)]}
    for node in trace.graph.nodes:
        if node.op in ("Shape", "Size") or not any(name in found for name in node.inputs):
            continue
        for index, output in enumerate(node.outputs):
            places = places_of(trace, node, index, found, trace.values[output].shape)
            if places:
                assert all(place.shape[1:] == trace.values[output].shape for place in places), (node.op, node.name)
                found[output] = places
    return found


def cut(shape: torch.Size, rows: int) -> Tensor:
    """The picture cut evenly; its rows lie along this axis, its columns along the next."""
    height, width = shape[rows], shape[rows + 1]
    y, x = ((torch.arange(n, dtype=torch.float64) + 0.5) / n for n in (height, width))
    behind = [1] * (-rows - 2)
    return torch.stack([y.reshape(-1, 1, *behind).expand(shape), x.reshape(-1, *behind).expand(shape)])


def places_of(trace: Trace, node: Node, index: int, found: dict[str, Places], shape: torch.Size) -> Places:
    given = [found.get(name, []) for name in node.inputs]
    if node.op in MOVED:
        constants = [trace.values[name] if name else None for name in node.inputs[1:]]
        return [torch.stack([move(node, axis, constants, index) for axis in place]) for place in given[0]]
    if node.op == "Concat":
        nowhere = [torch.full((2, *trace.values[name].shape), torch.nan, dtype=torch.float64) for name in node.inputs]
        parts = [places[0] if places else part for places, part in zip(given, nowhere, strict=True)]
        return [torch.cat(parts, node.attributes["axis"] % len(shape) + 1)]
    if node.op in REDUCED:
        return [torch.stack([reduce(trace, node, axis) for axis in place]) for place in given[0]]
    if node.op == "Pad":
        return [padded(trace, node, place) for place in given[0]]
    if node.op in WINDOWED:
        return windowed(given[0], shape)
    if node.op in ("MatMul", "Gemm", "Einsum"):
        return contracted(given[:2], letters_of(trace, node), shape)
    fitting = [places for name, places in zip(node.inputs, given, strict=True) if places and fits(trace.values[name].shape, shape)]
    best = max(fitting, key=lambda places: distinct(places[0]), default=[])
    return [spread(place, shape) for place in best]


def move(node: Node, values: Tensor, constants: list[Tensor | None], index: int) -> Tensor:
    moved = OPERATORS[node.op](node.attributes, values, *constants)
    return moved[index] if isinstance(moved, tuple) else moved


def reduce(trace: Trace, node: Node, values: Tensor) -> Tensor:
    axes = node.attributes.get("axes") or (ints(trace.values[node.inputs[1]]) if len(node.inputs) > 1 else list(range(values.dim())))
    return values.nanmean(tuple(axes), keepdim=bool(node.attributes.get("keepdims", 1)))


def padded(trace: Trace, node: Node, place: Tensor) -> Tensor:
    """A picture goes on beyond its edges, at the same distance; other axes than rows and columns only repeat."""
    rank = place.dim() - 1
    pads = node.attributes.get("pads") or ints(trace.values[node.inputs[1]])
    assert len(pads) == 2 * rank == 8, "only pictures are padded"
    for axis in range(rank):
        size, before, after = place.shape[axis + 1], pads[axis], pads[axis + rank]
        steps = torch.arange(-before, size + after)
        inside = steps.clamp(0, size - 1)
        pitch = (place.narrow(axis + 1, 1, 1) - place.narrow(axis + 1, 0, 1)) if size > 1 else 0
        beyond = (steps - inside).reshape(-1, *[1] * (rank - axis - 1))
        place = place.index_select(axis + 1, inside) + pitch * beyond
    return place


def windowed(places: Places, shape: torch.Size) -> Places:
    """As many rows and columns as before are the same ones; else the picture is cut anew."""
    if len(shape) != 4:
        return []
    if not places:
        return [cut(shape, -2)] if shape[0] == 1 else []
    merged = places[0].nanmean(2, keepdim=True)
    if merged.shape[3:] == shape[2:]:
        return [merged.expand(2, *shape)]
    if not varies(merged, 0):
        return [cut(shape, -2)]
    (height, width), (rows, columns) = merged.shape[3:], shape[2:]  # within windows: neighbours together
    if height % rows or width % columns:
        return []
    blocks = merged.reshape(2, shape[0], 1, rows, height // rows, columns, width // columns)
    return [blocks.nanmean((4, 6)).expand(2, *shape)]


def letters_of(trace: Trace, node: Node) -> tuple[list[str], str]:
    """A product as Einsum writes it: a letter for each axis of the operands and of the result."""
    if node.op == "Einsum":
        terms, result = node.attributes["equation"].replace(" ", "").split("->")
        return terms.split(","), result
    if node.op == "Gemm":
        left, right = ("km" if node.attributes.get("transA") else "mk"), ("nk" if node.attributes.get("transB") else "kn")
        return [left, right], "mn"
    ranks = [trace.values[name].dim() for name in node.inputs]
    batch = "abcdef"[: max(ranks) - 2]
    left, right = (batch[len(batch) - rank + 2 :] for rank in ranks)
    return [f"{left}mk", f"{right}kn"], f"{batch}mn"


def contracted(given: list[Places], letters: tuple[list[str], str], shape: torch.Size) -> Places:
    """Where it is by the axes that one operand alone has; the sum over the other's makes one of all of those."""
    terms, result = letters
    own, shared = [], []
    for places, term, other in zip(given, terms, reversed(terms), strict=True):
        for place in places:
            kept = place
            for axis, letter in reversed(list(enumerate(term))):
                if letter not in result:
                    kept = kept.nanmean(axis + 1)
            left = [letter for letter in term if letter in result]
            placed = kept.permute(0, *(left.index(letter) + 1 for letter in result if letter in left))
            for axis, letter in enumerate(result):
                placed = placed if letter in left else placed.unsqueeze(axis + 1)
            is_own = any(varies(placed, axis) for axis, letter in enumerate(result) if letter in left and letter not in other)
            (own if is_own else shared).append(placed.expand(2, *shape))
    return own or [somewhere(place) for place in sorted(shared, key=distinct)[-1:]]


def somewhere(place: Tensor) -> Tensor:
    """What comes of the whole picture stands nowhere in it."""
    return place if any(varies(place, axis) for axis in range(place.dim() - 1)) else torch.full_like(place, torch.nan)


def varies(place: Tensor, axis: int) -> bool:
    first = place.narrow(axis + 1, 0, 1)
    return bool((place - first).abs().nan_to_num(0).max() > 1e-9) or bool((place.isnan() != first.isnan()).any())


def distinct(place: Tensor) -> int:
    return len(torch.unique((place[0] * 1e4 + place[1]).nan_to_num(-1).round(decimals=6)))


def fits(before: torch.Size, after: torch.Size) -> bool:
    return len(before) <= len(after) and all(n in (1, m) for n, m in zip(reversed(before), reversed(after), strict=False))


def spread(place: Tensor, shape: torch.Size) -> Tensor:
    missing = len(shape) + 1 - place.dim()
    return place.reshape(2, *[1] * missing, *place.shape[1:]).expand(2, *shape)


def grid_of(places: Places | None, shape: torch.Size) -> Grid | None:
    """Rows and columns of a feature map, wherever its positions are; None for another tensor."""
    if not places or len(places) > 1:
        return None
    axes = [axis for axis in {3: [2], 4: [1, 3]}.get(len(shape), []) if axis == 1 or shape[axis] > 1]
    still = [axis for axis in axes if not varies(places[0], axis)]
    for axis in [*still, *(axis for axis in axes if axis not in still)]:
        grid = grid_along(places[0].nanmean(axis + 1), axis)
        if grid is None:
            continue
        sides = zip(shape[2:], (grid.height, grid.width), strict=False)
        if axis != 1 or all(n > 1 or side == 1 for n, side in sides):  # heads of attention are no channels
            return grid
    return None


def grid_along(place: Tensor, axis: int) -> Grid | None:
    y, x = place.flatten(1).round(decimals=9).tolist()
    positions = sorted((row, column, i) for i, (row, column) in enumerate(zip(y, x, strict=True)) if row == row)
    rows, columns = (sorted({p[i] for p in positions}) for i in (0, 1))
    if len(positions) < 2 or [p[:2] for p in positions] != [(row, column) for row in rows for column in columns]:
        return None
    if not (covers(rows) and covers(columns)):
        return None
    return Grid(len(rows), len(columns), axis, [i for *_, i in positions], len(y) - len(positions))


def covers(middles: list[float]) -> bool:
    """From edge to edge of the picture, but for less than a step."""
    step = (middles[-1] - middles[0]) / (len(middles) - 1) if len(middles) > 1 else 1
    most = 1 / len(middles) - 1e-9
    return middles[0] - step / 2 < most and 1 - (middles[-1] + step / 2) < most

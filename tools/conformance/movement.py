"""ONNX operators that only move data, and resizing, in PyTorch."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F


def ints(tensor):
    return [int(v) for v in tensor.reshape(-1).tolist()]


def torch_pads(pads):
    """ONNX lists all begins, then all ends; PyTorch lists pairs from the last axis to the first."""
    rank = len(pads) // 2
    return [p for i in reversed(range(rank)) for p in (pads[i], pads[i + rank])]


def reshape(a, x, shape):
    sizes = [x.shape[i] if s == 0 and not a.get("allowzero", 0) else s for i, s in enumerate(ints(shape))]
    return x.reshape(sizes)


def flatten(a, x):
    axis = a.get("axis", 1)
    axis = axis + x.dim() if axis < 0 else axis
    return x.reshape(math.prod(x.shape[:axis]), -1)


def squeeze(a, x, axes=None):
    chosen = a.get("axes") if axes is None else ints(axes)
    chosen = [i for i, s in enumerate(x.shape) if s == 1] if chosen is None else [c % x.dim() for c in chosen]
    return x.reshape([s for i, s in enumerate(x.shape) if i not in chosen])


def unsqueeze(a, x, axes=None):
    chosen = a.get("axes") if axes is None else ints(axes)
    rank = x.dim() + len(chosen)
    sizes = iter(x.shape)
    chosen = {c % rank for c in chosen}
    return x.reshape([1 if i in chosen else next(sizes) for i in range(rank)])


def transpose(a, x):
    return x.permute(a.get("perm", list(reversed(range(x.dim()))))).contiguous()


def slice_(a, x, starts=None, ends=None, axes=None, steps=None):
    starts = a["starts"] if starts is None else ints(starts)
    ends = a["ends"] if ends is None else ints(ends)
    axes = a.get("axes", range(len(starts))) if axes is None else ints(axes)
    steps = [1] * len(starts) if steps is None else ints(steps)
    for start, end, axis, step in zip(starts, ends, axes, steps, strict=True):
        size = x.shape[axis]
        end = None if step < 0 and end < -size else end
        x = x.index_select(axis, torch.tensor(range(size)[slice(start, end, step)], dtype=torch.long))
    return x


def split(a, x, sizes=None):
    axis = a.get("axis", 0)
    sizes = a.get("split") if sizes is None else ints(sizes)
    if sizes is None:
        count = a.get("num_outputs", a["outputs"])
        chunk = math.ceil(x.shape[axis] / count)
        sizes = [min(chunk, x.shape[axis] - i * chunk) for i in range(count)]
    return tuple(torch.split(x, sizes, axis))


def gather(a, x, indices):
    axis = a.get("axis", 0) % x.dim()
    flat = indices.reshape(-1)
    flat = torch.where(flat < 0, flat + x.shape[axis], flat).long()
    y = x.index_select(axis, flat)
    return y.reshape([*x.shape[:axis], *indices.shape, *x.shape[axis + 1 :]])


def expand(a, x, shape):
    return x.expand(torch.broadcast_shapes(x.shape, ints(shape))).contiguous()


def pad(a, x, pads=None, value=None, axes=None):
    pads = a["pads"] if pads is None else ints(pads)
    mode = a.get("mode", "constant")
    if axes is not None:
        full = [0] * 2 * x.dim()
        for i, axis in enumerate(ints(axes)):
            full[axis % x.dim()], full[axis % x.dim() + x.dim()] = pads[i], pads[i + len(pads) // 2]
        pads = full
    value = a.get("value", 0.0) if value is None or value.numel() == 0 else value.item()
    if mode == "constant":
        return F.pad(x, torch_pads(pads), value=value)
    for axis in range(x.dim()):  # reflect and edge, axis by axis
        size = x.shape[axis]
        index = torch.arange(-pads[axis], size + pads[axis + x.dim()])
        if mode == "reflect":
            index = index.abs()
            index = (size - 1) - (size - 1 - index).abs()
        x = x.index_select(axis, index.clamp(0, size - 1))
    return x


def resize(a, x, roi=None, scales=None, sizes=None):
    if sizes is not None and sizes.numel():
        size = ints(sizes)
    else:
        size = [math.floor(n * s) for n, s in zip(x.shape, scales.tolist(), strict=True)]
    if "axes" in a:
        full = list(x.shape)
        for axis, n in zip(a["axes"], size, strict=True):
            full[axis] = n
        size = full
    assert size[:2] == list(x.shape[:2])
    mode, coordinates = a.get("mode", "nearest"), a.get("coordinate_transformation_mode", "half_pixel")
    if mode == "nearest":
        whole = all(after % before == 0 for after, before in zip(size, x.shape, strict=True))
        assert whole or (coordinates, a.get("nearest_mode")) == ("asymmetric", "floor")
        return F.interpolate(x, size[2:], mode="nearest")
    assert coordinates in ("half_pixel", "pytorch_half_pixel", "align_corners"), coordinates
    return F.interpolate(x, size[2:], mode={"linear": "bilinear", "cubic": "bicubic"}[mode], align_corners=coordinates == "align_corners")


def depth_to_space(a, x):
    n, c, h, w = x.shape
    b = a["blocksize"]
    if a.get("mode", "DCR") == "CRD":
        return x.reshape(n, c // b**2, b, b, h, w).permute(0, 1, 4, 2, 5, 3).reshape(n, c // b**2, h * b, w * b)
    return x.reshape(n, b, b, c // b**2, h, w).permute(0, 3, 4, 1, 5, 2).reshape(n, c // b**2, h * b, w * b)


def space_to_depth(a, x):
    n, c, h, w = x.shape
    b = a["blocksize"]
    return x.reshape(n, c, h // b, b, w // b, b).permute(0, 3, 5, 1, 2, 4).reshape(n, c * b * b, h // b, w // b)


MOVEMENT = {
    "Reshape": reshape,
    "Flatten": flatten,
    "Squeeze": squeeze,
    "Unsqueeze": unsqueeze,
    "Transpose": transpose,
    "Slice": slice_,
    "Split": split,
    "Concat": lambda a, *xs: torch.cat(xs, a["axis"]),
    "Gather": gather,
    "Expand": expand,
    "Tile": lambda a, x, repeats: x.repeat(ints(repeats)),
    "Pad": pad,
    "Resize": resize,
    "DepthToSpace": depth_to_space,
    "SpaceToDepth": space_to_depth,
}

"""ONNX operators in PyTorch, forward only. Each function takes the node's attributes and its inputs (None where absent)."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F

from movement import MOVEMENT, ints, torch_pads

#: Element types of ONNX (TensorProto.DataType) that are not floats; floats become the precision in use.
INTEGERS = {2: torch.uint8, 3: torch.int8, 5: torch.int16, 6: torch.int32, 7: torch.int64, 9: torch.bool}
FLOATS = {1, 10, 11, 16}


def conv(a, x, w, b=None):
    rank = x.dim() - 2
    strides = a.get("strides", [1] * rank)
    dilations = a.get("dilations", [1] * rank)
    pads = a.get("pads", [0] * 2 * rank)
    if a.get("auto_pad", "NOTSET") in ("SAME_UPPER", "SAME_LOWER"):
        pads = same_pads(x.shape[2:], w.shape[2:], strides, dilations, a["auto_pad"])
    x = F.pad(x, torch_pads(pads))
    f = {1: F.conv1d, 2: F.conv2d}[rank]
    return f(x, w, b, stride=strides, dilation=dilations, groups=a.get("group", 1))


def same_pads(size, kernel, strides, dilations, mode):
    begins, ends = [], []
    for n, k, s, d in zip(size, kernel, strides, dilations, strict=True):
        total = max(0, (math.ceil(n / s) - 1) * s + (k - 1) * d + 1 - n)
        small, large = total // 2, total - total // 2
        begins.append(small if mode == "SAME_UPPER" else large)
        ends.append(large if mode == "SAME_UPPER" else small)
    return begins + ends


def conv_transpose(a, x, w, b=None):
    rank = x.dim() - 2
    pads = a.get("pads", [0] * 2 * rank)
    assert pads[:rank] == pads[rank:]
    f = {1: F.conv_transpose1d, 2: F.conv_transpose2d}[rank]
    return f(
        x,
        w,
        b,
        stride=a.get("strides", [1] * rank),
        padding=pads[:rank],
        output_padding=a.get("output_padding", [0] * rank),
        groups=a.get("group", 1),
        dilation=a.get("dilations", [1] * rank),
    )


def symmetric(a, rank):
    pads = a.get("pads", [0] * 2 * rank)
    assert pads[:rank] == pads[rank:], "asymmetric pooling"
    return pads[:rank]


def max_pool(a, x):
    rank = x.dim() - 2
    return F.max_pool2d(
        x, a["kernel_shape"], a.get("strides", [1] * rank), symmetric(a, rank), a.get("dilations", [1] * rank), bool(a.get("ceil_mode", 0))
    )


def average_pool(a, x):
    rank = x.dim() - 2
    return F.avg_pool2d(
        x,
        a["kernel_shape"],
        a.get("strides", [1] * rank),
        symmetric(a, rank),
        bool(a.get("ceil_mode", 0)),
        bool(a.get("count_include_pad", 0)),
    )


def gemm(a, x, w, c=None):
    x = x.T if a.get("transA", 0) else x
    w = w.T if a.get("transB", 0) else w
    y = a.get("alpha", 1.0) * (x @ w)
    return y if c is None else y + a.get("beta", 1.0) * c


def per_channel(v, x):
    return v.reshape([1, -1] + [1] * (x.dim() - 2))


def batch_normalization(a, x, scale, bias, mean, var):
    factor = scale / torch.sqrt(var + a.get("epsilon", 1e-5))
    return (x - per_channel(mean, x)) * per_channel(factor, x) + per_channel(bias, x)


def standardise(x, axes, epsilon):
    centred = x - x.mean(axes, keepdim=True)
    return centred / torch.sqrt((centred * centred).mean(axes, keepdim=True) + epsilon)


def layer_normalization(a, x, scale, bias=None):
    axes = list(range(a.get("axis", -1) % x.dim(), x.dim()))
    y = standardise(x, axes, a.get("epsilon", 1e-5)) * scale
    return y if bias is None else y + bias


def rms_normalization(a, x, scale):
    axes = list(range(a.get("axis", -1) % x.dim(), x.dim()))
    return x / torch.sqrt((x * x).mean(axes, keepdim=True) + a.get("epsilon", 1e-5)) * scale


def instance_normalization(a, x, scale, bias):
    y = standardise(x, list(range(2, x.dim())), a.get("epsilon", 1e-5))
    return y * per_channel(scale, x) + per_channel(bias, x)


def group_normalization(a, x, scale, bias):
    groups = a["num_groups"]
    y = x.reshape(x.shape[0], groups, -1)
    y = standardise(y, [2], a.get("epsilon", 1e-5)).reshape(x.shape)
    repeat = x.shape[1] // scale.numel()  # before opset 21 there is one scale per group
    return y * per_channel(scale.repeat_interleave(repeat), x) + per_channel(bias.repeat_interleave(repeat), x)


def lrn(a, x):
    size = a["size"]
    squares = F.pad(x * x, [0, 0, 0, 0, (size - 1) // 2, size // 2])
    total = sum(squares[:, i : i + x.shape[1]] for i in range(size))
    return x / (a.get("bias", 1.0) + a.get("alpha", 1e-4) / size * total) ** a.get("beta", 0.75)


def axes_of(a, x, axes):
    chosen = a.get("axes") if axes is None else ints(axes)
    if not chosen:
        return [] if a.get("noop_with_empty_axes", 0) else list(range(x.dim()))
    return [axis % x.dim() for axis in chosen]


def reduction(f):
    def run(a, x, axes=None):
        chosen = axes_of(a, x, axes)
        return f(x, chosen, bool(a.get("keepdims", 1))) if chosen else x

    return run


def first_maximum(x, axes, keepdim):
    """Like amax, but the derivative goes to the first of equal maxima."""
    top = x.amax(axes, keepdim=True)
    rest = [d for d in range(x.dim()) if d not in axes]
    order = rest + axes
    hits = (x == top).permute(order).reshape([x.shape[d] for d in rest] + [-1])
    first = (hits & (hits.long().cumsum(-1) == 1)).reshape([x.shape[d] for d in order])
    inverse = [order.index(d) for d in range(x.dim())]
    return (x * first.permute(inverse)).sum(axes, keepdim=keepdim)


def softmax(log):
    def run(a, x):
        f = F.log_softmax if log else F.softmax
        if a["opset"] >= 13:
            return f(x, a.get("axis", -1))
        axis = a.get("axis", 1) % x.dim()  # before opset 13: flattened to a matrix
        return f(x.reshape([math.prod(x.shape[:axis]), -1]), 1).reshape(x.shape)

    return run


def clip(a, x, low=None, high=None):
    low = a.get("min") if low is None else low.item()
    high = a.get("max") if high is None else high.item()
    return x if low is None and high is None else x.clamp(low, high)


def gelu(a, x):
    return F.gelu(x, approximate=a.get("approximate", "none"))


def hard_sigmoid(a, x):
    return (a.get("alpha", 0.2) * x + a.get("beta", 0.5)).clamp(0, 1)


def shape_of(a, x):
    return torch.tensor(x.shape[a.get("start", 0) : a.get("end")], dtype=torch.long)


def cast(a, x):
    return x.to(a["precision"] if a["to"] in FLOATS else INTEGERS[a["to"]])


def divide(a, x, y):
    return x / y if x.is_floating_point() else torch.div(x, y, rounding_mode="trunc")


def constant_of_shape(a, shape):
    value = a.get("value", torch.zeros(1, dtype=a["precision"]))
    return value.reshape(-1)[0].expand(ints(shape)).clone()


def scatter_nd(a, data, indices, updates):
    y = data.clone()
    y[tuple(indices.unbind(-1))] = updates
    return y


def prelu(a, x, slope):
    return torch.where(x < 0, x * slope, x)


def global_pool(f):
    return lambda a, x: f(x, list(range(2, x.dim())))


UNARY = {
    "Relu": torch.relu,
    "Sigmoid": torch.sigmoid,
    "Tanh": torch.tanh,
    "Erf": torch.erf,
    "Softplus": F.softplus,
    "Softsign": F.softsign,
    "Mish": F.mish,
    "Neg": torch.neg,
    "Abs": torch.abs,
    "Sqrt": torch.sqrt,
    "Exp": torch.exp,
    "Log": torch.log,
    "Reciprocal": torch.reciprocal,
    "Identity": lambda x: x,
    "Floor": torch.floor,
    "Ceil": torch.ceil,
    "Not": torch.logical_not,
    "Cos": torch.cos,
    "Sin": torch.sin,
    "HardSwish": F.hardswish,
}
BINARY = {
    "Add": torch.add,
    "Sub": torch.sub,
    "Mul": torch.mul,
    "Pow": torch.pow,
    "MatMul": torch.matmul,
    "Equal": torch.eq,
    "Greater": torch.gt,
    "Less": torch.lt,
    "And": torch.logical_and,
    "Or": torch.logical_or,
    "GreaterOrEqual": torch.ge,
    "LessOrEqual": torch.le,
    "Mod": torch.remainder,
}
OPERATORS = {
    **{name: (lambda a, x, f=f: f(x)) for name, f in UNARY.items()},
    **{name: (lambda a, x, y, f=f: f(x, y)) for name, f in BINARY.items()},
    "Conv": conv,
    "ConvTranspose": conv_transpose,
    "Gemm": gemm,
    "MaxPool": max_pool,
    "AveragePool": average_pool,
    "GlobalAveragePool": global_pool(lambda x, axes: x.mean(axes, keepdim=True)),
    "GlobalMaxPool": global_pool(lambda x, axes: first_maximum(x, axes, True)),
    "BatchNormalization": batch_normalization,
    "LayerNormalization": layer_normalization,
    "InstanceNormalization": instance_normalization,
    "GroupNormalization": group_normalization,
    "RMSNormalization": rms_normalization,
    "LRN": lrn,
    "ReduceMean": reduction(lambda x, axes, keep: x.mean(axes, keepdim=keep)),
    "ReduceSum": reduction(lambda x, axes, keep: x.sum(axes, keepdim=keep)),
    "ReduceMax": reduction(first_maximum),
    "ReduceL2": reduction(lambda x, axes, keep: torch.linalg.vector_norm(x, 2, axes, keepdim=keep)),  # its derivative at 0 is 0
    "ReduceProd": reduction(lambda x, axes, keep: x.prod(axes[0], keepdim=keep)),
    "Softmax": softmax(False),
    "LogSoftmax": softmax(True),
    "Clip": clip,
    "Gelu": gelu,
    "HardSigmoid": hard_sigmoid,
    "LeakyRelu": lambda a, x: F.leaky_relu(x, a.get("alpha", 0.01)),
    "PRelu": prelu,
    "Elu": lambda a, x: F.elu(x, a.get("alpha", 1.0)),
    "Selu": lambda a, x: F.selu(x),
    "Celu": lambda a, x: F.celu(x, a.get("alpha", 1.0)),
    **MOVEMENT,
    "Dropout": lambda a, x, *_: x,
    "Sum": lambda a, *xs: sum(xs[1:], xs[0]),
    "Div": divide,
    "Shape": shape_of,
    "Size": lambda a, x: torch.tensor(x.numel()),
    "Cast": cast,
    "CastLike": lambda a, x, like: x.to(like.dtype),
    "Constant": lambda a: a["value"],
    "ConstantOfShape": constant_of_shape,
    "Where": lambda a, c, x, y: torch.where(c, x, y),
    "ScatterND": scatter_nd,
    "GatherND": lambda a, x, indices: x[tuple(indices.unbind(-1))],
    "Range": lambda a, start, end, step: torch.arange(start.item(), end.item(), step.item(), dtype=start.dtype),
    "Min": lambda a, x, *ys: torch.stack([*torch.broadcast_tensors(x, *ys)]).amin(0),
    "Max": lambda a, x, *ys: torch.stack([*torch.broadcast_tensors(x, *ys)]).amax(0),
    "CumSum": lambda a, x, axis: x.cumsum(int(axis)),
    "Einsum": lambda a, *xs: torch.einsum(a["equation"], *xs),
    "Trilu": lambda a, x, k=None: (torch.triu if a.get("upper", 1) else torch.tril)(x, 0 if k is None else int(k)),
}

"""Relevance of signed activations and of tokens, by PyTorch's own differentiation with other derivatives put in its place.

This file shares nothing with the extension's engine, so that the one can be checked against the other.
"""

import copy
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils.fusion import fuse_conv_bn_eval
from torch.overrides import TorchFunctionMode

from relevance_cam import divide

GAMMA = 0.25
Linear = Callable[[Tensor, Tensor, Tensor | None], Tensor]


def adjoint(function: Callable[[Tensor], Tensor], like: Tensor, s: Tensor) -> Tensor:
    x = torch.zeros_like(like).requires_grad_()
    with torch.enable_grad():
        (result,) = torch.autograd.grad(function(x), x, s)
    return result


class ZPlus(torch.autograd.Function):
    """A linear operator with constant weights; sends back R = x ⊙ m, or m itself."""

    @staticmethod
    def forward(ctx: Any, linear: Linear, x: Tensor, w: Tensor, b: Tensor | None, multiplier: bool) -> Tensor:
        ctx.linear, ctx.x, ctx.w, ctx.multiplier = linear, x, w, multiplier
        return linear(x, w, b)

    @staticmethod
    def backward(ctx: Any, r: Tensor) -> Any:
        positive, negative = (lambda v: ctx.linear(v, ctx.w.clamp(min=0), None)), (lambda v: ctx.linear(v, ctx.w.clamp(max=0), None))
        s = divide(r, positive(ctx.x.clamp(min=0)) + negative(ctx.x.clamp(max=0)))
        m = torch.where(ctx.x > 0, adjoint(positive, ctx.x, s), adjoint(negative, ctx.x, s))
        return None, m if ctx.multiplier else ctx.x * m, None, None, None


class Gamma(torch.autograd.Function):
    """A linear operator with constant weights, of its real output; what has the output's sign counts 1 + γ times."""

    @staticmethod
    def forward(ctx: Any, linear: Linear, x: Tensor, w: Tensor, b: Tensor | None) -> Tensor:
        ctx.linear, ctx.x, ctx.w, ctx.y = linear, x, w, linear(x, w, b)
        return ctx.y

    @staticmethod
    def backward(ctx: Any, r: Tensor) -> Any:
        x, sign = ctx.x, torch.where(ctx.y >= 0, 1.0, -1.0)
        plain, absolute = (lambda v: ctx.linear(v, ctx.w, None)), (lambda v: ctx.linear(v, ctx.w.abs(), None))
        s = divide(r, ctx.y + GAMMA / 2 * (plain(x) + sign * absolute(x.abs())))
        return None, (1 + GAMMA / 2) * x * adjoint(plain, x, s) + GAMMA / 2 * x.abs() * adjoint(absolute, x, sign * s), None, None


class GammaSum(torch.autograd.Function):
    """The sum, or mean, along dimension 0."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, mean: bool) -> Tensor:
        ctx.x = x
        return x.mean(0) if mean else x.sum(0)

    @staticmethod
    def backward(ctx: Any, r: Tensor) -> Any:
        same = ctx.x * ctx.x.sum(0) >= 0
        c = ctx.x + GAMMA * torch.where(same, ctx.x, 0)
        return c * divide(r, c.sum(0)), None


class Through(torch.autograd.Function):
    """`y` computed from `x` elementwise, or normalised: R_x = R_y."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, y: Tensor) -> Tensor:
        return y.clone()

    @staticmethod
    def backward(ctx: Any, r: Tensor) -> Any:
        return r, None


def linear_of(name: str, args: Any, kwargs: Any) -> tuple[Linear, Tensor, Tensor, Tensor | None]:
    if name == "linear":
        return functional.linear, *args[:3], *([None] if len(args) < 3 else [])
    x, w, b, *rest = args
    return (lambda v, u, c: functional.conv2d(v, u, c, *rest, **kwargs)), x, w, b


class ConvolutionRules(TorchFunctionMode):
    """What is differentiated under it sends back R; `classifier` is the weight of the last linear operator."""

    def __init__(self, classifier: Tensor):
        super().__init__()
        self.classifier = classifier

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        name = func.__name__
        if name in ("conv2d", "linear"):
            linear, x, w, b = linear_of(name, args, kwargs)
            if w is self.classifier or bool((x >= 0).all()):
                return ZPlus.apply(linear, x, w, b, False)
            return Gamma.apply(linear, x, w, b)
        if name in ("silu", "gelu", "layer_norm"):
            return Through.apply(args[0], func(*args, **kwargs))
        if name in ("mul", "rmul", "__mul__", "__rmul__"):
            signal, gate = sorted(args, key=torch.numel, reverse=True)
            return Through.apply(signal, signal * gate)
        if name in ("add", "__add__"):
            return GammaSum.apply(torch.stack(args[:2]), False)
        if name == "adaptive_avg_pool2d":
            return GammaSum.apply(args[0].flatten(2).permute(2, 0, 1), True)[:, :, None, None]
        if name == "mean":
            return GammaSum.apply(args[0].flatten(2).permute(2, 0, 1), True)
        return func(*args, **kwargs)


class TokenRules(TorchFunctionMode):
    """What is differentiated under it sends back m, with R = x ⊙ m: attention, deviations and act(h)/h are constants."""

    def __init__(self, classifier: Tensor):
        super().__init__()
        self.classifier = classifier

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        name = func.__name__
        if name == "linear" and args[1] is self.classifier:
            return ZPlus.apply(*linear_of(name, args, kwargs), True)
        if name == "gelu":
            return args[0] * divide(functional.gelu(args[0]), args[0]).detach()
        if name == "layer_norm":
            x, deviation = args[0], (args[0].var(-1, correction=0, keepdim=True) + kwargs["eps"]).sqrt().detach()
            return (x - x.mean(-1, keepdim=True)) / deviation * kwargs["weight"] + kwargs["bias"]
        if name == "softmax":
            return torch.softmax(*args, **kwargs).detach()
        return func(*args, **kwargs)


def folded(net: nn.Module) -> nn.Module:
    """The network with each BatchNorm folded into the convolution before it, and without its stem."""
    net = copy.deepcopy(net).eval().requires_grad_(False)
    net.stem = nn.Identity()
    for module in net.modules():
        if isinstance(module, nn.Sequential) and len(module) > 1 and isinstance(module[1], nn.BatchNorm2d):
            assert isinstance(module[0], nn.Conv2d)
            module[0], module[1] = fuse_conv_bn_eval(module[0], module[1]), nn.Identity()
    return net


def relevance(net: nn.Module, x: Tensor, targets: Tensor) -> dict[str, tuple[Tensor, Tensor]]:
    """Per block, by its module's name: its output and that output's relevance for each picture's target class, contrastive seed."""
    features, body = net.stem(x), folded(net)
    classifier = body.get_submodule("classifier" if hasattr(body, "classifier") else "head")
    outputs: dict[str, Tensor] = {}
    for name, module in body.named_modules():
        if type(module) in net.BLOCKS:
            module.register_forward_hook(lambda _m, _i, y, name=name: outputs.update({name: y}))
    rules = (TokenRules if net.TOKENS else ConvolutionRules)(classifier.weight)
    with rules:
        logits = body(features.requires_grad_())
    rows = torch.arange(len(x))
    scale = logits.detach()[rows, targets].abs()
    seed = (-scale / (logits.shape[1] - 1))[:, None].repeat(1, logits.shape[1])
    seed[rows, targets] = scale
    sent = torch.autograd.grad(logits, list(outputs.values()), seed)
    return {name: (y.detach(), y.detach() * r if net.TOKENS else r) for (name, y), r in zip(outputs.items(), sent, strict=True)}


def as_maps(net: nn.Module, y: Tensor) -> Tensor:
    """(N, channels, h, w), of a grid of tokens too; a class token is left out."""
    if not net.TOKENS:
        return y
    if y.ndim == 3:
        side = int((y.shape[1] - 1) ** 0.5)
        return y[:, 1:].transpose(1, 2).unflatten(2, (side, side))
    return y.permute(0, 3, 1, 2)


def cam(a: Tensor, r: Tensor) -> Tensor:
    """Relevance-CAM of signed activations: Σ_k (α_k⁺ A_k⁺ − α_k⁻ A_k⁻), where α_k⁺ and α_k⁻ sum R_k where A_k > 0 and where not."""
    above = torch.where(a > 0, r, 0).sum((2, 3), keepdim=True)
    below = torch.where(a > 0, 0, r).sum((2, 3), keepdim=True)
    return (above * a.clamp(min=0) - below * a.clamp(max=0)).sum(1)

"""Makes test/fixtures/weights: one small network in two states, as graphs of both of PyTorch's exporters, folded and not,
and its weights as programs save them. Usage: python tools/weights/make.py"""

import argparse
import copy
import json
import pathlib
import sys
import warnings

import numpy as np
import torch
from safetensors.torch import save_file
from torch import nn

OUT = pathlib.Path(__file__).resolve().parents[2] / "test" / "fixtures" / "weights"


class Block(nn.Module):
    """A residual block whose normalisations exporters fold into the convolutions."""

    def __init__(self, channels):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels, eps=1e-3)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1)
        self.bn2 = nn.BatchNorm2d(channels, eps=1e-3)

    def forward(self, x):
        y = self.bn1(self.conv1(x)).relu()
        return (x + self.bn2(self.conv2(y))).relu()


class Tokens(nn.Module):
    """Linear layers on tokens, whose matrices exporters transpose."""

    def __init__(self, width):
        super().__init__()
        self.norm1 = nn.LayerNorm(width)
        self.fc1 = nn.Linear(width, width)
        self.norm2 = nn.LayerNorm(width)
        self.fc2 = nn.Linear(width, width)
        self.gamma = nn.Parameter(torch.ones(width))

    def forward(self, x):
        x = x + self.fc1(self.norm1(x)).relu()
        return x + self.gamma * self.fc2(self.norm2(x)).relu()


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 6, 3, stride=2, padding=1, bias=False)
        self.bn = nn.BatchNorm2d(6, eps=1e-3)
        self.blocks = nn.Sequential(Block(6), Block(6))
        self.tokens = Tokens(6)
        self.fc = nn.Linear(6, 4)

    def forward(self, x):
        x = self.blocks(self.bn(self.stem(x)).relu())
        n, c, h, w = x.shape
        x = self.tokens(x.flatten(2).transpose(1, 2))
        return self.fc(x.mean(1))


def stirred(network, seed):
    """The network with every parameter and statistic different, as after some training."""
    network = copy.deepcopy(network)
    stir(network, seed)
    return network.eval()


def stir(network, seed):
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, tensor in network.state_dict().items():
            if tensor.dtype != torch.float32:
                continue
            noise = torch.randn(tensor.shape, generator=generator)
            if name.endswith("running_var"):
                tensor.copy_(0.5 + noise.abs())
            else:
                tensor.add_(0.3 * noise)


def export(network, name):
    picture = torch.zeros(1, 3, 12, 12)
    common = {"input_names": ["image"], "output_names": ["logits"]}
    whole = {"do_constant_folding": False, "training": torch.onnx.TrainingMode.PRESERVE}
    torch.onnx.export(network, (picture,), OUT / f"old-folded.{name}.onnx", dynamo=False, opset_version=17, **common)
    torch.onnx.export(network, (picture,), OUT / f"old-whole.{name}.onnx", dynamo=False, opset_version=17, **common, **whole)
    for kind, optimize in [("new-folded", True), ("new-whole", False)]:
        export_new(network, picture, optimize, OUT / f"{kind}.{name}.onnx", **common)


def export_new(network, picture, optimize, file, **options):
    program = torch.onnx.export(network, (picture,), dynamo=True, optimize=optimize, verbose=False, **options)
    strip(program)
    program.save(file, external_data=False)


def strip(program):
    """Leaves of the nodes' metadata the module paths alone: the rest holds paths of the machine."""
    for node in program.model.graph:
        for key in list(node.metadata_props):
            if key != "pkg.torch.onnx.name_scopes":
                del node.metadata_props[key]


def main():
    warnings.filterwarnings("ignore")
    OUT.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(0)
    fresh = Network().eval()
    first, second = stirred(fresh, 1), stirred(fresh, 2)
    for name, network in [("first", first), ("second", second)]:
        export(network, name)
        torch.save(network.state_dict(), OUT / f"{name}.pth")
    export(fresh, "fresh")
    torch.save(fresh.state_dict(), OUT / "fresh.pth")
    state = second.state_dict()
    save_file(state, OUT / "second.safetensors")
    shards(state)
    programs(second, state)
    rng = np.random.default_rng(0)
    np.save(OUT / "x.npy", rng.standard_normal((1, 3, 12, 12)).astype(np.float32))


def shards(state):
    names = list(state)
    parts = {"model-00001-of-00002.safetensors": names[:9], "model-00002-of-00002.safetensors": names[9:]}
    for file, part in parts.items():
        save_file({name: state[name] for name in part}, OUT / file)
    index = {"metadata": {}, "weight_map": {name: file for file, part in parts.items() for name in part}}
    (OUT / "model.safetensors.index.json").write_text(json.dumps(index))


def programs(network, state):
    """The second state as training programs save it."""
    for protocol in [3, 4, 5]:
        torch.save(state, OUT / f"protocol-{protocol}.bin", pickle_protocol=protocol)
    torch.save({name: tensor.half() for name, tensor in state.items()}, OUT / "half.pth")
    torch.save({name: tensor.double() for name, tensor in state.items()}, OUT / "double.pth")
    torch.save((state, {"state": {}, "param_groups": [{"lr": 0.1}]}), OUT / "pair.pt")
    eight = {torch.float32: torch.float8_e4m3fn}
    save_file({name: tensor.to(eight.get(tensor.dtype, tensor.dtype)) for name, tensor in state.items()}, OUT / "eight-bits.safetensors")
    wide = {name: tensor.to(eight.get(tensor.dtype, tensor.dtype)).to(tensor.dtype) for name, tensor in state.items()}
    save_file(wide, OUT / "widened.safetensors")
    last = copy.deepcopy(network).to(memory_format=torch.channels_last)
    torch.save(last.state_dict(), OUT / "channels-last.pth")
    flat = torch.cat([tensor.reshape(-1) for tensor in state.values() if tensor.dtype == torch.float32])
    views, start = {}, 0
    for name, tensor in state.items():
        if tensor.dtype == torch.float32:
            views[f"module.{name}"] = flat[start : start + tensor.numel()].view(tensor.shape)
            start += tensor.numel()
    torch.save(views, OUT / "views.pth")
    Network.__module__ = Block.__module__ = Tokens.__module__ = "trainer.networks"
    sys.modules["trainer.networks"] = sys.modules["trainer"] = sys.modules[__name__]
    torch.save({"epoch": 3, "model": None, "ema": network.half(), "args": argparse.Namespace(path=pathlib.PurePosixPath("a"))}, OUT / "best.pt")


if __name__ == "__main__":
    main()

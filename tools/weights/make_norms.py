"""Makes test/fixtures/weights/norms: a network whose weights are normed, by the hooks of torch.nn.utils and by its
parametrizations, in three states, as graphs of both of PyTorch's exporters, and what PyTorch answers with each state.
Usage: python tools/weights/make_norms.py"""

import json
import warnings

import numpy as np
import torch
from make import OUT, export_new, stir
from safetensors.torch import save_file
from torch import nn
from torch.nn.utils import parametrizations, parametrize, remove_spectral_norm, remove_weight_norm, spectral_norm, weight_norm

NORMS = OUT / "norms"
HOOKS = (weight_norm, spectral_norm)
PARAMETRIZED = (parametrizations.weight_norm, parametrizations.spectral_norm)


class Network(nn.Module):
    def __init__(self, norms):
        super().__init__()
        by_length, by_spectrum = norms
        self.stem = by_length(nn.Conv2d(3, 6, 3, stride=2, padding=1, bias=False))
        self.bn = nn.BatchNorm2d(6)
        self.mid = by_spectrum(nn.Conv2d(6, 6, 3, padding=1))
        # As many inputs as outputs: the shape does not tell which axis is which.
        self.up = by_spectrum(nn.ConvTranspose2d(6, 6, 2, stride=2))
        self.fc = by_length(nn.Linear(6, 4))

    def forward(self, x):
        x = self.bn(self.stem(x)).relu()
        x = self.up(self.mid(x).relu()).relu()
        return self.fc(x.mean((2, 3)))


def fresh(norms):
    torch.manual_seed(0)
    return Network(norms).eval()


def trained(norms, seed):
    """Stirred, and run as in training, which brings the vectors of the spectral norm near the singular ones."""
    network = fresh(norms).train()
    stir(network, seed)
    for _ in range(20):
        network(torch.randn(8, 3, 12, 12, generator=torch.Generator().manual_seed(seed)))
    return network.eval()


def plain(network):
    for module in [network.stem, network.mid, network.up, network.fc]:
        if parametrize.is_parametrized(module):
            parametrize.remove_parametrizations(module, "weight")
        else:
            (remove_weight_norm if module in [network.stem, network.fc] else remove_spectral_norm)(module)
    return network


def main():
    warnings.filterwarnings("ignore")
    NORMS.mkdir(parents=True, exist_ok=True)
    picture = torch.zeros(1, 3, 12, 12)
    x = torch.from_numpy(np.load(OUT / "x.npy"))
    answers = {}
    for spelling, norms in [("hooks", HOOKS), ("parametrized", PARAMETRIZED)]:
        states = {"fresh": fresh(norms), "first": trained(norms, 1), "second": trained(norms, 2)}
        for name, network in states.items():
            save_file(network.state_dict(), NORMS / f"{spelling}.{name}.safetensors")
            answers[f"{spelling}.{name}"] = network(x)[0].tolist()
            if name == "second":
                continue
            for kind, optimize in [("new-folded", True), ("new-whole", False)]:
                export_new(network, picture, optimize, NORMS / f"{spelling}.{name}.{kind}.onnx")
            # The older exporter has no operator for the parametrization's dot product.
            if spelling == "hooks":
                torch.onnx.export(network, (picture,), NORMS / f"{spelling}.{name}.old-folded.onnx", dynamo=False, opset_version=17)
            if name == "first":
                export_new(plain(network), picture, False, NORMS / f"{spelling}.first.removed.onnx")
    (NORMS / "logits.json").write_text(json.dumps(answers, indent=2) + "\n")


if __name__ == "__main__":
    main()

"""Makes test/fixtures/weights/programs: a network's weights as many training programs save them, and graphs exported from
states in which many tensors are equal, with what PyTorch answers. Usage: python tools/weights/make_programs.py"""

import argparse
import collections
import copy
import json
import pathlib
import sys
import types
import warnings

import numpy as np
import torch
from make import OUT, export_new, stir
from safetensors.torch import save_file
from torch import nn
from torch.optim.swa_utils import AveragedModel

PROGRAMS = OUT / "programs"


class Network(nn.Module):
    """Small, with normalisations that exporters fold."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 4, 3, stride=2, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(4)
        self.conv2 = nn.Conv2d(4, 4, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(4)
        self.fc = nn.Linear(4, 3)

    def forward(self, x):
        x = self.bn1(self.conv1(x)).relu()
        x = self.bn2(self.conv2(x)).relu()
        return self.fc(x.mean((2, 3)))


class Scaled(nn.Module):
    """Blocks of tokens, whose norms, factors and biases are all equal without training."""

    def __init__(self):
        super().__init__()
        self.patches = nn.Conv2d(3, 4, 4, stride=4)
        for block in ["a", "b"]:
            setattr(self, f"norm_{block}", nn.LayerNorm(4))
            setattr(self, f"fc_{block}", nn.Linear(4, 4))
            setattr(self, f"gamma_{block}", nn.Parameter(torch.full((4,), 0.1)))
        for name, parameter in self.named_parameters():
            if name.endswith("bias"):
                nn.init.zeros_(parameter)
        self.head = nn.Linear(4, 3)

    def forward(self, x):
        x = self.patches(x).flatten(2).transpose(1, 2)
        x = x + self.gamma_a * self.fc_a(self.norm_a(x)).relu()
        x = x + self.gamma_b * self.fc_b(self.norm_b(x)).relu()
        return self.head(x.mean(1))


class Placed(nn.Module):
    """Adds places that are zeros without training, which exporters leave out."""

    def __init__(self):
        super().__init__()
        self.patches = nn.Conv2d(3, 4, 4, stride=4)
        self.place = nn.Parameter(torch.zeros(1, 9, 4))
        self.head = nn.Linear(4, 3)

    def forward(self, x):
        return self.head((self.patches(x).flatten(2).transpose(1, 2) + self.place).relu().mean(1))


class Attentive(nn.Module):
    """An attention whose projections begin with biases of zeros, and a norm after it like the one before."""

    def __init__(self):
        super().__init__()
        self.patches = nn.Conv2d(3, 4, 4, stride=4)
        self.before = nn.LayerNorm(4)
        self.attention = nn.MultiheadAttention(4, 2, batch_first=True)
        self.after = nn.LayerNorm(4)
        self.head = nn.Linear(4, 3)

    def forward(self, x):
        x = self.patches(x).flatten(2).transpose(1, 2)
        y = self.before(x)
        x = x + self.attention(y, y, y, need_weights=False)[0]
        return self.head(self.after(x).mean(1))


class Plain(nn.Module):
    """Two equal blocks of convolutions with normalisations that are not folded, since a Relu stands between."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 4, 3, padding=1)
        self.bn1 = nn.BatchNorm2d(4)
        self.conv2 = nn.Conv2d(4, 4, 3, padding=1)
        self.bn2 = nn.BatchNorm2d(4)
        self.fc = nn.Linear(4, 3)

    def forward(self, x):
        x = self.bn1(self.conv1(x).relu())
        x = self.bn2(self.conv2(x).relu())
        return self.fc(x.mean((2, 3)))


def trained(kind, seed):
    torch.manual_seed(0)
    network = kind().eval()
    if seed is not None:
        stir(network, seed)
    return network


def programs(state, network, other):
    """Files by name, all of the state, as far as its name does not say otherwise."""
    optimizer = {"state": {0: {"exp_avg": torch.ones(3)}}, "param_groups": [{"lr": 0.1}]}
    with_prefix = lambda prefix, tensors: {f"{prefix}{name}": tensor for name, tensor in tensors.items()}
    averaged = AveragedModel(network)
    yield "deepspeed.pt", {
        "module": collections.OrderedDict(state), "buffer_names": ["bn1.running_mean"], "optimizer": None,
        "param_shapes": [collections.OrderedDict((name, tensor.shape) for name, tensor in state.items())],
        "ds_config": {"train_batch_size": 8}, "global_steps": 3, "dp_world_size": 1,
    }
    yield "mmengine.pth", {
        "meta": {"epoch": 3, "dataset_meta": {"classes": ("a", "b", "c")}}, "state_dict": collections.OrderedDict(with_prefix("backbone.", state)),
        "message_hub": {"log_scalars": {}, "runtime_info": {"lr": np.float64(0.1)}}, "optimizer": optimizer,
        "param_schedulers": [{"last_step": 3}],
        "ema_state_dict": collections.OrderedDict(with_prefix("module.backbone.", other)) | {"steps": torch.tensor(3)},
    }
    yield "torchvision.pth", {
        "model": state, "optimizer": optimizer, "lr_scheduler": {"last_epoch": 3}, "epoch": 3,
        "args": argparse.Namespace(device=torch.device("cpu"), output_dir=pathlib.PurePosixPath("out")),
        "model_ema": with_prefix("module.", other) | {"n_averaged": torch.tensor(3)}, "scaler": {"scale": 65536.0},
    }
    yield "composer.pt", {
        "state": {"model": with_prefix("module.", state), "optimizers": {"Adam": optimizer}, "schedulers": {}, "timestamp": {"Timestamp": {"epoch": 1}}},
        "rng": [{"python": (3, (1, 2), None), "torch": torch.get_rng_state()}],
    }
    yield "dino.pth", {"student": with_prefix("module.backbone.", state), "teacher": with_prefix("backbone.", other), "optimizer": optimizer, "epoch": 3, "dino_loss": {"center": torch.zeros(1, 3)}}
    yield "lightning-metrics.ckpt", {
        "epoch": 3, "global_step": 30, "pytorch-lightning_version": "2.5.0", "loops": {"fit_loop": {"state_dict": {}}},
        "state_dict": collections.OrderedDict(with_prefix("net.", state)) | {
            "criterion.weight": torch.ones(3), "train_acc.tp": torch.zeros(3, dtype=torch.long), "val_auc.thresholds": torch.linspace(0, 1, 5),
        },
        "callbacks": {"ModelCheckpoint": {"best_model_score": torch.tensor(0.5)}}, "optimizer_states": [optimizer], "lr_schedulers": [],
    }
    yield "averaged.pth", averaged.state_dict()
    parallel = nn.DataParallel(copy.deepcopy(network))
    for parameter in parallel.parameters():
        parameter.requires_bias_correction = True
    yield "parallel-module.pt", parallel
    yield "timm-compiled.pth.tar", {
        "epoch": 3, "arch": "resnet18", "state_dict": with_prefix("_orig_mod.", state), "optimizer": optimizer, "version": 2,
        "args": argparse.Namespace(model="resnet18", mean=(0.5, 0.5, 0.5)), "amp_scaler": {"scale": 1.0}, "metric": np.float64(71.5),
    }
    last = copy.deepcopy(network).to(memory_format=torch.channels_last)
    yield "timm-channels-last.pth.tar", {"epoch": 3, "arch": "resnet18", "state_dict": last.state_dict(), "state_dict_ema": other, "version": 2, "metric": 71.5}
    yield "timm-ema-alone.pth", {"state_dict_ema": with_prefix("module.", state)}


def main():
    warnings.filterwarnings("ignore")
    PROGRAMS.mkdir(parents=True, exist_ok=True)
    x = torch.from_numpy(np.load(OUT / "x.npy"))
    answers = {}
    first, second, third = trained(Network, 1), trained(Network, 2), trained(Network, 3)
    state, other = second.state_dict(), third.state_dict()
    export_new(first, torch.zeros(1, 3, 12, 12), True, PROGRAMS / "graph.onnx")
    torch.save(first.state_dict(), PROGRAMS / "first.pth")
    answers["second"] = second(x)[0].tolist()
    trainer = types.ModuleType("trainer")
    trainer.Network = Network
    sys.modules["trainer"] = trainer
    Network.__module__ = "trainer"
    for name, saved in programs(state, second, other):
        torch.save(saved, PROGRAMS / name)
    torch.save({f"{part}.{name}": tensor for part, tensors in [("student", state), ("teacher", other)] for name, tensor in tensors.items()}, PROGRAMS / "two-models.pth")
    moco = {f"module.encoder_{part}.{name}": tensor for part, tensors in [("q", state), ("k", other)] for name, tensor in tensors.items()}
    torch.save({"epoch": 3, "arch": "resnet50", "state_dict": moco | {"module.queue": torch.zeros(3, 8), "module.queue_ptr": torch.zeros(1, dtype=torch.long)}}, PROGRAMS / "moco.pth.tar")
    for kind in [Scaled, Placed, Attentive, Plain]:
        name = kind.__name__.lower()
        fresh, later = trained(kind, None), trained(kind, 2)
        for optimize in [True, False]:
            export_new(fresh, torch.zeros(1, 3, 12, 12), optimize, PROGRAMS / f"{name}.{'folded' if optimize else 'whole'}.onnx")
        save_file(fresh.state_dict(), PROGRAMS / f"{name}.0.safetensors")
        torch.save(fresh.state_dict(), PROGRAMS / f"{name}.0.pth")
        torch.save(later.state_dict(), PROGRAMS / f"{name}.9.pth")
        answers[f"{name}.9"] = later(x)[0].tolist()
    (PROGRAMS / "logits.json").write_text(json.dumps(answers, indent=2) + "\n")


if __name__ == "__main__":
    main()

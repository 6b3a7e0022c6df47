"""Draws the training pictures, trains a network on them, and keeps states of it from untrained to trained."""

import copy
import time
from collections.abc import Callable
from typing import NamedTuple, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from network import INPUT
from scene import draw_scene, pick_names
from shapes import CLASSES

MEAN = STD = 0.5
EPOCHS = 5
KEPT = (0, 1, 2, 3, EPOCHS)
BATCH = 64
# Halves the time on processors that multiply bfloat16; without AVX-512 it would be slower than float32.
BFLOAT16 = "AVX512" in torch.backends.cpu.get_cpu_capability()
TRAINING_PICTURES = 9_000
TEST_PICTURES = 900

Net = TypeVar("Net", bound=nn.Module)
Batch = Callable[[NDArray[np.int64], torch.Generator], Tensor]
Loss = Callable[[Tensor, Tensor], Tensor]
"""Of logits (N, classes) and which classes are there (N, classes), 0 or 1."""


class Pictures(NamedTuple):
    pixels: NDArray[np.uint8]
    """(N, 3, 112, 112)"""
    present: NDArray[np.bool_]
    """(N, classes): the objects of each picture."""


def draw_pictures(seed: int, count: int) -> Pictures:
    """Pictures of one, two and three objects in turn."""
    pixels = np.empty((count, 3, INPUT, INPUT), np.uint8)
    present = np.zeros((count, len(CLASSES)), bool)
    for i in range(count):
        rng = np.random.default_rng([seed, i])
        names = pick_names(rng, 1 + i % 3)
        pixels[i] = np.asarray(draw_scene(rng, INPUT, names, oversampling=2).picture).transpose(2, 0, 1)
        present[i, [CLASSES.index(name) for name in names]] = True
    return Pictures(pixels, present)


def normalise(pixels: NDArray[np.uint8]) -> Tensor:
    return (torch.from_numpy(pixels).float() / 255 - MEAN) / STD


def augment(x: Tensor, generator: torch.Generator) -> Tensor:
    """Half of the batch mirrored, its colour channels permuted, each picture lighter or darker and noisy."""
    permutation = torch.randperm(3, generator=generator)
    half = len(x) // 2
    x = torch.cat([x[:half].flip(3), x[half:]])[:, permutation]
    gain = 0.8 + 0.4 * torch.rand(len(x), 1, 1, 1, generator=generator)
    shift = 0.3 * (torch.rand(len(x), 3, 1, 1, generator=generator) - 0.5)
    noise = 0.08 * torch.rand(len(x), 1, 1, 1, generator=generator)
    return x * gain + shift + noise * torch.randn(x.shape, generator=generator)


def equal_shares(logits: Tensor, there: Tensor) -> Tensor:
    """Classes compete, and those of a picture are equally right."""
    return nn.functional.cross_entropy(logits, there / there.sum(1, keepdim=True))


def train(
    network: Callable[[int], Net], pictures: Pictures, seed: int, epochs: int = EPOCHS, loss_of: Loss = equal_shares
) -> dict[int, Net]:
    """The network after each epoch of KEPT and after the last, in eval mode."""

    def batch(chosen: NDArray[np.int64], generator: torch.Generator) -> Tensor:
        return augment(normalise(pictures.pixels[chosen]), generator)

    return fit(network, batch, pictures.present, seed, epochs, loss_of)


def fit(
    network: Callable[[int], Net], batch: Batch, present: NDArray[np.bool_], seed: int, epochs: int, loss_of: Loss = equal_shares
) -> dict[int, Net]:
    """Trains on what `batch` makes of the pictures of some rows of `present`."""
    torch.manual_seed(seed)
    generator = torch.Generator().manual_seed(seed)
    net = network(len(CLASSES)).to(memory_format=torch.channels_last)
    states = {0: copy.deepcopy(net).eval()}
    steps = len(present) // BATCH
    optimizer = torch.optim.AdamW(net.parameters(), weight_decay=0.02)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 3e-3, epochs * steps, pct_start=0.15, cycle_momentum=False)
    for epoch in range(1, epochs + 1):
        net.train()
        start, total = time.monotonic(), 0.0
        for chosen in torch.randperm(len(present), generator=generator).numpy()[: steps * BATCH].reshape(steps, BATCH):
            x = batch(chosen, generator).contiguous(memory_format=torch.channels_last)
            there = torch.from_numpy(present[chosen]).float()
            with torch.autocast("cpu", torch.bfloat16, enabled=BFLOAT16):
                logits = net(x)
            loss = loss_of(logits.float(), there)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            total += float(loss.detach())
        print(f"epoch {epoch}: loss {total / steps:.3f}, {time.monotonic() - start:.0f} s", flush=True)
        if epoch in (*KEPT, epochs):
            states[epoch] = copy.deepcopy(net).eval()
    return states


@torch.no_grad()
def accuracy(net: nn.Module, pictures: Pictures) -> dict[int, float]:
    """Per number k of objects in a picture: the share of pictures whose k most probable classes are its objects."""
    logits = torch.cat([net(normalise(part)) for part in np.array_split(pictures.pixels, 20)]).numpy()
    order = np.argsort(-logits, axis=1)
    counts = pictures.present.sum(1)
    result = {}
    for k in (1, 2, 3):
        rows = np.flatnonzero(counts == k)
        hit = [pictures.present[row, order[row, :k]].all() for row in rows]
        result[k] = float(np.mean(hit))
    return result

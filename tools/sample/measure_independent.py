"""How far the maps of classes that do not compete keep to their own object, by what a class is set against.

Trains the sample's network with a sigmoid for each class, several times, and measures the maps of each on unseen pictures.
Usage: python tools/sample/measure_independent.py [--seeds N …] [--epochs N]
"""

import argparse

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from check_maps import model_input, unseen, upsampled
from make import MAPS_PICTURES, MAPS_SEED, TEST_SEED, TRAINING_SEED
from network import SampleNet
from relevance_cam import LAYERS, against_others, against_own_negation, alone, explain
from scene import Scene
from shapes import CLASSES
from train import EPOCHS, TEST_PICTURES, TRAINING_PICTURES, Pictures, draw_pictures, normalise, train

CONTRASTS = {"own negation": against_own_negation, "all other classes": against_others, "none": alone}
STATISTICS = {"mean": np.mean, "lowest": np.min, "highest": np.max}


@torch.no_grad()
def f1(net: nn.Module, pictures: Pictures) -> float:
    """Over all classes of all pictures, a class being said to be there from a probability of one half on."""
    said = torch.cat([net(normalise(part)) for part in np.array_split(pictures.pixels, 20)]).numpy() >= 0
    return 2 * float((said & pictures.present).sum() / (said.sum() + pictures.present.sum()))


def own_share(up: NDArray[np.float32], scene: Scene, own: NDArray[np.bool_]) -> float:
    """Of the map's positive part on objects, the share on the object of this mask."""
    energy = np.clip(up, 0, None)
    on_objects = energy[np.logical_or.reduce([seen.mask for seen in scene.objects])].sum()
    return float(energy[own].sum() / max(on_objects, 1e-12))


def own_shares(net: SampleNet, scenes: list[Scene]) -> dict[str, NDArray[np.float64]]:
    """By contrast: the mean over objects at each of LAYERS."""
    found: dict[str, list[list[float]]] = {contrast: [] for contrast in CONTRASTS}
    for scene in scenes:
        x = model_input(scene.picture)
        for seen in scene.objects:
            for contrast, evidence in CONTRASTS.items():
                maps = explain(net, x, CLASSES.index(seen.name), evidence)
                found[contrast].append([own_share(upsampled(maps[layer]), scene, seen.mask) for layer in LAYERS])
    return {contrast: np.mean(values, axis=0) for contrast, values in found.items()}


def rows(shares: dict[str, NDArray[np.float64]]) -> str:
    """A row of a table for each contrast."""
    return "\n".join(f"| {contrast} | {' '.join(f'{share:.3f}' for share in values)} |" for contrast, values in shares.items())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3], help="of a training each")
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    arguments = parser.parse_args()

    training, test = draw_pictures(TRAINING_SEED, TRAINING_PICTURES), draw_pictures(TEST_SEED, TEST_PICTURES)
    scenes = unseen(MAPS_SEED, MAPS_PICTURES)
    loss_of = nn.functional.binary_cross_entropy_with_logits
    found: list[dict[str, NDArray[np.float64]]] = []
    for seed in arguments.seeds:
        net = train(SampleNet, training, seed, arguments.epochs, loss_of)[arguments.epochs]
        found.append(own_shares(net, scenes))
        print(f"seed {seed}: F1 {f1(net, test):.4f}\n{rows(found[-1])}", flush=True)
    for name, statistic in STATISTICS.items():
        print(f"{name}\n{rows({contrast: statistic([shares[contrast] for shares in found], axis=0) for contrast in CONTRASTS})}")


if __name__ == "__main__":
    main()

"""Makes test/fixtures/signed: four networks of signed activations or tokens, and unseen pictures with the masks of their objects.

Usage: python tools/sample/make_signed.py [--only NAME]
"""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn

from check_maps import model_input, unseen
from make import NEWER_EXPORTER, OLDER_EXPORTER, TEST_SEED, TRAINING_SEED, describe_models, write_model
from scene import Scene
from shapes import CLASSES
from signed_convolutions import ConvNeXtLike, EfficientNetLike
from signed_rules import as_maps, cam, relevance
from signed_transformers import SwinLike, ViTLike
from stem import feature_batches, trained_stem
from train import TEST_PICTURES, TRAINING_PICTURES, accuracy, draw_pictures, fit

TARGET = Path(__file__).resolve().parents[2] / "test" / "fixtures" / "signed"
PICTURES_SEED, PICTURES = 4, 20
MAPS_SEED, MAPS_PICTURES = 5, 60
GREY_STEP = 20


class Subject(NamedTuple):
    network: Callable[[int], nn.Module]
    epochs: int
    seed: int
    exporter: dict[str, Any]
    cam: float
    """What the means over blocks must reach on unseen pictures: Relevance-CAM …"""
    sums: float
    """… and the sum of R over the channels."""


SUBJECTS = {
    "efficientnet": Subject(EfficientNetLike, 3, 1, OLDER_EXPORTER, 0.94, 0.97),
    "convnext": Subject(ConvNeXtLike, 3, 1, NEWER_EXPORTER, 0.88, 0.96),
    "vit": Subject(ViTLike, 4, 2, NEWER_EXPORTER, 0.69, 0.84),
    "swin": Subject(SwinLike, 4, 1, OLDER_EXPORTER, 0.88, 0.95),
}


def write_pictures(scenes: list[Scene]) -> None:
    """A mask's grey value is GREY_STEP times one more than the index of the class seen there, 0 on the background."""
    for folder in ("pictures", "masks"):
        (TARGET / folder).mkdir(parents=True, exist_ok=True)
    for i, scene in enumerate(scenes):
        scene.picture.save(TARGET / "pictures" / f"{i:02}.png", optimize=True)
        grey = np.zeros(scene.objects[0].mask.shape, np.uint8)
        for seen in scene.objects:
            grey[seen.mask] = GREY_STEP * (1 + CLASSES.index(seen.name))
        Image.fromarray(grey).save(TARGET / "masks" / f"{i:02}.png", optimize=True)


def own_share(small: Tensor, scene: Scene, own: int) -> float:
    """Of the map's positive part on objects, the share on the object of this number; objects cover cells in part."""
    masks = torch.from_numpy(np.stack([seen.mask for seen in scene.objects])).float()
    on = (torch.nn.functional.adaptive_avg_pool2d(masks, small.shape) * small.clamp(min=0)).sum((1, 2))
    return float(on[own] / on.sum().clamp(min=1e-30))


def own_shares(net: nn.Module, scenes: list[Scene]) -> dict[str, tuple[float, float]]:
    """Per block: of Relevance-CAM and of the sum of R, the mean over objects."""
    rows: dict[str, list[tuple[float, float]]] = {}
    for scene in scenes:
        targets = torch.tensor([CLASSES.index(seen.name) for seen in scene.objects])
        x = model_input(scene.picture).repeat(len(targets), 1, 1, 1)
        for block, (a, r) in relevance(net, x, targets).items():
            a, r = as_maps(net, a), as_maps(net, r)
            for own, (by_cam, by_sum) in enumerate(zip(cam(a, r), r.sum(1), strict=True)):
                rows.setdefault(block, []).append((own_share(by_cam, scene, own), own_share(by_sum, scene, own)))
    return {block: tuple(np.mean(values, axis=0)) for block, values in rows.items()}


def shortcomings(name: str, subject: Subject, net: nn.Module, test: Any) -> list[str]:
    """What keeps the network from being a fit subject."""
    found = accuracy(net, test)
    print(f"{name}: " + ", ".join(f"{share:.1%} of {k} objects" for k, share in found.items()))
    shares = own_shares(net, unseen(MAPS_SEED, MAPS_PICTURES))
    for block, (by_cam, by_sum) in shares.items():
        print(f"  {block}: Relevance-CAM {by_cam:.2f}, sum of R {by_sum:.2f}")
    explained = [share for share in shares.values() if share != (0, 0)]  # behind a class token's last block the grid takes no part
    by_cam, by_sum = np.mean(explained, axis=0)
    print(f"  mean: Relevance-CAM {by_cam:.3f}, sum of R {by_sum:.3f}", flush=True)
    result = [f"{name}: only {share:.1%} of {k} objects" for k, share in found.items() if share < 0.97]
    if by_cam < subject.cam or by_sum < subject.sums:
        result.append(f"{name}: its maps do not keep to their class")
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=SUBJECTS, help="make one of the networks")
    only: str | None = parser.parse_args().only

    write_pictures(unseen(PICTURES_SEED, PICTURES))
    describe_models(TARGET, "labels.txt")
    training, test = draw_pictures(TRAINING_SEED, TRAINING_PICTURES), draw_pictures(TEST_SEED, TEST_PICTURES)
    batch = feature_batches(training, TRAINING_SEED)
    poor = []
    for name, subject in SUBJECTS.items():
        if only in (None, name):
            net = fit(subject.network, batch, training.present, subject.seed, subject.epochs)[subject.epochs]
            net.stem = trained_stem()
            write_model(net, TARGET / f"{name}.onnx", subject.exporter)
            poor += shortcomings(name, subject, net, test)
    if poor:
        sys.exit("\n".join(poor))


if __name__ == "__main__":
    main()

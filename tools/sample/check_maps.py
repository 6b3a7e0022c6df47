"""Measures, on unseen pictures of several objects, how far the maps of their classes keep to their own object."""

from itertools import combinations
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from torch import Tensor

from network import INPUT, SampleNet
from relevance_cam import LAYERS, explain
from scene import Scene, draw_scene, pick_names
from shapes import CLASSES
from train import normalise


class Separation(NamedTuple):
    own: float
    """Share of the map's positive part on objects that lies on the class's own object; by chance `chance`."""
    chance: float
    """The object's share of the area of all objects."""
    inside: float
    """Share of the map's whole positive part that lies on the object."""
    hits: float
    """How often the highest value of the map lies on the object."""
    correlation: float
    """Pearson's r between the maps of two classes of one picture."""


def unseen(seed: int, count: int) -> list[Scene]:
    """Pictures of two and three objects in turn."""
    rngs = (np.random.default_rng([seed, i]) for i in range(count))
    return [draw_scene(rng, INPUT, pick_names(rng, 2 + i % 2), oversampling=2) for i, rng in enumerate(rngs)]


def model_input(picture: Image.Image) -> Tensor:
    small = picture.resize((INPUT, INPUT), Image.Resampling.BILINEAR)
    return normalise(np.asarray(small).transpose(2, 0, 1)[None].copy())


def upsampled(small: Tensor) -> NDArray[np.float32]:
    return torch.nn.functional.interpolate(small[None, None], size=(INPUT, INPUT), mode="bilinear")[0, 0].numpy()


def separation(net: SampleNet, scenes: list[Scene]) -> dict[str, Separation]:
    rows: dict[str, list[tuple[float, ...]]] = {layer: [] for layer in LAYERS}
    correlations: dict[str, list[float]] = {layer: [] for layer in LAYERS}
    for scene in scenes:
        x = model_input(scene.picture)
        maps = [explain(net, x, CLASSES.index(seen.name)) for seen in scene.objects]
        masks = [seen.mask for seen in scene.objects]
        anywhere = np.logical_or.reduce(masks)
        for layer in LAYERS:
            for mask, per_layer in zip(masks, maps, strict=True):
                up = upsampled(per_layer[layer])
                energy = np.clip(up, 0, None)
                on_objects, on_own = energy[anywhere].sum(), energy[mask].sum()
                hit = mask[np.unravel_index(np.argmax(up), up.shape)]
                rows[layer].append((on_own / max(on_objects, 1e-12), mask.sum() / anywhere.sum(), on_own / max(energy.sum(), 1e-12), hit))
            for a, b in combinations(maps, 2):
                correlations[layer].append(float(np.corrcoef(a[layer].flatten(), b[layer].flatten())[0, 1]))
    return {layer: Separation(*map(float, np.mean(rows[layer], axis=0)), float(np.mean(correlations[layer]))) for layer in LAYERS}


def table(result: dict[str, Separation]) -> str:
    lines = [
        "| layer | on the own object, of all objects (chance) | of the whole picture | peak on it | r between classes |",
        "|---|---|---|---|---|",
    ]
    lines += [
        f"| {layer} | {s.own:.2f} ({s.chance:.2f}) | {s.inside:.2f} | {s.hits:.2f} | {s.correlation:.2f} |" for layer, s in result.items()
    ]
    return "\n".join(lines)


def heat(up: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Blue – white – red would hide where the map is low: black – red – yellow – white, min–max."""
    v = (up - up.min()) / max(float(np.ptp(up)), 1e-12) * 3
    return (255 * np.clip(np.stack([v, v - 1, v - 2], axis=-1), 0, 1)).astype(np.uint8)


def contact_sheet(net: SampleNet, scene: Scene, path: Path) -> None:
    """One row per object: the picture with the class's probability, then its map at every layer."""
    x, tile = model_input(scene.picture), 224
    probabilities = torch.softmax(net(x).detach(), 1)[0]
    sheet = Image.new("RGB", (tile * (1 + len(LAYERS)), tile * len(scene.objects)))
    picture = scene.picture.resize((tile, tile))
    for row, seen in enumerate(scene.objects):
        target = CLASSES.index(seen.name)
        sheet.paste(picture, (0, row * tile))
        ImageDraw.Draw(sheet).text(
            (6, row * tile + 6), f"{seen.name} {probabilities[target]:.0%}", "white", stroke_width=2, stroke_fill="black"
        )
        for column, small in enumerate(explain(net, x, target).values()):
            hot = Image.fromarray(heat(upsampled(small))).resize((tile, tile))
            sheet.paste(Image.blend(picture.convert("L").convert("RGB"), hot, 0.7), (tile * (len(LAYERS) - column), row * tile))
    sheet.save(path)

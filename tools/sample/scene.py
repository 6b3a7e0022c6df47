"""Scenes: one to three objects of different classes on a cluttered background, and where each of them is seen."""

import colorsys
from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from parts import Part, Points, ellipse, smooth
from shapes import CLASSES, SHAPES

Colour = tuple[int, int, int]


class Seen(NamedTuple):
    name: str
    mask: NDArray[np.bool_]
    """The pixels where the object, and nothing in front of it, is seen."""


class Scene(NamedTuple):
    picture: Image.Image
    objects: list[Seen]


def hsv(hue: float, saturation: float, value: float) -> Colour:
    r, g, b = colorsys.hsv_to_rgb(hue % 1, min(saturation, 1), min(value, 1))
    return round(255 * r), round(255 * g), round(255 * b)


def palette(rng: Generator, hue: float) -> dict[str, Colour]:
    """The colours of one object: shades of one hue, and an accent of another."""
    saturation, value = rng.uniform(0.5, 0.9), rng.uniform(0.62, 0.98)
    other = hue + rng.uniform(0.2, 0.8)
    return {
        "main": hsv(hue, saturation, value),
        "dark": hsv(hue + 0.02, saturation, value * 0.62),
        "light": hsv(hue, saturation * 0.35, value * 1.1),
        "accent": hsv(other, rng.uniform(0.5, 0.9), rng.uniform(0.6, 0.98)),
        "paper": hsv(hue, 0.08, 0.98),
        "ink": hsv(hue, 0.5, 0.2),
    }


def draw_line(draw: ImageDraw.ImageDraw, points: Points, width: float, colour: Colour | int) -> None:
    """A polyline whose joints and ends are round (Pillow's own are not)."""
    draw.line([tuple(p) for p in points], colour, max(1, round(width)))
    if width >= 3:
        for x, y in points:
            r = (width - 1) / 2
            draw.ellipse((x - r, y - r, x + r, y + r), colour)


def draw_object(parts: list[Part], colours: dict[str, Colour], matrix: Points, centre: Points, radius: float, side: int) -> Image.Image:
    """The object alone, on a transparent square of `side` pixels; its alpha is its silhouette."""
    layer = Image.new("RGBA", (side, side))
    draw = ImageDraw.Draw(layer)
    outline = 0.05 * radius
    for part in parts:
        points = part.points @ matrix.T * radius + centre
        colour, edge = colours[part.colour], colours["ink" if part.colour == "dark" else "dark"]
        if part.width:
            width = part.width * radius
            if part.outlined:
                draw_line(draw, points, width + outline, edge)
            draw_line(draw, points, width, colour)
        else:
            draw.polygon([tuple(p) for p in points], colour)
            if part.outlined:
                draw_line(draw, np.concatenate([points, points[:1]]), outline, edge)
    return layer


def light(layer: Image.Image, centre: Points, radius: float) -> Image.Image:
    """Lit from above: brighter at the top, darker at the bottom."""
    pixels = np.asarray(layer).astype(np.float32)
    y = (np.arange(layer.height) - centre[1]) / radius
    pixels[..., :3] *= np.clip(1.0 - 0.16 * y, 0.8, 1.2)[:, None, None]
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8), "RGBA")


def background(rng: Generator, side: int) -> Image.Image:
    """A slope between two colours, cloudy, under strokes, blobs, rings and confetti."""
    y, x = np.mgrid[0:side, 0:side] / side
    angle = rng.uniform(0, 2 * np.pi)
    slope = np.clip(0.5 + (x - 0.5) * np.cos(angle) + (y - 0.5) * np.sin(angle), 0, 1)[..., None]
    hue, value = rng.random(), rng.uniform(0.35, 0.95)
    ends = [np.array(hsv(hue + rng.uniform(-0.12, 0.12), rng.uniform(0.1, 0.5), value + rng.uniform(-0.15, 0.15))) for _ in range(2)]
    pixels = ends[0] * (1 - slope) + ends[1] * slope
    for cells, strength in ((4, 20), (12, 12)):
        cloud = Image.fromarray(rng.integers(0, 256, (cells, cells, 3), dtype=np.uint8)).resize((side, side), Image.Resampling.BICUBIC)
        pixels += (np.asarray(cloud) / 127.5 - 1) * strength
    picture = Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))
    draw = ImageDraw.Draw(picture, "RGBA")
    for _ in range(rng.integers(30, 70)):
        clutter(rng, draw, side)
    return picture


def clutter(rng: Generator, draw: ImageDraw.ImageDraw, side: int) -> None:
    """One thing that is no object."""
    colour = (*hsv(rng.random(), rng.uniform(0.2, 0.9), rng.uniform(0.3, 1)), int(rng.integers(60, 230)))
    at, size = rng.uniform(-0.05, 1.05, 2), rng.uniform(0.02, 0.09)
    kind = rng.integers(6)
    if kind == 0:
        bends = np.cumsum(rng.normal(0, size, (5, 2)), axis=0)
        draw.line([tuple(p) for p in (at + bends) * side], colour, max(1, round(rng.uniform(0.005, 0.02) * side)), joint="curve")
    elif kind == 1:
        radii = size * rng.uniform(0.5, 1.3, 7)
        angles = np.linspace(0, 2 * np.pi, 7, endpoint=False)
        blob = smooth([(r * np.cos(a), r * np.sin(a)) for r, a in zip(radii, angles, strict=True)])
        draw.polygon([tuple(p) for p in (at + blob) * side], colour)
    elif kind == 2:
        corners = at + rng.normal(0, size, (int(rng.integers(3, 5)), 2))
        draw.polygon([tuple(p) for p in corners * side], colour)
    elif kind == 3:
        x0, y0, x1, y1 = *(at - size / 2) * side, *(at + size / 2) * side
        draw.ellipse((x0, y0, x1, y1), None, colour, max(1, round(0.012 * side)))
    elif kind == 4:
        step = rng.normal(0, 0.022, 2)
        for i in range(rng.integers(3, 8)):
            x, y = (at + i * step) * side
            r = 0.006 * side
            draw.ellipse((x - r, y - r, x + r, y + r), colour)
    else:
        start = rng.uniform(0, 360)
        arc = at + ellipse(0, 0, size, size * rng.uniform(0.4, 1), rng.uniform(0, 180), start, start + rng.uniform(60, 200))
        draw.line([tuple(p) for p in arc * side], colour, max(1, round(rng.uniform(0.006, 0.018) * side)))


def place(rng: Generator, count: int) -> list[tuple[Points, float]]:
    """Centres and radii, in parts of the picture's side, that hardly overlap."""
    low, high = {1: (0.22, 0.4), 2: (0.19, 0.28), 3: (0.16, 0.23)}[count]
    while True:
        radii = rng.uniform(low, high, count)
        centres = [rng.uniform(r, 1 - r, 2) for r in radii]
        pairs = combinations(range(count), 2)
        if all(np.hypot(*(centres[i] - centres[j])) >= 0.92 * (radii[i] + radii[j]) for i, j in pairs):
            return list(zip(centres, radii, strict=True))


def pose(rng: Generator) -> Points:
    """A turn of up to 30°, maybe mirrored, a little stretched and sheared."""
    turn = np.radians(rng.uniform(-30, 30))
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    stretch = np.array([[rng.uniform(0.85, 1.1) * rng.choice([-1, 1]), rng.uniform(-0.12, 0.12)], [0, rng.uniform(0.85, 1.1)]])
    return rotation @ stretch


def draw_scene(rng: Generator, side: int, names: list[str], oversampling: int) -> Scene:
    """A picture of `side` pixels that holds one object of each class named."""
    large = side * oversampling
    picture = background(rng, large)
    silhouettes: list[tuple[str, Image.Image]] = []
    first_hue = rng.random()
    for i, (name, (centre, radius)) in enumerate(zip(names, place(rng, len(names)), strict=True)):
        colours = palette(rng, first_hue + i / len(names) + rng.uniform(-0.08, 0.08))
        middle, scale = centre * large, float(radius * large)
        layer = light(draw_object(SHAPES[name](rng), colours, pose(rng), middle, scale, large), middle, scale)
        alpha = layer.getchannel("A")
        offset = (round(0.03 * scale), round(0.06 * scale))
        shadow = Image.new("L", alpha.size)
        shadow.paste(alpha.point(lambda a: a * 0.45), offset)
        picture.paste((20, 20, 30), mask=shadow.filter(ImageFilter.GaussianBlur(0.05 * scale)))
        picture.paste(layer, mask=alpha)
        silhouettes.append((name, alpha))
    objects = []
    for i, (name, alpha) in enumerate(silhouettes):
        seen = np.asarray(alpha) > 0
        for _, front in silhouettes[i + 1 :]:
            seen = seen & ~(np.asarray(front) > 0)
        reduced = Image.fromarray(seen).convert("L").resize((side, side), Image.Resampling.BOX)
        objects.append(Seen(name, np.asarray(reduced) >= 128))
    return Scene(picture.resize((side, side), Image.Resampling.BOX), objects)


def pick_names(rng: Generator, count: int) -> list[str]:
    return [str(name) for name in rng.choice(CLASSES, count, replace=False)]

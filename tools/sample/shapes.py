"""The twelve kinds of object, each a list of parts in the order of drawing.

Coordinates reach about −1 … 1, x to the right and y down. Every colour
is a role that the scene fills at random, so that no class can be told by its colour.
"""

from collections.abc import Callable

import numpy as np
from numpy.random import Generator

from parts import Part, dot, ellipse, fill, line, smooth


def fish(rng: Generator) -> list[Part]:
    parts = [
        fill(smooth([(0.42, 0), (0.95, -0.5), (0.84, 0), (0.95, 0.5)]), "accent"),
        fill(smooth([(-0.4, -0.36), (-0.05, -0.78), (0.35, -0.62), (0.3, -0.25)]), "accent"),
        fill(smooth([(-0.2, 0.36), (0.1, 0.7), (0.32, 0.6), (0.22, 0.3)]), "accent"),
        fill(smooth([(-0.92, 0.02), (-0.5, -0.38), (0.05, -0.42), (0.6, -0.05), (0.6, 0.05), (0.05, 0.42), (-0.5, 0.38)]), "main"),
    ]
    for x in np.linspace(-0.2, 0.34, rng.integers(3, 5)):
        for y in (-0.2, -0.02, 0.16):
            if abs(y) < 0.34 - 0.4 * max(x, 0):
                parts.append(line(ellipse(x, y, 0.1, 0.1, start=-75, end=75), 0.045, "dark"))
    parts.append(line(ellipse(-0.62, 0, 0.26, 0.36, start=-55, end=55), 0.045, "dark"))
    return [*parts, dot(-0.58, -0.1, 0.105, "paper"), dot(-0.6, -0.1, 0.055, "ink")]


def bird(rng: Generator) -> list[Part]:
    lift = rng.uniform(-0.3, 0.1)
    return [
        line([(-0.08, 0.5), (-0.14, 0.95), (-0.3, 0.95)], 0.05, "ink"),
        line([(0.12, 0.5), (0.1, 0.95), (-0.06, 0.95)], 0.05, "ink"),
        fill([(0.35, 0.1), (0.98, -0.12 + lift), (1.0, 0.06 + lift), (0.92, 0.2 + lift), (0.4, 0.42)], "dark"),
        fill([(-0.72, -0.56), (-1.0, -0.4), (-0.7, -0.34)], "accent"),
        fill(
            smooth(
                [
                    (-0.78, -0.5),
                    (-0.5, -0.8),
                    (-0.2, -0.6),
                    (0.1, -0.2),
                    (0.55, 0.1),
                    (0.4, 0.48),
                    (-0.05, 0.6),
                    (-0.5, 0.35),
                    (-0.62, -0.1),
                ]
            ),
            "main",
        ),
        fill(smooth([(-0.5, -0.05), (-0.3, 0.0), (-0.15, 0.5), (-0.3, 0.46), (-0.5, 0.3)]), "light", outlined=False),
        fill(smooth([(-0.22, -0.05), (0.15, -0.08), (0.72, 0.16), (0.3, 0.4), (-0.1, 0.3)]), "accent"),
        line([(0.0, 0.12), (0.5, 0.17)], 0.04, "dark"),
        line([(0.02, 0.22), (0.36, 0.27)], 0.04, "dark"),
        dot(-0.52, -0.54, 0.09, "paper"),
        dot(-0.54, -0.54, 0.055, "ink"),
    ]


def cat(rng: Generator) -> list[Part]:
    parts = []
    for side in (-1, 1):
        parts += [
            fill([(side * 0.78, -0.05), (side * 0.74, -0.92), (side * 0.18, -0.5)], "main"),
            fill([(side * 0.66, -0.28), (side * 0.66, -0.7), (side * 0.36, -0.46)], "accent", outlined=False),
        ]
    parts.append(
        fill(smooth([(0, -0.55), (0.55, -0.42), (0.86, 0.1), (0.62, 0.6), (0, 0.82), (-0.62, 0.6), (-0.86, 0.1), (-0.55, -0.42)]), "main")
    )
    parts += [line([(x, -0.5), (x * 0.8, -0.26)], 0.07, "dark") for x in (-0.2, 0, 0.2)]
    parts.append(fill(ellipse(0, 0.45, 0.34, 0.24), "light", outlined=False))
    slit = rng.uniform(0.03, 0.08)
    for side in (-1, 1):
        parts += [
            fill(ellipse(side * 0.36, 0.02, 0.18, 0.15), "paper"),
            fill(ellipse(side * 0.36, 0.02, slit, 0.14), "ink", outlined=False),
            line([(side * 0.42, 0.42), (side * 0.98, 0.3)], 0.03, "ink"),
            line([(side * 0.42, 0.5), (side * 0.98, 0.56)], 0.03, "ink"),
            line(ellipse(side * 0.1, 0.44, 0.1, 0.1, start=0, end=180), 0.04, "ink"),
        ]
    return [*parts, fill([(-0.1, 0.28), (0.1, 0.28), (0, 0.42)], "ink", outlined=False)]


def flower(rng: Generator) -> list[Part]:
    petals = int(rng.integers(5, 9))
    cy, parts = -0.36, [line([(0, 0), (0.06, 0.5), (0, 0.98)], 0.09, "dark")]
    parts += [fill(ellipse(0.3, 0.6, 0.3, 0.12, turn=-30), "dark"), fill(ellipse(-0.26, 0.74, 0.28, 0.11, turn=30), "dark")]
    for turn in np.linspace(0, 360, petals, endpoint=False) + rng.uniform(0, 60):
        a = np.radians(turn)
        parts.append(fill(ellipse(0.36 * np.cos(a), cy + 0.36 * np.sin(a), 0.27, 1.05 / petals, turn=turn), "main"))
    parts.append(fill(ellipse(0, cy, 0.2, 0.2), "accent"))
    return parts + [dot(0.1 * np.cos(a), cy + 0.1 * np.sin(a), 0.035, "ink") for a in np.linspace(0, 2 * np.pi, 6)[:5]]


def key(rng: Generator) -> list[Part]:
    teeth = rng.uniform(0.2, 0.36, 3)
    parts = [line([(-0.3, 0), (0.9, 0)], 0.16, "main", outlined=True)]
    parts += [line([(x, 0.02), (x, float(t))], 0.13, "main", outlined=True) for x, t in zip((0.4, 0.62, 0.84), teeth, strict=True)]
    parts += [
        line([(0.0, 0), (0.88, 0)], 0.13, "main"),
        line(ellipse(-0.56, 0, 0.3, 0.3), 0.22, "main", outlined=True),
        line(ellipse(-0.56, 0, 0.34, 0.34, start=150, end=300), 0.05, "light"),
        line([(-0.1, -0.12), (-0.1, 0.12)], 0.1, "accent", outlined=True),
        line([(0.05, -0.03), (0.8, -0.03)], 0.035, "light"),
    ]
    return parts


def cup(rng: Generator) -> list[Part]:
    parts = [
        line(ellipse(0.52, 0.1, 0.34, 0.34, start=-90, end=90), 0.13, "main", outlined=True),
        fill(smooth([(-0.66, -0.5), (-0.62, 0.3), (-0.42, 0.72), (0, 0.8), (0.36, 0.72), (0.56, 0.3), (0.6, -0.5), (0, -0.52)]), "main"),
    ]
    if rng.random() < 0.5:
        parts.append(line([(x, 0.12 + (0.12 if i % 2 else -0.12)) for i, x in enumerate(np.linspace(-0.52, 0.46, 8))], 0.09, "accent"))
    else:
        parts += [line([(-0.58, -0.1), (0.52, -0.1)], 0.1, "accent"), line([(-0.5, 0.3), (0.44, 0.3)], 0.1, "accent")]
    return [*parts, fill(ellipse(-0.03, -0.5, 0.64, 0.2), "light"), fill(ellipse(-0.03, -0.47, 0.52, 0.13), "ink", outlined=False)]


def umbrella(rng: Generator) -> list[Part]:
    panels = int(rng.integers(4, 7))
    edges = np.sin(np.linspace(-np.pi / 2, np.pi / 2, panels + 1)) * 0.95
    hook = [(0, -0.2), (0, 0.72), *map(tuple, ellipse(0.16, 0.72, 0.16, 0.18, start=180, end=0))]
    parts = [line(hook, 0.07, "ink"), line([(0, -0.9), (0, -0.7)], 0.07, "ink")]
    for i in range(panels):
        a, b = edges[i], edges[i + 1]
        left = [(a * np.cos(t), 0.05 - 0.83 * np.sin(t)) for t in np.linspace(0, np.pi / 2, 10)]
        right = [(b * np.cos(t), 0.05 - 0.83 * np.sin(t)) for t in np.linspace(np.pi / 2, 0, 10)]
        scallop = [(b + (a - b) * t, 0.05 - 0.13 * np.sin(np.pi * t)) for t in np.linspace(0, 1, 8)]
        parts.append(fill([*left, *right, *scallop], "accent" if i % 2 else "main"))
    return parts


def mushroom(rng: Generator) -> list[Part]:
    parts = [
        fill(smooth([(-0.22, 0), (-0.2, 0.5), (-0.32, 0.88), (0, 0.96), (0.32, 0.88), (0.2, 0.5), (0.22, 0)]), "light"),
        fill(
            smooth(
                [(-0.92, 0.06), (-0.8, -0.4), (-0.4, -0.76), (0, -0.84), (0.4, -0.76), (0.8, -0.4), (0.92, 0.06), (0.5, 0.2), (-0.5, 0.2)]
            ),
            "main",
        ),
    ]
    parts += [line([(x, 0.22), (x * 0.8, 0.14)], 0.03, "dark") for x in np.linspace(-0.5, 0.5, 7)]
    spots = [(-0.55, -0.2, 0.13), (-0.12, -0.5, 0.14), (0.1, -0.1, 0.16), (0.5, -0.38, 0.12), (0.64, -0.04, 0.09), (-0.24, 0.0, 0.08)]
    for x, y, r in spots:
        r *= rng.uniform(0.8, 1.2)
        parts.append(fill(ellipse(x + rng.uniform(-0.05, 0.05), y, r, r * 0.85), "paper", outlined=False))
    return parts


def boat(rng: Generator) -> list[Part]:
    parts = [
        line([(0, 0.4), (0, -0.95)], 0.06, "ink"),
        fill([(0.06, -0.86), (0.1, 0.3), (0.86, 0.3)], "paper"),
        fill([(-0.06, -0.66), (-0.06, 0.3), (-0.66, 0.3)], "accent"),
        fill([(-0.95, 0.4), (0.95, 0.4), (0.6, 0.86), (-0.62, 0.86)], "main"),
        line([(-0.76, 0.56), (0.76, 0.56)], 0.08, "light"),
    ]
    for y in np.linspace(-0.3, 0.12, rng.integers(2, 4)):
        parts.append(line([(0.12, y), (0.02 + 0.64 * (y + 0.86) / 1.16, y)], 0.06, "main"))
    return parts


def tree(rng: Generator) -> list[Part]:
    parts = [fill([(-0.12, 0.5), (0.12, 0.5), (0.15, 0.98), (-0.15, 0.98)], "accent")]
    for top, bottom, half in ((0.0, 0.66, 0.78), (-0.45, 0.26, 0.62), (-0.92, -0.16, 0.44)):
        jag = [(half * x, bottom + (0.07 if i % 2 else -0.04)) for i, x in enumerate(np.linspace(1, -1, 9))]
        parts.append(fill([(0, top), *jag], "main"))
        for _ in range(int(rng.integers(3, 6))):
            y = rng.uniform(top + 0.3 * (bottom - top), bottom - 0.14)
            x = rng.uniform(-0.7, 0.7) * half * (y - top) / (bottom - top)
            parts.append(line([(x - 0.07, y + 0.03), (x, y - 0.05), (x + 0.07, y + 0.03)], 0.045, "dark"))
    return parts


def car(rng: Generator) -> list[Part]:
    roof = rng.uniform(-0.6, -0.48)
    parts = [
        fill(
            smooth(
                [
                    (-0.98, 0.1),
                    (-0.7, -0.04),
                    (-0.5, roof),
                    (0.25, roof),
                    (0.58, -0.04),
                    (0.96, 0.08),
                    (0.98, 0.42),
                    (0, 0.46),
                    (-0.98, 0.42),
                ]
            ),
            "main",
        ),
        fill([(-0.5, -0.04), (-0.38, roof + 0.14), (-0.1, roof + 0.14), (-0.1, -0.04)], "paper"),
        fill([(0.02, -0.04), (0.02, roof + 0.14), (0.2, roof + 0.14), (0.42, -0.04)], "paper"),
        line([(-0.9, 0.22), (0.9, 0.22)], 0.06, "accent"),
        dot(-0.92, 0.14, 0.07, "light"),
    ]
    for x in (-0.52, 0.54):
        parts += [fill(ellipse(x, 0.44, 0.25, 0.25), "ink"), dot(x, 0.44, 0.13, "paper"), dot(x, 0.44, 0.06, "dark")]
    return parts


def butterfly(rng: Generator) -> list[Part]:
    parts, spread = [], rng.uniform(-8, 8)
    for side in (-1, 1):
        parts += [
            fill(ellipse(side * 0.4, 0.38, 0.42, 0.27, turn=side * (48 + spread)), "accent"),
            fill(ellipse(side * 0.5, -0.28, 0.56, 0.35, turn=-side * (38 + spread)), "main"),
            fill(ellipse(side * 0.56, -0.32, 0.26, 0.16, turn=-side * 38), "paper", outlined=False),
            dot(side * 0.6, -0.36, 0.09, "ink"),
            dot(side * 0.44, 0.42, 0.1, "light"),
            line([(side * 0.03, -0.4), (side * 0.14, -0.74), (side * 0.28, -0.88)], 0.035, "ink"),
        ]
    return [*parts, line([(0, -0.36), (0, 0.56)], 0.14, "ink")]


SHAPES: dict[str, Callable[[Generator], list[Part]]] = {
    shape.__name__: shape for shape in (bird, boat, butterfly, car, cat, cup, fish, flower, key, mushroom, tree, umbrella)
}
CLASSES = list(SHAPES)

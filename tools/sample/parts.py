"""What a drawn object is made of: filled outlines and thick lines, and the curves to make them from."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]


class Part(NamedTuple):
    """A filled polygon, or, where `width` is given, a line with round ends."""

    points: Points
    colour: str
    width: float = 0.0
    outlined: bool = True


def fill(points: list[tuple[float, float]] | Points, colour: str, outlined: bool = True) -> Part:
    return Part(np.asarray(points, float), colour, 0.0, outlined)


def line(points: list[tuple[float, float]] | Points, width: float, colour: str, outlined: bool = False) -> Part:
    return Part(np.asarray(points, float), colour, width, outlined)


def ellipse(cx: float, cy: float, rx: float, ry: float, turn: float = 0, start: float = 0, end: float = 360) -> Points:
    """An ellipse, or the arc of it from `start` to `end` degrees (0 = right, 90 = down), turned by `turn` degrees."""
    angle = np.radians(np.linspace(start, end, 36))
    x, y = rx * np.cos(angle), ry * np.sin(angle)
    c, s = np.cos(np.radians(turn)), np.sin(np.radians(turn))
    return np.stack([cx + c * x - s * y, cy + s * x + c * y], axis=1)


def smooth(points: list[tuple[float, float]]) -> Points:
    """A closed Catmull–Rom curve through the points."""
    p1 = np.asarray(points, float)
    p0, p2, p3 = np.roll(p1, 1, 0), np.roll(p1, -1, 0), np.roll(p1, -2, 0)
    t = np.linspace(0, 1, 8, endpoint=False)[None, :, None]
    p0, p1, p2, p3 = (p[:, None, :] for p in (p0, p1, p2, p3))
    curve = 0.5 * (2 * p1 + (p2 - p0) * t + (2 * p0 - 5 * p1 + 4 * p2 - p3) * t**2 + (3 * p1 - p0 - 3 * p2 + p3) * t**3)
    return curve.reshape(-1, 2)


def dot(cx: float, cy: float, r: float, colour: str) -> Part:
    return fill(ellipse(cx, cy, r, r), colour, outlined=False)

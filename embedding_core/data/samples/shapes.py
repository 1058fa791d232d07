"""Pictures drawn on the fly: a few equal shapes on a plain background, each with its attributes and its sentence."""

import io
import math
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from embedding_core.base.errors import ParameterError

ATTRIBUTES = ("count", "size", "color", "shape", "position", "background")
"""The names of a drawing's attributes, in the order of the sentence."""
COLORS = {
    "red": (214, 39, 40),
    "orange": (255, 140, 0),
    "yellow": (250, 220, 40),
    "green": (44, 150, 60),
    "blue": (40, 90, 210),
    "purple": (120, 50, 150),
    "pink": (255, 160, 200),
    "brown": (120, 75, 40),
    "black": (20, 20, 20),
    "white": (250, 250, 250),
}
SHAPES = ("circle", "square", "triangle", "star", "heart", "cross", "ring", "hexagon")
SIZES = {"small": 0.065, "large": 0.13}
"""Radius as a share of the picture's edge, give or take 6 %."""
PLACES = {
    "in the centre": (0.5, 0.5),  # As in the captions that pocket-clip was trained on.
    "on the left": (0.22, 0.5),
    "on the right": (0.78, 0.5),
    "at the top": (0.5, 0.22),
    "at the bottom": (0.5, 0.78),
    "at the top left": (0.25, 0.25),
    "at the top right": (0.75, 0.25),
    "at the bottom left": (0.25, 0.75),
    "at the bottom right": (0.75, 0.75),
}
"""Where the middle of the group lies: across and down as shares of the edge."""
NUMBERS = ("one", "two", "three", "four", "five")

# How many shapes stand in each row of a group.
_ROWS = {1: (1,), 2: (2,), 3: (3,), 4: (2, 2), 5: (3, 2)}
_JITTER = 0.06
_TURN = math.radians(10)
_STEP = 2.35
"""Between the middles of neighbors, in radii: shapes never touch."""
_MARGIN = 0.02
_LEAST_CONTRAST = 120.0
"""Euclidean, in 8-bit RGB: between a shape and its background."""
_FINER = 4
"""Times as large are shapes drawn before they are scaled down, for smooth edges."""
_SMALLEST_SIDE = 32


@dataclass(frozen=True)
class DrawnPicture:
    """A picture this project drew, with what is known of it."""

    png: bytes
    caption: str
    attributes: dict[str, str]


@dataclass(frozen=True)
class _Drawing:
    """What is to be drawn; lengths are shares of the picture's edge."""

    attributes: dict[str, str]
    radius: float
    turn: float
    """In radians."""
    middles: tuple[tuple[float, float], ...]


def draw_shapes(count: int, seed: int = 0, side: int = 96) -> tuple[DrawnPicture, ...]:
    """Return pictures of `side` x `side` pixels; the same seed draws the same, whatever their number.

    Raises:
        ParameterError: `count` is below 0, or `side` below 32, where shapes cannot be told apart.
    """
    if count < 0:
        raise ParameterError(f"count is {count}.", "It is 0 or more.")
    if side < _SMALLEST_SIDE:
        raise ParameterError(f"side is {side}.", f"It is at least {_SMALLEST_SIDE} pixels.")
    drawings = _drawings(seed)
    found = [next(drawings) for _ in range(count)]
    return tuple(DrawnPicture(_paint(each, side), caption_of(each.attributes), each.attributes) for each in found)


def caption_of(attributes: Mapping[str, str], named: Collection[str] = ATTRIBUTES) -> str:
    """Return the sentence of a drawing that says only the `named` attributes; the shape is always said."""
    shown = {name: attributes[name] if name in named else "" for name in ATTRIBUTES}
    number = int(attributes["count"])
    thing = attributes["shape"] if number == 1 else plural(attributes["shape"])
    words = [shown["size"], shown["color"], thing]
    if number == 1:
        subject = _with_article(words)
    else:
        subject = " ".join(word for word in (NUMBERS[number - 1] if shown["count"] else "", *words) if word)
    ground = _with_article([shown["background"], "background"]) if shown["background"] else ""
    if shown["position"]:
        return f"{subject} {shown['position']} of {ground or 'the picture'}"
    return f"{subject} on {ground}" if ground else subject


def plural(shape: str) -> str:
    """Return the plural of a shape's name."""
    return f"{shape}es" if shape.endswith("s") else f"{shape}s"


def _with_article(words: list[str]) -> str:
    phrase = " ".join(word for word in words if word)
    return f"{'an' if phrase[0] in 'aeio' else 'a'} {phrase}"


def _drawings(seed: int) -> Iterator[_Drawing]:
    """Yield drawings without end; attributes that do not go together are drawn again."""
    rng = np.random.default_rng(seed)
    while True:
        kinds = (range(1, len(NUMBERS) + 1), SIZES, COLORS, SHAPES, PLACES, COLORS)
        drawn = (str(list(kind)[rng.integers(len(kind))]) for kind in kinds)
        attributes = dict(zip(ATTRIBUTES, drawn, strict=True))
        radius = SIZES[attributes["size"]] * (1 + _JITTER * rng.uniform(-1, 1))
        turn = _TURN * rng.uniform(-1, 1)
        sway = 0.02 * rng.uniform(-1, 1, 2)
        ground, color = (np.array(COLORS[attributes[name]], float) for name in ("background", "color"))
        middles = _middles(int(attributes["count"]), radius, attributes["position"], sway)
        if middles and np.linalg.norm(ground - color) >= _LEAST_CONTRAST:
            yield _Drawing(attributes, radius, turn, middles)


def _middles(count: int, radius: float, position: str, sway: NDArray[np.float64]) -> tuple[tuple[float, float], ...]:
    """Return the middles of so many shapes as shares of the edge; none where they would not fit there.

    A group away from the middle keeps to its half of the picture, and to its quarter in a corner.
    """
    across, down = PLACES[position]
    step = _STEP * radius
    rows = _ROWS[count]
    if position in ("on the left", "on the right") and count <= 3:
        rows = (1,) * count
    places = [
        (across + (column - (wide - 1) / 2) * step + sway[0], down + (row - (len(rows) - 1) / 2) * step + sway[1])
        for row, wide in enumerate(rows)
        for column in range(wide)
    ]
    for axis, wanted in enumerate((across, down)):
        low, high = _MARGIN, 1 - _MARGIN
        if wanted < 0.5:
            high = 0.5 - _MARGIN
        elif wanted > 0.5:
            low = 0.5 + _MARGIN
        if any(not low <= place[axis] - radius or not place[axis] + radius <= high for place in places):
            return ()
    return tuple((float(x), float(y)) for x, y in places)


def _paint(drawing: _Drawing, side: int) -> bytes:
    large = side * _FINER
    image = Image.new("RGB", (large, large), COLORS[drawing.attributes["background"]])
    pencil = ImageDraw.Draw(image)
    color = COLORS[drawing.attributes["color"]]
    shape = drawing.attributes["shape"]
    radius = drawing.radius * large
    for x, y in drawing.middles:
        middle = x * large, y * large
        if shape == "circle":
            pencil.circle(middle, radius, fill=color)
        elif shape == "ring":
            pencil.circle(middle, radius, outline=color, width=round(radius * 0.4))
        else:
            pencil.polygon(_outline(shape, middle, radius, drawing.turn), fill=color)
    target = io.BytesIO()
    image.reduce(_FINER).save(target, "PNG")
    return target.getvalue()


def _outline(shape: str, middle: tuple[float, float], radius: float, turn: float) -> list[tuple[float, float]]:
    """Return the corners of a shape inside a circle, in pixels."""
    cosine, sine = math.cos(turn), math.sin(turn)
    corners = _CORNERS[shape]
    return [
        (middle[0] + radius * (x * cosine - y * sine), middle[1] + radius * (x * sine + y * cosine)) for x, y in corners
    ]


def _star_of(points: int, radii: tuple[float, ...], start: float) -> tuple[tuple[float, float], ...]:
    """Return corners round a circle of radius 1, their own radii taken in turn; angles in degrees from the right."""
    return tuple(
        (radii[n % len(radii)] * math.cos(angle), radii[n % len(radii)] * math.sin(angle))
        for n in range(points)
        for angle in [math.radians(start + 360 * n / points)]
    )


def _heart() -> tuple[tuple[float, float], ...]:
    """Return 48 points of https://mathworld.wolfram.com/HeartCurve.html (the last one there), inside a unit circle."""
    curve = []
    for n in range(48):
        t = 2 * math.pi * n / 48
        x = 16 * math.sin(t) ** 3
        y = 13 * math.cos(t) - 5 * math.cos(2 * t) - 2 * math.cos(3 * t) - math.cos(4 * t)
        curve.append((x / 17, -(y + 2.5) / 17))
    return tuple(curve)


_CROSS_ARM = 0.3
_CROSS_END = math.sqrt(1 - _CROSS_ARM**2)
_CORNERS: dict[str, tuple[tuple[float, float], ...]] = {
    "square": _star_of(4, (1.0,), 45),
    "triangle": _star_of(3, (1.0,), -90),
    "star": _star_of(10, (1.0, 0.42), -90),
    "hexagon": _star_of(6, (1.0,), 0),
    "heart": _heart(),
    "cross": tuple(
        (x * turn[0] - y * turn[1], x * turn[1] + y * turn[0])
        for turn in ((1, 0), (0, 1), (-1, 0), (0, -1))
        for x, y in ((_CROSS_ARM, -_CROSS_ARM), (_CROSS_END, -_CROSS_ARM), (_CROSS_END, _CROSS_ARM))
    ),
}

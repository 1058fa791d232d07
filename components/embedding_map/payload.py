"""The parts in which a map travels to the browser: each is sent again only when it has changed.

Coordinates change with the projection, items with the data set, colors with the column, the view with the selection.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from components.embedding_map.envelope import pack
from components.embedding_map.points import MapPoints
from components.widgets.palette import CATEGORY_COLORS, GRAY, PLAIN, SCALE, SHOWN_CATEGORIES, Categories, Numbers, Theme

INLINE_TEXTS = 20_000
"""With more rows, texts are asked for one by one as the pointer rests on them."""
_TEXT_LENGTH = 300
_NOWHERE = 65_535
_LEVELS = 250
_NO_LEVEL = 255
_LONGEST_NAME = 200
_REMEMBERED = 12

Part = bytes
_kept: dict[tuple[Any, ...], tuple[tuple[object, ...], Part]] = {}


def parts(points: MapPoints, key: str, selected: Sequence[int]) -> dict[str, Part]:
    """Return the envelopes of a two-dimensional map, by part."""
    coloring = points.coloring
    return {
        "coordinates": _once(
            "coordinates",
            key,
            (points.coordinates, points.axes, points.window),
            lambda: coordinates(points, key),
        ),
        "items": _once(
            "items",
            key,
            (points.texts, points.pictures, points.marks, points.source, points.card),
            lambda: items(points, key),
        ),
        "colors": _once("colors", key, (coloring, points.texts), lambda: colors(points, key)),
        "view": view(points, key, selected),
    }


def _once(part: str, key: str, of: tuple[object, ...], make: Callable[[], Part]) -> Part:
    """Return a part, made anew only when what it is made of is another object.

    Every change on the page asks for all parts again, and packing 100,000 rows takes longer than the rest of a run.
    What it was made of is kept with it, so that no other object can take its address.
    """
    address = (part, key, *map(id, of))
    if address not in _kept:
        _kept[address] = (of, make())
        while len(_kept) > _REMEMBERED:
            _kept.pop(next(iter(_kept)))
    return _kept[address][1]


def coordinates(points: MapPoints, key: str) -> Part:
    """Return the places, 16 bits each way; the longer side of the map fills the range, the other is centered."""
    middle, side = frame(points)
    placed = np.isfinite(points.coordinates).all(axis=1)
    share = (points.coordinates.astype(np.float64) - middle) / side + 0.5
    xy = np.full((len(share), 2), _NOWHERE, dtype=np.uint16)
    xy[placed] = np.rint(share[placed].clip(0, 1) * (_NOWHERE - 1)).astype(np.uint16)
    meta = {"name": hashlib.sha256(xy.tobytes()).hexdigest()[:16], "axes": list(points.axes)}
    if points.window is not None:
        low, high = ((np.array(corner) - middle) / side + 0.5 for corner in (points.window[:2], points.window[2:]))
        meta["window"] = [*low.tolist(), *high.tolist()]
    return _pack("coordinates", key, len(xy), meta, {"xy": xy})


def frame(points: MapPoints) -> tuple[NDArray[np.float64], float]:
    """Return the middle (2,) of the window, or of what is placed, and the length of its longer side; 1 without any."""
    corners = points.coordinates if points.window is None else np.array(points.window).reshape(2, 2)
    placed = corners[np.isfinite(corners).all(axis=1)].astype(np.float64)
    if not len(placed):
        return np.zeros(2), 1.0
    low, high = placed.min(axis=0), placed.max(axis=0)
    return (low + high) / 2, float((high - low).max()) or 1.0


def items(points: MapPoints, key: str) -> Part:
    """Return what is known of each row: its text while there are few, whether it has a picture, its shape."""
    sections: dict[str, NDArray[Any]] = {}
    n = len(points.texts)
    if n <= INLINE_TEXTS or not points.source:
        short = json.dumps([text[:_TEXT_LENGTH] for text in points.texts], ensure_ascii=False)
        sections["texts"] = np.frombuffer(short.encode("utf-8", errors="replace"), dtype=np.uint8)
    if points.pictures is not None and points.source:
        sections["pictures"] = np.packbits(points.pictures, bitorder="little")
    if points.marks is not None:
        sections["marks"] = points.marks.astype(np.uint8, copy=False)
    content = hashlib.sha256()
    for array in sections.values():
        content.update(array.tobytes())
    meta = {"name": content.hexdigest()[:16], "source": points.source, "marks": list(points.mark_names)}
    meta |= {"card": list(points.card)}
    return _pack("items", key, n, meta, sections)


def colors(points: MapPoints, key: str) -> Part:
    """Return a class or a level for every row, and both palettes: the browser knows whether the page is dark."""
    coloring = points.coloring
    meta: dict[str, Any] = {"kind": "none", "colors": {theme.value: _palette(theme) for theme in Theme}}
    sections: dict[str, NDArray[Any]] = {}
    if isinstance(coloring, Categories):
        missing = int((coloring.codes < 0).sum())
        names = [name[:_LONGEST_NAME] for name in coloring.names]
        meta |= {"kind": "categories", "title": coloring.title, "missing": missing, "shown": SHOWN_CATEGORIES}
        meta |= {"names": names, "counts": list(coloring.counts)}
        small = np.uint8 if len(names) < np.iinfo(np.uint8).max else np.uint16
        none = np.iinfo(small).max
        sections["codes"] = np.where(coloring.codes < 0, none, coloring.codes.clip(0, none - 1)).astype(small)
    elif isinstance(coloring, Numbers):
        known = np.isfinite(coloring.values)
        meta |= {"kind": "numbers", "title": coloring.title, "missing": int((~known).sum())}
        meta |= {"low": coloring.low, "high": coloring.high}
        width = coloring.high - coloring.low or 1.0
        share = np.where(known, (coloring.values - coloring.low) / width, 0).clip(0, 1)
        sections["codes"] = np.where(known, np.rint(share * (_LEVELS - 1)), _NO_LEVEL).astype(np.uint8)
    return _pack("colors", key, len(points.texts), meta, sections)


def _palette(theme: Theme) -> dict[str, Any]:
    categories = list(CATEGORY_COLORS[theme])
    return {"categories": categories, "scale": list(SCALE[theme]), "gray": GRAY[theme], "plain": PLAIN[theme]}


def view(points: MapPoints, key: str, selected: Sequence[int]) -> Part:
    """Return what changes most: the selection, hits, names, the star and the lines."""
    n = len(points.texts)
    middle, side = frame(points) if points.labels or points.star or points.outlines else (np.zeros(2), 1.0)

    def place(x: float, y: float) -> list[float]:
        return [float((x - middle[0]) / side + 0.5), float((y - middle[1]) / side + 0.5)]

    labels = [(*place(each.x, each.y), each.text[:_LONGEST_NAME], each.weight, each.code) for each in points.labels]
    meta = {
        "labels": [dict(zip(("x", "y", "text", "priority", "code"), each, strict=True)) for each in labels],
        "outlines": [
            {"code": each.code, "corners": [number for corner in each.corners for number in place(*corner)]}
            for each in points.outlines
        ],
        "star": None if points.star is None else place(*points.star),
        "lines": None if points.lines is None else {"from": points.lines.row, "rows": list(points.lines.to)},
        "note": points.note,
        "summary": summary(points),
    }
    sections = pack_rows(selected, n)
    if len(points.hits):
        sections["hits"] = np.asarray(points.hits, dtype=np.uint32)
    return _pack("view", key, n, meta, sections)


def summary(points: MapPoints) -> str:
    """Return the map in words, for who does not see it."""
    parts = [f"A map with {len(points.texts):,} points, one per item. {points.note}"]
    if points.axes:
        parts.append(f"Horizontal axis: {points.axes[0]}; vertical axis: {points.axes[1]}.")
    if isinstance(points.coloring, Categories):
        largest = zip(points.coloring.names[:5], points.coloring.counts, strict=False)
        parts.append("The largest classes: " + ", ".join(f"{name}, {count:,}" for name, count in largest) + ".")
    parts.append(
        "Arrow keys pan, plus and minus zoom, 0 shows all points, N and P step through the classes, Enter selects "
        "the point in the center, Escape clears the selection. The legend selects whole classes."
    )
    return " ".join(parts)


def pack_rows(rows: Sequence[int], n: int) -> dict[str, NDArray[Any]]:
    """Return rows as the smaller of a list and one bit a row."""
    chosen = np.asarray(rows, dtype=np.uint32)
    if len(chosen) * 4 <= n / 8:
        return {"rows": chosen}
    flags = np.zeros(n, dtype=np.uint8)
    flags[chosen[chosen < n]] = 1
    return {"bits": np.packbits(flags, bitorder="little")}


def _pack(part: str, key: str, n: int, meta: dict[str, Any], sections: dict[str, NDArray[Any]]) -> Part:
    return pack({"map": key, "part": part, "n": n, **meta}, sections)

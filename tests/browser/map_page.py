"""A page with nothing but maps, for the tests that drive them; `?case=` says which."""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import streamlit as st

sys.path.insert(0, str(Path(__file__).parents[2]))

from components.embedding_map import MapLabel, MapLines, MapOutline, MapPoints, embedding_map
from components.widgets.palette import Categories, Theme, coloring

CLASSES = ("alpha", "beta", "gamma", "delta")


@st.cache_resource
def cloud(n: int, seed: int = 0, classes: int = 4) -> tuple[np.ndarray, np.ndarray]:
    """Return n points in clumps, and the clump of each."""
    draw = np.random.default_rng(seed)
    middles = np.random.default_rng(7).normal(size=(classes, 2)) * 5
    codes = draw.integers(0, classes, n)
    return (middles[codes] + draw.normal(size=(n, 2))).astype(np.float32), codes


def named(codes: np.ndarray, names: tuple[str, ...] = CLASSES) -> pd.Series:
    """Return a column of class names."""
    return pd.Series([names[code % len(names)] for code in codes], name="kind")


def points(case: str, n: int) -> MapPoints:
    """Return the map of a case."""
    xy, codes = cloud(n)
    texts = tuple(f"item {i}" for i in range(n))
    if case == "spot":
        return MapPoints(np.full((n, 2), 3.5, dtype=np.float32), texts)
    if case == "nan":
        xy = xy.copy()
        xy[::10] = np.nan
        xy[5] = np.inf, 0
    if case == "classes":
        xy, codes = cloud(n, classes=300)
        return MapPoints(xy, texts, coloring(named(codes, tuple(f"class {i:03d}" for i in range(300)))))
    if case == "names":
        xy, codes = cloud(n, classes=80)
        names = tuple(f"a name of {i}" for i in range(80))
        labels = tuple(
            MapLabel(*xy[codes == i].mean(axis=0).tolist(), name, float((codes == i).sum()))
            for i, name in enumerate(names)
        )
        return MapPoints(xy, texts, coloring(named(codes, names)), labels=labels)
    if case == "many":
        # Texts of so many do not travel, as in the app: whoever asks for one finds nothing here.
        return MapPoints(xy, texts, coloring(named(codes)), source="/api/data/none")
    if case == "texts":
        names = ("w" * 5000, "שלום עולם", "مرحبا بالعالم", "<img src=x onerror=window.hacked=1>")
        labels = tuple(MapLabel(*xy[codes == i].mean(axis=0).tolist(), name) for i, name in enumerate(names))
        return MapPoints(xy, tuple(names[code] for code in codes), coloring(named(codes, names)), labels=labels)
    if case == "extras":
        kinds = coloring(named(codes))
        assert isinstance(kinds, Categories)
        return MapPoints(
            xy,
            texts,
            kinds,
            source="/api/data/test",
            card=("b & c", "a"),
            pictures=codes < 2,
            marks=(codes >= 2).astype(np.uint8),
            mark_names=("picture", "text"),
            labels=tuple(
                MapLabel(*xy[codes == i].mean(axis=0).tolist(), name, code=kinds.names.index(name))
                for i, name in enumerate(CLASSES)
            ),
            outlines=(MapOutline(((-2.0, -2.0), (2.0, -2.0), (0.0, 2.0)), 0),),
            hits=(9, 4, 30),
            star=(0.0, 0.0),
            lines=MapLines(4, (9, 30)),
        )
    return MapPoints(xy, texts, coloring(named(codes)))


def show(shown: MapPoints, key: str) -> None:
    """Draw a map, keep what is selected on it, and say so."""
    chosen = st.session_state.setdefault(f"chosen-{key}", ())
    event = embedding_map(shown, key=key, theme=Theme.LIGHT, selected=chosen, height=520)
    if event is not None:
        st.session_state[f"chosen-{key}"] = event.rows
        st.session_state[f"how-{key}"] = event.how
        st.rerun()
    how = st.session_state.get(f"how-{key}", "nothing")
    st.text(f"{key}: {len(chosen)} by {how}, rows {' '.join(map(str, chosen[:8]))}")


st.set_page_config(layout="wide")
case, n = st.query_params.get("case", "plain"), int(st.query_params.get("n", "400"))
shown = points(case, n)
color = st.segmented_control("Color", ["none", "kind", "number"], default="kind")
layout = st.segmented_control("Layout", ["first", "second"], default="first")
rows = st.segmented_control("Rows", ["these", "others"], default="these")
page = st.segmented_control("Page", ["map", "elsewhere"], default="map")
if rows == "others":
    shown = points("plain", 150)
if color != "kind":
    values = pd.Series(np.linspace(-1, 1, len(shown.texts)), name="score")
    shown = MapPoints(
        shown.coordinates, shown.texts, coloring(values) if color == "number" else None, source=shown.source
    )
if layout == "second":
    turned = np.ascontiguousarray(shown.coordinates[:, ::-1]) * np.float32(2)
    shown = MapPoints(turned, shown.texts, shown.coloring)
if page == "map":
    show(shown, "one")
if case == "two":
    show(points("plain", 90), "two")

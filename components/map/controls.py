"""What a person can turn on the map: method, dimensions, color, and the parameters behind them."""

from dataclasses import replace
from enum import Enum

import streamlit as st

from components.embedding_map import trust_layer
from embedding_core.base.errors import ParameterError
from embedding_core.map.state import MapState
from embedding_core.projection import (
    TITLES,
    Layout,
    Method,
    PaCMAPParams,
    PCAParams,
    ProjectionParams,
    TSNEParams,
    UMAPParams,
    method_of,
    params_of,
)

_SEED_TOP = 2**31 - 1
_SEED_HELP = "The same seed draws the same map. Another seed shows which parts of the map are random."
_ON_CARD, _MOST_ON_CARD = 5, 8


class _Layer(Enum):
    """What colors a map beside the columns; no column can be mistaken for it."""

    TRUST = trust_layer.NAME


def show(state: MapState, columns: list[str], rows: int, key: str) -> MapState:
    """Draw the controls in one row and return the state of the map as they say, for a data set of so many rows."""
    params = state.projection
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium", key="map-controls"):
        method = st.segmented_control(
            "Map",
            list(TITLES),
            default=method_of(params),
            required=True,
            format_func=lambda method: TITLES[method],
            key=f"{key}-method",
            help="UMAP and t-SNE preserve local neighborhoods; PaCMAP also preserves some global structure. PCA "
            "shows the directions of largest variance. The Trust page measures which method fits this data.",
        )
        dims = st.segmented_control(
            *("Dimensions", [2, 3]),
            default=params.dims,
            required=True,
            format_func=lambda dims: f"{dims}-D",
            key=f"{key}-dims",
            disabled=method == Method.TSNE,
            help="t-SNE is available in two dimensions only." if method == Method.TSNE else None,
        )
        flat = 2 if method == Method.TSNE else dims or 2
        color, trust = _color(state, columns, trust_layer.fits(rows, flat, state.centered), key)
        with st.popover("Parameters", icon=":material/tune:"):
            card = _card(state.card, columns, key)
            tuned = _form(params if method_of(params) == method else params_of(method or Method.UMAP))
    wanted = tuned if isinstance(tuned, TSNEParams) else replace(tuned, dims=dims)
    return replace(state, projection=wanted, color=color, trust=trust, card=card)


def _color(state: MapState, columns: list[str], measurable: bool, key: str) -> tuple[str | None, bool]:
    """Draw the choice of a color; return the column, and whether trust takes its place."""
    options = [None, *columns, *([_Layer.TRUST] if measurable else [])]
    now = _Layer.TRUST if state.trust and measurable else state.color
    picked = st.selectbox(
        "Color by",
        options,
        index=options.index(now) if now in options else 0,
        format_func=lambda one: "One color" if one is None else one.value if isinstance(one, _Layer) else one,
        key=f"{key}-color",
        width=240,
    )
    return (state.color, True) if isinstance(picked, _Layer) else (picked, False)


def _card(chosen: tuple[str, ...], columns: list[str], key: str) -> tuple[str, ...]:
    """Draw the choice of columns for the card of a point; nothing chosen are the first ones."""
    default = columns[:_ON_CARD]
    if not columns:
        return ()
    wanted = st.multiselect(
        *("Columns on hover", columns),
        default=[name for name in chosen if name in columns] or default,
        max_selections=_MOST_ON_CARD,
        key=f"{key}-card",
        help="The columns shown when the pointer rests on a point. Empty: the first columns of the data set.",
    )
    return () if wanted == default else tuple(wanted)


def _form(params: ProjectionParams) -> ProjectionParams:
    """Draw a method's parameters, if it has any."""
    if isinstance(params, PCAParams):
        return params
    if isinstance(params, UMAPParams):
        return _umap_form(params)
    with st.form(f"map-{method_of(params)}", border=False):
        if isinstance(params, TSNEParams):
            size = st.slider(
                "Perplexity",
                *(5, 100, int(params.perplexity)),
                help="How many neighbors of each item count. Few: local detail. Many: global structure.",
            )
        else:
            size = st.slider(
                "Neighbors", *(2, 50, params.n_neighbors), help="How many neighbors attract each item (n_neighbors)."
            )
        seed = st.number_input("Seed", 0, _SEED_TOP, params.seed, help=_SEED_HELP)
        st.form_submit_button("Draw", type="primary", width="stretch")
    if isinstance(params, PaCMAPParams):
        return replace(params, n_neighbors=size, seed=seed)
    return replace(params, perplexity=float(size), seed=seed)


def _umap_form(params: UMAPParams) -> UMAPParams:
    """Draw UMAP's parameters; they count when the form is sent."""
    with st.form("umap", border=False):
        neighbors = st.slider(
            "Neighbors",
            *(2, 100, params.n_neighbors),
            help=(
                "How many neighbors of each item UMAP considers (n_neighbors). Few: local detail. Many: global "
                "structure."
            ),
        )
        distance = st.slider(
            "Minimum distance",
            *(0.0, 0.99, params.min_dist, 0.01),
            help="How tightly points may be packed (min_dist). Small: dense clumps. Large: an even spread.",
        )
        seed = st.number_input("Seed", 0, _SEED_TOP, params.seed, help=_SEED_HELP)
        layout = st.radio(
            "Implementation",
            list(Layout),
            index=list(Layout).index(params.layout),
            format_func={Layout.FAST: "Vectorscope", Layout.UMAP_LEARN: "umap-learn"}.get,
            horizontal=True,
            help=(
                "Both use the same neighbor graph. Vectorscope's implementation is faster; umap-learn is the reference."
            ),
        )
        st.form_submit_button("Draw", type="primary", width="stretch")
    try:
        return replace(params, n_neighbors=neighbors, min_dist=distance, seed=seed, layout=layout or params.layout)
    except ParameterError:
        return params

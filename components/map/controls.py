"""What a person can turn on the map: method, dimensions, color, and the parameters behind them."""

from dataclasses import replace
from enum import Enum, StrEnum
from typing import Any

import streamlit as st

from components.embedding_map import trust_layer
from embedding_core.base.errors import ParameterError
from embedding_core.map.state import MapState
from embedding_core.projection import DEFAULT_METHOD, METHODS, Parameter, ProjectionParams, method_of

_NUMBER_TOP = 2**31 - 1
_ON_CARD, _MOST_ON_CARD = 5, 8


class _Layer(Enum):
    """What colors a map beside the columns; no column can be mistaken for it."""

    TRUST = trust_layer.NAME


def show(state: MapState, columns: list[str], rows: int, key: str) -> MapState:
    """Draw the controls in one row and return the state of the map as they say, for a data set of so many rows."""
    params = state.projection
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium", key="map-controls"):
        name = st.segmented_control(
            "Map",
            list(METHODS),
            default=method_of(params).name,
            required=True,
            format_func=lambda name: METHODS[name].title,
            key=f"{key}-method",
            help="\n\n".join(
                [
                    *(f"**{method.title}** {method.summary}" for method in METHODS.values()),
                    "The Trust page measures which method fits this data.",
                ]
            ),
        )
        method = METHODS[name or DEFAULT_METHOD]
        possible = method.dims()
        only = possible[0] if len(possible) == 1 else None
        picked = st.segmented_control(
            "Dimensions",
            [2, 3],
            default=params.dims,
            required=True,
            format_func=lambda dims: f"{dims}-D",
            key=f"{key}-dims",
            disabled=only is not None,
            help=f"{method.title} is available in {only} dimensions only." if only is not None else None,
        )
        dims = only or picked or possible[0]
        color, trust = _color(state, columns, trust_layer.fits(rows, dims, state.centered), key)
        with st.popover("Parameters", icon=":material/tune:"):
            card = _card(state.card, columns, key)
            tuned = _form(params if type(params) is method.parameters else method.parameters())
    return replace(state, projection=replace(tuned, dims=dims), color=color, trust=trust, card=card)


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
        "Columns on hover",
        columns,
        default=[name for name in chosen if name in columns] or default,
        max_selections=_MOST_ON_CARD,
        key=f"{key}-card",
        help="The columns shown when the pointer rests on a point. Empty: the first columns of the data set.",
    )
    return () if wanted == default else tuple(wanted)


def _form(params: ProjectionParams) -> ProjectionParams:
    """Draw a method's parameters, if it has any; they count when the form is sent."""
    fields = params.form()
    if not fields:
        return params
    with st.form(f"map-{method_of(params).name}", border=False):
        values = {name: _input(parameter, getattr(params, name)) for name, parameter in fields.items()}
        st.form_submit_button("Draw", type="primary", width="stretch")
    try:
        return replace(params, **values)
    except ParameterError:
        return params


def _input(parameter: Parameter, value: Any) -> Any:
    """Draw the field of one parameter; return what it says, of the type that the value has."""
    if isinstance(value, StrEnum):
        options = list(type(value))
        picked = st.radio(
            parameter.label,
            options,
            index=options.index(value),
            format_func=lambda option: parameter.titles.get(option, option),
            horizontal=True,
            help=parameter.help,
        )
        return picked or value
    kind = type(value)
    least, most = parameter.slider or (max(parameter.minimum, -_NUMBER_TOP), min(parameter.maximum, _NUMBER_TOP))
    shown = min(max(value, least), most)
    if parameter.slider is None:
        return st.number_input(
            parameter.label, min_value=kind(least), max_value=kind(most), value=kind(shown), help=parameter.help
        )
    return kind(
        st.slider(
            parameter.label,
            min_value=least,
            max_value=most,
            value=type(least)(shown),
            step=parameter.step,
            help=parameter.help,
        )
    )

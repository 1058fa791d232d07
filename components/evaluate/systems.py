"""What is measured: engines of Search, by the encoder in use and, if that is wanted, by another one."""

from dataclasses import dataclass
from typing import Any

import streamlit as st

from components.app import problem
from components.widgets.context import AnalysisContext
from components.widgets.encoder_choice import candidates, titled
from components.widgets.ranking_methods import LABELS
from embedding_core.base.errors import ParameterError, VectorscopeError
from embedding_core.encoders.spec import Modality
from embedding_core.encoders.stages import Embed
from embedding_core.ranking.cross_encoder import SUGGESTED, cross_encoder_revision
from embedding_core.ranking.methods import RankingMethod

_CUTS = (5, 10, 20, 100)


@dataclass(frozen=True)
class System:
    """An engine in a space."""

    space: Embed
    method: RankingMethod
    name: str
    """What it is called on the page; an encoder's title may be anybody's text."""
    key: str
    """Tells its widgets from those of other systems."""
    model: tuple[str, str] = ("", "")
    """The cross-encoder that looks again, and what names its weights."""


def label(method: RankingMethod) -> str:
    """Return what an engine is called on pages."""
    return LABELS[RankingMethod(method)]


def choose(context: AnalysisContext, cross_encoder: str, key: str) -> tuple[list[System], int]:
    """Draw the choice; return the systems whose vectors are there, those of one engine together, and the cut-off."""
    able = list(RankingMethod) if any(context.dataset.texts) else [RankingMethod.DENSE]
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        picked: Any = st.pills(
            "Ranking methods",
            able,
            selection_mode="multi",
            default=able[:3],
            format_func=label,
            key=f"{key}-rankers",
            help=(
                "As on the Search page, with default settings. Late interaction and the cross-encoder are the slowest."
            ),
        )
        other = _second(context, key)
        k: Any = st.segmented_control("Cut-off (k)", _CUTS, default=10, required=True, key=f"{key}-k")
    spaces = [context.space]
    if other:
        beside = context.engine.embedding(context.dataset, other)
        spaces += [] if context.result(beside, height=80) is None else [beside]
    chosen = []
    for method in (method for method in able if method in (picked or [])):
        model = _model(cross_encoder, key) if method is RankingMethod.CROSS else ("", "")
        chosen += [] if model is None else systems(method, spaces, bool(other), model)
    return chosen, int(k or 10)


def _model(default: str, key: str) -> tuple[str, str] | None:
    """Draw the name of a cross-encoder; return it and what names its weights, or None and what is wrong."""
    name = st.text_input("Cross-encoder (Hugging Face name or folder)", default, key=f"{key}-cross", width=400).strip()
    try:
        if not name:
            raise ParameterError(
                "No cross-encoder is given.", f"Enter a folder or a name on the Hugging Face Hub, such as {SUGGESTED}."
            )
        return name, cross_encoder_revision(name)
    except VectorscopeError as error:
        problem.show(error)
        return None


def _second(context: AnalysisContext, key: str) -> str:
    """Draw the choice of another encoder that reads words; return its name, or nothing."""
    specs = [spec for spec in candidates(context.dataset, context.space.encoder) if Modality.TEXT in spec.reads]
    if not specs:
        return ""
    chosen: Any = st.selectbox(
        "Second encoder",
        # None would mean to Streamlit that nothing is chosen.
        ["", *(spec.name for spec in specs)],
        format_func=lambda name: titled(name) if name else "None",
        key=f"{key}-second-{context.key}-{context.space.encoder}",
        width=200,
        persist_state="session",
        help="Ranking methods that use vectors are also measured with this encoder, to compare the two.",
    )
    return str(chosen or "")


def systems(
    method: RankingMethod, spaces: list[Embed], several: bool, model: tuple[str, str] = ("", "")
) -> list[System]:
    """Return an engine in each space: words alone are found the same in all of them."""
    if method is RankingMethod.BM25:
        return [System(spaces[0], method, label(method), method)]
    titles = [titled(space.encoder) for space in spaces]
    if len(set(titles)) < len(titles):
        titles = [space.encoder for space in spaces]
    return [
        System(
            space,
            method,
            f"{label(method)}, {title}" if several else label(method),
            f"{method}-{place}" if place else method,
            model,
        )
        for place, (space, title) in enumerate(zip(spaces, titles, strict=True))
    ]

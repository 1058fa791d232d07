"""Late interaction with a picture: which of its patches each token of a query finds."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go
import streamlit as st
from numpy.typing import NDArray

from components.app.untrusted import md_label, shorten
from components.inspect import matches
from components.inspect.context import InspectContext
from components.inspect.picture import Chosen, overlay
from components.widgets import code, empty
from components.widgets.plots import CONFIG, plot_label
from embedding_core.encoders.spec import EncoderSpec
from embedding_core.encoders.text.multi_vector import MINILM_TOKENS
from embedding_core.inspect import PictureInteraction
from embedding_core.inspect import picture_snippet as snippet
from embedding_core.inspect.picture_stages import InteractWithPicture, ReadPictureTokens

if TYPE_CHECKING:
    from embedding_core.encoders.text.tokens import PictureTokens

_ALL, _ADDED = -1, -2
_OFFERED = 40
_RING = "#d55e00"


def show(context: InspectContext, spec: EncoderSpec, name: str, query: str, picture: Chosen, key: str) -> None:
    """Draw where on a picture the tokens of a query find their best matches."""
    if name == MINILM_TOKENS:
        empty.hint(
            f"{MINILM_TOKENS} reads texts only. As the encoder, enter the folder of a ColPali model or its name on "
            "the Hugging Face Hub, such as vidore/colqwen2-v1.0-hf."
        )
        return
    read = ReadPictureTokens(name, spec.revision, picture.key, picture.album)
    document: PictureTokens | None = context.result(read, height=460)
    if document is None:
        return
    asked = InteractWithPicture(name, spec.revision, query, picture.key, picture.album)
    made: PictureInteraction | None = context.result(asked, height=460)
    if made is None:
        return
    left, right = st.columns([3, 2], gap="medium")
    with left:
        _on_picture(made, document.seen, f"{key}-{asked.key[:8]}")
    with right:
        matches.score(made.tokens)
        matches.table(made.tokens, key)
    code.show(snippet.interaction(name, query, picture.key, picture.album))


def _on_picture(made: PictureInteraction, seen: NDArray[np.uint8], key: str) -> None:
    if made.grid is None:
        empty.hint(
            "The positions of this model's tokens on the picture are unknown, because it merges or reorders them. "
            "The table shows the best match of each query token."
        )
        return
    tokens = _choose(made, key)
    heat = made.heat(tokens)
    figure = overlay(seen, heat, float(heat.mean()))
    spots = made.spots(tokens)
    _mark(figure, made, spots, seen)
    st.plotly_chart(figure, key=f"{key}-overlay", config=CONFIG, alt="Similarity of the query with each patch")
    rows, columns = made.grid.shape
    elsewhere = len(tokens) - len(spots)
    summary = f"{rows} x {columns} patches, colored by cosine: red is above the picture's mean of {heat.mean():.3f}. "
    summary += "A ring marks the **best match** of a token."
    if elsewhere:
        which = "Its best match is" if len(tokens) == 1 else f"{elsewhere} of {len(tokens)} best matches are"
        summary += f" {which} elsewhere: in prompt tokens around the picture, or in the token of the whole picture."
    st.caption(summary)


def _choose(made: PictureInteraction, key: str) -> list[int]:
    """Draw the choice of what is laid over the picture; return these tokens of the query."""
    own, added = np.flatnonzero(made.own).tolist(), np.flatnonzero(~made.own).tolist()
    options = [*([_ALL] if own else []), *own[:_OFFERED], *([_ADDED] if added else [])]
    names = {_ALL: "All query tokens", _ADDED: "Added tokens", **_labels([made.tokens.query[i] for i in own], own)}
    picked = st.pills(
        "Query token",
        options,
        default=options[0],
        required=True,
        format_func=names.__getitem__,
        wrap=True,
        key=f"{key}-token",
        help=(
            "One token of the query, the mean of all typed tokens, or the mean of the tokens that the model adds "
            "to every query."
        ),
    )
    picked = options[0] if picked is None else picked
    return {_ALL: own, _ADDED: added}.get(picked, [picked])


def _labels(pieces: Sequence[str], places: Sequence[int]) -> dict[int, str]:
    """Return a label for each token; a repeated one is numbered, since a choice is known by what it is called."""
    seen: Counter[str] = Counter()
    labels = {}
    for place, piece in zip(places, pieces, strict=True):
        short = shorten(piece, 20)
        seen[short] += 1
        labels[place] = md_label(short if seen[short] == 1 else f"{short} ({seen[short]})")
    return labels


def _mark(
    figure: go.Figure, made: PictureInteraction, spots: dict[int, tuple[int, int]], seen: NDArray[np.uint8]
) -> None:
    """Draw a ring on each patch that is a best match, with the tokens whose it is."""
    if made.grid is None:
        return
    at: dict[tuple[int, int], list[str]] = defaultdict(list)
    for token, spot in spots.items():
        at[spot].append(made.tokens.query[token])
    high, wide = seen.shape[0] / made.grid.shape[0], seen.shape[1] / made.grid.shape[1]
    figure.add_scatter(
        x=[(column + 0.5) * wide for _, column in at],
        y=[(row + 0.5) * high for row, _ in at],
        mode="markers+text",
        text=[plot_label(", ".join(words), 24) for words in at.values()],
        textposition="top center",
        textfont={"color": "#ffffff", "size": 14, "shadow": "0 0 4px #000, 0 0 4px #000"},
        cliponaxis=False,
        marker={"symbol": "circle-open", "size": 18, "color": _RING, "line": {"width": 3}},
        hoverinfo="skip",
    )

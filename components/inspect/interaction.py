"""Late interaction: every token of a query looks for its best counterpart in a document."""

from enum import StrEnum

import plotly.graph_objects as go
import streamlit as st

from components.app.problem import show as show_problem
from components.inspect import matches, picture_match
from components.inspect import picture as inside_picture
from components.inspect.context import InspectContext
from components.inspect.picture import Chosen
from components.widgets import code, empty
from components.widgets.plots import CONFIG, laid_out, plot_label
from embedding_core.base.errors import EncoderError
from embedding_core.base.types import Key
from embedding_core.encoders.text import multi_vector
from embedding_core.encoders.text.multi_vector import MINILM_TOKENS
from embedding_core.inspect import Interaction, snippet
from embedding_core.inspect.stages import Interact
from embedding_core.workspace import Selection

LEAD = (
    "A single vector summarizes a whole text. **Late interaction** keeps one vector per token: each query token is "
    "matched with its most similar document token, and **MaxSim** is the sum of these similarities."
)
NOTE = (
    "Each row is a query token, each column a document token; a ring marks the **best match** of each row. "
    "**MaxSim** is the sum of the best cosines, so it compares documents for one query; the mean also compares "
    "queries of different lengths. `minilm-tokens` uses MiniLM's token vectors, which were trained for pooling, not "
    "for matching, so all cosines are high. A **ColBERT** model is trained for matching and separates better: enter "
    "its folder or its name on the Hugging Face Hub. A **ColPali** model uses the **patches** of a picture as tokens "
    "and so finds the place on a scanned page. Further reading: [ColBERT](https://arxiv.org/abs/2004.12832), "
    "[ColPali](https://arxiv.org/abs/2407.01449)."
)
_QUERY = "How do I get a new card?"
_DOCUMENT = "If your bank card is lost, we send you a replacement by post within five days."
_SHOWN = 60


class _Document(StrEnum):
    TEXT = "Text"
    PICTURE = "Picture"


def show(context: InspectContext, key: str) -> Selection | Key | None:
    """Draw the match of a query and a document; return a picture that was just brought, or "" to put it away."""
    left, middle, right = st.columns([2, 3, 1.4], gap="medium")
    query = left.text_input("Query", _QUERY, key=f"{key}-query", persist_state="session").strip()
    name = right.text_input(
        "Encoder",
        MINILM_TOKENS,
        key=f"{key}-encoder",
        persist_state="session",
        help=(
            "Or enter the folder of a ColBERT, ColPali or Sentence Transformers model, or its name on the "
            "Hugging Face Hub (org/model)."
        ),
    ).strip()
    picture, document = None, ""
    with middle:
        kind = st.segmented_control(
            "Document",
            list(_Document),
            default=_Document.TEXT,
            required=True,
            key=f"{key}-kind",
            persist_state="session",
        )
        if kind == _Document.PICTURE:
            picture, brought = inside_picture.choose(context, key)
            if brought is not None:
                return brought
        else:
            document = st.text_area(
                "Text", _default(context), height=80, key=f"{key}-document-{context.row}", label_visibility="collapsed"
            )
    if not query:
        empty.hint("Enter a query.")
    elif kind == _Document.PICTURE and picture is None:
        empty.hint(inside_picture.NEEDED)
    elif picture is None and not document.strip():
        empty.hint("Enter a document.")
    else:
        _match(context, name or MINILM_TOKENS, query, document if picture is None else picture, key)
    return None


def _match(context: InspectContext, name: str, query: str, document: str | Chosen, key: str) -> None:
    try:
        spec = multi_vector.resolve(name)
    except EncoderError as error:
        show_problem(error)
        return
    if isinstance(document, Chosen):
        picture_match.show(context, spec, name, query, document, key)
        return
    made: Interaction | None = context.result(Interact(name, spec.revision, query, document))
    if made is not None:
        _draw(made, key)
        code.show(snippet.interaction(name, query, document))


def _default(context: InspectContext) -> str:
    if context.dataset is None or not context.selection.rows:
        return _DOCUMENT
    return context.dataset.texts[context.row] or _DOCUMENT


def _draw(made: Interaction, key: str) -> None:
    st.plotly_chart(_grid(made), key=f"{key}-grid", config=CONFIG, alt="Cosines of query and document tokens")
    if len(made.document) > _SHOWN or len(made.query) > _SHOWN:
        st.caption(f"Shown: the first {_SHOWN} tokens of each. The scores use all tokens.")
    left, right = st.columns([2, 1], gap="medium")
    with left:
        matches.table(made, key)
    with right:
        matches.score(made)


def _grid(made: Interaction) -> go.Figure:
    values = made.cosines[:_SHOWN, :_SHOWN]
    labels = [[plot_label(piece, 14) for piece in side[:_SHOWN]] for side in (made.query, made.document)]
    figure = go.Figure(
        go.Heatmap(
            z=values,
            zmin=min(0.0, float(values.min())),
            zmax=1,
            customdata=[[f"{asked} · {found}" for found in labels[1]] for asked in labels[0]],
            hovertemplate="%{customdata}: %{z:.2f}<extra></extra>",
            colorbar={"thickness": 10, "outlinewidth": 0},
            xgap=1,
            ygap=1,
        )
    )
    best = [(place, int(at)) for place, at in enumerate(made.best[:_SHOWN]) if at < _SHOWN]
    figure.add_scatter(
        x=[at for _, at in best],
        y=[place for place, _ in best],
        mode="markers",
        marker={"symbol": "circle-open", "size": 16, "color": "#d55e00", "line": {"width": 3}},
        hoverinfo="skip",
    )
    for axis, words in ((figure.update_yaxes, labels[0]), (figure.update_xaxes, labels[1])):
        axis(tickvals=list(range(len(words))), ticktext=words, showgrid=False, zeroline=False)
    figure.update_yaxes(range=[len(labels[0]) - 0.5, -0.5])
    figure.update_xaxes(range=[-0.5, len(labels[1]) - 0.5])
    return laid_out(figure, min(720, 130 + 30 * len(labels[0])))

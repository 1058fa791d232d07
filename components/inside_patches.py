"""Where in a picture a phrase is found, as far as a model's own parts say."""

import io
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
import streamlit as st
from PIL import Image

from components import empty, show_code, upload
from components.inside_bench import Bench
from components.plots import CONFIG, laid_out
from components.problem import show as show_problem
from components.untrusted import shorten
from embedding_core.encoders import DEFAULT_IMAGE_ENCODER
from embedding_core.encoders.patches import Patches
from embedding_core.encoders.spec import EncoderSpec
from embedding_core.errors import InputError
from embedding_core.inside import PhraseMap, find_phrase
from embedding_core.intake import keep_picture_bytes
from embedding_core.snippets import inside as snippet
from embedding_core.stages import EncodePhrases, ReadPatches
from embedding_core.types import Key
from embedding_core.workspace import Selection

LEAD = (
    "A model of pictures sees **parts** before it makes one vector of them. Compared with a phrase, each part says how "
    "much it adds to the likeness."
)
NOTE = (
    "In pocket-clip, a small **convolutional** net, the picture's vector is the mean of its parts, so at the size it "
    "was trained with the values add up to the score: a **class activation map**. Enlarged, it has finer parts. In a "
    "**vision transformer** every patch has read all others, and what it says of its own place is less sure. The "
    "agreement tells. Compare with a second phrase: what both phrases like about a part drops out. Read it as a hint, "
    "not as proof: of two drawn shapes side by side, pocket-clip at twice its size put the right name on the right "
    "side in all of 30 pairs, where a coin puts 15. "
    "To read: [Class activation maps](https://arxiv.org/abs/1512.04150), "
    "[Extract free dense labels from CLIP](https://arxiv.org/abs/2112.01071)."
)
_OFFERED = 1_000
_NEUTRAL, _THING = "a picture", "a dog"
_SCALES = {1: "As trained", 2: "Twice as fine", 3: "Three times"}


@dataclass(frozen=True)
class _Picture:
    key: Key
    album: Key | None
    caption: str


def show(bench: Bench, key: str) -> Selection | Key | None:
    """Draw a phrase on the parts of a picture; return a picture that was just brought, or "" to put it away."""
    spec = bench.picture_reader
    left, right = st.columns([2, 3], gap="medium")
    with left:
        picture, brought = _choose(bench, key)
        if brought is not None:
            return brought
        if picture is None:
            empty.hint("Bring a picture, or open a data set of pictures such as the sample “Drawn shapes”.")
            return None
        phrase = st.text_input("Phrase", picture.caption, key=f"{key}-phrase-{picture.key[:8]}")
        other = st.text_input(
            "Compared with", _NEUTRAL, key=f"{key}-other", help="Its values are taken off. Empty: nothing is."
        )
        scale = st.segmented_control(
            "Parts",
            list(_SCALES),
            default=2 if spec.name == DEFAULT_IMAGE_ENCODER else 1,
            format_func=_SCALES.__getitem__,
            required=True,
            key=f"{key}-scale-{spec.name}",
            help="A convolutional net can see the picture enlarged, and so has more parts; a transformer cannot.",
        )
    if not phrase.strip():
        empty.hint("Type what to look for.")
        return None
    with right:
        _draw(bench, spec, picture, (phrase.strip(), other.strip()), int(scale or 1), key)
    return None


def _choose(bench: Bench, key: str) -> tuple[_Picture | None, Key | None]:
    """Draw the choice of a picture; return it, and one that was just brought, "" when it was put away."""
    own = bench.picture if bench.picture and bench.engine.store.has("upload", bench.picture) else None
    with st.container(horizontal=True, vertical_alignment="bottom"):
        picture = _Picture(own, None, _THING) if own is not None else _of_dataset(bench, key)
        with st.popover("Bring a picture", icon=":material/image:"):
            found = upload.show_one("Picture", f"drop-{key}-{(own or '')[:8]}", "One of your own, to look into.")
        if own is not None and st.button("Put it away", icon=":material/close:", key=f"{key}-away"):
            return None, ""
    if found is None:
        return picture, None
    try:
        return picture, keep_picture_bytes(bench.engine, found.data, found.name)
    except InputError as error:
        show_problem(error)
        return picture, None


def _of_dataset(bench: Bench, key: str) -> _Picture | None:
    dataset = bench.dataset
    pictured = [] if dataset is None else np.flatnonzero(dataset.is_picture).tolist()[:_OFFERED]
    if dataset is None or not pictured:
        return None
    row = st.selectbox(
        "Picture",
        pictured,
        index=pictured.index(bench.row) if bench.row in pictured else 0,
        format_func=lambda row: f"{row}: {shorten(dataset.titles[row], 60)}",
        key=f"{key}-row-{dataset.key[:8]}-{bench.row}",
    )
    return _Picture(dataset.pictures[row], dataset.album, dataset.texts[row] or _THING)


def _draw(bench: Bench, spec: EncoderSpec, picture: _Picture, phrases: tuple[str, str], scale: int, key: str) -> None:
    parts: Patches | None = bench.result(
        ReadPatches(spec.name, spec.revision, picture.key, picture.album, scale), height=420
    )
    texts = tuple(filter(None, phrases))
    vectors = bench.result(EncodePhrases(spec.name, spec.revision, texts), height=0)
    if parts is None or vectors is None:
        return
    found = find_phrase(parts.vectors, vectors[0], vectors[1] if len(texts) > 1 else None)
    st.plotly_chart(_overlay(parts, found), key=f"{key}-overlay", config=CONFIG, alt="The phrase on the picture")
    rows, columns = found.values.shape
    cosine = float(parts.whole @ vectors[0])
    st.caption(
        f"{spec.name}: {rows} x {columns} parts. The picture's own cosine with the phrase is {cosine:.3f}. Mean of the "
        f"parts and the picture's own vector agree by {parts.agreement:.3f}: 1 means that the parts add up to it."
    )
    show_code.show(snippet.patches(spec.name, picture.key, picture.album, texts, scale))


def _overlay(parts: Patches, found: PhraseMap) -> go.Figure:
    height, width = parts.seen.shape[:2]
    rows, columns = found.values.shape
    widest = float(np.abs(found.values).max()) or 1.0
    buffer = io.BytesIO()
    Image.fromarray(parts.seen).save(buffer, "PNG")
    figure = go.Figure(
        go.Heatmap(
            z=found.values,
            x0=width / columns / 2,
            dx=width / columns,
            y0=height / rows / 2,
            dy=height / rows,
            zmin=-widest,
            zmax=widest,
            colorscale="RdBu",
            reversescale=True,
            opacity=0.45,
            hovertemplate="%{z:.3f}<extra></extra>",
            colorbar={"thickness": 10, "outlinewidth": 0},
        )
    )
    figure.add_layout_image(
        source=Image.open(buffer),
        x=0,
        y=0,
        sizex=width,
        sizey=height,
        xref="x",
        yref="y",
        sizing="stretch",
        layer="below",
    )
    figure.update_xaxes(range=[0, width], visible=False, constrain="domain")
    figure.update_yaxes(range=[height, 0], visible=False, scaleanchor="x")
    return laid_out(figure, 460)

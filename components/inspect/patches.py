"""Where in a picture a phrase is found, as far as a model's own parts say."""

from typing import TYPE_CHECKING

import streamlit as st

from components.inspect import picture as inside_picture
from components.inspect.context import InspectContext
from components.inspect.picture import Chosen
from components.widgets import code, empty
from components.widgets.plots import CONFIG
from embedding_core.base.types import Key
from embedding_core.encoders import DEFAULT_IMAGE_ENCODER
from embedding_core.encoders.spec import EncoderSpec
from embedding_core.inspect import find_phrase
from embedding_core.inspect import picture_snippet as snippet
from embedding_core.inspect.picture_stages import ReadPatches
from embedding_core.inspect.stages import EncodePhrases
from embedding_core.workspace import Selection

if TYPE_CHECKING:
    from embedding_core.encoders.image.patches import Patches

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
_NEUTRAL, _THING = "a picture", "a dog"
_SCALES = {1: "As trained", 2: "Twice as fine", 3: "Three times"}


def show(context: InspectContext, key: str) -> Selection | Key | None:
    """Draw a phrase on the parts of a picture; return a picture that was just brought, or "" to put it away."""
    spec = context.picture_reader
    left, right = st.columns([2, 3], gap="medium")
    with left:
        picture, brought = inside_picture.choose(context, key)
        if brought is not None:
            return brought
        if picture is None:
            empty.hint(inside_picture.NEEDED)
            return None
        phrase = st.text_input("Phrase", picture.caption or _THING, key=f"{key}-phrase-{picture.key[:8]}")
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
        _draw(context, spec, picture, (phrase.strip(), other.strip()), int(scale or 1), key)
    return None


def _draw(
    context: InspectContext, spec: EncoderSpec, picture: Chosen, phrases: tuple[str, str], scale: int, key: str
) -> None:
    parts: Patches | None = context.result(
        ReadPatches(spec.name, spec.revision, picture.key, picture.album, scale), height=420
    )
    texts = tuple(filter(None, phrases))
    vectors = context.result(EncodePhrases(spec.name, spec.revision, texts), height=0)
    if parts is None or vectors is None:
        return
    found = find_phrase(parts.vectors, vectors[0], vectors[1] if len(texts) > 1 else None)
    st.plotly_chart(
        inside_picture.overlay(parts.seen, found.values),
        key=f"{key}-overlay",
        config=CONFIG,
        alt="The phrase on the picture",
    )
    rows, columns = found.values.shape
    cosine = float(parts.whole @ vectors[0])
    st.caption(
        f"{spec.name}: {rows} x {columns} parts. The picture's own cosine with the phrase is {cosine:.3f}. Mean of the "
        f"parts and the picture's own vector agree by {parts.agreement:.3f}: 1 means that the parts add up to it."
    )
    code.show(snippet.patches(spec.name, picture.key, picture.album, texts, scale))

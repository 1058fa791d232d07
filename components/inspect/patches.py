"""Where in a picture a phrase is found, as far as a model's own parts say."""

from typing import TYPE_CHECKING

import streamlit as st

from components.inspect import picture as inside_picture
from components.inspect.context import InspectContext
from components.inspect.picture import Chosen
from components.widgets import code, empty
from components.widgets.plots import CONFIG
from embedding_core.base.types import Key
from embedding_core.encoders.spec import EncoderSpec
from embedding_core.inspect import find_phrase
from embedding_core.inspect import picture_snippet as snippet
from embedding_core.inspect.picture_stages import ReadPatches
from embedding_core.inspect.stages import EncodePhrases
from embedding_core.workspace import Selection

if TYPE_CHECKING:
    from embedding_core.encoders.image.patches import Patches

LEAD = (
    "An image model computes vectors for **patches** of a picture before it pools them into one. Compared with a "
    "text, each patch shows how much it contributes to the similarity."
)
NOTE = (
    "In pocket-clip, a small **convolutional** network, the picture's vector is the mean of its patches, so at its "
    "training size the patch values add up to the score: a **class activation map**. Enlarging the picture gives "
    "finer patches. In a **vision transformer** every patch has attended to all others, so its value says less about "
    "its own position; the agreement measures this. A second text removes what both texts have in common. Read the "
    "map as a hint, not as proof: with two drawn shapes side by side, pocket-clip at twice its training size put the "
    "right name on the right side in all of 30 pairs, where random choice gives 15. Further reading: [Class "
    "activation maps](https://arxiv.org/abs/1512.04150), [Extract free dense labels from "
    "CLIP](https://arxiv.org/abs/2112.01071)."
)
_NEUTRAL, _THING = "a picture", "a dog"
_SCALES = {1: "Training size", 2: "2× enlarged", 3: "3× enlarged"}


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
        phrase = st.text_input("Text", picture.caption or _THING, key=f"{key}-phrase-{picture.key[:8]}")
        other = st.text_input(
            "Minus",
            _NEUTRAL,
            key=f"{key}-other",
            help="A second text whose values are subtracted. Empty: nothing is subtracted.",
        )
        scale = st.segmented_control(
            "Patch size",
            list(_SCALES),
            default=spec.patch_scale,
            format_func=_SCALES.__getitem__,
            required=True,
            key=f"{key}-scale-{spec.name}",
            help=(
                "A convolutional network can process an enlarged picture and so has finer patches; a transformer "
                "cannot."
            ),
        )
    if not phrase.strip():
        empty.hint("Enter a text to look for.")
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
        alt="Similarity of the text with each patch",
    )
    rows, columns = found.values.shape
    cosine = float(parts.whole @ vectors[0])
    st.caption(
        f"{spec.name}: {rows} x {columns} patches. The cosine of the whole picture with the text is {cosine:.3f}. "
        f"The cosine of the mean patch and the picture's vector is {parts.agreement:.3f}: at 1 the patches add up to "
        "the picture."
    )
    code.show(snippet.patches(spec.name, picture.key, picture.album, texts, scale))

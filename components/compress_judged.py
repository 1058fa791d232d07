"""The queries judged on Evaluate: smaller vectors are measured by them too."""

from contextlib import suppress
from typing import Any

import streamlit as st

from components import evaluate_bring
from components.scene import Scene
from embedding_core import encoders
from embedding_core.encoders.spec import Modality
from embedding_core.errors import InputError
from embedding_core.stages import JudgedTexts
from embedding_core.workspace import Workspace


def known(scene: Scene, workspace: Workspace) -> JudgedTexts | None:
    """Return the judged queries of the data set; None when there are none, or the encoder reads no words."""
    judgements = evaluate_bring.known(scene.engine, workspace)
    if judgements is None or not _reads_words(scene):
        return None
    with suppress(InputError):
        return JudgedTexts.of(judgements, scene.dataset.ids)
    return None


def offer(scene: Scene, k: int, pages: dict[str, Any]) -> None:
    """Draw how to have nDCG measured where it is not."""
    if not _reads_words(scene):
        st.caption(":material/info: No nDCG: the encoder in use reads no words, so judged queries cannot be asked.")
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(
            f"Recall asks for the same neighbours as the full vectors find. Judge some queries, and nDCG@{k} says "
            "here what that is worth in a search.",
            width="content",
        )
        st.page_link(pages["evaluate"], label="Bring judgements", icon=":material/fact_check:")


def _reads_words(scene: Scene) -> bool:
    return Modality.TEXT in encoders.resolve(scene.space.encoder).reads

"""The queries judged on Evaluate: smaller vectors are measured by them too."""

from contextlib import suppress
from typing import Any

import streamlit as st

from components.widgets.context import AnalysisContext
from components.widgets.judgments import judgments_in_use
from embedding_core import encoders
from embedding_core.base.errors import InputError
from embedding_core.compress.stages import JudgedTexts
from embedding_core.encoders.spec import Modality
from embedding_core.workspace import Workspace


def known(context: AnalysisContext, workspace: Workspace) -> JudgedTexts | None:
    """Return the judged queries of the data set; None when there are none, or the encoder reads no words."""
    judgments = judgments_in_use(context.engine, workspace)
    if judgments is None or not _reads_words(context):
        return None
    with suppress(InputError):
        return JudgedTexts.of(judgments, context.dataset.ids)
    return None


def offer(context: AnalysisContext, k: int, pages: dict[str, Any]) -> None:
    """Draw how to have nDCG measured where it is not."""
    if not _reads_words(context):
        st.caption(":material/info: No nDCG: this encoder has no text input, so it cannot embed the judged queries.")
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(
            "Recall compares the results with those of the full vectors. Add judged queries to measure search "
            f"quality itself, as nDCG@{k}.",
            width="content",
        )
        st.page_link(pages["evaluate"], label="Add judgments", icon=":material/fact_check:")


def _reads_words(context: AnalysisContext) -> bool:
    return Modality.TEXT in encoders.resolve(context.space.encoder).reads

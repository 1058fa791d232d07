"""How far apart pictures and texts lie in one space, and a switch that takes the gap out of the map."""

import streamlit as st

from embedding_core.encoders.modality import ModalityGap

NOTE = (
    "A dual encoder such as CLIP learns to place a picture nearer to its own caption than to other captions; its "
    "training does not require pictures and texts to overlap, so they often form two separate regions. This is the "
    "**modality gap**. It does not harm cross-modal search, but on a map it hides what pictures and texts share. "
    "Centering subtracts the mean of each modality. Further reading: [Mind the "
    "gap](https://arxiv.org/abs/2203.02053), Liang and others, 2022."
)


def show(gap: ModalityGap, centered: bool, key: str) -> bool:
    """Draw the measure and the switch; return whether the gap is to be taken out."""
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        wanted = st.toggle("Center pictures and texts", centered, key=f"{key}-centered", help=NOTE)
        st.caption(
            f"{gap.pictures:,} pictures and {gap.texts:,} texts: the distance between their centroids is "
            f"{gap.distance:.2f}. The mean distance of a picture to its centroid is {gap.within_pictures:.2f}, of a "
            f"text {gap.within_texts:.2f}."
        )
    return wanted

"""How far apart pictures and texts lie in one space, and a switch that takes the gap out of the map."""

import streamlit as st

from embedding_core.encoders.modality import ModalityGap

NOTE = (
    "An encoder with two towers is trained to bring a picture nearer to its own caption than to others, not to mix the "
    "two kinds: all pictures lie in one region and all texts in another. This is the **modality gap**. It does not "
    "harm a search from one kind to the other, but on a map it hides what the kinds share. To read: [Mind the "
    "gap](https://arxiv.org/abs/2203.02053), Liang et al., 2022."
)


def show(gap: ModalityGap, centered: bool, key: str) -> bool:
    """Draw the measure and the switch; return whether the gap is to be taken out."""
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        wanted = st.toggle("Center pictures and texts", centered, key=f"{key}-centered", help=NOTE)
        st.caption(
            f"{gap.pictures:,} pictures and {gap.texts:,} texts: their centers lie {gap.distance:.2f} apart. "
            f"On average a picture lies {gap.within_pictures:.2f} from its center, "
            f"a text {gap.within_texts:.2f} from its own."
        )
    return wanted

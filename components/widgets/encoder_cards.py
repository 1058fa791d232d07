"""Encoders to choose from: what each is and whether it can work here."""

from collections.abc import Sequence

import streamlit as st

from components.app.untrusted import md_label
from embedding_core.data.dataset import Dataset
from embedding_core.encoders.spec import EncoderSpec, Modality, Origin
from embedding_core.engine import incompatibility

_ORIGINS = {
    Origin.EMBEDDED: ":material/offline_pin: Included with the app, works offline",
    Origin.HUB: ":material/cloud_download: Downloaded once from the Hugging Face Hub",
    Origin.FOLDER: ":material/folder: In a folder on this machine",
    Origin.TUNED: ":material/model_training: Fine-tuned here",
}
NOTE = (
    "An **embedding** is the vector that an encoder computes for a text or a picture. A **dual encoder** such as "
    "CLIP has one tower for texts and one for pictures and puts both into one space, so that a text query finds "
    "pictures. A **contextual** encoder reads each word in its sentence, so a river bank and a savings bank get "
    "different vectors; a **static** one gives a word the same vector everywhere; **TF-IDF** only counts the words "
    "that two texts share. Every encoder has a space of its own: similarities from two encoders cannot be compared. "
    "Further reading: [Sentence-BERT](https://arxiv.org/abs/1908.10084), Reimers and Gurevych, 2019."
)


def show(
    specs: Sequence[EncoderSpec], reasons: dict[str, str | None], dataset: Dataset | None, current: str, key: str
) -> str | None:
    """Draw specs as cards; return the name of the one chosen.

    Args:
        specs: what there is.
        reasons: why each cannot work here; empty when it can, None when that is not known yet.
        dataset: what they are to embed, if there is something.
        current: the name of the one in use.
        key: begins the keys of the buttons.
    """
    chosen = None
    grid = st.grid(3, min_column_width=280)
    for spec in specs:
        reason = unfit(spec, dataset) or reasons[spec.name]
        with grid.container(border=True, height="stretch", gap="small"):
            if _card(spec, reason, spec.name == current, f"{key}-{spec.name}"):
                chosen = spec.name
    return chosen


def unfit(spec: EncoderSpec, dataset: Dataset | None) -> str:
    """Return why an encoder does not fit the data set, as a sentence; empty when it does."""
    if dataset is None:
        return "Only for data sets that contain vectors." if spec.reads == (Modality.VECTORS,) else ""
    reason = incompatibility(spec, dataset)
    return f"Your data {reason}." if reason else ""


def _card(spec: EncoderSpec, reason: str | None, current: bool, key: str) -> bool:
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(f"**{md_label(spec.title)}**", width="content")
        if current:
            st.badge("In use", icon=":material/check:", color="green")
    st.caption(md_label(spec.summary))
    st.caption(" · ".join(map(md_label, facts(spec))))
    st.space("stretch")
    if reason:
        st.caption(f":material/block: {md_label(reason)}")
    else:
        st.caption("Asking the Hub …" if reason is None else _ORIGINS[spec.origin])
    return st.button(
        "In use" if current else "Use this encoder", key=key, disabled=current or bool(reason), width="stretch"
    )


def facts(spec: EncoderSpec) -> list[str]:
    """Return what there is to know of an encoder, a few words each."""
    if spec.reads == (Modality.VECTORS,):
        return ["Dimensions of your vectors"]
    dim = f"{spec.dim:,} dimensions" if spec.dim else "Dimensions depend on your data"
    if Modality.TEXT not in spec.reads:
        return [dim, spec.license]
    tokens = f"reads up to {spec.max_tokens:,} tokens" if spec.max_tokens else "any text length"
    size = [f"{spec.size_mb:,.0f} MB"] if spec.size_mb else []
    return [dim, tokens, *size, spec.license]


def ask(key: str) -> str | None:
    """Draw a field for the name or folder of another model; return it once, when it was sent."""
    with st.form(key, border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.text_input(
            "Name on the Hugging Face Hub, or a folder on this machine",
            placeholder="intfloat/e5-small-v2, hf-hub:timm/ViT-B-16-SigLIP",
        )
        pressed = st.form_submit_button("Use this model")
    return name.strip() if pressed and name.strip() else None

"""Encoders to choose from: what each is and whether it can work here."""

import streamlit as st

from components.untrusted import md_label
from embedding_core.encoders.spec import EncoderSpec, Origin

_ORIGINS = {Origin.EMBEDDED: "works offline", Origin.HUB: "from the hub", Origin.FOLDER: "local folder"}


def show(specs: list[tuple[EncoderSpec, str | None]], current: str, key: str) -> str | None:
    """Draw specs, each with the reason why it cannot work here or None; return the name of the one chosen."""
    chosen = None
    grid = st.grid(3, min_column_width=280)
    for spec, reason in specs:
        with grid.container(border=True, height="stretch", gap="small"):
            if _card(spec, reason, spec.name == current, f"{key}-{spec.name}"):
                chosen = spec.name
    return chosen


def _card(spec: EncoderSpec, reason: str | None, current: bool, key: str) -> bool:
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(f"**{md_label(spec.title)}**", width="content")
        if current:
            st.badge("In use", icon=":material/check:", color="green")
    st.caption(md_label(spec.summary))
    st.caption(" · ".join(map(md_label, facts(spec))))
    if reason:
        st.caption(f":material/block: {md_label(reason)}")
    st.space("stretch")
    return st.button(
        "In use" if current else "Use this encoder",
        key=key,
        disabled=current or reason is not None,
        width="stretch",
    )


def facts(spec: EncoderSpec) -> list[str]:
    """Return what there is to know of an encoder, a few words each."""
    dim = f"{spec.dim:,} dimensions" if spec.dim else "dimensions from the data"
    tokens = f"reads {spec.max_tokens:,} tokens" if spec.max_tokens else "any length"
    size = [f"{spec.size_mb:,.0f} MB"] if spec.size_mb else []
    return [dim, tokens, *size, spec.licence, _ORIGINS[spec.origin]]


def ask(key: str) -> str | None:
    """Draw a field for the name or folder of another model; return it once, when it was sent."""
    with st.form(key, border=False):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            name = st.text_input(
                "Name on the Hugging Face hub, or a folder on this machine", placeholder="intfloat/e5-small-v2"
            )
            pressed = st.form_submit_button("Use it")
    return name.strip() if pressed and name.strip() else None

"""Which form to choose, and why, in plain words with the numbers."""

import pandas as pd
import streamlit as st

from components.compress.chart import words
from embedding_core.compress import Compression, Option, smallest

_TELLING = 0.1
"""A second look at more of the rows than this finds nearly all of them, whatever the small vectors are."""


def show(found: Compression, rescoring: int, least: float, key: str) -> None:
    """Draw the smallest form that keeps enough, without and with a second look, and what to beware of."""
    options = found.options(rescoring)
    plain = smallest([option for option in options if not option.quality.rescoring], least)
    again = smallest([option for option in options if option.quality.rescoring], least)
    with st.container(border=True):
        st.markdown(f"**To keep {least:.0%} of the {found.k} nearest**")
        record = "Nothing that was tried keeps so many by itself." if plain is None else _told(found, plain)
        st.markdown(f"{record} Nothing else is needed beside it." if plain is not None else record)
        if again is not None and (plain is None or again.trial.item_bytes < plain.trial.item_bytes):
            count = rescoring * found.k
            beside = f"The full vectors, {found.full_size / 1e6:,.1f} MB, may lie on a disk: a query reads {count}."
            st.markdown(f"{_told(found, again)} {beside}")
        elif rescoring:
            st.markdown(f"Looking again at {rescoring * found.k} candidates makes nothing smaller possible.")
    if rescoring * found.k > _TELLING * found.rows:
        st.caption(
            f":material/warning: Looking again at {rescoring * found.k} of {found.rows:,} rows finds nearly "
            "everything. On more rows it finds less: measure there before you choose."
        )
    _cut(found, key)


def _told(found: Compression, option: Option) -> str:
    trial, full = option.trial, 4 * found.dim
    name = words(option, found.k)
    share = "full size" if trial.item_bytes == full else f"1/{full / trial.item_bytes:.3g} of the bytes"
    gain = _gain(found, option)
    return (
        f"**{name[0].upper()}{name[1:]}** keeps {option.quality.recall:.1%}{gain} in {share}: "
        f"{trial.size(found.items) / 1e6:,.1f} MB here, {trial.billion / 1e9:,.0f} GB for a billion items."
    )


def _gain(found: Compression, option: Option) -> str:
    """Return the nDCG beside that of the full vectors, or nothing where no query was judged."""
    whole = next((one.quality.ndcg for one in found.options(0) if one.trial.item_bytes == 4 * found.dim), None)
    gain = option.quality.ndcg
    return "" if gain is None or whole is None else f" (nDCG {gain:.3f}, of {whole:.3f})"


def _cut(found: Compression, key: str) -> None:
    """Draw what the first dimensions keep, beside as many at random and PCA, where they are worse."""
    warned = [check for check in found.checks if check.warning]
    if not warned:
        return
    if any(not check.trained for check in warned):
        st.markdown(":material/warning: **This model was not trained to be cut short**")
        st.caption("Its first numbers keep hardly more of the nearest than as many drawn at random. PCA keeps more.")
    else:
        st.markdown(":material/warning: **PCA keeps more than the first numbers do**")
    checks = pd.DataFrame(
        {
            "numbers": [check.dims for check in warned],
            "the first": [100 * check.first for check in warned],
            "at random": [100 * sum(check.drawn) / len(check.drawn) for check in warned],
            "PCA": [100 * check.pca for check in warned],
        }
    )
    share = st.column_config.NumberColumn(format="%.1f%%")
    config = {name: share for name in map(str, checks) if name != "numbers"}
    st.dataframe(checks, hide_index=True, key=f"{key}-cut", column_config=config)

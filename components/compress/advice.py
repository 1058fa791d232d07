"""Which form to choose, and why, in plain words with the numbers."""

import pandas as pd
import streamlit as st

from components.compress.chart import words
from embedding_core.compress import Compression, Option, smallest

_TELLING = 0.1
"""A second look at more of the rows than this finds nearly all of them, whatever the small vectors are."""


def show(found: Compression, rescoring: int, target: float, key: str) -> None:
    """Draw the smallest form that keeps enough, without and with a second look, and what to beware of."""
    options = found.options(rescoring)
    plain = smallest([option for option in options if not option.quality.rescoring], target)
    again = smallest([option for option in options if option.quality.rescoring], target)
    with st.container(border=True):
        st.markdown(f"**Smallest vectors with recall of at least {target:.0%} at k = {found.k}**")
        sentence = (
            "No measured setting reaches this recall without rescoring." if plain is None else _summary(found, plain)
        )
        st.markdown(f"{sentence} No rescoring is needed." if plain is not None else sentence)
        if again is not None and (plain is None or again.trial.item_bytes < plain.trial.item_bytes):
            count = rescoring * found.k
            disk = (
                f"The full vectors, {found.full_size / 1e6:,.1f} MB, can stay on disk: a query reads {count} of them."
            )
            st.markdown(f"{_summary(found, again)} {disk}")
        elif rescoring:
            st.markdown(f"Rescoring {rescoring * found.k} candidates allows no smaller vectors.")
    if rescoring * found.k > _TELLING * found.rows:
        st.caption(
            f":material/warning: Rescoring {rescoring * found.k} of only {found.rows:,} rows finds nearly all "
            "neighbors. On a larger data set it finds fewer: measure there before you choose."
        )
    _cut(found, key)


def _summary(found: Compression, option: Option) -> str:
    trial, full = option.trial, 4 * found.dim
    name = words(option, found.k)
    share = "full size" if trial.item_bytes == full else f"1/{full / trial.item_bytes:.3g} of the size"
    gain = _gain(found, option)
    return (
        f"**{name[0].upper()}{name[1:]}**: recall {option.quality.recall:.1%}{gain} at {share}, "
        f"{trial.size(found.items) / 1e6:,.1f} MB here, {trial.billion / 1e9:,.0f} GB for a billion vectors."
    )


def _gain(found: Compression, option: Option) -> str:
    """Return the nDCG disk that of the full vectors, or nothing where no query was judged."""
    whole = next((one.quality.ndcg for one in found.options(0) if one.trial.item_bytes == 4 * found.dim), None)
    gain = option.quality.ndcg
    return "" if gain is None or whole is None else f" (nDCG {gain:.3f}; full vectors {whole:.3f})"


def _cut(found: Compression, key: str) -> None:
    """Draw what the first dimensions keep, disk as many at random and PCA, where they are worse."""
    warned = [check for check in found.checks if check.warning]
    if not warned:
        return
    if any(not check.trained for check in warned):
        st.markdown(":material/warning: **This model was not trained for truncation**")
        st.caption("Its first dimensions have hardly more recall than randomly drawn ones. PCA has more.")
    else:
        st.markdown(":material/warning: **PCA has more recall than truncation**")
    checks = pd.DataFrame(
        {
            "dimensions": [check.dims for check in warned],
            "truncated": [100 * check.first for check in warned],
            "random": [100 * sum(check.drawn) / len(check.drawn) for check in warned],
            "PCA": [100 * check.pca for check in warned],
        }
    )
    share = st.column_config.NumberColumn(format="%.1f%%")
    config = {name: share for name in map(str, checks) if name != "dimensions"}
    st.dataframe(checks, hide_index=True, key=f"{key}-cut", column_config=config)

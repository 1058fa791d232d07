"""Every form of the vectors as a row, and as a file."""

import pandas as pd
import streamlit as st

from components.compress.chart import NAMES, sizes, value
from components.widgets.export import download
from embedding_core.base.keys import fingerprint
from embedding_core.base.types import Key
from embedding_core.compress import Compression, Reduction, pareto
from embedding_core.data.export import to_csv

_HEIGHT = 420
_SHORTENED = {Reduction.NONE: "none", Reduction.TRUNCATED: "truncated", Reduction.PCA: "PCA"}


def show(found: Compression, rescoring: int, judged: bool, dataset: Key, key: str) -> None:
    """Draw the table and a way to take it home."""
    frame = table(found, rescoring, judged)
    shares = {name: st.column_config.NumberColumn(format="%.3f") for name in map(str, frame) if "@" in name}
    st.dataframe(
        frame,
        hide_index=True,
        height=_HEIGHT,
        key=f"{key}-table",
        column_config={
            **shares,
            "MB": st.column_config.NumberColumn(format="%.2f", help=f"This data set, {found.items:,} items"),
            "GB per billion": st.column_config.NumberColumn(format="%.1f"),
            "ms": st.column_config.NumberColumn(format="%.3f", help="The median of one query on one core"),
            "Pareto-optimal": st.column_config.CheckboxColumn(
                help="No setting of the same size is better, and none of the same quality is smaller"
            ),
        },
    )
    mark = fingerprint(dataset, found.k, rescoring, found.dim)[:8]
    download("CSV", lambda: to_csv(frame), f"compression-{mark}.csv", f"{key}-csv")


def table(found: Compression, rescoring: int, judged: bool) -> pd.DataFrame:
    """Return the options with their figures: those that none beats first, then by size."""
    options = found.options(rescoring)
    columns = {
        "dimensions": [option.trial.dims for option in options],
        "reduction": [_SHORTENED[option.trial.reduction] for option in options],
        "precision": [NAMES[option.trial.precision] for option in options],
        "rescored": [option.quality.rescoring * found.k for option in options],
        f"recall@{found.k}": [option.quality.recall for option in options],
        f"nDCG@{found.k}": [option.quality.ndcg for option in options],
        "bytes per vector": sizes(options),
        "MB": [option.trial.size(found.items) / 1e6 for option in options],
        "GB per billion": [option.trial.billion / 1e9 for option in options],
        "ms": [option.quality.milliseconds for option in options],
        "Pareto-optimal": pareto(sizes(options), [value(option, judged) for option in options]),
    }
    frame = pd.DataFrame(columns).sort_values(
        ["Pareto-optimal", "bytes per vector"], ascending=[False, True], kind="stable"
    )
    return frame if found.judged else frame.drop(columns=f"nDCG@{found.k}")

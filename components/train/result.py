"""What came of a training: before and after, the encoder to use, to take along or to delete."""

from enum import StrEnum

import pandas as pd
import streamlit as st

from components.app.untrusted import md_label
from components.widgets.export import download
from embedding_core.encoders.text import tuned
from embedding_core.train import HeldOutMeasure, Tuned, apart


class Wish(StrEnum):
    """What is to be done with the encoder."""

    USE = "use"
    DELETE = "delete"


NOTE = (
    "**Fine-tuning** continues the training of a pretrained encoder with a few hundred examples of your own, so that "
    "items that you consider similar get similar vectors. The **loss** defines what is pulled together and what is "
    "pushed apart. It also falls when the encoder only memorizes its examples, so some rows are **held out** to "
    "measure whether it generalizes. **kNN accuracy** asks whether the nearest texts have the same label, a **linear "
    "probe** whether a linear classifier can separate the labels. The 95% intervals show the variation due to the "
    "held-out rows, not for the choice of training rows. **Hard negatives** are similar texts that do not belong "
    "together; they are the most informative examples. Further reading: "
    "[Sentence-BERT](https://arxiv.org/abs/1908.10084), [SetFit](https://arxiv.org/abs/2209.11055), "
    "[Matryoshka](https://arxiv.org/abs/2205.13147)."
)


def show(made: Tuned, current: str, key: str) -> Wish | None:
    """Draw the card and return what is wished for."""
    with st.container(border=True):
        st.markdown(f"**{md_label(made.name)}**, from {md_label(made.base)}")
        whole = made.before[0].dims
        pairs = list(zip(made.before, made.after, strict=True))
        with st.container(horizontal=True, gap="large"):
            for before, after in pairs:
                if before.dims == whole:
                    _metric(before, after)
        if any(before.dims != whole for before, _ in pairs):
            st.dataframe(table(made), hide_index=True, key=f"{key}-table")
        st.caption(_summary(made))
        with st.container(horizontal=True):
            use = st.button(
                "In use" if current == made.name else "Use this encoder",
                type="primary",
                icon=":material/check:",
                key=f"{key}-use",
                disabled=current == made.name,
            )
            download(
                "Download",
                lambda: tuned.archive(made.name),
                f"{made.name}-{_revision(made.name)}.zip",
                f"{key}-zip",
                help="A Sentence Transformers model folder with a model card.",
            )
            delete = st.button("Delete", type="tertiary", icon=":material/delete:", key=f"{key}-delete")
    return Wish.USE if use else Wish.DELETE if delete else None


def _revision(name: str) -> str:
    spec = tuned.find(name)
    return spec.revision if spec is not None else ""


def _metric(before: HeldOutMeasure, after: HeldOutMeasure) -> None:
    st.metric(
        before.name.capitalize() if before.name[1].islower() else before.name,
        f"{after.value:.1%}",
        f"{100 * (after.value - before.value):+.1f} points",
        help=(
            f"Before {_interval(before)}, after {_interval(after)}; 95% intervals from a bootstrap over the "
            "held-out rows."
        ),
    )
    st.caption(f"before {_interval(before)}  \nafter {_interval(after)}")


def _interval(measure: HeldOutMeasure) -> str:
    return f"{measure.value:.1%} ({measure.low:.1%} to {measure.high:.1%})"


def table(made: Tuned) -> pd.DataFrame:
    """Return the measures of all sizes, with what a smaller size loses."""
    whole = {(when, one.name): one.value for when, of in _sides(made) for one in of if one.dims == made.before[0].dims}
    rows = [
        {
            "measure": before.name,
            "dimensions": before.dims,
            "before": round(before.value, 3),
            "lost before": round(whole["before", before.name] - before.value, 3),
            "after": round(after.value, 3),
            "lost after": round(whole["after", after.name] - after.value, 3),
        }
        for before, after in zip(made.before, made.after, strict=True)
    ]
    return pd.DataFrame(rows)


def _sides(made: Tuned) -> tuple[tuple[str, tuple[HeldOutMeasure, ...]], ...]:
    return ("before", made.before), ("after", made.after)


def _summary(made: Tuned) -> str:
    counts = made.counts
    parts = [
        f"Trained on {counts.trained_on:,} rows ({counts.examples:,} examples per epoch) in {made.seconds:,.0f} s, "
        f"measured on {counts.measured_on:,} others.",
        apart(counts.parting, counts.shared, counts.left_out),
    ]
    before, after = made.before[0], made.after[0]
    if after.low <= before.high and before.low <= after.high:
        parts.append("The intervals before and after overlap, so the difference may be random.")
    if counts.mined:
        parts.append(f"{counts.mined:,} hard negatives were mined.")
    if counts.cut:
        parts.append(f"{counts.cut:,} texts were longer than the max sequence length and were truncated.")
    if counts.dropped:
        parts.append(f"{counts.dropped:,} rows were incomplete and were skipped.")
    return " ".join(parts)

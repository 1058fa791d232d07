"""By which loss, for how long and under which name to train: the form of Train."""

from dataclasses import replace
from typing import Any

import streamlit as st

from components.app import problem
from components.app.job_panel import duration
from components.app.untrusted import md_label
from components.train import columns, losses
from embedding_core import encoders
from embedding_core.base.errors import VectorscopeError
from embedding_core.data.dataset import Dataset
from embedding_core.encoders.spec import EncoderSpec
from embedding_core.encoders.text import tuned
from embedding_core.train import (
    JudgedRows,
    Loss,
    Pairing,
    TrainingData,
    TrainingSplit,
    TuneParams,
    apart,
    matryoshka_dims,
    split,
    training_data_of,
    tunable,
)
from embedding_core.train.estimate import count_examples, seconds
from embedding_core.train.stages import FineTune, with_free_name

_LONG_SECONDS = 900
_RATES = [1e-5, 2e-5, 5e-5, 1e-4, 2e-4, 1e-3, 3e-3]


def show(dataset: Dataset, encoder: str, judgments: JudgedRows, key: str) -> FineTune | None:
    """Draw the form; return the training when its button was pressed."""
    spec = encoders.resolve(encoder)
    if reason := tunable(spec):
        spec = encoders.resolve(encoders.DEFAULT_ENCODER)
        st.caption(f":material/info: {md_label(reason)} {md_label(spec.title)} is trained instead.")
    supervision = columns.choose(dataset, judgments, key)
    if supervision is None:
        return None
    labeled = supervision.pairing is Pairing.LABELS and not supervision.judgments
    loss = losses.choose(supervision.pairing, key)
    epochs, dims = _basic(spec, key)
    # The button stands before what few open, so that what it begins is seen beside it.
    foot = st.container()
    with st.expander("More", icon=":material/tune:"):
        name = st.text_input("Name", _suggested(dataset.name, loss), key=f"{key}-name-{loss}", max_chars=60)
        more = _more(loss, labeled=labeled, key=key)
    params = replace(more, loss=loss, matryoshka=dims, epochs=epochs)
    with foot:
        try:
            training_data = training_data_of(dataset, supervision)
            parts = split(training_data, params)
        except VectorscopeError as error:
            problem.show(error)
            return None
        _expect(training_data, parts, params, spec, labeled=labeled)
        if not st.button("Train", type="primary", icon=":material/model_training:", key=f"{key}-go", width="stretch"):
            return None
    name = tuned.slug(name) or _suggested(dataset.name, loss)
    return with_free_name(FineTune(dataset.key, supervision, spec.name, spec.revision, name, params))


def _basic(spec: EncoderSpec, key: str) -> tuple[int, tuple[int, ...]]:
    """Draw what most want to set; return epochs and the dimensions that are to stand alone."""
    default = TuneParams()
    epochs: Any = st.slider(
        "Epochs",
        min_value=1,
        max_value=10,
        value=default.epochs,
        key=f"{key}-epochs",
        help="How many times each example is used.",
    )
    short = st.toggle(
        "Matryoshka (truncatable vectors)",
        key=f"{key}-matryoshka",
        help="The loss is also computed on the first half of the dimensions, the first quarter and so on, so that "
        "vectors can be truncated later at little cost.",
    )
    return int(epochs), matryoshka_dims(spec.dim or 384) if short else ()


def _more(loss: Loss, *, labeled: bool, key: str) -> TuneParams:
    default = TuneParams()
    per_class: Any = None
    if labeled:
        per_class = st.number_input(
            "Training texts per class",
            min_value=2,
            max_value=10_000,
            value=None,
            key=f"{key}-per-class",
            placeholder="80% of the rows",
            help="All other rows are used for measuring. A small number shows what a few hand-made labels achieve.",
        )
    batch: Any = st.select_slider("Batch size", [8, 16, 32, 64, 128], default.batch_size, key=f"{key}-batch")
    rate: Any = st.select_slider("Learning rate", _RATES, default.learning_rate, format_func=_plain, key=f"{key}-rate")
    tokens: Any = st.select_slider(
        "Max sequence length", [32, 64, 128, 256], default.max_seq_length, key=f"{key}-tokens"
    )
    hard = st.toggle(
        "Mine hard negatives",
        loss is not Loss.MNRL,
        key=f"{key}-hard-{loss}",
        help="Takes negatives from the near neighbors, but not from the very nearest, which may be unlabeled "
        "positives.",
    )
    patience: Any = st.number_input(
        "Early-stopping patience",
        min_value=0,
        max_value=10,
        value=0,
        key=f"{key}-patience",
        help=(
            "Stop after this many epochs without improvement; 0 disables early stopping. Part of the held-out "
            "rows then decides when to stop and is excluded from the test."
        ),
    )
    seed: Any = st.number_input("Seed", min_value=0, max_value=2**31 - 1, value=0, key=f"{key}-seed")
    return TuneParams(
        batch_size=int(batch),
        learning_rate=float(rate),
        max_seq_length=int(tokens),
        hard_negatives=hard,
        per_class=None if per_class is None else int(per_class),
        patience=int(patience),
        seed=int(seed),
    )


def _plain(rate: float) -> str:
    return f"{rate:g}"


def _suggested(data: str, loss: Loss) -> str:
    return f"{tuned.slug(data.rsplit('.', 1)[0])[:40].strip('-') or 'tuned'}-{loss}"


def _expect(
    training_data: TrainingData, parts: TrainingSplit, params: TuneParams, spec: EncoderSpec, *, labeled: bool
) -> None:
    """Say what is learned from, and how long that will take."""
    count, _ = count_examples(training_data, len(parts.train), params)
    expected = seconds(training_data, len(parts.train), params, spec)
    st.caption(
        f"{len(parts.train):,} rows for training, {len(parts.test):,} for measuring; {count:,} examples per epoch. "
        f"{apart(parts.parting, parts.shared, parts.left_out)} **{duration(expected).capitalize()}** on an otherwise "
        "idle machine."
    )
    if training_data.dropped:
        st.caption(f":material/info: {training_data.dropped:,} rows lack a text, a label or a score and are skipped.")
    if expected > _LONG_SECONDS:
        shorter = (
            "A hundred texts per class are often enough; set the number under More"
            if labeled
            else "Train for one epoch"
        )
        st.caption(f":material/hourglass: That takes long. {shorter}, or use a sample of the data.")

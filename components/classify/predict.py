"""A classifier learned from all labels: asked about new texts, exported, or used for rows without a label."""

import io
import json
import tempfile
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from components.app.untrusted import md_label
from components.classify import labels as classify_labels
from components.classify.labels import Relabeled
from components.classify.setup import Setup
from components.widgets import code as show_code
from components.widgets import row_table, upload, uploaded_picture
from components.widgets.context import AnalysisContext
from components.widgets.export import download
from embedding_core import encoders
from embedding_core.base.keys import fingerprint
from embedding_core.classify import snippet
from embedding_core.classify.saved import SavedClassifier, save_classifier
from embedding_core.classify.stages import TrainClassifier
from embedding_core.data.labels import labels_of
from embedding_core.encoders.spec import Modality
from embedding_core.encoders.stages import EncodeQueries
from embedding_core.search.state import SearchState
from embedding_core.workspace import Selection

NOTE = (
    "The classifier is trained on every labeled row, so its predictions for these rows are no test: see the view "
    "Scores. Downloaded, it is two files: **JSON** with its description and **npz** with its weights; neither can "
    "run code. `python -m embedding_core classify FILE --classifier THE.zip` applies it on the command line."
)
_SHOWN_CLASSES = 5


def show(
    context: AnalysisContext, setup: Setup, search: SearchState, key: str
) -> Selection | Relabeled | SearchState | None:
    """Draw the questions and answers; return rows for the map, the data set with labels, or a search with a picture.

    The picture is that of the Search page, so that one upload is searched for and classified.
    """
    saved = context.result(TrainClassifier(context.space, setup.label, setup.params))
    if saved is None:
        return None
    reads = encoders.resolve(context.space.encoder).reads
    words, wish = "", None
    if Modality.TEXT in reads:
        words = st.text_input(
            "Classify a text", key=f"{key}-words", placeholder="Type a text, then press Enter"
        ).strip()
        if words:
            _answer(context, saved, EncodeQueries((words,), context.space))
    if Modality.IMAGE in reads:
        wish = _picture(context, saved, search, key)
    download(
        "Download classifier",
        lambda: _packed(saved),
        f"classifier-{fingerprint(json.dumps(saved.about), saved.names, context.space.key)[:8]}.zip",
        f"{key}-save",
        help=f"{len(saved.names):,} classes, as JSON and npz",
    )
    asked = _unlabeled(context, setup, saved, key)
    shown = (context.dataset.key, context.space.encoder, setup.label, setup.params)
    show_code.show(snippet.classifier(*shown, words))
    return wish or asked


def _picture(context: AnalysisContext, saved: SavedClassifier, search: SearchState, key: str) -> SearchState | None:
    """Draw a place for a picture and its classes; return the search with another picture, or with none."""
    store, stored = context.engine.store, search.picture
    if stored is None or not store.has("upload", stored):
        brought = upload.show_one("Picture", f"{key}-drop-picture", "Or drop a picture.")
        if brought is None:
            return None
        kept = uploaded_picture.keep(context.engine, brought, context.owner)
        return None if kept is None else replace(search, picture=kept)
    left, right = st.columns([1, 3], gap="medium")
    with left:
        uploaded_picture.show(context.engine, stored, context.owner)
        away = st.button("Remove", icon=":material/close:", key=f"{key}-away")
    with right:
        _answer(context, saved, EncodeQueries((), context.space, (stored,)))
    return replace(search, picture=None) if away else None


def _answer(context: AnalysisContext, saved: SavedClassifier, asked: EncodeQueries) -> None:
    """Draw the classes of what was asked, the most probable first."""
    vectors = context.result(asked, wait=2.0)
    if vectors is None:
        return
    probabilities = saved.classifier.probabilities(vectors)[0]
    best = np.argsort(-probabilities, kind="stable")[:_SHOWN_CLASSES]
    st.markdown(f"**{md_label(saved.names[best[0]])}**, with a probability of {probabilities[best[0]]:.2f}")
    st.dataframe(
        {"class": [saved.names[code] for code in best.tolist()], "probability": probabilities[best]},
        hide_index=True,
        width=480,
        column_config={"probability": st.column_config.ProgressColumn(format="%.2f", min_value=0, max_value=1)},
    )


def _packed(saved: SavedClassifier) -> bytes:
    """Return the saved files as a ZIP."""
    buffer = io.BytesIO()
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        save_classifier(saved, Path(folder))
        for file in sorted(Path(folder).iterdir()):
            archive.write(file, file.name)
    return buffer.getvalue()


def _unlabeled(
    context: AnalysisContext, setup: Setup, saved: SavedClassifier, key: str
) -> Selection | Relabeled | None:
    """Draw what is said of rows that have no label."""
    labels = labels_of(context.dataset.columns[setup.label])
    rows = np.flatnonzero(labels.codes < 0)
    if not len(rows):
        st.caption("Every row has a label.")
        return None
    probabilities = saved.classifier.probabilities(context.vectors[rows])
    order = np.argsort(probabilities.max(axis=1), kind="stable")
    rows, probabilities = rows[order], probabilities[order]
    names = [saved.names[code] for code in probabilities.argmax(axis=1).tolist()]
    st.markdown(f"**{len(rows):,} rows without a label**, least confident first")
    columns: dict[str, list[Any]] = {
        "prediction": names,
        "confidence": probabilities.max(axis=1).astype(float).tolist(),
    }
    shown = row_table.show(context.dataset, rows.tolist(), columns, f"{key}-rows", "predicted")
    known = {row: labels.names[labels.codes[row]] for row in labels.known.tolist()}
    every = known | dict(zip(rows.tolist(), names, strict=True))
    return classify_labels.keep(context.dataset, f"{setup.label} completed", every, key) or shown

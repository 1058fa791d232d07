"""A classifier learned from all labels: asked about new words, taken along, or used for rows without a label."""

import io
import json
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from components import row_table
from components.classify_setup import Setup
from components.scene import Scene
from components.untrusted import md_label
from embedding_core import encoders
from embedding_core.classification import SavedClassifier, labels_of, save_classifier
from embedding_core.encoders.spec import Modality
from embedding_core.fingerprint import fingerprint
from embedding_core.stages import EncodeQueries, TrainClassifier
from embedding_core.workspace import Selection

NOTE = (
    "The classifier is learned from every labelled row, so what it says of those is no test: the view Scores is. Taken "
    "along it is two files, **JSON** that says what it is and **npz** with its numbers; nothing in them can run. "
    "`python -m embedding_core classify FILE --classifier FOLDER` uses it without a browser."
)
_SHOWN_CLASSES = 5


def show(scene: Scene, setup: Setup, key: str) -> Selection | None:
    """Draw the questions and answers; return rows for the map."""
    saved = scene.result(TrainClassifier(scene.space, setup.label, setup.params))
    if saved is None:
        return None
    if Modality.TEXT in encoders.resolve(scene.space.encoder).reads:
        words = st.text_input("Which class is this?", key=f"{key}-words", placeholder="Type a text, then press Enter")
        if words.strip():
            _answer(scene, saved, words.strip())
    archive = _packed(saved)
    st.download_button(
        "Take the classifier along",
        archive,
        f"classifier-{fingerprint(json.dumps(saved.about), saved.names, scene.space.key)[:8]}.zip",
        "application/zip",
        icon=":material/download:",
        on_click="ignore",
        key=f"{key}-save",
        help=f"{len(saved.names):,} classes, {len(archive) / 1e6:.1f} MB",
    )
    return _unlabelled(scene, setup, saved, key)


def _answer(scene: Scene, saved: SavedClassifier, words: str) -> None:
    vectors = scene.result(EncodeQueries((words,), scene.space), wait=2.0)
    if vectors is None:
        return
    chances = saved.classifier.chances(vectors)[0]
    best = np.argsort(-chances, kind="stable")[:_SHOWN_CLASSES]
    st.markdown(f"**{md_label(saved.names[best[0]])}**, with a probability of {chances[best[0]]:.2f}")
    st.dataframe(
        {"class": [saved.names[code] for code in best.tolist()], "probability": chances[best]},
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


def _unlabelled(scene: Scene, setup: Setup, saved: SavedClassifier, key: str) -> Selection | None:
    """Draw what is said of rows that have no label."""
    labels = labels_of(scene.dataset.columns[setup.label])
    rows = np.flatnonzero(labels.codes < 0)
    if not len(rows):
        st.caption("Every row has a label.")
        return None
    chances = saved.classifier.chances(scene.vectors[rows])
    order = np.argsort(chances.max(axis=1), kind="stable")
    st.markdown(f"**{len(rows):,} rows without a label**, the least sure first")
    columns: dict[str, list[Any]] = {
        "prediction": [saved.names[code] for code in chances.argmax(axis=1)[order].tolist()],
        "sure": chances.max(axis=1)[order].astype(float).tolist(),
    }
    return row_table.show(scene.dataset, rows[order].tolist(), columns, f"{key}-rows", "predicted")

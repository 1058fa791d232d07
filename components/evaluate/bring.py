"""Ways to bring judgments: a table, a BEIR collection, the marks of a search, or judging here."""

from dataclasses import dataclass
from functools import partial
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import streamlit as st

from components.app import problem
from components.app.untrusted import md_label, shorten
from components.widgets import upload
from components.widgets.context import AnalysisContext
from components.widgets.upload import Upload
from embedding_core.base.errors import InputError
from embedding_core.base.types import Key
from embedding_core.data.beir import CORPUS, find_beir
from embedding_core.data.dataset import Dataset
from embedding_core.data.judgment_table import judged_columns, read_judgments
from embedding_core.data.judgments import Judgments, checked, judged, keep_judgments
from embedding_core.data.pictures.archives import from_zip
from embedding_core.data.read import read_table
from embedding_core.engine import Engine
from embedding_core.search.state import SearchState
from embedding_core.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Callable

_FORMATS = (
    "A table with query, document and relevance, where documents are given by ID or text; or a BEIR collection, as a "
    "ZIP or as its three files corpus.jsonl, queries.jsonl and qrels/test.tsv."
)


@dataclass(frozen=True)
class Change:
    """What the workspace is to hold from now on."""

    judgments: Key | None
    dataset: Dataset | None = None
    """Another data set, when the judgments came with one."""


def show(engine: Engine, dataset: Dataset | None, key: str) -> Change | None:
    """Draw a place for files of judgments; return what they mean, once, after which the key must change."""
    brought = upload.show("Drop judgments", key, _FORMATS)
    if not brought:
        return None
    try:
        return _taken(engine, dataset, brought)
    except InputError as error:
        problem.show(error)
        return None


def _taken(engine: Engine, dataset: Dataset | None, brought: list[Upload]) -> Change:
    files: dict[str, Callable[[], bytes]] = {file.name: partial(_bytes, file) for file in brought}
    name = brought[0].name
    if len(brought) == 1 and brought[0].data.startswith(b"PK\x03\x04"):
        path = engine.store.open("upload", engine.keep_upload(brought[0].data, name)) / "bytes"
        files = {member.name: member.read for member in from_zip(path, name).files}
    if len(files) > 1 or PurePosixPath(next(iter(files))).name == CORPUS:
        found = find_beir(PurePosixPath(name).stem, files)
        engine.keep_dataset(found.dataset)
        return Change(keep_judgments(checked(found.judgments, found.dataset.ids), engine.store), found.dataset)
    if dataset is None:
        raise InputError(
            "No data set is open, so there are no items to judge.", "Open one, or import a BEIR collection."
        )
    path = engine.store.open("upload", engine.keep_upload(brought[0].data, name)) / "bytes"
    frame = read_table(path, name).frame
    given = read_judgments(frame, judged_columns(frame), dataset.ids, dataset.texts)
    return Change(keep_judgments(checked(given, dataset.ids), engine.store))


def _bytes(file: Upload) -> bytes:
    return file.data


def marks(context: AnalysisContext, workspace: Workspace, before: Judgments | None, key: str) -> Change | None:
    """Draw the offer to keep what is marked on the Search page as judgments; return them when it is taken."""
    search = workspace.state(SearchState)
    if not (search.query.strip() and search.more):
        return None
    ids = context.dataset.ids
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(
            f"Marked on the Search page for “{md_label(shorten(search.query, 60))}”: {len(search.more):,} "
            f"relevant, {len(search.less):,} irrelevant.",
            width="content",
        )
        if not st.button("Save as judgments", icon=":material/bookmark_add:", key=f"{key}-marks"):
            return None
    more, less = ([ids[row] for row in rows] for rows in (search.more, search.less))
    return Change(keep_judgments(judged(before, search.query, more, less), context.engine.store))

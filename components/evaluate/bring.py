"""Ways to bring judgments: a table, a BEIR collection, the marks of a search, or judging here."""

from dataclasses import dataclass

import streamlit as st

from components.app import job_panel
from components.app.untrusted import md_label, shorten
from components.widgets import upload
from components.widgets.context import AnalysisContext
from embedding_core.base.types import Key
from embedding_core.data.arrivals import BroughtFile
from embedding_core.data.dataset import Dataset
from embedding_core.data.judgment_files import BroughtJudgments, ReadJudgments
from embedding_core.data.judgments import Judgments, judged, keep_judgments
from embedding_core.engine import Engine
from embedding_core.search.state import SearchState
from embedding_core.workspace import Workspace

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


def show(engine: Engine, dataset: Dataset | None, key: str) -> ReadJudgments | None:
    """Draw a place for files of judgments; return what reads them, once, after which the key must change."""
    brought = upload.show("Drop judgments", key, _FORMATS)
    if not brought:
        return None
    kept = tuple(BroughtFile(file.name, engine.keep_upload(file.data, file.name)) for file in brought)
    return ReadJudgments(kept, None if dataset is None else dataset.key)


def read(engine: Engine, brought: ReadJudgments, owner: str) -> Change | None:
    """Return what files of judgments mean, or None while they are read or when they cannot be: the page shows which."""
    found: BroughtJudgments | None = job_panel.result(engine, brought, owner, height=80)
    if found is None:
        return None
    return Change(found.judgments, None if found.dataset is None else engine.dataset(found.dataset))


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

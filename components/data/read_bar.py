"""The bar that says in one line how the open data set was read, amber where something was left out or is in doubt."""

from enum import StrEnum

import streamlit as st

from components.app.untrusted import md_label, shorten
from components.data import intake
from embedding_core.base.types import Key
from embedding_core.data.stages import BuildDataset
from embedding_core.data.summary import Summary
from embedding_core.engine import Engine
from embedding_core.workspace import Workspace

_MOST_WARNINGS = 3
_WARNING_CHARS = 320
_NAME_CHARS = 40


class Asked(StrEnum):
    """What the visitor wants of the bar."""

    CHANGE = "change"
    DISMISS = "dismiss"


def reading_key(workspace: Workspace) -> Key | None:
    """Return the key of the open data set as it was read; None for one that was not read from a file."""
    if workspace.source is None or workspace.dataset is None:
        return None
    return BuildDataset(workspace.source, workspace.choice).key


def show(engine: Engine, workspace: Workspace, key: str) -> Asked | None:
    """Draw the bar until it is dismissed; over a sample only where there is a warning.

    Args:
        engine: knows how the data set was read.
        workspace: what is open, and which bar was dismissed.
        key: begins the keys of the buttons.
    """
    source, reading = workspace.source, reading_key(workspace)
    if source is None or reading is None or reading == workspace.dismissed:
        return None
    summary = intake.summary(engine, source, workspace.choice)
    if summary is None or (source.is_sample and not summary.warnings):
        return None
    return _bar(summary, key)


def line(summary: Summary) -> str:
    """Return the line as markdown that shows the names of a file as they are."""
    return summary.line(lambda name: f"**{md_label(shorten(name, _NAME_CHARS))}**")


def _bar(summary: Summary, key: str) -> Asked | None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"{key}-bar"):
        if summary.warnings:
            st.warning(_with_warnings(summary), icon=":material/warning:")
        else:
            st.markdown(f":material/check_circle: {line(summary)}")
        change = st.button(
            "Change", icon=":material/tune:", key=f"{key}-change", type="tertiary", help="Change how the file is read"
        )
        dismiss = st.button("Dismiss", icon=":material/close:", key=f"{key}-dismiss", type="tertiary")
    return Asked.CHANGE if change else Asked.DISMISS if dismiss else None


def _with_warnings(summary: Summary) -> str:
    named = [f":small[{md_label(shorten(text, _WARNING_CHARS))}]" for text in summary.warnings[:_MOST_WARNINGS]]
    more = len(summary.warnings) - len(named)
    return "  \n".join([line(summary), *named, *([f":small[and {more:,} more]"] if more else [])])

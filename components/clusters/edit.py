"""What a person changes about clusters: rename, merge, split, send items elsewhere, put noise somewhere; undo."""

import streamlit as st

from components.app import problem
from components.app.untrusted import shorten
from components.clusters.found import Found
from embedding_core.base.errors import ParameterError
from embedding_core.clusters import AdoptNoise, ClusterEdits, Edit, Merge, Move, Rename, Split
from embedding_core.workspace import Selection

_NAME_CHARS = 60


def picked_bar(found: Found, picked: tuple[int, ...], key: str) -> ClusterEdits | None:
    """Draw what can be done with the clusters picked in a table; return the edits with one more."""
    if not picked:
        with st.container(height=40, border=False, vertical_alignment="center"):
            st.caption("Tick clusters at the left edge of the table to highlight, rename, merge or split them.")
        return None
    edit: Edit | None = None
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if len(picked) == 1:
            number = picked[0]
            with st.popover("Rename", icon=":material/edit:"), st.form(f"{key}-rename-{number}", border=False):
                name = st.text_input("Name", found.names[number], max_chars=200, key=f"{key}-name-{number}")
                if st.form_submit_button("Rename", type="primary", key=f"{key}-rename-go"):
                    edit = _renamed(number, name)
            single = found.clusters.sizes[number] < 2
            words = "The larger part keeps the name."
            if st.button("Split in two", icon=":material/call_split:", key=f"{key}-split", disabled=single, help=words):
                edit = Split(number)
        elif st.button(
            f"Merge these {len(picked)}",
            f"{key}-merge",
            icon=":material/call_merge:",
            help="The merged cluster keeps the first name.",
        ):
            edit = Merge(picked)
    return None if edit is None else found.edits.then(edit)


def _renamed(number: int, name: str) -> Edit | None:
    try:
        return Rename(number, name)
    except ParameterError as error:
        problem.show(error)
        return None


def selected_bar(found: Found, selection: Selection, key: str) -> ClusterEdits | None:
    """Draw what can be done with the selected items, with noise, and with the edits so far; return the new edits."""
    edit: Edit | None = None
    clusters = found.clusters
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        if selection and clusters.k:
            target = st.selectbox(
                f"Move {len(selection):,} selected to",
                sorted(clusters.numbers, key=lambda number: found.names[number].casefold()),
                format_func=lambda number: shorten(found.names[number], _NAME_CHARS),
                key=f"{key}-{found.mark}-target",
                width=260,
            )
            if st.button("Move", icon=":material/move_item:", key=f"{key}-send") and target is not None:
                edit = Move(selection.rows, target)
        if clusters.noise and clusters.k:
            words = f"Assign {clusters.noise:,} noise items to nearest cluster"
            if st.button(
                words,
                icon=":material/join:",
                key=f"{key}-adopt",
                help="Each noise item joins the cluster with the nearest center.",
            ):
                edit = AdoptNoise()
        undone = undo_button(found.edits, key)
    return undone if edit is None else found.edits.then(edit)


def undo_button(edits: ClusterEdits, key: str) -> ClusterEdits | None:
    """Draw the way back, if there is one; return the edits without the last."""
    if not edits.records:
        return None
    count = len(edits.records)
    words = f"{count} {'change' if count == 1 else 'changes'}. They are saved with these clusters."
    pressed = st.button(f"Undo change {count}", icon=":material/undo:", key=f"{key}-undo", type="tertiary", help=words)
    return edits.undone() if pressed else None

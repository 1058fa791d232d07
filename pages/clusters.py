"""Clusters: which items belong together, how many groups there are, and what a person makes of them."""

from dataclasses import replace

import streamlit as st

from components.app import runtime, session
from components.clusters import edit, setup, share, views
from components.clusters import found as clusters_found
from components.clusters import map as clusters_map
from components.widgets import code, context, empty, view_choice
from embedding_core.clusters import ClusterEdits, snippet
from embedding_core.clusters.state import ClustersState
from embedding_core.map.state import MapState
from embedding_core.workspace import Selection

engine, dataset, owner = runtime.engine(), session.dataset(), session.visitor()
if dataset is None:
    empty.show(session.pages())
else:
    now = session.workspace()
    analysis = context.open_context(engine, dataset, now.encoder, owner, now.selection)
    if analysis is not None:
        key = f"clusters-{analysis.key}-{session.number('clusters')}"
        state = now.state(ClustersState)
        params = setup.show(dataset, state.params, key)
        state = replace(state, params=params)
        now = session.update(state)
        made = clusters_found.wanted(analysis, params, now.state(MapState).projection)
        edits = state.edits_of(made.key)
        left, right = st.columns([1.2, 1], gap="medium")
        with left:
            view = view_choice.choose(views.View, "clusters")
            found = clusters_found.find(analysis, made, edits)
            wish = views.show(view, analysis, found, "clusters")
        with right:
            if found is None:
                wish = edit.undo_button(edits, "clusters") or wish
            else:
                event = clusters_map.show(analysis, found, now)
                wish = edit.selected_bar(found, now.selection, "clusters") or wish
                kept = share.show(analysis, found, "clusters")
                if session.news("clusters-map", event) and event is not None:
                    session.select(event.rows, event.how)
                    st.rerun()
                if kept is not None:
                    engine.keep_dataset(kept[0])
                    session.open_dataset(kept[0], same_rows=True, color=kept[1])
                    session.go("map")
        highlighted = wish if isinstance(wish, Selection) else None
        if session.news("clusters-lit", highlighted) and highlighted is not None:
            session.select(highlighted.rows, highlighted.how)
            session.bump("selection")
            st.rerun()
        if isinstance(wish, ClusterEdits):
            session.update(state.with_edits(wish))
            st.rerun()
        elif wish is not None and not isinstance(wish, Selection):
            session.update(replace(state, params=wish))
            session.bump("clusters")
            st.rerun()
        if found is not None:
            code.show(snippet.found(dataset.key, now.encoder, found.stage))
        views.explain(view)

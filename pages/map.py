"""The map: every item a point, close in meaning, close on the map."""

from dataclasses import replace

import streamlit as st

from components.app import job_panel, runtime, session
from components.data import read_bar
from components.embedding_map import trust_layer, view
from components.map import controls, export, modality, selection_table
from components.trust import badge
from components.widgets import empty, gallery, item_card, note
from embedding_core.map.state import MapState
from embedding_core.neighbors.stages import FindNeighbors
from embedding_core.search.state import SearchState

HEIGHT = 620

engine, dataset, owner = runtime.engine(), session.dataset(), session.visitor()
if dataset is None:
    empty.show(session.pages())
else:
    asked = read_bar.show(engine, session.workspace(), "map-read")
    if asked is read_bar.Asked.CHANGE:
        session.reveal("data", "reading")
        session.go("data")
    if asked is read_bar.Asked.DISMISS:
        session.update(dismissed=read_bar.reading_key(session.workspace()))
        st.rerun()
    state = session.workspace().state(MapState)
    state = controls.show(state, [str(name) for name in dataset.columns], len(dataset), f"map-{dataset.key[:8]}")
    workspace = session.update(state)
    middle, side = st.columns([2.6, 1], gap="medium")
    neighbors = None
    with side:
        badge.show(engine, owner, dataset, workspace, session.pages())
        if workspace.item is None:
            empty.hint(
                "Click a point to read the item and see its nearest neighbors. To select many points, use the lasso "
                "or the box above the map, or select a class in the legend."
            )
        else:
            space = engine.embedding(dataset, workspace.encoder)
            neighbors = job_panel.result(engine, FindNeighbors(space), owner, height=0)
            card = f"card-{dataset.key[:8]}-{workspace.item}"
            clicked = item_card.show(dataset, workspace.item, neighbors, card)
            if clicked is not None:
                session.update(item=clicked)
                st.rerun()
            if item_card.asks_for_more(card):
                session.update(
                    replace(workspace.state(SearchState), query="", picture=None, more=(workspace.item,), less=())
                )
                session.go("search")
    with middle:
        picture = trust_layer.picture(engine, owner, dataset, workspace, HEIGHT)
        if picture is not None:
            points = view.opened(picture.points, workspace, neighbors)
            event = view.show(points, workspace.selection, f"map-{dataset.key[:12]}", HEIGHT)
            export.show(dataset, picture.points, picture.caption)
            if session.news("map", event) and event is not None:
                session.select(event.rows, event.how)
                if event.row is not None:
                    session.update(item=event.row)
                st.rerun()
        gap = view.gap(engine, dataset, workspace)
        if gap is not None and modality.show(gap, state.centered, "gap") != state.centered:
            session.update(replace(state, centered=not state.centered))
            st.rerun()
    if workspace.selection:
        picked = gallery.browse(dataset, "selection-gallery", workspace.selection.rows, workspace.item)
        if picked is not None:
            session.update(item=picked)
            st.rerun()
        action = selection_table.show(dataset, workspace.selection, "selection")
        if action is selection_table.SelectionAction.SIMILAR:
            session.update(replace(workspace.state(SearchState), query=""))
            session.go("search")
        elif action is selection_table.SelectionAction.NARROW:
            part = dataset.take(list(workspace.selection.rows), f"{dataset.name}, {len(workspace.selection):,} rows")
            engine.keep_dataset(part)
            session.open_dataset(part)
            st.rerun()
    note.show(view.NOTE)

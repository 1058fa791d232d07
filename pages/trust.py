"""Trust: what the map can be trusted for, what is chance in it, and whether the space is sound."""

import streamlit as st

from components import empty, runtime, scene, session, trust_views, view_choice
from components.embedding_map import MapEvent
from embedding_core.workspace import Selection

engine, dataset, owner = runtime.engine(), session.dataset(), session.visitor()
if dataset is None:
    empty.show("Trust", session.pages())
else:
    view = view_choice.choose(trust_views.View, "trust")
    now = session.workspace()
    stage = scene.open_scene(engine, dataset, now.encoder, owner, now.selection)
    if stage is not None:
        chosen = trust_views.show(view, stage, now, "trust")
        event = chosen if isinstance(chosen, MapEvent) else None
        if session.news("trust", event) and event is not None:
            session.select(event.rows, event.how)
            st.rerun()
        if isinstance(chosen, Selection):
            session.select(chosen.rows, chosen.how)
            session.bump("selection")
            session.go("map")
        elif chosen is not None and event is None:
            session.update(projection=chosen)
            session.go("map")

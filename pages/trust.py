"""Trust: what the map can be trusted for, what is chance in it, and whether the space is sound."""

from dataclasses import replace

import streamlit as st

from components.app import runtime, session
from components.embedding_map import MapEvent
from components.trust import views
from components.widgets import context, empty, view_choice
from embedding_core.map.state import MapState
from embedding_core.workspace import Selection

engine, dataset, owner = runtime.engine(), session.dataset(), session.visitor()
if dataset is None:
    empty.show(session.pages())
else:
    view = view_choice.choose(views.View, "trust")
    now = session.workspace()
    analysis = context.open_context(engine, dataset, now.encoder, owner, now.selection)
    if analysis is not None:
        chosen = views.show(view, analysis, now, "trust")
        event = chosen if isinstance(chosen, MapEvent) else None
        if session.news("trust", event) and event is not None:
            session.select(event.rows, event.how)
            st.rerun()
        if isinstance(chosen, Selection):
            session.select(chosen.rows, chosen.how)
            session.bump("selection")
            session.go("map")
        elif chosen is not None and not isinstance(chosen, MapEvent):
            session.update(replace(now.state(MapState), projection=chosen))
            session.go("map")

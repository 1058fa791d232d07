"""Inside: how a text becomes a vector, what context does, and what a model's parts say."""

import streamlit as st

from components.app import runtime, session
from components.inspect import views
from components.inspect.context import InspectContext
from components.widgets import empty, view_choice
from embedding_core.inspect.state import InspectState

now = session.workspace()
view = view_choice.choose(views.View, "inspect")
context = InspectContext(
    runtime.engine(), session.visitor(), session.dataset(), now.encoder, now.selection, now.state(InspectState).picture
)
if context.dataset is None and view in views.NEED_DATA:
    empty.show(session.pages())
else:
    chosen = views.show(view, context, "inspect")
    if isinstance(chosen, str):
        session.update(InspectState(chosen or None))
        st.rerun()
    elif chosen is not None:
        session.select(chosen.rows, chosen.how)
        session.bump("selection")
        session.go("map")

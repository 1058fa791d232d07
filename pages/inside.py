"""Inside: how a text becomes a vector, what context does, and what a model's parts say."""

import streamlit as st

from components import empty, inside_views, runtime, session, view_choice
from components.inside_bench import Bench

now = session.workspace()
view = view_choice.choose(inside_views.View, "inside")
bench = Bench(runtime.engine(), session.visitor(), session.dataset(), now.encoder, now.selection, now.looked_into)
if bench.dataset is None and view in inside_views.NEED_DATA:
    empty.show(view, session.pages())
else:
    chosen = inside_views.show(view, bench, "inside")
    if isinstance(chosen, str):
        session.update(looked_into=chosen or None)
        st.rerun()
    elif chosen is not None:
        session.select(chosen.rows, chosen.how)
        session.bump("selection")
        session.go("map")

"""Compare: two encoders on the same rows, their neighbors and their maps side by side."""

import streamlit as st

from components.app import runtime, session
from components.compare import maps, measures, rows, setup, view
from components.widgets import code, empty, note
from embedding_core.compare.state import CompareState

engine, dataset, owner = runtime.engine(), session.dataset(), session.visitor()
if dataset is None:
    empty.show(session.pages())
elif len(dataset) < 2:
    empty.hint("One item has no neighbors to compare. Import a data set with more rows.")
else:
    now = session.workspace()
    key = f"compare-{dataset.key[:8]}"
    choice = setup.show(dataset, now.encoder, now.state(CompareState).other, key)
    if choice is None:
        empty.hint("No other encoder that is available here can embed this data, so there is nothing to compare with.")
    else:
        other, k = choice
        now = session.update(CompareState(other))
        pair = view.compared(engine, dataset, now, other, k, owner)
        if pair is not None:
            measures.show(pair.found, key)
            row = pair.row(now.item)
            events = maps.show(pair.context, now, pair.lists, row, k)
            for place, event in enumerate(events):
                if session.news(f"compare-{place}", event) and event is not None:
                    session.select(event.rows, event.how)
                    if event.row is not None:
                        session.update(item=event.row)
                    st.rerun()
            st.subheader("Rows whose neighbors differ most", anchor=False)
            picked = rows.show(dataset, pair.found.neighborhoods, f"{key}-{other}-{k}")
            if session.news("compare-row", picked) and picked is not None:
                session.update(item=picked)
                st.rerun()
            rows.neighbors(dataset, row, pair.lists, k, key)
            code.show(pair.code)
    note.show(view.NOTE)

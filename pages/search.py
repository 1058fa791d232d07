"""Search: the items nearest to words or to a selection, in the original space."""

import streamlit as st

from components import empty, hit_list, job_panel, note, query_box, runtime, session
from embedding_core.dataset import Kind
from embedding_core.search import SearchParams
from embedding_core.stages import EncodeQueries

engine, dataset, owner = runtime.engine(), session.dataset(), session.visitor()
if dataset is None:
    empty.show("Search", session.pages())
else:
    query = query_box.show(session.workspace(), reads_words=dataset.kind is Kind.TEXT)
    space = engine.embedding(dataset, session.update(query=query.words).encoder)
    params = SearchParams(k=query.k)
    hits = None
    if query.words:
        asked = EncodeQueries((query.words,), space)
        if job_panel.result(engine, space, owner) is not None:
            if job_panel.result(engine, asked, owner, wait=2.0) is not None:
                hits = engine.search(asked, params)
    elif query.rows:
        if job_panel.result(engine, space, owner) is not None:
            hits = engine.search_near(space, query.rows, params)
            st.caption(f"Nearest to the mean of the {len(query.rows):,} selected, themselves left out.")
    else:
        empty.hint("Type what you are looking for, or select points on the map to find what is near them.")
    if hits is not None:
        chosen = hit_list.show(dataset, hits, "search")
        if chosen:
            session.select(chosen, "search")
            session.bump("selection")
            session.go("map")
    note.show(hit_list.NOTE)

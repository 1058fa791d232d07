"""Search: what is near in meaning, shares words, or both; each hit with its reasons."""

import streamlit as st

from components.app import job_panel, runtime, session
from components.embedding_map import view
from components.search import examples, hit_list, index_lesson, picked, results
from components.search import form as search_form
from components.widgets import empty, note
from embedding_core.search.stages import CompareIndexes

engine, dataset, owner = runtime.engine(), session.dataset(), session.visitor()
if dataset is None:
    empty.show(session.pages())
else:
    key = f"search-{dataset.key[:8]}-{session.number('arrival')}"
    form = search_form.show(engine, owner, dataset, session.workspace(), key, str(session.number("search")))
    workspace = session.update(form.state)
    if form.renew:
        session.bump("search")
        st.rerun()
    done = results.Outcome(examples.show(dataset, workspace, key))
    if form.questions and form.questions[0].empty:
        empty.hint("Type a query, or select points on the map to find items similar to them.")
    elif form.questions and done.picked is None:
        done = results.show(engine, owner, dataset, workspace, form.questions)
    if done.picked is not None:
        if done.picked.action is picked.HitAction.MAP:
            session.select(tuple(sorted(done.picked.rows)), "search")
            session.go("map")
        if done.picked.action is picked.HitAction.OPEN:
            session.update(item=done.picked.rows[0])
        session.update(picked.marked(form.state, done.picked))
        st.rerun()
    if session.news("hits", done.event) and done.event is not None:
        session.select(done.event.rows, done.event.how)
        if done.event.row is not None:
            session.update(item=done.event.row)
        st.rerun()
    if st.toggle("Benchmark ANN indexes", key=f"{key}-indexes"):
        curves = job_panel.result(engine, CompareIndexes(engine.embedding(dataset, workspace.encoder)), owner)
        if curves is not None:
            index_lesson.show(curves, view.theme(), key)
    note.show(hit_list.NOTE)

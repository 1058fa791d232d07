"""Search: what is near in meaning, shares words, or both; each hit with its reasons."""

from dataclasses import replace

import streamlit as st

from components import (
    empty,
    examples,
    hit_list,
    hit_map,
    index_lesson,
    job_panel,
    map_view,
    note,
    query_box,
    runtime,
    search_form,
    search_run,
    session,
)
from embedding_core.fingerprint import fingerprint
from embedding_core.stages import CompareIndexes

engine, dataset, owner = runtime.engine(), session.dataset(), session.visitor()
if dataset is None:
    empty.show("Search", session.pages())
else:
    key = f"search-{dataset.key[:8]}-{session.number('arrival')}"
    form = search_form.show(engine, dataset, session.workspace(), key, str(session.number("search")))
    wanted = form.workspace
    workspace = session.update(query=wanted.query, searcher=wanted.searcher, where=wanted.where, picture=wanted.picture)
    if form.renew:
        session.bump("search")
        st.rerun()
    if examples.show(dataset, workspace.more, workspace.less, key):
        session.update(more=(), less=())
        st.rerun()
    if form.question is not None and form.question.empty:
        empty.hint("Type what you are looking for, or select points on the map to find what is near them.")
    elif form.question is not None:
        questions = [form.question]
        if form.beside is not None:
            questions.append(replace(form.question, searcher=form.beside))
        columns = st.columns([1, 1] if form.beside is not None else [1.7, 1], gap="medium")
        for place, (question, column) in enumerate(zip(questions, columns, strict=False)):
            with column:
                if form.beside is not None:
                    st.subheader(query_box.LABELS[question.searcher])
                found = search_run.run(engine, owner, dataset, workspace, question)
                mark = f"hits-{place}-{fingerprint(question)[:8]}"
                picked = None if found is None else hit_list.show(dataset, found, mark)
            if picked is not None:
                if picked.action is hit_list.Action.MAP:
                    session.select(tuple(sorted(picked.rows)), "search")
                    session.go("map")
                marked = {"more": workspace.more, "less": workspace.less}
                session.update(**{picked.action: tuple(dict.fromkeys((*marked[picked.action], *picked.rows)))})
                st.rerun()
            if found is not None and form.beside is None:
                with columns[1]:
                    event = hit_map.show(engine, owner, dataset, workspace, found.hits, f"hits-{dataset.key[:12]}")
                if session.news("hits", event) and event is not None:
                    session.select(event.rows, event.how)
                    st.rerun()
    if st.toggle("Try approximate indexes", key=f"{key}-indexes"):
        curves = job_panel.result(engine, CompareIndexes(engine.embedding(dataset, workspace.encoder)), owner)
        if curves is not None:
            index_lesson.show(curves, map_view.theme(), key)
    note.show(hit_list.NOTE)

"""Evaluate: how good the encoder and the engines are, on judged queries, scored pairs, or labels."""

from dataclasses import replace

import streamlit as st

from components.app import runtime, session
from components.evaluate import bring, labels, pairs, views
from components.widgets import context, empty, note, view_choice
from embedding_core.data.judgment_files import ReadJudgments
from embedding_core.evaluate.state import EvaluateState
from embedding_core.workspace import Selection

engine, dataset, owner = runtime.engine(), session.dataset(), session.visitor()
view = view_choice.choose(views.View, "evaluate")
now, number = session.workspace(), session.number("evaluate")
state = now.state(EvaluateState)
wanted: Selection | bring.Change | ReadJudgments | None = None
arriving = session.expected("judgments")

if view is views.View.PAIRS:
    if state.pairs is not None:
        pairs.show(engine, owner, state.pairs, now.encoder, "evaluate-pairs")
    brought = pairs.bring(engine, others=state.pairs is not None, key=f"evaluate-pairs-drop-{number}")
    if brought is not None:
        session.update(replace(state, pairs=brought))
        session.bump("evaluate")
        st.rerun()
elif dataset is None:
    empty.show(session.pages())
    if view is views.View.RETRIEVAL:
        wanted = bring.show(engine, None, f"evaluate-drop-{number}")
else:
    analysis = context.open_context(engine, dataset, now.encoder, owner, now.selection)
    if analysis is not None and view is views.View.LABELS:
        labels.show(analysis, "evaluate-labels")
    elif analysis is not None:
        wanted = views.retrieval(analysis, now, "evaluate", number)

if arriving is not None and arriving.dataset == (dataset and dataset.key) and view is views.View.RETRIEVAL:
    wanted = wanted or bring.read(engine, arriving, owner)
note.show(views.NOTES[view])
if isinstance(wanted, ReadJudgments):
    session.expect("judgments", wanted)
    session.bump("evaluate")
    st.rerun()
elif isinstance(wanted, Selection):
    session.select(wanted.rows, wanted.how)
    session.bump("selection")
    session.go("map")
elif wanted is not None:
    session.expect("judgments", None)
    if wanted.dataset is not None:
        session.open_dataset(wanted.dataset)
    session.update(EvaluateState(wanted.judgments, state.pairs))
    session.bump("evaluate")
    st.rerun()

"""Evaluate: how good the encoder and the engines are, on judged queries, scored pairs, or labels."""

import streamlit as st

from components import (
    empty,
    evaluate_bring,
    evaluate_labels,
    evaluate_pairs,
    evaluate_views,
    note,
    runtime,
    scene,
    session,
    view_choice,
)
from embedding_core.workspace import Selection

engine, dataset, owner = runtime.engine(), session.dataset(), session.visitor()
view = view_choice.choose(evaluate_views.View, "evaluate")
now, number = session.workspace(), session.number("evaluate")
wanted: Selection | evaluate_bring.Change | None = None

if view is evaluate_views.View.PAIRS:
    if now.pairs is not None:
        evaluate_pairs.show(engine, owner, now.pairs, now.encoder, "evaluate-pairs")
    brought = evaluate_pairs.bring(engine, others=now.pairs is not None, key=f"evaluate-pairs-drop-{number}")
    if brought is not None:
        session.update(pairs=brought)
        session.bump("evaluate")
        st.rerun()
elif dataset is None:
    empty.show("Evaluate", session.pages())
    if view is evaluate_views.View.RETRIEVAL:
        wanted = evaluate_bring.show(engine, None, f"evaluate-drop-{number}")
else:
    stage = scene.open_scene(engine, dataset, now.encoder, owner, now.selection)
    if stage is not None and view is evaluate_views.View.LABELS:
        evaluate_labels.show(stage, "evaluate-labels")
    elif stage is not None:
        wanted = evaluate_views.retrieval(stage, now, "evaluate", number)

note.show(evaluate_views.NOTES[view])
if isinstance(wanted, Selection):
    session.select(wanted.rows, wanted.how)
    session.bump("selection")
    session.go("map")
elif wanted is not None:
    if wanted.dataset is not None:
        session.open_dataset(wanted.dataset)
    session.update(judgements=wanted.judgements)
    session.bump("evaluate")
    st.rerun()

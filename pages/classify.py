"""Classify: learn classes from labels, test them, put labels right, or name classes that nobody trained for."""

import streamlit as st

from components import classify_views, empty, runtime, scene, session, view_choice
from components.classify_labels import Relabelled

engine, dataset, owner = runtime.engine(), session.dataset(), session.visitor()
if dataset is None:
    empty.show("Classify", session.pages())
else:
    view = view_choice.choose(classify_views.View, "classify", classify_views.usual(dataset))
    now = session.workspace()
    stage = scene.open_scene(engine, dataset, now.encoder, owner, now.selection)
    if stage is not None:
        wish = classify_views.show(view, stage, now, "classify")
        classify_views.explain(view)
        if isinstance(wish, Relabelled):
            # The rows are the same, so what was chosen among them stays.
            engine.keep_dataset(wish.dataset)
            session.open_dataset(wish.dataset, **now.of_rows())
            session.update(color=wish.column)
            st.rerun()
        elif isinstance(wish, dict):
            session.update(**wish)
            st.rerun()
        elif wish is not None:
            session.select(wish.rows, wish.how)
            session.bump("selection")
            session.go("map")

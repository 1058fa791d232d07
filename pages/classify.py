"""Classify: learn classes from labels, test them, put labels right, or name classes that nobody trained for."""

import streamlit as st

from components import classify_views, empty, runtime, scene, session
from embedding_core.dataset import Dataset

engine, dataset, owner = runtime.engine(), session.dataset(), session.visitor()
if dataset is None:
    empty.show("Classify", session.pages())
else:
    view = classify_views.choose(dataset, "classify")
    now = session.workspace()
    stage = scene.open_scene(engine, dataset, now.encoder, owner, now.selection)
    if stage is not None:
        chosen = classify_views.show(view, stage, "classify")
        if isinstance(chosen, Dataset):
            # The rows are the same, so what is selected stays.
            engine.keep_dataset(chosen)
            session.open_dataset(chosen)
            session.update(selection=now.selection)
            st.rerun()
        elif chosen is not None:
            session.select(chosen.rows, chosen.how)
            session.bump("selection")
            session.go("map")

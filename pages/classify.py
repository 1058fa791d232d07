"""Classify: learn classes from labels, test them, put labels right, or name classes that nobody trained for."""

import streamlit as st

from components.app import runtime, session
from components.classify import views
from components.classify.labels import Relabeled
from components.widgets import context, empty, view_choice
from embedding_core.base.feature import FeatureState

engine, dataset, owner = runtime.engine(), session.dataset(), session.visitor()
if dataset is None:
    empty.show(session.pages())
else:
    view = view_choice.choose(views.View, "classify", views.default(dataset))
    now = session.workspace()
    analysis = context.open_context(engine, dataset, now.encoder, owner, now.selection)
    if analysis is not None:
        wish = views.show(view, analysis, now, "classify")
        views.explain(view)
        if isinstance(wish, Relabeled):
            engine.keep_dataset(wish.dataset)
            session.open_dataset(wish.dataset, same_rows=True, color=wish.column)
            st.rerun()
        elif isinstance(wish, FeatureState):
            session.update(wish)
            st.rerun()
        elif wish is not None:
            session.select(wish.rows, wish.how)
            session.bump("selection")
            session.go("map")

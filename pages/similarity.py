"""Similarity: doubles, two items, many items, outliers, and what suits a set."""

from components.app import runtime, session
from components.similarity import views
from components.widgets import context, empty, view_choice

engine, dataset, owner = runtime.engine(), session.dataset(), session.visitor()
if dataset is None:
    empty.show(session.pages())
else:
    view = view_choice.choose(views.View, "similarity")
    now = session.workspace()
    analysis = context.open_context(engine, dataset, now.encoder, owner, now.selection)
    if analysis is not None:
        chosen = views.show(view, analysis, "similarity")
        if chosen is not None:
            session.select(chosen.rows, chosen.how)
            session.bump("selection")
            session.go("map")

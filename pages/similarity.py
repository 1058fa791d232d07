"""Similarity: doubles, two items, many items, outliers, and what suits a set."""

from components import empty, runtime, scene, session, similarity_views, view_choice

engine, dataset, owner = runtime.engine(), session.dataset(), session.visitor()
if dataset is None:
    empty.show("Similarity", session.pages())
else:
    view = view_choice.choose(similarity_views.View, "similarity")
    now = session.workspace()
    stage = scene.open_scene(engine, dataset, now.encoder, owner, now.selection)
    if stage is not None:
        chosen = similarity_views.show(view, stage, "similarity")
        if chosen is not None:
            session.select(chosen.rows, chosen.how)
            session.bump("selection")
            session.go("map")

"""Compress: what smaller vectors cost in quality, and what they save."""

from components import compress_view, empty, note, runtime, scene, session

engine, dataset, owner = runtime.engine(), session.dataset(), session.visitor()
if dataset is None:
    empty.show("Compress", session.pages())
else:
    now = session.workspace()
    stage = scene.open_scene(engine, dataset, now.encoder, owner, now.selection)
    if stage is not None:
        compress_view.show(stage, now, session.pages(), f"compress-{dataset.key[:8]}")
    note.show(compress_view.NOTE)

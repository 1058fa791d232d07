"""Compress: what smaller vectors cost in quality, and what they save."""

from components.app import runtime, session
from components.compress import view
from components.widgets import context, empty, note

engine, dataset, owner = runtime.engine(), session.dataset(), session.visitor()
if dataset is None:
    empty.show(session.pages())
else:
    now = session.workspace()
    analysis = context.open_context(engine, dataset, now.encoder, owner, now.selection)
    if analysis is not None:
        view.show(analysis, now, session.pages(), f"compress-{dataset.key[:8]}")
    note.show(view.NOTE)

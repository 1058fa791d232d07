"""Train: fine-tune a text encoder on the data's own labels, pairs or triplets, and see what that gained."""

from dataclasses import replace

import streamlit as st

from components.app import runtime, session
from components.embedding_map import view
from components.train import columns, maps, result, run, setup
from components.widgets import code, empty, note
from embedding_core.encoders.text import tuned
from embedding_core.map.state import MapState
from embedding_core.train import Pairing
from embedding_core.train.snippet import fine_tune
from embedding_core.train.state import TrainState

engine, dataset, owner = runtime.engine(), session.dataset(), session.visitor()
if dataset is None:
    empty.show(session.pages())
elif not any(dataset.texts):
    empty.hint("This data set has no texts to train on. Import a table with a text column.")
else:
    now = session.workspace()
    key = f"train-{dataset.key[:8]}"
    form, stand = st.columns([1, 1.4], gap="large")
    with form:
        judged = columns.judgments(dataset, now, engine.store)
        asked = setup.show(dataset, now.encoder, judged, key)
    if asked is not None:
        engine.retry(asked, owner)
        engine.start(asked, owner)
        now = session.update(TrainState(asked))
    stage, made = now.state(TrainState).training, None
    with stand:
        if stage is None or stage.dataset != dataset.key:
            empty.hint(
                "Choose the supervision and press Train. Some rows are held out to measure the encoder before and "
                "after training. The result is a new encoder that every page can use."
            )
        else:
            made = run.show(engine, stage, owner, view.theme(), f"{key}-{stage.key[:8]}")
        if made is not None and stage is not None:
            wish = result.show(made, now.encoder, f"{key}-{stage.key[:8]}")
            if wish is result.Wish.USE:
                session.use_encoder(made.name)
                session.go("map")
            elif wish is result.Wish.DELETE:
                tuned.remove(made.name)
                session.update(TrainState(), encoder=made.base if now.encoder == made.name else now.encoder)
                st.rerun()
            label = stage.supervision.columns[-1] if stage.supervision.pairing is Pairing.LABELS else None
            event = maps.show(engine, dataset, now, made, label, owner, key)
            if session.news("train", event) and event is not None:
                session.select(event.rows, event.how)
                st.rerun()
            code.show(fine_tune(stage, replace(now.state(MapState).projection, dims=2)))
    note.show(result.NOTE)

"""The encoder: what turns each item into a vector."""

import streamlit as st

from components.app import problem, session
from components.widgets import availability, encoder_cards, note
from embedding_core import encoders
from embedding_core.base.errors import EncoderError
from embedding_core.data.dataset import Kind

now, dataset = session.workspace(), session.dataset()
kind = dataset.kind if dataset is not None else None

st.markdown("An encoder turns each item into a vector, so that items with similar meaning get similar vectors.")

specs = encoders.list_specs()
current = encoders.OWN_VECTORS if kind is Kind.VECTORS else now.encoder
chosen = encoder_cards.show(specs, availability.reasons(specs), dataset, current, key="encoder")

st.subheader("Another model", anchor=False)
if kind is not Kind.VECTORS and current not in {spec.name for spec in specs}:
    st.caption("In use now:")
    st.code(current, language=None)
name = encoder_cards.ask(key="encoder-name")
if name:
    try:
        with st.spinner("Looking for the model …"):
            chosen = encoders.resolve(name).name
    except EncoderError as error:
        problem.show(error)
note.show(encoder_cards.NOTE)
if chosen:
    session.use_encoder(chosen)
    session.go("map")

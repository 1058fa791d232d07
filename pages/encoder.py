"""The encoder: what turns each text into a vector."""

import streamlit as st

from components import encoder_cards, problem, session
from embedding_core import encoders
from embedding_core.errors import EncoderError

now = session.workspace()

st.title("Encoder")
st.markdown("An **encoder** turns each text into a vector, so that texts close in meaning lie close together.")

specs = [(spec, encoders.availability(spec)) for spec in encoders.list_specs()]
chosen = encoder_cards.show(specs, now.encoder, key="encoder")

st.subheader("Any other Sentence Transformers model")
name = encoder_cards.ask(key="encoder-name")
if name:
    try:
        chosen = encoders.resolve(name).name
    except EncoderError as error:
        problem.show(error)
if chosen:
    session.update(encoder=chosen)
    session.go("map")

"""The app: `streamlit run app.py`. Its pages run in components/frame.py; this wraps them in a server of our own."""

from pathlib import Path

import streamlit as st

from components import server

app = st.App(
    Path(__file__).resolve().parent / "components" / "frame.py",
    routes=server.ROUTES,
    middleware=server.MIDDLEWARE,
    lifespan=server.lifespan,
)

"""The app: `streamlit run app.py`. Its pages run in components/app/frame.py; this wraps them in a server of our own."""

from pathlib import Path

import streamlit as st

from components.app import server

app = st.App(
    Path(__file__).resolve().parent / "components" / "app" / "frame.py",
    routes=server.ROUTES,
    middleware=server.MIDDLEWARE,
    lifespan=server.lifespan,
)

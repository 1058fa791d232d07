"""A training on the page: begun, under way, stopped, done."""

import plotly.graph_objects as go
import streamlit as st

from components.app import job_panel, problem
from components.app.untrusted import md_label
from components.widgets.palette import PLAIN, Theme
from components.widgets.plots import CONFIG, MARK, laid_out
from embedding_core.base.errors import InputError, ParameterError, VectorscopeError
from embedding_core.engine import Engine
from embedding_core.train import History, Tuned
from embedding_core.train.measures import names
from embedding_core.train.stages import FineTune

_TICK_SECONDS = 2.0
_HEIGHT = 260
_SMOOTH = 0.9


def show(engine: Engine, stage: FineTune, owner: str, theme: Theme, key: str) -> Tuned | None:
    """Draw how a training stands and return what came of it, or None while it is not done."""
    job = None if engine.queue is None or engine.ready(stage) else engine.queue.find(stage.key)
    if not engine.ready(stage) and (job is None or job.error is not None):
        _offer(engine, stage, None if job is None else job.error, owner, key)
        charts(stage.history(engine.store), stage, theme, f"{key}-stopped")
        return None
    found: Tuned | None = job_panel.result(engine, stage, owner, height=0)
    if found is not None:
        charts(found.history, stage, theme, f"{key}-done")
    elif not job_panel.failed(engine, stage):
        st.fragment(run_every=_TICK_SECONDS)(_live)(engine, stage, theme, key)
    return found


def _offer(engine: Engine, stage: FineTune, error: VectorscopeError | None, owner: str, key: str) -> None:
    """Say why a training stands still, and go on with it when that is wanted."""
    done = stage.steps_done(engine.store)
    if error is not None:
        problem.show(error)
    else:
        # From an earlier visit: nobody asked for it now.
        st.caption(f"The training of {md_label(stage.name)} was not finished.")
    if done:
        st.caption(f"Training is saved up to step {done}.")
    if isinstance(error, InputError | ParameterError):
        return
    if st.button(
        f"Resume from step {done}" if done else "Restart training", key=f"{key}-resume", icon=":material/resume:"
    ):
        engine.retry(stage, owner)
        engine.start(stage, owner)
        st.rerun()


def _live(engine: Engine, stage: FineTune, theme: Theme, key: str) -> None:
    history = stage.history(engine.store)
    if not history.losses and not history.watched:
        st.caption("Measuring the encoder before training …")
    charts(history, stage, theme, f"{key}-live")


def charts(history: History, stage: FineTune, theme: Theme, key: str) -> None:
    """Draw the loss by step and the measure of held-out rows by epoch."""
    left, right = st.columns(2, gap="medium")
    with left:
        st.caption("Loss per batch, and smoothed")
        figure = loss_figure(history, PLAIN[theme])
        st.plotly_chart(figure, key=f"{key}-loss", config=CONFIG, alt="Loss by step")
    with right:
        st.caption(f"Held-out rows after each epoch: {names(stage.supervision.pairing)[0]}")
        figure = watched_figure(history, PLAIN[theme])
        st.plotly_chart(figure, key=f"{key}-watched", config=CONFIG, alt="Held-out measure by step")
    if history.stopped:
        st.caption(f"Stopped early: {md_label(history.stopped)}.")


def loss_figure(history: History, color: str) -> go.Figure:
    """Return the losses as thin dots and their running mean as a line."""
    steps = [step for step, _ in history.losses]
    losses = [loss for _, loss in history.losses]
    figure = go.Figure()
    shared = {"x": steps, "hovertemplate": "step %{x}: %{y:.3f}<extra></extra>"}
    figure.add_scatter(y=losses, mode="markers", marker={"size": 4, "opacity": 0.35, "color": color}, **shared)
    figure.add_scatter(y=smoothed(losses), mode="lines", line={"width": 2, "color": color}, **shared)
    figure.update_xaxes(title="Step")
    figure.update_yaxes(rangemode="tozero")
    return laid_out(figure, _HEIGHT)


def watched_figure(history: History, color: str) -> go.Figure:
    """Return the measure by step, with a line where it stood before."""
    figure = go.Figure()
    figure.add_scatter(
        x=[step for step, _ in history.watched],
        y=[value for _, value in history.watched],
        mode="lines+markers",
        line={"width": 2, "color": color},
        hovertemplate="step %{x}: %{y:.3f}<extra></extra>",
    )
    if history.watched:
        line = {"width": 1, "dash": "dash", "color": MARK}
        figure.add_hline(y=history.watched[0][1], line=line, annotation_text="before")
    figure.update_xaxes(title="Step")
    return laid_out(figure, _HEIGHT)


def smoothed(values: list[float]) -> list[float]:
    """Return the exponential moving average of values, not held down by where it began (Kingma and Ba 2015)."""
    mean, means = 0.0, []
    for place, value in enumerate(values, start=1):
        mean = _SMOOTH * mean + (1 - _SMOOTH) * value
        means.append(mean / (1 - _SMOOTH**place))
    return means

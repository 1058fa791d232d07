"""What one browser session holds and the pages it moves between: the only file that touches session state.

A session begins with the link that was opened, else with what the visitor left last time, else empty. Every change is
written to the visitor's file and into the address, so a reload, a restart of the server and a copied link all come
back to the same view.
"""

import secrets
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Never

import streamlit as st

from components.app import catalog, runtime, visits
from components.app.strip import Loaded
from components.app.visitor import COOKIE, is_visitor
from embedding_core import encoders
from embedding_core.base.errors import ArtifactMissingError, StoreError, VectorscopeError
from embedding_core.base.feature import Feature, FeatureState
from embedding_core.base.stage import Stage
from embedding_core.base.store import Store
from embedding_core.base.types import Key
from embedding_core.data.arrivals import SortFiles
from embedding_core.data.choose import ColumnChoice
from embedding_core.data.dataset import Dataset, Kind
from embedding_core.data.stages import Source
from embedding_core.data.table import ReadOptions
from embedding_core.engine import fitting_encoder, kinds_of
from embedding_core.features import FEATURES
from embedding_core.workspace import Reading, Selection, Workspace

_STATE = "vectorscope"
_HERE = Path(__file__).parent
_PAGES_FOLDER = _HERE.parents[1] / "pages"
_REMEMBERED_SELECTIONS = 20
_REMEMBERED_DATASETS = 6


@dataclass
class _Session:
    visitor: str
    known: bool
    """The visitor has a cookie, so what is saved can be found again."""
    workspace: Workspace
    recent: tuple[Key, ...]
    past: list[Selection] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=dict)
    seen: dict[str, Any] = field(default_factory=dict)
    anchors: dict[str, tuple[int, ...]] = field(default_factory=dict)
    page: str = ""
    pages: dict[str, Any] = field(default_factory=dict)
    incoming: Source | SortFiles | None = None
    wanted: ColumnChoice | None = None
    expected: dict[str, Stage] = field(default_factory=dict)
    notice: str = ""
    revealed: tuple[str, str] | None = None
    """A page and the part of it that is to be open."""


def _session() -> _Session:
    session: _Session = st.session_state[_STATE]
    return session


def _store() -> Store:
    return runtime.engine().store


def _folder() -> Path:
    return _store().root / "workspaces"


# The frame


def enter() -> tuple[Any, Feature]:
    """Begin a run: the session, the navigation; return the page to show (a `st.Page`) and its feature."""
    # A named icon would be fetched from the network; this one is ours.
    st.set_page_config(page_title="Vectorscope", page_icon=_HERE / "icon.svg", layout="wide")
    st.logo(_HERE / "logo.svg", icon_image=_HERE / "icon.svg", size="large")
    if _STATE not in st.session_state:
        st.session_state[_STATE] = _begin()
    session = _session()
    session.pages = {
        feature.name: st.Page(
            _PAGES_FOLDER / f"{feature.name}.py",
            title=feature.title,
            icon=feature.icon,
            help=feature.summary,
            url_path=feature.name,
            default=feature is FEATURES[0],
        )
        for feature in FEATURES
    }
    sections: dict[str, list[Any]] = {}
    for feature in FEATURES:
        sections.setdefault(feature.section, []).append(session.pages[feature.name])
    page = st.navigation(sections)
    if page.url_path != session.page:
        # Widgets of the page that was left are gone; what is drawn on arrival starts anew.
        session.page = page.url_path
        if session.revealed is not None and session.pages[session.revealed[0]] is not page:
            session.revealed = None
        bump("arrival")
        session.seen.clear()
        session.anchors.clear()
    feature = next(feature for feature in FEATURES if session.pages[feature.name] is page)
    st.set_page_config(page_title=f"{feature.title} · Vectorscope")
    return page, feature


def leave() -> None:
    """End a run that went through: the address says what is on the page, and the workers may warm up."""
    session = _session()
    query = session.workspace.to_query()
    if st.query_params.to_dict() != query:
        st.query_params.from_dict(query)
    if session.notice:
        st.toast(session.notice, icon=":material/info:")
        session.notice = ""
    runtime.warm_up()


def _begin() -> _Session:
    cookie = st.context.cookies.get(COOKIE)
    known = is_visitor(cookie)
    visitor = cookie if is_visitor(cookie) else f"guest-{secrets.token_urlsafe(16)}"
    visit = visits.load(_folder(), visitor) if known else visits.Visit()
    session = _Session(visitor, known, visit.workspace.from_query(st.query_params.to_dict()), visit.recent)
    _check(session)
    return session


def _check(session: _Session) -> None:
    """Drop what a link or an old file speaks of and this server does not have."""
    before = session.workspace
    session.workspace = catalog.fit(before, _store())
    if before.dataset is not None and session.workspace.dataset is None:
        session.notice = "That data set is no longer stored here. Import its file again."


# The workspace


def workspace() -> Workspace:
    """Return what this session has chosen."""
    return _session().workspace


def visitor() -> str:
    """Return the name under which this visitor's jobs and files are kept."""
    return _session().visitor


def update(*states: FeatureState, **changes: Any) -> Workspace:
    """Change the states of features and common fields of the workspace, and save it.

    What is drawn after this call shows the change.
    """
    session = _session()
    changed = replace(session.workspace.with_state(*states), **changes)
    if changed != session.workspace:
        session.workspace = changed
        _save(session)
    return session.workspace


def _save(session: _Session) -> None:
    if not session.known:
        return
    try:
        visits.save(_folder(), session.visitor, visits.Visit(session.workspace, session.recent))
    except StoreError as error:
        session.notice = str(error)


def bring(source: Source | SortFiles | None, choice: ColumnChoice | None = None) -> None:
    """Take up stored files, to be read; with a choice, to be opened as soon as they are read. None puts them away.

    The data set that is open stays so until the new one is ready.
    """
    session = _session()
    session.incoming, session.wanted = source, choice
    bump("upload")


def incoming() -> Source | SortFiles | None:
    """Return what was brought and is not yet opened as a data set; files that nobody has looked into as the latter."""
    return _session().incoming


def expect(name: str, stage: Stage | None) -> None:
    """Take note of a stage that reads what was brought to a page; None when its result was taken up."""
    if stage is None:
        _session().expected.pop(name, None)
    else:
        _session().expected[name] = stage


def expected(name: str) -> Any | None:
    """Return the stage of that name whose result was not taken up yet."""
    return _session().expected.get(name)


def wanted() -> ColumnChoice | None:
    """Return the columns that were asked for of what was brought."""
    return _session().wanted


def as_decided(source: Source | None) -> Source | None:
    """Return what was brought with the options that this visitor chose for the same file before."""
    reading = None if source is None else _session().workspace.reading(source.file)
    if source is None or source.table is None or reading is None:
        return source
    return replace(source, table=replace(source.table, options=reading.options))


def decide(source: Source, choice: ColumnChoice | None = None) -> None:
    """Remember how a file is read, and its columns unless they are those that were guessed."""
    options = ReadOptions() if source.table is None else source.table.options
    session = _session()
    session.workspace = session.workspace.with_reading(Reading(source.file, options, choice))
    _save(session)


def open_dataset(
    dataset: Dataset,
    source: Source | None = None,
    choice: ColumnChoice | None = None,
    *,
    same_rows: bool = False,
    color: str | None = None,
) -> None:
    """Go over to another data set, already stored; what was chosen among the old one's rows is dropped.

    For another kind of data the encoder is the one that was last chosen for it; one that cannot embed the data set
    gives way to the default one.

    Args:
        dataset: the data set to open.
        source: what it was made from, when it was from files.
        choice: the columns of the source that it was made of; None leaves the choice before.
        same_rows: its rows are those of the data set before, so that what was chosen among them stays.
        color: the column that colors the map; the label column when None.
    """
    session = _session()
    session.past.clear()
    session.incoming = session.wanted = None
    session.recent = (dataset.key, *(key for key in session.recent if key != dataset.key))[:_REMEMBERED_DATASETS]
    before = session.workspace
    about = catalog.about(_store(), before.dataset)
    same_kind = about is not None and about["kind"] == dataset.kind
    encoder = fitting_encoder(dataset, before.encoder if same_kind else before.encoders.of(dataset.kind))
    fresh = before.with_dataset(dataset.key, dataset.label if color is None else color, same_rows=same_rows)
    session.workspace = replace(fresh, source=source, encoder=encoder, choice=choice or before.choice)
    _save(session)


def use_encoder(name: str) -> None:
    """Go over to another encoder, which is not to wait for what is under way with the one before."""
    now, data = workspace(), dataset()
    if data is not None and name != now.encoder:
        # One that has gone, or does not fit, has nothing under way.
        with suppress(VectorscopeError):
            runtime.engine().leave(runtime.engine().embedding(data, now.encoder), visitor())
    kinds = (data.kind,) if data is not None else kinds_of(encoders.resolve(name))
    update(encoder=name, encoders=now.encoders.choose(name, kinds))


def dataset() -> Dataset | None:
    """Return the data set that is open, or None; one that has gone from the store is closed."""
    session = _session()
    key = session.workspace.dataset
    if key is None:
        return None
    runtime.hold(session.visitor, key)
    try:
        return runtime.engine().dataset(key)
    except ArtifactMissingError:
        _check(session)
        return None


def loaded() -> Loaded | None:
    """Return what the strip says about the data set that is open, without reading it."""
    now = _session().workspace
    about = catalog.about(_store(), now.dataset)
    if about is None:
        return None
    encoder = "Ready-made vectors" if about.get("kind") == Kind.VECTORS else now.encoder
    return Loaded(about["name"], about["rows"], encoder, len(now.selection), bool(_session().past))


def recent() -> list[tuple[Key, str, int]]:
    """Return (key, name, rows) of the data sets this visitor opened last, as far as they are still stored."""
    found = ((key, catalog.about(_store(), key)) for key in _session().recent)
    return [(key, about["name"], about["rows"]) for key, about in found if about is not None]


# The selection


def select(rows: tuple[int, ...], how: str) -> None:
    """Select rows; the former selection can be brought back."""
    session = _session()
    if rows == session.workspace.selection.rows:
        return
    session.past = [*session.past[1 - _REMEMBERED_SELECTIONS :], session.workspace.selection]
    update(selection=Selection(rows, how))


def undo_selection() -> None:
    """Bring back the selection before the last."""
    session = _session()
    if session.past:
        update(selection=session.past.pop())
        bump("selection")


def clear_selection() -> None:
    """Select nothing."""
    select((), "")
    bump("selection")


# Moving about


def pages() -> dict[str, Any]:
    """Return the pages (`st.Page`) by their short names, for links."""
    return _session().pages


def go(name: str) -> Never:
    """Go to a page by its short name; the run ends here."""
    st.switch_page(pages()[name], query_params=workspace().to_query())


def reveal(page: str, part: str) -> None:
    """Have a part of a page stand open when it is drawn next."""
    _session().revealed = (page, part)


def revealed(page: str, part: str) -> bool:
    """Say whether a part of a page is to stand open."""
    return _session().revealed == (page, part)


def number(name: str) -> int:
    """Return a counter of this session, for keys of widgets that must start anew."""
    return _session().numbers.get(name, 0)


def bump(name: str) -> None:
    """Advance a counter."""
    session = _session()
    session.numbers[name] = session.numbers.get(name, 0) + 1


def news(name: str, value: Any) -> bool:
    """Say whether a widget's value differs from the one seen last: Streamlit sends it again with every run."""
    session = _session()
    before = session.seen.get(name)
    session.seen[name] = value
    return bool(value != before)


def anchor(key: str, rows: tuple[int, ...]) -> tuple[int, ...]:
    """Return the rows that were given when this key was first asked for on this page: a chart must not change."""
    return _session().anchors.setdefault(key, rows)

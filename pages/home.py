"""What this is, a place to drop a file, samples to open, and what was open before."""

import streamlit as st

from components.app import runtime, session
from components.data import bring, intake
from components.home import recent_list, sample_cards
from components.widgets import upload
from embedding_core.data.intake import bring_sample
from embedding_core.data.samples.catalog import list_samples, load_sample

engine, owner, incoming = runtime.engine(), session.visitor(), session.incoming()

st.markdown(
    "Vectorscope turns texts and pictures into vectors and draws them as a map, to explore, search and select. It "
    "runs on this machine; no data leaves it."
)

choice, source = None, None
if incoming is not None:
    source = session.as_decided(intake.source(engine, incoming, owner, height=upload.HEIGHT))
    found = intake.read(engine, source, owner, height=upload.HEIGHT) if source is not None else None
    if source is not None and found is not None:
        decided = session.workspace().reading(source.file)
        choice = session.wanted() or intake.first_choice(source, found, decided)
        dataset = intake.build(engine, source, choice, owner, height=upload.HEIGHT)
        if dataset is not None:
            session.open_dataset(dataset, source, choice=choice)
            session.go("map")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.page_link(session.pages()["data"], label="Change the import options", icon=":material/tune:")
        st.button(
            "Remove",
            icon=":material/close:",
            type="tertiary",
            key="put-away",
            on_click=session.bring,
            args=(None,),
        )

# While a file is on its way, its progress stands where files are dropped.
if incoming is None or intake.failed(engine, source or incoming, choice):
    brought = bring.drop(engine, key=f"drop-home-{session.number('upload')}")
    if brought is not None:
        session.bring(brought)
        st.rerun()

st.subheader("Or open a sample", anchor=False)
sample = sample_cards.show(list_samples(), key="sample")
if sample is not None and sample.drawn:
    session.bring(bring_sample(sample.name))
    st.rerun()
elif sample is not None:
    dataset = load_sample(sample.name)
    engine.keep_dataset(dataset)
    session.open_dataset(dataset)
    session.go("map")

recent = session.recent()
if recent:
    st.subheader("Recent", anchor=False)
    key = recent_list.show(recent, session.workspace().dataset, key="recent")
    if key is not None:
        session.open_dataset(engine.dataset(key))
        session.go("map")

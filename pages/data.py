"""The data: how it was read, which columns are used, how healthy it is, and a way to bring other."""

from dataclasses import replace

import streamlit as st

from components import (
    column_choice,
    data_health,
    how_read,
    intake,
    job_panel,
    runtime,
    session,
    tables,
    upload,
)
from components.untrusted import md_label
from embedding_core.sources import vector_columns

engine, owner, now = runtime.engine(), session.visitor(), session.workspace()
dataset, source = session.dataset(), session.incoming() or now.table

st.title("Data")

if source is not None:
    st.subheader(md_label(source.name), anchor=False)
    table = intake.table(engine, source, owner)
    if table is not None or job_panel.failed(engine, source):
        how, place = (table.how if table is not None else None), f"read-{source.upload[:12]}"
        options = how_read.show(how, source.options, key=f"read-{source.key[:12]}", place=place)
        if options != source.options:
            session.bring(replace(source, options=options))
            st.rerun()
    if table is not None:
        vectors = vector_columns(table)
        left, right = st.columns([3, 2], gap="large")
        with left:
            tables.preview(table.frame, "preview", len(table.frame), height=430, notes=table.how.notes)
        with right:
            start = now.choice if source == now.table else intake.first_choice(table)
            choice = column_choice.show(table.frame, start, vectors, f"choice-{source.key[:12]}")
            used = source == now.table and choice == now.choice
            text, look = ("Open the map", "secondary") if used else ("Use this data", "primary")
            if st.button(text, type=look, icon=":material/scatter_plot:", width="stretch", key="use"):
                session.bring(source, choice)
            wanted = session.wanted()
            made = intake.build(engine, source, wanted, owner) if wanted is not None else None
            if made is not None:
                session.open_dataset(made, table=source, choice=wanted)
                session.go("map")
        if vectors and source.companion is None:
            with st.expander("Add what is known of each vector", icon=":material/attach_file:"):
                beside = upload.show("Metadata", key=f"drop-beside-{session.number('upload')}")
            if beside is not None:
                session.bring(intake.receive_companion(engine, source, beside))
                st.rerun()
elif dataset is not None:
    st.subheader(md_label(dataset.name), anchor=False)
    tables.preview_dataset(dataset, "preview")

if dataset is not None and session.incoming() is None:
    st.subheader("Health", anchor=False)
    rows = data_health.check(engine, dataset, now.encoder, owner, key="health")
    if rows is not None:
        session.select(rows, "longer than the encoder reads")
        session.go("map")

st.subheader("Bring other data" if source or dataset else "Bring your data", anchor=False)
file_tab, paste_tab = st.tabs([":material/upload_file: File", ":material/content_paste: Paste"])
with file_tab:
    brought = upload.show("Drop a file", key=f"drop-data-{session.number('upload')}")
with paste_tab:
    pasted = upload.paste(key="data-paste")
if (new := brought or pasted) is not None:
    session.bring(intake.receive(engine, new))
    st.rerun()

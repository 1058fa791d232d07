"""The data: how it was read, which columns are used, how healthy it is, and a way to bring other."""

from dataclasses import replace

import streamlit as st

from components.app import job_panel, runtime, session
from components.app.untrusted import md_label
from components.data import bring, column_choice, health, how_read, intake, picture_report, read_bar
from components.widgets import gallery, tables, upload
from embedding_core.data.table import ReadOptions
from embedding_core.data.vectors.read import vector_columns

engine, owner, now = runtime.engine(), session.visitor(), session.workspace()
dataset, incoming = session.dataset(), session.incoming()
source = now.source if incoming is None else session.as_decided(intake.source(engine, incoming, owner))

if incoming is None:
    asked = read_bar.show(engine, now, "data-read")
    if asked is read_bar.Asked.CHANGE:
        session.reveal("data", "reading")
    if asked is read_bar.Asked.DISMISS:
        now = session.update(dismissed=read_bar.reading_key(now))
        st.rerun()
if source is not None:
    decided = now.reading(source.file)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.subheader(md_label(source.name), anchor=False)
        if decided is not None and column_choice.reset("automatic"):
            automatic = None if source.table is None else replace(source.table, options=ReadOptions())
            source = replace(source, table=automatic)
            session.decide(source)
            session.bring(source)
            session.bump("columns")
            st.rerun()
    found, file = intake.read(engine, source, owner), source.table
    if file is not None and (found is not None or job_panel.failed(engine, file)):
        how = found[0].how if found is not None else None
        options = how_read.show(
            how,
            file.options,
            f"read-{file.key[:12]}",
            f"read-{file.upload[:12]}",
            expanded=session.revealed("data", "reading"),
        )
        if options != file.options:
            source = replace(source, table=replace(file, options=options))
            session.decide(source)
            session.bring(source)
            st.rerun()
        if how is not None and incoming is not None:
            how_read.doubts(how)
    if found is not None:
        table, album = found
        vectors = vector_columns(table)
        left, right = st.columns([3, 2], gap="large")
        with right:
            start = now.choice if incoming is None else intake.first_choice(source, found, decided)
            key = f"choice-{source.stages[0].key[:12]}-{session.number('columns')}"
            choice = column_choice.show(table.frame, start, vectors, album is not None, key)
            if column_choice.confirm(used=source == now.source and choice == now.choice):
                session.decide(source, None if choice == intake.first_choice(source, found) else choice)
                session.bring(source, choice)
            wanted = session.wanted()
            made = intake.build(engine, source, wanted, owner) if wanted is not None else None
            if made is not None:
                session.open_dataset(made, source, choice=wanted)
                session.go("map")
        with left:
            tables.preview(table.frame, "preview", len(table.frame), height=430, notes=table.how.notes)
            if album is not None:
                picture_report.show(source, table, album, choice, "album")
        if vectors and file is not None and file.companion is None:
            beside = upload.show_companion(f"drop-beside-{session.number('upload')}")
            if beside is not None:
                session.bring(intake.receive_companion(engine, file, beside))
                st.rerun()
elif dataset is not None and incoming is None:
    tables.preview_dataset(dataset, "preview")

if dataset is not None and incoming is None:
    if (picked := gallery.browse(dataset, "data-gallery")) is not None:
        session.update(item=picked)
        session.go("map")
    st.subheader("Health", anchor=False)
    rows = health.check(engine, dataset, now.encoder, owner, key="health")
    if rows is not None:
        session.select(rows, "truncated by the encoder")
        session.go("map")

st.subheader("Import other data" if source or dataset else "Import data", anchor=False)
brought = bring.show(engine, f"data-{session.number('upload')}")
if brought is not None:
    session.bring(brought)
    st.rerun()

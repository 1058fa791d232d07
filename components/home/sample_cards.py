"""The samples that ship with the app, one click each."""

import streamlit as st

from embedding_core.data.samples.catalog import Sample


def show(samples: tuple[Sample, ...], key: str) -> Sample | None:
    """Draw the samples side by side; return the one that was opened."""
    opened = None
    grid = st.grid(3, min_column_width=240)
    for sample in samples:
        with grid.container(border=True, height="stretch", gap="small"):
            st.markdown(f"**{sample.title}**")
            st.caption(sample.summary)
            st.space("stretch")
            with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
                what = "pictures" if sample.drawn else "rows"
                st.caption(f"{sample.rows:,} {what}", width="content")
                if st.button("Open the map", key=f"{key}-{sample.name}", icon=":material/scatter_plot:"):
                    opened = sample
    return opened

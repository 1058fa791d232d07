"""The script that Streamlit runs: the frame round every page.

It lies here and not beside `pages/`: a folder of that name next to the main script wakes Streamlit's old multipage
mode, in which the first deep link to a fresh server runs a page without its frame.
"""

import streamlit as st

from components.app import job_panel, problem, runtime, session, strip
from embedding_core.base.errors import VectorscopeError

page, feature = session.enter()
# The strip is as high with a running job as without, so that the page below does not move; a drop zone is easy to hit;
# a wide screen belongs to the map and not to its margins. A table's own download would write formulas as they are, for
# a spreadsheet to run: exports go through embedding_core/data/export.py.
st.html("""<style>
.st-key-strip {min-height: 2.5rem}
[class*="st-key-drop-"] [data-testid="stFileUploaderDropzone"] {min-height: 5.5rem; align-items: center}
[data-testid="stHeading"] h1 {padding: 0 0 0.25rem}
[data-testid="stElementToolbar"] button[aria-label^="Download as CSV"] {display: none}
@media (min-width: 768px) {
[data-testid="stMainBlockContainer"] {padding-left: 2.5rem; padding-right: 2.5rem}
[class*="-read-bar"] {flex-wrap: nowrap}
}
</style>""")
# The strip's place comes first, above the page; it is filled last, so that it shows what the page changed.
top = st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", key="strip")
st.title(feature.heading or feature.title, anchor=False)
job_panel.begin()
try:
    page.run()
except VectorscopeError as error:
    problem.show(error)
with top:
    strip.show(session.loaded(), session.pages(), session.clear_selection, session.undo_selection)
    job_panel.show(runtime.engine(), session.visitor())
session.leave()

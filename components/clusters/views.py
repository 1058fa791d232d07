"""The views of Clusters, one at a time."""

from enum import StrEnum

from components.clusters import fit, labels, sweep, table
from components.clusters.found import Found
from components.widgets import note
from components.widgets.context import AnalysisContext
from embedding_core.clusters import ClusterEdits, ClusterParams
from embedding_core.workspace import Selection


class View(StrEnum):
    """What to look at."""

    TABLE = "Clusters"
    SWEEP = "How many?"
    FIT = "Silhouettes"
    LABELS = "Labels"


NOTES = {
    View.TABLE: table.NOTE,
    View.SWEEP: sweep.NOTE,
    View.FIT: fit.NOTE,
    View.LABELS: labels.NOTE,
}


def show(
    view: View, context: AnalysisContext, found: Found | None, key: str
) -> Selection | ClusterEdits | ClusterParams | None:
    """Draw a view; return rows to light up, edits with one more, or how to cluster from now on."""
    key = f"{key}-{view.name.lower()}"
    wish: Selection | ClusterEdits | ClusterParams | None = None
    if view is View.SWEEP:
        wish = sweep.show(context, key)
    elif found is not None and view is View.TABLE:
        wish = table.show(context, found, key)
    elif found is not None:
        wish = (fit if view is View.FIT else labels).show(context, found, key)
    return wish


def explain(view: View) -> None:
    """Draw the note of a view."""
    note.show(NOTES[view])

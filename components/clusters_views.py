"""The views of Clusters, one at a time."""

from enum import StrEnum

from components import clusters_fit, clusters_labels, clusters_sweep, clusters_table, note
from components.clusters_found import Found
from components.scene import Scene
from embedding_core.clustering import ClusterEdits, ClusterParams
from embedding_core.workspace import Selection


class View(StrEnum):
    """What to look at."""

    TABLE = "Clusters"
    SWEEP = "How many?"
    FIT = "Silhouettes"
    LABELS = "Labels"


NOTES = {
    View.TABLE: clusters_table.NOTE,
    View.SWEEP: clusters_sweep.NOTE,
    View.FIT: clusters_fit.NOTE,
    View.LABELS: clusters_labels.NOTE,
}


def show(view: View, scene: Scene, found: Found | None, key: str) -> Selection | ClusterEdits | ClusterParams | None:
    """Draw a view; return rows to light up, edits with one more, or how to cluster from now on."""
    key = f"{key}-{view.name.lower()}"
    wish: Selection | ClusterEdits | ClusterParams | None = None
    if view is View.SWEEP:
        wish = clusters_sweep.show(scene, key)
    elif found is not None and view is View.TABLE:
        wish = clusters_table.show(scene, found, key)
    elif found is not None:
        wish = (clusters_fit if view is View.FIT else clusters_labels).show(scene, found, key)
    return wish


def explain(view: View) -> None:
    """Draw the note of a view."""
    note.show(NOTES[view])

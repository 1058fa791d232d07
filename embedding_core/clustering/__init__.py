"""From vectors to clusters: how many there should be, how far to trust them, and what a person changed about them."""

from embedding_core.clustering.agreement import Agreement, agreement
from embedding_core.clustering.edits import AdoptNoise, ClusterEdits, Edit, Merge, Move, Rename, Split, edited
from embedding_core.clustering.measured import Measured
from embedding_core.clustering.outline import largest_part, outline
from embedding_core.clustering.params import (
    AgglomerativeParams,
    ClusterParams,
    HDBSCANParams,
    KMeansParams,
    Leaves,
    Linkage,
    Over,
)
from embedding_core.clustering.result import NOISE, Clusters
from embedding_core.clustering.run import cluster, prepared
from embedding_core.clustering.silhouette import rivals
from embedding_core.clustering.sweep import Sweep, SweepParams, sweep

__all__ = [
    "NOISE",
    "AdoptNoise",
    "AgglomerativeParams",
    "Agreement",
    "ClusterEdits",
    "ClusterParams",
    "Clusters",
    "Edit",
    "HDBSCANParams",
    "KMeansParams",
    "Leaves",
    "Linkage",
    "Measured",
    "Merge",
    "Move",
    "Over",
    "Rename",
    "Split",
    "Sweep",
    "SweepParams",
    "agreement",
    "cluster",
    "edited",
    "largest_part",
    "outline",
    "prepared",
    "rivals",
    "sweep",
]

"""From vectors to clusters: how many there should be, how far to trust them, and what a person changed about them."""

from embedding_core.clusters.agreement import Agreement, agreement
from embedding_core.clusters.edits import AdoptNoise, ClusterEdits, Edit, Merge, Move, Rename, Split, edited
from embedding_core.clusters.outline import largest_part, outline
from embedding_core.clusters.params import (
    AgglomerativeParams,
    ClusterParams,
    FeatureSpace,
    HDBSCANParams,
    KMeansParams,
    Leaves,
    Linkage,
)
from embedding_core.clusters.recommend import SweepScores
from embedding_core.clusters.result import NOISE, Clusters
from embedding_core.clusters.run import cluster, prepared
from embedding_core.clusters.silhouette import rivals
from embedding_core.clusters.sweep import Sweep, SweepParams, sweep

__all__ = [
    "NOISE",
    "AdoptNoise",
    "AgglomerativeParams",
    "Agreement",
    "ClusterEdits",
    "ClusterParams",
    "Clusters",
    "Edit",
    "FeatureSpace",
    "HDBSCANParams",
    "KMeansParams",
    "Leaves",
    "Linkage",
    "Merge",
    "Move",
    "Rename",
    "Split",
    "Sweep",
    "SweepParams",
    "SweepScores",
    "agreement",
    "cluster",
    "edited",
    "largest_part",
    "outline",
    "prepared",
    "rivals",
    "sweep",
]

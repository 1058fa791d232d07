"""Clustering: algorithms, the number of clusters, silhouettes, names, agreement with labels and edits."""

from embedding_core.clusters.agreement import Agreement, agreement
from embedding_core.clusters.edits import AdoptNoise, ClusterEdits, Edit, Merge, Move, Rename, Split, edited
from embedding_core.clusters.outline import largest_part, outline
from embedding_core.clusters.params import (
    AgglomerativeParams,
    ClusterParams,
    ClusterSelection,
    FeatureSpace,
    HDBSCANParams,
    KMeansParams,
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
    "ClusterSelection",
    "Clusters",
    "Edit",
    "FeatureSpace",
    "HDBSCANParams",
    "KMeansParams",
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

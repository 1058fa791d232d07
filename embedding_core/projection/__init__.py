"""From vectors to coordinates on a map."""

from embedding_core.projection.methods import (
    METHODS,
    TITLES,
    ProjectionParams,
    method_of,
    neighbors_wanted,
    params_of,
    project,
)
from embedding_core.projection.pacmap import PaCMAPParams, pacmap
from embedding_core.projection.pca import PCAParams, pca
from embedding_core.projection.result import Method, Projection
from embedding_core.projection.tsne import TSNEParams, tsne
from embedding_core.projection.umap import Layout, UMAPParams, umap

__all__ = [
    "METHODS",
    "TITLES",
    "Layout",
    "Method",
    "PCAParams",
    "PaCMAPParams",
    "Projection",
    "ProjectionParams",
    "TSNEParams",
    "UMAPParams",
    "method_of",
    "neighbors_wanted",
    "pacmap",
    "params_of",
    "pca",
    "project",
    "tsne",
    "umap",
]

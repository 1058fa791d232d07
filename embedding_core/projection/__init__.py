"""From vectors to coordinates on a map."""

from embedding_core.projection.manifold import Layout, UMAPParams, umap
from embedding_core.projection.methods import (
    METHODS,
    TITLES,
    ProjectionParams,
    method_of,
    neighbors_wanted,
    params_of,
    project,
)
from embedding_core.projection.pairwise import PaCMAPParams, pacmap
from embedding_core.projection.principal import PCAParams, pca
from embedding_core.projection.result import Method, Projection
from embedding_core.projection.tsne import TSNEParams, tsne

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

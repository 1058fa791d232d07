"""From vectors to coordinates on a map."""

from embedding_core.projection.manifold import Layout, UMAPParams, umap
from embedding_core.projection.principal import PCAParams, pca
from embedding_core.projection.result import Method, Projection

__all__ = ["Layout", "Method", "PCAParams", "Projection", "UMAPParams", "pca", "umap"]

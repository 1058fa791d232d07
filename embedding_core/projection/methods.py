"""Every way to draw a map, by name."""

from typing import Any

from embedding_core.base.errors import ParameterError
from embedding_core.base.types import Matrix, Progress, no_progress
from embedding_core.neighbors.exact import Neighbors
from embedding_core.projection.pacmap import PaCMAPParams, pacmap
from embedding_core.projection.pca import PCAParams, pca
from embedding_core.projection.result import Method, Projection
from embedding_core.projection.tsne import TSNEParams, tsne
from embedding_core.projection.umap import UMAPParams, umap

ProjectionParams = PCAParams | UMAPParams | TSNEParams | PaCMAPParams

METHODS: dict[Method, type[ProjectionParams]] = {
    Method.UMAP: UMAPParams,
    Method.PCA: PCAParams,
    Method.TSNE: TSNEParams,
    Method.PACMAP: PaCMAPParams,
}
TITLES = {Method.UMAP: "UMAP", Method.PCA: "PCA", Method.TSNE: "t-SNE", Method.PACMAP: "PaCMAP"}


def params_of(method: str, dims: int = 2, seed: int = 0) -> ProjectionParams:
    """Return the usual parameters of a method.

    Raises:
        ParameterError: there is no such method, or it cannot draw in so many dimensions.
    """
    if method not in list(METHODS):
        raise ParameterError(f"There is no projection method {method!r}.", f"Choose one of {', '.join(METHODS)}.")
    given: dict[str, Any] = {"dims": dims} if method == Method.PCA else {"dims": dims, "seed": seed}
    return METHODS[Method(method)](**given)


def method_of(params: ProjectionParams) -> Method:
    """Return the method that parameters are of."""
    return next(method for method, kind in METHODS.items() if isinstance(params, kind))


def neighbors_wanted(params: ProjectionParams) -> int:
    """Return how many neighbors of each row a method looks at; 0 for none."""
    if isinstance(params, PCAParams):
        return 0
    return params.n_neighbors - 1 if isinstance(params, UMAPParams) else params.neighbors


def project(
    matrix: Matrix, neighbors: Neighbors | None, params: ProjectionParams, progress: Progress = no_progress
) -> Projection:
    """Draw (n, dim) by the method of its parameters; all but PCA take neighbors.

    Raises:
        InputError: the matrix has no row, or the neighbors are not its own.
        ParameterError: there are too few neighbors.
    """
    if isinstance(params, PCAParams):
        return pca(matrix, params, progress)
    if neighbors is None:
        raise ParameterError(f"{TITLES[method_of(params)]} needs nearest neighbors.", "Compute them first.")
    if isinstance(params, UMAPParams):
        return umap(matrix, neighbors, params, progress)
    if isinstance(params, TSNEParams):
        return tsne(matrix, neighbors, params, progress)
    return pacmap(matrix, neighbors, params, progress)

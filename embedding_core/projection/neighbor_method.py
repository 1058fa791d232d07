"""What UMAP, t-SNE and PaCMAP have in common: they start from PCA and draw a graph of nearest neighbors."""

from abc import abstractmethod
from dataclasses import replace
from typing import ClassVar

from embedding_core.base.errors import ParameterError
from embedding_core.base.types import Matrix, Progress, no_progress
from embedding_core.base.vectors import as_matrix
from embedding_core.neighbors.exact import Neighbors
from embedding_core.projection.method import P, ProjectionMethod
from embedding_core.projection.methods.pca import PCA, PCAParams
from embedding_core.projection.result import Projection, check_neighbors


class NeighborMethod(ProjectionMethod[P]):
    """A method that moves points until those of neighboring rows lie together.

    Where there are fewer rows than `fewest_rows`, or all are equal, the map is that of PCA and its note says so.
    """

    fewest_rows: ClassVar[int]

    def fit(self, matrix: Matrix, neighbors: Neighbors | None = None, progress: Progress = no_progress) -> Projection:
        if neighbors is None:
            raise ParameterError(f"{self.title} needs nearest neighbors.", "Compute them first.")
        matrix = as_matrix(matrix)
        n = len(matrix)
        known = min(self.neighbors, n - 1)
        check_neighbors(neighbors, n, known)
        start = PCA(PCAParams(self.params.dims)).fit(matrix)
        if n < self.fewest_rows:
            return replace(
                start, note=f"{self.title} needs {self.fewest_rows} rows or more and there are {n}: PCA shown."
            )
        if start.note:
            return start
        coordinates, note = self._laid_out(matrix, neighbors, known, start.coordinates, progress)
        return Projection(coordinates, self.name, note=note)

    @abstractmethod
    def _laid_out(
        self, matrix: Matrix, neighbors: Neighbors, known: int, start: Matrix, progress: Progress
    ) -> tuple[Matrix, str]:
        """Return (n, dims) coordinates, and what a person should know of them; empty when all is as asked for.

        Args:
            matrix: (n, dim) vectors, not all equal.
            neighbors: of each row, `known` or more.
            known: how many neighbors to use: as many as the method needs, or all other rows.
            start: (n, dims) coordinates by PCA.
            progress: called with steps.
        """

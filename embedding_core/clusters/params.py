"""How to cluster: one dataclass an algorithm."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from embedding_core.base.choices import member
from embedding_core.base.errors import ParameterError

SEEDS = 2**32
MOST_CLUSTERS = 2_000


class FeatureSpace(StrEnum):
    """What is clustered."""

    DIRECTIONS = "directions"
    """The vectors at length 1, so that only where they point counts: Euclidean distance ranks them as cosine does."""
    VECTORS = "vectors"
    """The vectors as they are."""
    MAP = "map"
    """The coordinates of a map."""


class ClusterSelection(StrEnum):
    """Which branches of HDBSCAN's tree become clusters."""

    EOM = "eom"
    """Those that last longest (excess of mass): few, of very different size."""
    LEAF = "leaf"
    """The outermost: many, small, of similar size."""


class Linkage(StrEnum):
    """How far apart two clusters are, for those that merge the nearest pair."""

    WARD = "ward"
    """By how much the sum of squares inside grows: clusters of similar size."""
    AVERAGE = "average"
    """The mean distance of their items."""
    COMPLETE = "complete"
    """The largest distance of their items."""


@dataclass(frozen=True)
class KMeansParams:
    """k-means: every item goes to the nearest of k centers."""

    k: int = 8
    seed: int = 0
    restarts: int = 1
    """How often k-means starts anew; the run with the least inertia is kept (scikit-learn's n_init)."""
    feature_space: FeatureSpace = field(default=FeatureSpace.DIRECTIONS, metadata={"key": "over"})

    def __post_init__(self) -> None:
        object.__setattr__(self, "feature_space", member(FeatureSpace, self.feature_space, "feature space"))
        _check_k(self.k)
        check_seed(self.seed)
        if self.restarts < 1:
            raise ParameterError(f"The number of restarts is {self.restarts}.", "Choose at least 1.")


@dataclass(frozen=True)
class HDBSCANParams:
    """HDBSCAN: what lies dense is a cluster, what lies between is noise; how many there are comes out of the data."""

    min_cluster_size: int = field(default=10, metadata={"key": "min_size"})
    """Fewest items of a cluster."""
    min_samples: int | None = None
    """Neighbors, the item itself included, that make an item a core point. By default the minimum cluster size."""
    cluster_selection: ClusterSelection = field(default=ClusterSelection.EOM, metadata={"key": "leaves"})
    """Which clusters of the tree are selected: by excess of mass (few, of very different size) or the leaves."""
    feature_space: FeatureSpace = field(default=FeatureSpace.DIRECTIONS, metadata={"key": "over"})

    def __post_init__(self) -> None:
        object.__setattr__(self, "feature_space", member(FeatureSpace, self.feature_space, "feature space"))
        object.__setattr__(
            self, "cluster_selection", member(ClusterSelection, self.cluster_selection, "cluster selection")
        )
        if self.min_cluster_size < 2:
            raise ParameterError(f"The min cluster size is {self.min_cluster_size}.", "A cluster has at least 2 items.")
        if self.min_samples is not None and self.min_samples < 1:
            raise ParameterError(f"min_samples is {self.min_samples}.", "Choose at least 1.")


@dataclass(frozen=True)
class AgglomerativeParams:
    """Agglomerative clustering: the two nearest clusters merge until k are left."""

    k: int = 8
    linkage: Linkage = Linkage.WARD
    """How the distance of two clusters is measured."""
    feature_space: FeatureSpace = field(default=FeatureSpace.DIRECTIONS, metadata={"key": "over"})

    def __post_init__(self) -> None:
        object.__setattr__(self, "feature_space", member(FeatureSpace, self.feature_space, "feature space"))
        object.__setattr__(self, "linkage", member(Linkage, self.linkage, "linkage"))
        _check_k(self.k)


ClusterParams: TypeAlias = KMeansParams | HDBSCANParams | AgglomerativeParams


def check_seed(seed: int) -> None:
    """Refuse what scikit-learn takes for no seed.

    Raises:
        ParameterError: the seed is out of range.
    """
    if not 0 <= seed < SEEDS:
        raise ParameterError(f"The seed is {seed}.", f"Choose from 0 to {SEEDS - 1}.")


def _check_k(k: int) -> None:
    if not 1 <= k <= MOST_CLUSTERS:
        raise ParameterError(f"The number of clusters is {k:,}.", f"Choose 1 to {MOST_CLUSTERS:,}.")

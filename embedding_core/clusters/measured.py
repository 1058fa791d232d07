"""What a sweep finds for one number of clusters."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Measured:
    """What was found for one k."""

    k: int
    silhouette: float
    """Mean over rows, -1 to 1: larger is better. Rousseeuw 1987, doi:10.1016/0377-0427(87)90125-7."""
    calinski_harabasz: float
    """Spread between over spread within clusters: larger is better. doi:10.1080/03610927408827101."""
    davies_bouldin: float
    """How alike the most alike clusters are: smaller is better. doi:10.1109/TPAMI.1979.4766909."""
    inertia: float
    """The sum of squared distances to the centers: falls with every k; a bend may mean something."""
    stability: float
    """Mean adjusted Rand index between the clusterings that bootstrap samples give, -0.5 to 1."""

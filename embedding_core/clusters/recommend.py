"""Recommend one k out of a sweep, with the reason."""

from dataclasses import dataclass

NEAR_BEST = 0.95
"""A silhouette of so much of the best is as good: the smallest such k is taken."""
STABLE, SHAKY = 0.75, 0.4
WEAK = 0.05


@dataclass(frozen=True)
class SweepScores:
    """The measures of k-means with one k."""

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


def recommend(measured: tuple[SweepScores, ...], different: int) -> tuple[int, str]:
    """Return the k to take and the reason: the smallest whose silhouette is about the best.

    Args:
        measured: one a k, ascending.
        different: how many different rows there are.
    """
    if different == 1:
        return 1, "All items are equal, so there is one cluster."
    if not measured:
        return 1, f"{different:,} distinct items are too few to compare numbers of clusters."
    best = max(measured, key=lambda one: one.silhouette)
    if best.silhouette <= 0:
        return (
            best.k,
            "The mean silhouette is not above 0 for any k: the items form no clear clusters.",
        )
    chosen = next(one for one in measured if one.silhouette >= NEAR_BEST * best.silhouette)
    parts = [f"The mean silhouette is highest at k = {best.k} ({best.silhouette:.3f})"]
    if chosen is not best:
        parts[0] += f", and k = {chosen.k}, the smallest within 5% of it, does as well ({chosen.silhouette:.3f})"
    parts[0] += "."
    parts.append(_stability(chosen))
    if best is measured[-1] and len(measured) > 1:
        parts.append("The silhouette still rises at the largest k, so there may be more and finer clusters.")
    if best.silhouette < WEAK:
        parts.append("That is low: the clusters are not well separated.")
    return chosen.k, " ".join(parts)


def _stability(one: SweepScores) -> str:
    if one.stability >= STABLE:
        return f"Bootstrap samples give nearly the same clusters (adjusted Rand {one.stability:.2f})."
    if one.stability >= SHAKY:
        return f"Bootstrap samples give partly different clusters (adjusted Rand {one.stability:.2f})."
    return (
        f"Bootstrap samples give very different clusters (adjusted Rand {one.stability:.2f}): do not rely on "
        "their borders."
    )

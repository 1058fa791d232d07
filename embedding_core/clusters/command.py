"""`cluster`: which items belong together, and what each cluster is about."""

from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

from embedding_core.base.errors import ParameterError
from embedding_core.cli.common import embedded, with_progress, write
from embedding_core.cli.options import CommandEngine, Data, EmbeddingOptions, Flat, InputGroup, Out, build, options_of
from embedding_core.cli.run import Printed
from embedding_core.clusters import (
    AgglomerativeParams,
    ClusterParams,
    Clusters,
    HDBSCANParams,
    KMeansParams,
    agreement,
)
from embedding_core.clusters.naming import names
from embedding_core.clusters.stages import Cluster, SweepClusters, naming
from embedding_core.data.dataset import Dataset


class ClusterMethod(StrEnum):
    """A clustering algorithm."""

    KMEANS = "kmeans"
    HDBSCAN = "hdbscan"
    AGGLOMERATIVE = "agglomerative"


_PARAMS: dict[ClusterMethod, type[ClusterParams]] = {
    ClusterMethod.KMEANS: KMeansParams,
    ClusterMethod.HDBSCAN: HDBSCANParams,
    ClusterMethod.AGGLOMERATIVE: AgglomerativeParams,
}


class ClusterOptions(
    options_of(  # type: ignore[misc]
        _PARAMS,
        without=("feature_space", "seed", "k"),
    )
):
    """The parameters of every method."""


def cluster(
    file: Data,
    /,
    *,
    data: Annotated[EmbeddingOptions, InputGroup] = EmbeddingOptions(),
    method: ClusterMethod = ClusterMethod.KMEANS,
    k: int | None = None,
    options: Annotated[ClusterOptions, Flat] = ClusterOptions(),
    out: Out = None,
    engine: CommandEngine,
) -> Printed:
    """Find clusters and name them.

    Args:
        method: The clustering algorithm.
        k: Number of clusters for kmeans and agglomerative; a sweep recommends one when left out.
    """
    kind = _PARAMS[method]
    if k is not None and kind is HDBSCANParams:
        raise ParameterError(
            "HDBSCAN finds the number of clusters itself.", "Leave --k out, or set --min-cluster-size."
        )
    fixed = {"seed": data.seed} if k is None else {"seed": data.seed, "k": k}
    params = build(kind, options, method, **fixed)
    dataset, space, record = embedded(engine, file, data)
    reason = ""
    if k is None and kind is not HDBSCANParams:
        swept = with_progress(engine, SweepClusters(space))
        params, reason = replace(params, k=swept.recommended), swept.reason
    stage = Cluster(space, params)
    clusters: Clusters = with_progress(engine, stage)
    named = names(engine.make(naming(stage, dataset)))
    record |= {"method": method, **_facts(dataset, clusters), "names": [named[i] for i in clusters.numbers]}
    record |= {"reason": reason} if reason else {}
    if out is not None:
        write(out, dataset, {"cluster": clusters.labels})
        record["out"] = str(out)
    return record, _text(clusters, named, reason, out)


def _facts(dataset: Dataset, clusters: Clusters) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "k": clusters.k,
        "sizes": [int(clusters.sizes[i]) for i in clusters.numbers],
        "noise": clusters.noise,
        "silhouette": _rounded(clusters.silhouette),
        "silhouette_metric": "cosine",
        "silhouettes": [_rounded(clusters.silhouette_of(i)) for i in clusters.numbers],
    }
    if clusters.note:
        facts["note"] = clusters.note
    if dataset.label is not None:
        agree = agreement(clusters.labels, dataset.columns[dataset.label])
        facts |= {"label": dataset.label, "adjusted_rand": round(agree.adjusted_rand, 4), "nmi": round(agree.nmi, 4)}
    return facts


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 4)


def _text(clusters: Clusters, named: tuple[str, ...], reason: str, out: Path | None) -> str:
    fit = "no silhouette" if clusters.silhouette is None else f"silhouette {clusters.silhouette:.3f}"
    noise = f", {clusters.noise:,} noise" if clusters.noise else ""
    lines = [f"{clusters.k:,} clusters of {len(clusters.labels):,} rows{noise}, {fit}"]
    lines += [text for text in (reason, clusters.note) if text]
    for number in clusters.numbers:
        own = clusters.silhouette_of(number)
        lines.append(
            f"{number:>4}  {clusters.sizes[number]:>7,}  {'' if own is None else f'{own:.3f}':>6}  {named[number]}"
        )
    if out is not None:
        lines.append(f"Written to {out}.")
    return "\n".join(lines)

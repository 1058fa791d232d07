"""`cluster`: which items belong together, and what each cluster is about."""

import argparse
from typing import Any

from embedding_core.base.errors import ParameterError
from embedding_core.cli.common import Printed, embedded, file_options, json_options, out_options, with_progress, write
from embedding_core.clusters import (
    AgglomerativeParams,
    ClusterParams,
    Clusters,
    FeatureSpace,
    HDBSCANParams,
    KMeansParams,
    Leaves,
    Linkage,
    agreement,
)
from embedding_core.clusters.naming import names
from embedding_core.clusters.stages import Cluster, SweepClusters, naming
from embedding_core.data.dataset import Dataset
from embedding_core.engine import Engine

_METHODS = ("kmeans", "hdbscan", "agglomerative")


def add(commands: Any) -> None:
    """Add the command to the parser."""
    parents = [file_options(), out_options(), json_options()]
    found = commands.add_parser("cluster", parents=parents, help="find which items belong together")
    found.add_argument("--method", choices=_METHODS, default="kmeans")
    found.add_argument("--k", type=int, help="how many clusters; found by a sweep when left out (not for hdbscan)")
    found.add_argument("--restarts", type=int, default=1, help="k-means: how many beginnings (default: 1)")
    found.add_argument("--min-size", type=int, default=HDBSCANParams().min_size, help="hdbscan: the least size")
    found.add_argument("--leaves", choices=list(Leaves), default=Leaves.EOM, help="hdbscan: which branches count")
    found.add_argument("--linkage", choices=list(Linkage), default=Linkage.WARD, help="agglomerative: what is merged")
    found.set_defaults(run=run)


def run(engine: Engine, args: argparse.Namespace) -> Printed:
    """Cluster a file."""
    if args.method == "hdbscan" and args.k is not None:
        raise ParameterError("HDBSCAN finds out how many clusters there are.", "Leave --k out, or set --min-size.")
    dataset, space, seen = embedded(engine, args)
    reason = ""
    if args.method != "hdbscan" and args.k is None:
        swept = with_progress(engine, SweepClusters(space))
        args.k, reason = swept.recommended, swept.reason
    stage = Cluster(space, _params(args))
    clusters: Clusters = with_progress(engine, stage)
    named = names(engine.make(naming(stage, dataset)))
    seen |= {"method": args.method, **_facts(dataset, clusters), "names": [named[i] for i in clusters.numbers]}
    seen |= {"reason": reason} if reason else {}
    if args.out is not None:
        write(args.out, dataset, {"cluster": clusters.labels})
        seen["out"] = str(args.out)
    return seen, _text(clusters, named, reason, args)


def _params(args: argparse.Namespace) -> ClusterParams:
    if args.method == "hdbscan":
        return HDBSCANParams(args.min_size, leaves=args.leaves)
    if args.method == "agglomerative":
        return AgglomerativeParams(args.k, args.linkage)
    return KMeansParams(args.k, args.seed, args.restarts, FeatureSpace.DIRECTIONS)


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


def _text(clusters: Clusters, named: tuple[str, ...], reason: str, args: argparse.Namespace) -> str:
    fit = "no silhouette" if clusters.silhouette is None else f"silhouette {clusters.silhouette:.3f}"
    noise = f", {clusters.noise:,} in none" if clusters.noise else ""
    lines = [f"{clusters.k:,} clusters of {len(clusters.labels):,} rows{noise}, {fit}"]
    lines += [text for text in (reason, clusters.note) if text]
    for number in clusters.numbers:
        own = clusters.silhouette_of(number)
        lines.append(
            f"{number:>4}  {clusters.sizes[number]:>7,}  {'' if own is None else f'{own:.3f}':>6}  {named[number]}"
        )
    if args.out is not None:
        lines.append(f"Written to {args.out}.")
    return "\n".join(lines)

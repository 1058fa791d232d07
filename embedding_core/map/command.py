"""`map`: coordinates for every row."""

import argparse
import time
from typing import Any

from embedding_core.cli.common import Printed, embedded, file_options, json_options, out_options, with_progress, write
from embedding_core.engine import Engine
from embedding_core.projection import DEFAULT_METHOD, METHODS, Layout, params_of
from embedding_core.projection.stages import Project


def add(commands: Any) -> None:
    """Add the command to the parser."""
    parents = [file_options(), out_options(), json_options()]
    draw = commands.add_parser("map", parents=parents, help="draw a map: coordinates for every row")
    draw.add_argument("--method", choices=list(METHODS), default=DEFAULT_METHOD)
    draw.add_argument("--dims", type=int, choices=(2, 3), default=2)
    # A parameter that is left out is the method's own default; one that the method does not have is refused.
    draw.add_argument("--neighbors", type=int, dest="n_neighbors", help="of UMAP and PaCMAP: n_neighbors")
    draw.add_argument("--min-dist", type=float, help="of UMAP: min_dist")
    draw.add_argument("--perplexity", type=float, help="of t-SNE")
    draw.add_argument("--layout", choices=list(Layout), help="of UMAP: who draws it (default: fast)")
    draw.set_defaults(run=run)


def run(engine: Engine, args: argparse.Namespace) -> Printed:
    """Draw a map of a file."""
    params = params_of(
        args.method,
        args.dims,
        args.seed,
        n_neighbors=args.n_neighbors,
        min_dist=args.min_dist,
        perplexity=args.perplexity,
        layout=args.layout,
    )
    dataset, space, seen = embedded(engine, args)
    start = time.perf_counter()
    projection = with_progress(engine, Project(space, params))
    seen |= {"method": projection.method, "map_seconds": round(time.perf_counter() - start, 3)}
    seen["explained_variance"] = projection.explained_variance
    if projection.note:
        seen["note"] = projection.note
    if args.out is not None:
        axes = dict(zip("xyz", projection.coordinates.T, strict=False))
        write(args.out, dataset, axes)
        seen["out"] = str(args.out)
    text = (
        f"{seen['rows']:,} rows mapped by {projection.method} in {seen['map_seconds']:.1f} s. {projection.note}".strip()
    )
    return seen, text if args.out is None else f"{text} Written to {args.out}."

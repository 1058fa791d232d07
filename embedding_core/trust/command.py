"""`trust`: what a map can be trusted for, what moves with the seed, and how healthy the space is."""

import argparse
import math
from typing import Any

from embedding_core.cli.common import Printed, embedded, file_options, json_options, with_progress
from embedding_core.encoders.health import CheckHealth
from embedding_core.engine import Engine
from embedding_core.projection import DEFAULT_METHOD, METHODS, params_of
from embedding_core.projection.stages import Project
from embedding_core.trust import MAP, PCA, SHUFFLED, Fidelity, TrustParams, verdict
from embedding_core.trust.stages import CompareSeeds, MeasureMap, MeasureSpace

_CURVES = ("trustworthiness", "continuity", "neighborhood_preservation")


def add(commands: Any) -> None:
    """Add the command to the parser."""
    trust = commands.add_parser("trust", parents=[file_options(), json_options()], help="measure a map and its space")
    trust.add_argument("--method", choices=list(METHODS), default=DEFAULT_METHOD, help="the map (default: %(default)s)")
    trust.add_argument("--dims", type=int, choices=(2, 3), default=2)
    trust.add_argument("-k", type=int, default=TrustParams().k, help="rows of a neighborhood (default: %(default)s)")
    trust.add_argument("--seeds", type=int, default=0, metavar="N", help="draw N more maps and see what moves")
    trust.set_defaults(run=run)


def run(engine: Engine, args: argparse.Namespace) -> Printed:
    """Measure a map of a file."""
    params = TrustParams(args.k)
    dataset, space, seen = embedded(engine, args)
    drawn = Project(space, params_of(args.method, args.dims, args.seed))
    with_progress(engine, drawn)
    found = with_progress(engine, MeasureMap(drawn, params))
    healthy = with_progress(engine, MeasureSpace(space))
    cut = with_progress(engine, CheckHealth(dataset.key, space.encoder, space.revision)).too_long
    result = {
        "rows": len(dataset),
        "measured_rows": len(found.rows),
        "encoder": seen["encoder"],
        "method": args.method,
        "k": found.k,
        **{name: _measures(found, name) for name in (MAP, PCA, SHUFFLED)},
        "verdict": {claim.measure: str(claim.grade) for claim in verdict(found)},
        "space": {
            "anisotropy": round(healthy.anisotropy, 4),
            "hubness": round(healthy.hubness, 4),
            "never_a_neighbor": round(healthy.never, 4),
            "intrinsic_dimension": None if math.isnan(healthy.dimension) else round(healthy.dimension, 2),
            "dim": healthy.dim,
            "length_bias": None if healthy.length_bias is None else round(healthy.length_bias, 4),
            "truncated_rows": None if cut is None else len(cut),
        },
    }
    lines = [
        f"{len(found.rows):,} of {len(dataset):,} rows measured, neighborhoods of {found.k}",
        *_table(found),
        "space: " + ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in result["space"].items()),
    ]
    if args.seeds:
        moved = with_progress(engine, CompareSeeds(drawn, args.seeds))
        result["seeds"] = {
            "disparity": [round(gap, 4) for gap in moved.disparity],
            "median_move": round(moved.median, 4),
        }
        lines.append(f"{args.seeds} other seeds: the median point moves by {moved.median:.3f} radii of the map")
    return result, "\n".join(lines)


def _measures(found: Fidelity, name: str) -> dict[str, Any]:
    measured = found.maps[name]
    curves = {
        measure: {
            str(size): round(value, 4) for size, value in zip(found.sizes, getattr(measured, measure), strict=True)
        }
        for measure in _CURVES
    }
    at_k = {measure: round(found.at(name, measure), 4) for measure in _CURVES}
    return {**at_k, "correlation": round(measured.correlation, 4), "curves": curves}


def _table(found: Fidelity) -> list[str]:
    lines = [f"{'':<18}{MAP:>10}{PCA:>10}{SHUFFLED:>10}"]
    for measure in _CURVES:
        lines.append(f"{measure:<18}" + "".join(f"{found.at(name, measure):>10.3f}" for name in (MAP, PCA, SHUFFLED)))
    values = "".join(f"{found.maps[name].correlation:>10.3f}" for name in (MAP, PCA, SHUFFLED))
    return [*lines, f"{'distances (rho)':<18}{values}"]

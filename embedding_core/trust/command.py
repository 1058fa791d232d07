"""`trust`: what a map can be trusted for, what moves with the seed, and how healthy the space is."""

import math
from typing import Annotated, Any, Literal

from embedding_core.cli.common import embedded, with_progress
from embedding_core.cli.options import CommandEngine, Data, EmbeddingOptions, InputGroup
from embedding_core.cli.run import Printed
from embedding_core.encoders.health import CheckHealth
from embedding_core.projection import DEFAULT_METHOD, METHODS, params_of
from embedding_core.projection.stages import Project
from embedding_core.trust import MAP, PCA, SHUFFLED, Fidelity, TrustParams, verdict
from embedding_core.trust.stages import CompareSeeds, MeasureMap, MeasureSpace

_NAMES = {"correlation": "distance_correlation"}
"""Measures that are not called like their field."""
_CURVES = ("trustworthiness", "continuity", "neighborhood_preservation")


def trust(
    file: Data,
    /,
    *,
    data: Annotated[EmbeddingOptions, InputGroup] = EmbeddingOptions(),
    method: Literal[tuple(METHODS)] = DEFAULT_METHOD,  # type: ignore[valid-type]
    dims: Literal[2, 3] = 2,
    k: int = TrustParams.k,
    seeds: int = 0,
    engine: CommandEngine,
) -> Printed:
    """Measure how faithful a map is, and the space it shows.

    Args:
        method: The map's projection method.
        dims: Dimensions of the map.
        k: Number of neighbors that make a neighborhood.
        seeds: Also draw this many maps with other seeds, and measure how far points move (stability).
    """
    params = TrustParams(k)
    dataset, space, record = embedded(engine, file, data)
    drawn = Project(space, params_of(method, dims, data.seed))
    with_progress(engine, drawn)
    found = with_progress(engine, MeasureMap(drawn, params))
    healthy = with_progress(engine, MeasureSpace(space))
    cut = with_progress(engine, CheckHealth(dataset.key, space.encoder, space.revision)).too_long
    result = {
        "rows": len(dataset),
        "measured_rows": len(found.rows),
        "encoder": record["encoder"],
        "method": method,
        "k": found.k,
        **{name: _measures(found, name) for name in (MAP, PCA, SHUFFLED)},
        "verdict": {_NAMES.get(claim.measure, claim.measure): str(claim.grade) for claim in verdict(found)},
        "space": {
            "anisotropy": round(healthy.anisotropy, 4),
            "hubness": round(healthy.hubness, 4),
            "antihubs": round(healthy.never, 4),
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
    if seeds:
        moved = with_progress(engine, CompareSeeds(drawn, seeds))
        result["seeds"] = {
            "disparity": [round(gap, 4) for gap in moved.disparity],
            "median_move": round(moved.median, 4),
        }
        lines.append(
            f"stability: with {seeds} other seeds the median point moves by {moved.median:.3f} radii of the map"
        )
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
    return {**at_k, "distance_correlation": round(measured.correlation, 4), "curves": curves}


def _table(found: Fidelity) -> list[str]:
    lines = [f"{'':<25}{MAP:>10}{PCA:>10}{SHUFFLED:>10}"]
    for measure in _CURVES:
        lines.append(f"{measure:<25}" + "".join(f"{found.at(name, measure):>10.3f}" for name in (MAP, PCA, SHUFFLED)))
    values = "".join(f"{found.maps[name].correlation:>10.3f}" for name in (MAP, PCA, SHUFFLED))
    return [*lines, f"{'distance correlation':<25}{values}"]

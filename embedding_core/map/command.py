"""`map`: coordinates for every row."""

import time
from typing import Annotated, Literal

from cyclopts import Parameter

from embedding_core.cli.common import embedded, with_progress, write
from embedding_core.cli.options import CommandEngine, Data, EmbeddingOptions, Flat, InputGroup, Out, build, options_of
from embedding_core.cli.run import Printed
from embedding_core.projection import DEFAULT_METHOD, METHODS
from embedding_core.projection.stages import Project


class MapOptions(
    options_of(  # type: ignore[misc]
        {name: method.parameters for name, method in METHODS.items()}, without=("dims", "seed")
    )
):
    """The parameters of every method."""


def draw_map(
    file: Data,
    /,
    *,
    data: Annotated[EmbeddingOptions, InputGroup] = EmbeddingOptions(),
    method: Literal[tuple(METHODS)] = DEFAULT_METHOD,  # type: ignore[valid-type]
    dims: Annotated[Literal[2, 3], Parameter(help="Dimensions of the map.")] = 2,
    options: Annotated[MapOptions, Flat] = MapOptions(),
    out: Out = None,
    engine: CommandEngine,
) -> Printed:
    """Draw a map: coordinates for every row.

    Args:
        method: How the vectors are projected.
    """
    params = build(METHODS[method].parameters, options, method, dims=dims, seed=data.seed)
    dataset, space, record = embedded(engine, file, data)
    start = time.perf_counter()
    projection = with_progress(engine, Project(space, params))
    record |= {"method": projection.method, "map_seconds": round(time.perf_counter() - start, 3)}
    record["explained_variance"] = projection.explained_variance
    if projection.note:
        record["note"] = projection.note
    if out is not None:
        axes = dict(zip("xyz", projection.coordinates.T, strict=False))
        write(out, dataset, axes)
        record["out"] = str(out)
    rows, seconds = record["rows"], record["map_seconds"]
    text = f"{rows:,} rows mapped by {projection.method} in {seconds:.1f} s. {projection.note}".strip()
    return record, text if out is None else f"{text} Written to {out}."

"""`compare`: two encoders on the same rows."""

from typing import Annotated

from embedding_core.base.errors import InputError
from embedding_core.cli.common import read_dataset, with_progress
from embedding_core.cli.options import CommandEngine, Data, DatasetOptions, InputGroup
from embedding_core.cli.run import Printed
from embedding_core.compare import ComparisonParams
from embedding_core.compare.stages import CompareSpaces
from embedding_core.encoders import OWN_VECTORS


def compare(
    file: Data,
    /,
    *,
    data: Annotated[DatasetOptions, InputGroup] = DatasetOptions(),
    encoders: str,
    k: int = ComparisonParams.k,
    top: int = 10,
    engine: CommandEngine,
) -> Printed:
    """Compare two encoders by the neighbors they give the same rows.

    Args:
        encoders: Two names with a comma between; `info` lists them.
        k: Number of neighbors.
        top: Number of rows to list, those whose neighbors differ most.
    """
    params = ComparisonParams(k)
    names = [name.strip() for name in encoders.split(",") if name.strip()]
    if len(names) != 2:
        raise InputError(f"{encoders!r} does not name two encoders.", "Put a comma between two.")
    reader = next((name for name in names if name != OWN_VECTORS), None)
    dataset = read_dataset(engine, file, data, encoder=reader)
    spaces = [engine.embedding(dataset, name) for name in names]
    if spaces[0] == spaces[1]:
        raise InputError(f"Both are {spaces[0].encoder}.", "Name two different encoders that read this data.")
    for space in spaces:
        with_progress(engine, space)
    stage = CompareSpaces(spaces[0], spaces[1], params)
    found = with_progress(engine, stage)
    near = found.neighborhoods
    lists = [graph.load(engine.store).indices[:, : near.k] for graph in stage.neighbors]
    changed = [
        {
            "id": dataset.ids[row],
            "text": dataset.titles[row],
            "overlap": round(float(near.overlaps[row]), 4),
            "neighbors": {
                space.encoder: [dataset.ids[other] for other in graph[row].tolist()]
                for space, graph in zip(spaces, lists, strict=True)
            },
        }
        for row in near.changed()[: max(0, top)].tolist()
    ]
    result = {
        "rows": len(dataset),
        "encoders": [space.encoder for space in spaces],
        "k": near.k,
        "overlap": round(near.overlap, 4),
        "random_baseline": round(near.chance, 4),
        "cka": None if found.cka is None else round(found.cka, 4),
        "most_changed": changed,
    }
    cka = "not defined" if found.cka is None else f"{found.cka:.3f}"
    text = [f"{near.overlap:.1%} of {near.k} neighbors in common (random baseline {near.chance:.1%}), CKA {cka}"]
    text += [f"{one['overlap']:4.0%}  {one['id']}  {str(one['text'])[:100]!r}" for one in changed]
    return result, "\n".join(text)

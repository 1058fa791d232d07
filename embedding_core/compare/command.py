"""`compare`: two encoders on the same rows."""

import argparse
from typing import Any

from embedding_core.base.errors import InputError
from embedding_core.cli.common import Printed, file_options, json_options, read_dataset, with_progress
from embedding_core.compare import ComparisonParams
from embedding_core.compare.stages import CompareSpaces
from embedding_core.engine import Engine


def add(commands: Any) -> None:
    """Add the command to the parser."""
    parents = [file_options(), json_options()]
    compare = commands.add_parser("compare", parents=parents, help="compare two encoders on the same rows")
    compare.add_argument("--encoders", required=True, metavar="E1,E2", help="two names; see info")
    compare.add_argument("-k", type=int, default=10, help="how many neighbors (default: 10)")
    compare.add_argument("--changed", type=int, default=10, metavar="N", help="rows to list (default: 10)")
    compare.set_defaults(run=run)


def run(engine: Engine, args: argparse.Namespace) -> Printed:
    """Compare the neighbors that two encoders give the rows of a file."""
    params = ComparisonParams(args.k)
    names = [name.strip() for name in args.encoders.split(",") if name.strip()]
    if len(names) != 2 or args.encoder is not None:
        raise InputError(f"{args.encoders!r} does not name two encoders.", "Put a comma between two.")
    dataset = read_dataset(engine, args)
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
        for row in near.changed()[: max(0, args.changed)].tolist()
    ]
    result = {
        "rows": len(dataset),
        "encoders": [space.encoder for space in spaces],
        "k": near.k,
        "overlap": round(near.overlap, 4),
        "chance": round(near.chance, 4),
        "cka": None if found.cka is None else round(found.cka, 4),
        "changed": changed,
    }
    cka = "not defined" if found.cka is None else f"{found.cka:.3f}"
    text = [f"{near.overlap:.1%} of {near.k} neighbors in common ({near.chance:.1%} by chance), CKA {cka}"]
    text += [f"{one['overlap']:4.0%}  {one['id']}  {str(one['text'])[:100]!r}" for one in changed]
    return result, "\n".join(text)

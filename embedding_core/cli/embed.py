"""`embed`: turn texts into vectors."""

import argparse
from typing import Any

from embedding_core.cli.common import Printed, embedded, file_options, json_options, out_options, write
from embedding_core.engine import Engine


def add(commands: Any) -> None:
    """Add the command to the parser."""
    parents = [file_options(), out_options(), json_options()]
    embed = commands.add_parser("embed", parents=parents, help="turn texts into vectors")
    embed.set_defaults(run=run)


def run(engine: Engine, args: argparse.Namespace) -> Printed:
    """Embed a file."""
    dataset, stage, seen = embedded(engine, args)
    if args.out is not None:
        write(args.out, dataset, {"embedding": stage.load(engine.store)})
        seen["out"] = str(args.out)
    text = "{rows:,} rows, {dim} dimensions, {encoder}, {seconds:.1f} s".format(**seen)
    return seen, text + (" (from the store)" if seen["from_cache"] else f" ({seen['rows_per_s']:,.0f} rows/s)")

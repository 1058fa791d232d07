"""`duplicates`: rows that are nearly the same."""

import argparse
from typing import Any

import numpy as np

from embedding_core.cli.common import (
    Printed,
    check_column,
    embedded,
    file_options,
    json_options,
    out_options,
    with_progress,
    write,
)
from embedding_core.data.dataset import Dataset
from embedding_core.engine import Engine
from embedding_core.similarity import Duplicates, DuplicatesParams, leaks
from embedding_core.similarity.stages import FindDuplicates


def add(commands: Any) -> None:
    """Add the command to the parser."""
    parents = [file_options(), out_options(), json_options()]
    find = commands.add_parser("duplicates", parents=parents, help="find rows that are nearly the same")
    find.add_argument("--threshold", type=float, help="the least cosine (default: suggested by random pairs)")
    find.add_argument("--split-column", metavar="S", help="also say what stands on both sides of this split")
    find.set_defaults(run=run)


def run(engine: Engine, args: argparse.Namespace) -> Printed:
    """Look for near-duplicates in a file; --out writes it without them."""
    params = DuplicatesParams(args.threshold)
    dataset, space, seen = embedded(engine, args)
    found = with_progress(engine, FindDuplicates(space, params))
    groups = [[dataset.ids[row] for row in found.rows_of(group)] for group in range(found.count)]
    surplus = int(np.count_nonzero(~found.keep))
    result = {
        "rows": len(dataset),
        "encoder": seen["encoder"],
        "threshold": round(found.threshold, 4),
        "pairs": found.pairs,
        "beyond_chance": round(1 - found.by_chance, 6),
        "groups": groups,
        "keep": [group[0] for group in groups],
        "weakest": [
            {"ids": [dataset.ids[row] for row in pair], "score": round(float(cosine), 4)}
            for pair, cosine in zip(found.weakest.tolist(), found.weakest_cosines, strict=True)
        ],
        "surplus": surplus,
    }
    text = [
        f"threshold {found.threshold:.3f}: {found.pairs:,} pairs in {found.count:,} groups, {surplus:,} rows too many"
    ]
    text += [f"{link['score']:.3f}  {' '.join(group)}" for group, link in zip(groups, result["weakest"], strict=True)]
    if args.split_column is not None:
        result["leaks"] = _leaks(dataset, found, args.split_column)
        text += [
            f"{leak['rows']:,} rows of {leak['part']} ({leak['share']:.1%}) stand in {leak['other']} too"
            for leak in result["leaks"]
        ]
    if args.out is not None:
        rows = np.flatnonzero(found.keep).tolist()
        write(args.out, dataset.take(rows, dataset.name), {"group": found.groups[rows]})
        result["out"] = str(args.out)
    return result, "\n".join(text)


def _leaks(dataset: Dataset, found: Duplicates, column: str) -> list[dict[str, Any]]:
    check_column(dataset, column)
    return [
        {"part": leak.part, "other": leak.other, "rows": len(leak.rows), "share": round(leak.share, 4)}
        for leak in leaks(found, dataset.columns[column])
    ]

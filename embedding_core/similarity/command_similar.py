"""`similar`: the rows most like some others."""

import argparse
from typing import Any

import numpy as np

from embedding_core.cli.common import Printed, embedded, file_options, json_options, row_of
from embedding_core.engine import Engine
from embedding_core.similarity import RecommendParams, random_cosines, recommend


def add(commands: Any) -> None:
    """Add the command to the parser."""
    similar = commands.add_parser(
        "similar", parents=[file_options(), json_options()], help="find the rows most like others"
    )
    similar.add_argument("--row", required=True, action="append", metavar="ID", help="a row's id; may be repeated")
    similar.add_argument("-k", type=int, default=10, help="how many (default: 10)")
    similar.add_argument(
        "--balance",
        type=float,
        default=1.0,
        metavar="LAMBDA",
        help="below 1, what repeats another counts less: maximal marginal relevance (default: 1)",
    )
    similar.set_defaults(run=run)


def run(engine: Engine, args: argparse.Namespace) -> Printed:
    """Find what suits the rows of a file."""
    params = RecommendParams(args.k, args.balance)
    dataset, space, seen = embedded(engine, args)
    liked = tuple(row_of(dataset, name) for name in args.row)
    vectors = space.load(engine.store)
    found = recommend(vectors, liked, params)
    null = random_cosines(vectors)
    shares = np.searchsorted(null, found.cosines) / max(1, len(null))
    similar = [
        {
            "id": dataset.ids[row],
            "score": round(float(cosine), 4),
            "beats_chance": round(float(share), 4),
            "text": dataset.titles[row],
        }
        for row, cosine, share in zip(found.rows.tolist(), found.cosines, shares, strict=True)
    ]
    result = {
        "row": args.row[0] if len(args.row) == 1 else args.row,
        "encoder": seen["encoder"],
        "ids": [one["id"] for one in similar],
        "scores": [one["score"] for one in similar],
        "texts": [one["text"] for one in similar],
        "similar": similar,
    }
    return result, "\n".join(f"{one['score']:.3f}  {one['id']}  {str(one['text'])[:100]!r}" for one in similar)

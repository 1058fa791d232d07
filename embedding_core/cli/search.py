"""`search`: the rows nearest to a query."""

import argparse
from pathlib import Path
from typing import Any

from embedding_core.cli.common import Printed, embedded, file_options, json_options
from embedding_core.engine import Engine
from embedding_core.intake import keep_picture
from embedding_core.search import SearchParams
from embedding_core.stages import EncodeQueries


def add(commands: Any) -> None:
    """Add the command to the parser."""
    find = commands.add_parser(
        "search", parents=[file_options(), json_options()], help="find the rows nearest to a query"
    )
    query = find.add_mutually_exclusive_group(required=True)
    query.add_argument("--query", metavar="Q", help="words to search for")
    query.add_argument("--query-image", type=Path, metavar="FILE", help="a picture to search for")
    find.add_argument("-k", type=int, default=10, help="how many hits (default: 10)")
    find.set_defaults(run=run)


def run(engine: Engine, args: argparse.Namespace) -> Printed:
    """Search a file."""
    dataset, space, seen = embedded(engine, args)
    queries = EncodeQueries((args.query,), space)
    if args.query_image is not None:
        queries = EncodeQueries((), space, (keep_picture(engine, args.query_image),))
    engine.make(queries)
    hits = engine.search(queries, SearchParams(k=args.k))
    found = [
        {
            "id": dataset.ids[row],
            "score": round(float(score), 4),
            "percentile": round(float(share), 4),
            "text": dataset.titles[row],
        }
        for row, score, share in zip(hits.rows, hits.scores, hits.percentiles, strict=True)
    ]
    lines = [f"{hit['score']:.3f}  {hit['id']}  {str(hit['text'])[:100]!r}" for hit in found]
    result = {
        "query": args.query or str(args.query_image),
        "encoder": seen["encoder"],
        "ids": [hit["id"] for hit in found],
        "scores": [hit["score"] for hit in found],
        "texts": [hit["text"] for hit in found],
        "hits": found,
    }
    return result, "\n".join(lines)

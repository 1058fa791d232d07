"""`search`: the rows that answer a query, by meaning, by words, by both, or token by token."""

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from embedding_core import encoders
from embedding_core.cli.common import Printed, file_options, json_options, read_dataset, with_progress
from embedding_core.data.intake import keep_picture
from embedding_core.engine import Engine, fitting_encoder
from embedding_core.ranking.cross_encoder import SUGGESTED
from embedding_core.ranking.methods import RankingMethod
from embedding_core.ranking.stages import IndexWords
from embedding_core.ranking.vector_index import IndexVectors
from embedding_core.search import answer
from embedding_core.search.feedback import ExpansionParams
from embedding_core.search.question import Question, SearchMode
from embedding_core.search.records import hit_records

if TYPE_CHECKING:
    from embedding_core.search.answer import Answer


def add(commands: Any) -> None:
    """Add the command to the parser."""
    find = commands.add_parser("search", parents=[file_options(), json_options()], help="find the rows for a query")
    find.add_argument("--query", default="", metavar="Q", help='words, or a sum such as "king - man + woman"')
    find.add_argument("--query-image", type=Path, metavar="FILE", help="a picture to search for, alone or with words")
    find.add_argument(
        "--engine", choices=list(RankingMethod), default=RankingMethod.DENSE, help="who ranks (default: dense)"
    )
    find.add_argument("-k", type=int, default=10, help="how many hits (default: 10)")
    find.add_argument("--where", default="", metavar="FILTER", help="such as 'year > 1960 and topic = \"wing\"'")
    find.add_argument("--expand", action="store_true", help="let the first hits add words to the query")
    find.add_argument("--keep-inputs", action="store_true", help="let the items of a sum be its answer")
    mode = find.add_mutually_exclusive_group()
    for name, does in (
        (SearchMode.APPROXIMATE, "by way of an index of the vectors, built first if need be"),
        (SearchMode.EXACT, "compare every row (default: so, unless the file is large and its index there)"),
    ):
        mode.add_argument(
            f"--{name}", dest="scan", action="store_const", const=name, default=SearchMode.AUTO, help=does
        )
    find.add_argument("--cross-encoder", default=SUGGESTED, metavar="NAME", help="for --engine cross: hub or folder")
    find.set_defaults(run=run)


def run(engine: Engine, args: argparse.Namespace) -> Printed:
    """Search a file."""
    dataset = read_dataset(engine, args)
    space = engine.embedding(dataset, args.encoder or fitting_encoder(dataset, encoders.DEFAULT_ENCODER))
    question = Question(
        words=args.query,
        picture=None if args.query_image is None else keep_picture(engine, args.query_image),
        method=args.engine,
        k=args.k,
        mode=args.mode,
        where=args.where,
        keep_inputs=args.keep_inputs,
        expansion=ExpansionParams() if args.expand else None,
        cross_encoder=args.cross_encoder,
    )
    engine.make(IndexWords(dataset.key))
    if question.mode is SearchMode.APPROXIMATE and question.base is not RankingMethod.BM25:
        for stage in (space, IndexVectors(space)):
            with_progress(engine, stage)
    found = cast("Answer", answer(engine, dataset, space, question, lambda stage: with_progress(engine, stage)))
    hits = hit_records(dataset, found)
    result = {
        "query": args.query or str(args.query_image),
        "engine": question.method,
        "encoder": space.encoder,
        "ids": [hit["id"] for hit in hits],
        "scores": [hit["score"] for hit in hits],
        "texts": [hit["text"] for hit in hits],
        "hits": hits,
        "added": {word: round(weight, 4) for word, weight in found.added.items()},
        "passing": found.passing,
        "approximate": None if found.approximate is None else asdict(found.approximate),
        "percentiles_of": found.sampled or len(dataset),
    }
    lines = [f"{hit['score']:.3f}  {hit['id']}  {str(hit['text'])[:100]!r}{_why(hit)}" for hit in hits]
    if found.added:
        lines.append(f"Words added: {', '.join(found.added)}")
    if found.approximate is not None:
        lines.append(f"By way of an index: recall@10 {found.approximate.recall:.3f}")
    return result, "\n".join(lines) or "Nothing was found."


def _why(hit: dict[str, Any]) -> str:
    pairs = [f"{asked}~{found}" for asked, found, _ in hit["tokens"]]
    record = pairs or list(hit["words"])[:5]
    return f"  ({', '.join(record)})" if record else ""

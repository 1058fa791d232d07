"""`compress`: what smaller vectors keep of the full ones, and how small they are."""

import argparse
import json
from pathlib import Path
from typing import Any

from embedding_core.base.errors import InputError
from embedding_core.cli.common import Printed, embedded, file_options, json_options, row_of, with_progress
from embedding_core.compress import Compression, CompressionParams, Precision, Quality, Trial
from embedding_core.compress.stages import Compress, JudgedTexts
from embedding_core.data.dataset import Dataset
from embedding_core.engine import Engine

_USUAL_RESCORING = 8
_HEAD = f"{'dims':>5} {'reduction':10} {'precision':9} {'bytes an item':>13} {'recall':>7} {'rescored':>8} {'ms':>7}"


def add(commands: Any) -> None:
    """Add the command to the parser."""
    parents = [file_options(), json_options()]
    compress = commands.add_parser("compress", parents=parents, help="measure what smaller vectors keep")
    compress.add_argument("--dims", metavar="D,D", help="shorter sizes to try (default: powers of two)")
    compress.add_argument("--precision", metavar="P,P", help=f"of {', '.join(Precision)} (default: all)")
    compress.add_argument(
        "--rescore",
        type=int,
        default=_USUAL_RESCORING,
        metavar="N",
        help=f"look again at N times k candidates (default: {_USUAL_RESCORING})",
    )
    compress.add_argument("-k", type=int, default=10, help="how many neighbors (default: 10)")
    compress.add_argument("--held-out", type=int, default=200, metavar="N", help="items that ask (default: 200)")
    compress.add_argument("--queries", type=Path, metavar="FILE", help="JSON lines of _id and text, as in BEIR")
    compress.add_argument("--judgments", type=Path, metavar="FILE", help="lines of query, row and grade, as in BEIR")
    compress.set_defaults(run=run)


def run(engine: Engine, args: argparse.Namespace) -> Printed:
    """Try smaller vectors on the rows of a file."""
    params = CompressionParams(
        k=args.k,
        queries=args.held_out,
        dims=tuple(map(_whole, args.dims.split(","))) if args.dims else (),
        precisions=tuple(map(_precision, args.precision.split(","))) if args.precision else tuple(Precision),
        rescorings=(args.rescore,),
        seed=args.seed,
    )
    if (args.queries is None) != (args.judgments is None):
        raise InputError("Queries and judgments go together.", "Give both --queries and --judgments, or neither.")
    dataset, space, seen = embedded(engine, args)
    judged = None if args.queries is None else read_judged(dataset, args.queries, args.judgments)
    found = with_progress(engine, Compress(space, params, judged))
    rows = [_row(found, trial) for trial in found.trials]
    result = {
        "rows": found.items,
        "encoder": seen["encoder"],
        "k": found.k,
        "searched": found.rows,
        "held_out": found.queries,
        "judged_queries": found.judged,
        "rescored": args.rescore,
        "full_bytes": found.full_size,
        "compressed": rows,
        "warnings": [check.warning for check in found.checks if check.warning],
    }
    return result, "\n".join([_HEAD, *map(_line, rows), *result["warnings"]])


def _whole(text: str) -> int:
    if not text.strip().isdecimal():
        raise InputError(f"{text!r} is no number of dimensions.", "Give whole numbers, as in --dims 128,64.")
    return int(text)


def _precision(text: str) -> Precision:
    name = text.strip()
    if name not in list(Precision):
        raise InputError(f"There is no precision {name!r}.", f"Choose of {', '.join(Precision)}.")
    return Precision(name)


def _row(found: Compression, trial: Trial) -> dict[str, Any]:
    plain = trial.qualities[0]
    again = trial.qualities[-1] if len(trial.qualities) > 1 else None
    return {
        "dims": trial.dims,
        "precision": trial.precision.value,
        "reduction": trial.reduction.value,
        **_measures(found.k, plain, ""),
        **(_measures(found.k, again, "_rescored") if again is not None else {}),
        "bytes_per_item": trial.item_bytes,
        "bytes": trial.size(found.items),
        "bytes_billion": trial.billion,
    }


def _measures(k: int, quality: Quality, suffix: str) -> dict[str, Any]:
    gain = {} if quality.ndcg is None else {f"ndcg@{k}{suffix}": round(quality.ndcg, 4)}
    return {f"recall@{k}{suffix}": round(quality.recall, 4), **gain, f"ms{suffix}": round(quality.milliseconds, 4)}


def _line(row: dict[str, Any]) -> str:
    recalls = [value for name, value in row.items() if name.startswith("recall@")]
    again = f"{recalls[1]:8.3f}" if len(recalls) > 1 else " " * 8
    start = f"{row['dims']:5} {row['reduction']:10} {row['precision']:9} {row['bytes_per_item']:13,}"
    return f"{start} {recalls[0]:7.3f} {again} {row['ms']:7.3f}"


def read_judged(dataset: Dataset, queries: Path, judgments: Path) -> JudgedTexts:
    """Read queries and judgments as BEIR keeps them, about the rows of a data set.

    Raises:
        InputError: a file cannot be read, or a judgment names a query or a row that is not there.
    """
    names: dict[str, int] = {}
    texts = []
    for place, line in enumerate(_lines(queries)):
        try:
            record = json.loads(line)
            name, text = str(record["_id"]), str(record["text"])
        except (ValueError, KeyError, TypeError) as error:
            raise InputError(f"Line {place + 1} of {queries.name} is no query.", "Give _id and text.") from error
        names[name] = place
        texts.append(text)
    places = {name: row for row, name in enumerate(dataset.ids)}
    graded = []
    for place, line in enumerate(_lines(judgments)):
        parts = line.split("\t")
        if place == 0 and parts[-1] == "score":
            continue
        if len(parts) != 3 or parts[0] not in names:
            message = f"Line {place + 1} of {judgments.name} judges no query of {queries.name}: {line[:60]!r}."
            raise InputError(message, "Give a query's _id, a row's id and a grade, with tabs between them.")
        try:
            grade = float(parts[2])
        except ValueError:
            raise InputError(f"{parts[2]!r} in {judgments.name} is no grade.", "Grades are numbers.") from None
        row = places[parts[1]] if parts[1] in places else row_of(dataset, parts[1])
        graded.append((names[parts[0]], row, grade))
    return JudgedTexts(tuple(texts), tuple(graded))


def _lines(path: Path) -> list[str]:
    try:
        return [line for line in path.read_text(encoding="utf-8-sig").splitlines() if line.strip()]
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read.", "Give a text file in UTF-8.") from error

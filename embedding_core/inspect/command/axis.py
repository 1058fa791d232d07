"""`inside axis`: words span a line through the space, and every row is placed on it; two lines make a plane."""

import argparse
from typing import Any

from embedding_core import encoders
from embedding_core.base.errors import EncoderError, InputError
from embedding_core.base.types import Matrix, Vector
from embedding_core.cli.common import (
    Printed,
    file_options,
    json_options,
    out_options,
    read_dataset,
    with_progress,
    write,
)
from embedding_core.data.dataset import Dataset
from embedding_core.encoders.spec import Modality
from embedding_core.encoders.stages import Embed, EncodeQueries
from embedding_core.engine import Engine, fitting_encoder
from embedding_core.inspect import span, spread_along

_Ends = tuple[tuple[str, ...], tuple[str, ...]]


def add(kinds: Any) -> None:
    """Add the kind to the parser."""
    parents = [file_options(), out_options(), json_options()]
    axis = kinds.add_parser("axis", parents=parents, help="the rows on a line from some words to others")
    axis.add_argument("--from", required=True, metavar="A,A", dest="low", help="the words of one end, at -1")
    axis.add_argument("--to", required=True, metavar="B,B", dest="high", help="the words of the other end, at 1")
    axis.add_argument("--second-from", metavar="C,C", dest="second_low", help="a second line, at right angles on paper")
    axis.add_argument("--second-to", metavar="D,D", dest="second_high")
    axis.add_argument("-k", type=int, default=5, help="how many rows of each end to list (default: %(default)s)")
    axis.set_defaults(run=run)


def run(engine: Engine, args: argparse.Namespace) -> Printed:
    """Place the rows of a file on one line or two."""
    asked = _asked(args)
    dataset = read_dataset(engine, args)
    space = engine.embedding(dataset, args.encoder or fitting_encoder(dataset, encoders.DEFAULT_ENCODER))
    if Modality.TEXT not in encoders.resolve(space.encoder).reads:
        message = f"{space.encoder} reads no words, so words span no line in its space."
        raise EncoderError(message, "Choose an encoder that does.")
    vectors: Matrix = with_progress(engine, space)
    axes, arrays = [], {}
    for name, ends in zip(("place",) if len(asked) == 1 else ("across", "up"), asked, strict=True):
        record, arrays[name] = _placed(engine, dataset, space, vectors, ends, args.k)
        axes.append({"name": name, **record})
    result = {"rows": len(dataset), "encoder": space.encoder, "axes": axes}
    lines = [line for axis in axes for line in _lines(axis)]
    if args.out is not None:
        write(args.out, dataset, arrays)
        result["out"] = str(args.out)
        lines.append(f"{len(dataset):,} rows written to {args.out}.")
    return result, "\n".join(lines)


def _asked(args: argparse.Namespace) -> list[_Ends]:
    """Return the ends of each line.

    Raises:
        InputError: an end has no word.
    """
    given = {"--from": args.low, "--to": args.high}
    if args.second_low is not None or args.second_high is not None:
        given |= {"--second-from": args.second_low or "", "--second-to": args.second_high or ""}
    ends = {name: tuple(word.strip() for word in words.split(",") if word.strip()) for name, words in given.items()}
    for name, words in ends.items():
        if not words:
            raise InputError("Each end of the line needs a word.", f'Give {name} one or more: "indoors, house".')
    read = list(ends.values())
    return list(zip(read[::2], read[1::2], strict=True))


def _placed(
    engine: Engine, dataset: Dataset, space: Embed, vectors: Matrix, ends: _Ends, k: int
) -> tuple[dict[str, Any], Vector]:
    """Return what is known of a line, with the rows nearest to its ends, and the place of every row (n,)."""
    low, high = ends
    words: Matrix = with_progress(engine, EncodeQueries((*low, *high), space))
    axis = span(words[: len(low)], words[len(low) :])
    seen, places = spread_along(axis, vectors), axis.place(vectors)
    order = places.argsort(kind="stable")
    record = {
        "from": list(low),
        "to": list(high),
        "held_out": None if axis.held_out is None else round(axis.held_out, 4),
        "shown": round(seen.share, 4),
        "by_chance": round(seen.by_chance, 4),
        "beaten": round(seen.beaten, 4),
        **{
            name: [
                {"id": dataset.ids[row], "place": round(float(places[row]), 4), "text": dataset.titles[row]}
                for row in rows[: max(0, k)].tolist()
            ]
            for name, rows in (("nearest_from", order), ("nearest_to", order[::-1]))
        },
    }
    return record, places


def _lines(axis: dict[str, Any]) -> list[str]:
    held = axis["held_out"]
    lines = [
        f"{', '.join(axis['from'])} → {', '.join(axis['to'])}",
        "held out: "
        + ("give an end two words or more" if held is None else f"{held:.0%} of the words on their side")
        + f"; shown: {axis['shown']:.1%} of all differences between rows, a line between two random rows "
        f"{axis['by_chance']:.1%}",
    ]
    # From one end of the line to the other; among few rows both ends list the same ones.
    shown = {one["id"]: one for one in [*axis["nearest_from"], *axis["nearest_to"][::-1]]}
    return lines + [f"{one['place']:+.3f}  {one['id']}  {one['text'][:100]!r}" for one in shown.values()]

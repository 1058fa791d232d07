"""`inspect axis`: a semantic axis from some words to others, with the position of every row; two axes make a plane."""

from typing import Annotated, Any

from cyclopts import Parameter

from embedding_core import encoders
from embedding_core.base.errors import EncoderError, InputError
from embedding_core.base.types import Matrix, Vector
from embedding_core.cli.common import read_dataset, space_of, with_progress, write
from embedding_core.cli.options import CommandEngine, Data, EmbeddingOptions, FreeText, InputGroup, Out
from embedding_core.cli.run import Printed
from embedding_core.data.dataset import Dataset
from embedding_core.encoders.spec import Modality
from embedding_core.encoders.stages import Embed, EncodeQueries
from embedding_core.engine import Engine
from embedding_core.inspect import span, spread_along

_Ends = tuple[tuple[str, ...], tuple[str, ...]]


def axis(
    file: Data,
    /,
    *,
    data: Annotated[EmbeddingOptions, InputGroup] = EmbeddingOptions(),
    from_: Annotated[str, Parameter(name="--from", allow_leading_hyphen=True)],
    to: Annotated[str, FreeText],
    second_from: Annotated[str | None, FreeText] = None,
    second_to: Annotated[str | None, FreeText] = None,
    k: int = 5,
    out: Out = None,
    engine: CommandEngine,
) -> Printed:
    """Place the rows on a semantic axis from some words to others.

    Args:
        from_: Words of one end, at -1, with commas between.
        to: Words of the other end, at 1.
        second_from: Words of one end of a second axis.
        second_to: Words of its other end.
        k: Number of rows to list at each end.
    """
    asked = _ends(from_, to, second_from, second_to)
    dataset = read_dataset(engine, file, data)
    space = space_of(engine, dataset, data.encoder)
    if Modality.TEXT not in encoders.resolve(space.encoder).reads:
        message = f"{space.encoder} reads no words, so words span no axis in its space."
        raise EncoderError(message, "Choose an encoder that does.")
    vectors: Matrix = with_progress(engine, space)
    axes, arrays = [], {}
    for name, ends in zip(("position",) if len(asked) == 1 else ("across", "up"), asked, strict=True):
        record, arrays[name] = _placed(engine, dataset, space, vectors, ends, k)
        axes.append({"name": name, **record})
    result = {"rows": len(dataset), "encoder": space.encoder, "axes": axes}
    lines = [line for axis in axes for line in _lines(axis)]
    if out is not None:
        write(out, dataset, arrays)
        result["out"] = str(out)
        lines.append(f"{len(dataset):,} rows written to {out}.")
    return result, "\n".join(lines)


def _ends(low: str, high: str, second_low: str | None, second_high: str | None) -> list[_Ends]:
    """Return the words at both ends of each axis.

    Raises:
        InputError: an end has no word.
    """
    given = {"--from": low, "--to": high}
    if second_low is not None or second_high is not None:
        given |= {"--second-from": second_low or "", "--second-to": second_high or ""}
    ends = {name: tuple(word.strip() for word in words.split(",") if word.strip()) for name, words in given.items()}
    for name, words in ends.items():
        if not words:
            raise InputError("Each end of the axis needs a word.", f'Give {name} one or more: "indoors, house".')
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
        "leave_one_out_accuracy": None if axis.held_out is None else round(axis.held_out, 4),
        "explained_variance": round(seen.share, 4),
        "random_baseline": round(seen.by_chance, 4),
        "percentile_random": round(seen.beaten, 4),
        **{
            name: [
                {"id": dataset.ids[row], "position": round(float(places[row]), 4), "text": dataset.titles[row]}
                for row in rows[: max(0, k)].tolist()
            ]
            for name, rows in (("nearest_from", order), ("nearest_to", order[::-1]))
        },
    }
    return record, places


def _lines(axis: dict[str, Any]) -> list[str]:
    held = axis["leave_one_out_accuracy"]
    lines = [
        f"{', '.join(axis['from'])} → {', '.join(axis['to'])}",
        "leave-one-out: "
        + ("give an end two words or more" if held is None else f"{held:.0%} of the words on their side")
        + f"; explained variance: {axis['explained_variance']:.1%} (axis through two random rows: "
        f"{axis['random_baseline']:.1%}",
    ]
    # From one end of the line to the other; among few rows both ends list the same ones.
    shown = {one["id"]: one for one in [*axis["nearest_from"], *axis["nearest_to"][::-1]]}
    return lines + [f"{one['position']:+.3f}  {one['id']}  {one['text'][:100]!r}" for one in shown.values()]

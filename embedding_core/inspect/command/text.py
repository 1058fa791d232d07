"""`inside text`: a text as tokens, and what each of them adds to the vector."""

import argparse
from typing import Any

from embedding_core import encoders
from embedding_core.base.errors import InputError
from embedding_core.cli.common import Printed, json_options, with_progress
from embedding_core.encoders.spec import Reading
from embedding_core.engine import Engine
from embedding_core.inspect import CLOSE, Pooled, Pooling, compare_poolings
from embedding_core.inspect.stages import ReadText

_SHOWN = 60


def add(kinds: Any) -> None:
    """Add the kind to the parser."""
    text = kinds.add_parser("text", parents=[json_options()], help="a text as tokens, and what each adds to the vector")
    text.add_argument("text", metavar="TEXT")
    text.add_argument("--encoder", default=encoders.DEFAULT_ENCODER, help="default: %(default)s; see info")
    text.set_defaults(run=run)


def run(engine: Engine, args: argparse.Namespace) -> Printed:
    """Take a text apart."""
    if not args.text.strip():
        raise InputError("There is no text to take apart.", "Type a few words.")
    spec = encoders.resolve(args.encoder)
    reading: Reading = with_progress(engine, ReadText(spec.name, spec.revision, args.text))
    if not reading.pieces:
        raise InputError(f"{spec.name} finds no token in {args.text[:60]!r}.", "Type a few words.")
    pooled = compare_poolings(reading.vectors)
    result = {
        "encoder": spec.name,
        "pooling": reading.pooling,
        "dim": int(reading.layers.shape[2]),
        "layers": len(reading.layers) - 1,
        "tokens": _tokens(reading, pooled),
        "left_out": reading.left_out,
        "cosines": {
            str(way): {str(other): round(float(pooled.cosines[i, j]), 4) for j, other in enumerate(Pooling)}
            for i, way in enumerate(Pooling)
        },
        "settled": pooled.settled,
    }
    return result, "\n".join(_lines(result, pooled))


def _tokens(reading: Reading, pooled: Pooled) -> list[dict[str, Any]]:
    return [
        {
            "token": piece,
            "id": int(reading.ids[place]),
            "added": bool(reading.special[place]),
            "span": reading.spans[place].tolist(),
            "share": round(float(pooled.shares[place]), 4),
            "cosine": round(float(pooled.to_mean[place]), 4),
            "change": round(float(pooled.effects[place]), 4),
        }
        for place, piece in enumerate(reading.pieces)
    ]


def _lines(result: dict[str, Any], pooled: Pooled) -> list[str]:
    tokens, own = result["tokens"], result["pooling"]
    lines = [
        f"{len(tokens):,} tokens of {result['dim']} numbers, {result['encoder']}, trained with {own} pooling",
        f"{'share':>6}  {'cosine':>6}  {'change':>6}  {'id':>6}  token",
    ]
    for one in tokens[:_SHOWN]:
        added = "  (added by the model)" if one["added"] else ""
        lines.append(
            f"{one['share']:6.1%}  {one['cosine']:6.3f}  {one['change']:6.4f}  {one['id']:6}  {one['token']}{added}"
        )
    if len(tokens) > _SHOWN:
        lines.append(f"… and {len(tokens) - _SHOWN:,} more; --json has all")
    others = ", ".join(f"{way} {cosine:.2f}" for way, cosine in result["cosines"][own].items() if way != own)
    lines.append("share of the mean, cosine with it, and how far it turns without the token")
    lines.append(f"cosine of {own} with the other poolings: {others}")
    lines.append(
        f"the mean turns most without {tokens[int(pooled.effects.argmax())]['token']!r}; after {pooled.settled:,} of "
        f"{len(tokens):,} tokens it has a cosine above {CLOSE} with the end"
    )
    if result["left_out"]:
        lines.append(f"{result['left_out']:,} tokens at the end are never seen: the model reads {len(tokens):,}")
    return lines

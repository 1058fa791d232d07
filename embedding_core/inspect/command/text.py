"""`inspect text`: the tokens of a text, and the share of each in the vector."""

from typing import Annotated, Any

from embedding_core import encoders
from embedding_core.base.errors import InputError
from embedding_core.cli.common import with_progress
from embedding_core.cli.options import CommandEngine, FreeText
from embedding_core.cli.run import Printed
from embedding_core.encoders.spec import Reading
from embedding_core.inspect import CLOSE, Pooled, PoolingMethod, compare_poolings
from embedding_core.inspect.stages import ReadText

_SHOWN = 60


def text(
    text: Annotated[str, FreeText], /, *, encoder: str = encoders.DEFAULT_ENCODER, engine: CommandEngine
) -> Printed:
    """Split a text into tokens, with the share of each in the vector.

    Args:
        text: The text.
        encoder: A name that `info` lists, a folder, or a model of the Hugging Face hub.
    """
    if not text.strip():
        raise InputError("There is no text to split.", "Type a few words.")
    spec = encoders.resolve(encoder)
    reading: Reading = with_progress(engine, ReadText(spec.name, spec.revision, text))
    if not reading.pieces:
        raise InputError(f"{spec.name} finds no token in {text[:60]!r}.", "Type a few words.")
    pooled = compare_poolings(reading.vectors)
    result = {
        "encoder": spec.name,
        "pooling": reading.pooling,
        "dim": int(reading.layers.shape[2]),
        "layers": len(reading.layers) - 1,
        "tokens": _tokens(reading, pooled),
        "truncated_tokens": reading.left_out,
        "cosines": {
            str(way): {str(other): round(float(pooled.cosines[i, j]), 4) for j, other in enumerate(PoolingMethod)}
            for i, way in enumerate(PoolingMethod)
        },
        "converged_after": pooled.settled,
    }
    return result, "\n".join(_lines(result, pooled))


def _tokens(reading: Reading, pooled: Pooled) -> list[dict[str, Any]]:
    return [
        {
            "token": piece,
            "id": int(reading.ids[place]),
            "special": bool(reading.special[place]),
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
        f"{len(tokens):,} tokens of {result['dim']} dimensions, {result['encoder']}, trained with {own} pooling",
        f"{'share':>6}  {'cosine':>6}  {'change':>6}  {'id':>6}  token",
    ]
    for one in tokens[:_SHOWN]:
        added = "  (special token)" if one["special"] else ""
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
    if result["truncated_tokens"]:
        lines.append(
            f"{result['truncated_tokens']:,} tokens at the end were truncated: the model reads {len(tokens):,}"
        )
    return lines

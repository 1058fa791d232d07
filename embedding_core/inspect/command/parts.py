"""`inside parts`: where in a picture a phrase is found, as far as a model's own parts say."""

import argparse
from pathlib import Path
from typing import Any

from embedding_core import encoders
from embedding_core.base.errors import InputError
from embedding_core.cli.common import Printed, json_options, with_progress
from embedding_core.data.intake import keep_picture
from embedding_core.encoders.image.patches import SCALES, Patches
from embedding_core.engine import Engine
from embedding_core.inspect import find_phrase
from embedding_core.inspect.picture_stages import ReadPatches
from embedding_core.inspect.stages import EncodePhrases


def add(kinds: Any) -> None:
    """Add the kind to the parser."""
    parts = kinds.add_parser("parts", parents=[json_options()], help="where in a picture a phrase is found")
    parts.add_argument("picture", type=Path, metavar="PICTURE", help="its file")
    parts.add_argument("--phrase", required=True, metavar="P", help='such as "a dog"')
    parts.add_argument(
        "--compared-with",
        default="a picture",
        metavar="P",
        help='its values are taken off; "": none are (default: %(default)s)',
    )
    default = f"2 for {encoders.DEFAULT_IMAGE_ENCODER}, else 1"
    parts.add_argument("--scale", type=int, choices=SCALES, help=f"how many times as fine (default: {default})")
    parts.add_argument(
        "--encoder", default=encoders.DEFAULT_IMAGE_ENCODER, help="a CLIP model (default: %(default)s); see info"
    )
    parts.set_defaults(run=run)


def run(engine: Engine, args: argparse.Namespace) -> Printed:
    """Look for a phrase in the parts of a picture."""
    phrase, other = args.phrase.strip(), args.compared_with.strip()
    if not phrase:
        raise InputError("There is no phrase to look for.", 'Type one: --phrase "a dog".')
    spec = encoders.resolve(args.encoder)
    scale = args.scale or spec.patch_scale or 1
    picture = keep_picture(engine, args.picture)
    parts: Patches = with_progress(engine, ReadPatches(spec.name, spec.revision, picture, scale=scale))
    texts = (phrase, other) if other else (phrase,)
    vectors = with_progress(engine, EncodePhrases(spec.name, spec.revision, texts))
    found = find_phrase(parts.vectors, vectors[0], vectors[1] if other else None)
    row, column = found.best
    result: dict[str, Any] = {
        "picture": str(args.picture),
        "encoder": spec.name,
        "phrase": phrase,
        "compared_with": other or None,
        "scale": scale,
        "parts": list(found.values.shape),
        "values": found.values.round(4).tolist(),
        "best": {"row": row, "column": column, "value": round(float(found.values[row, column]), 4)},
        "mean": round(found.score, 4),
        "cosine": round(float(parts.whole @ vectors[0]), 4),
        "agreement": round(parts.agreement, 4),
    }
    return result, "\n".join(_lines(result))


def _lines(result: dict[str, Any]) -> list[str]:
    rows, columns = result["parts"]
    best, other = result["best"], result["compared_with"]
    taken = "" if other is None else f", less what {other!r} has"
    return [
        f"{result['phrase']!r} in {rows} x {columns} parts of the picture, {result['encoder']}{taken}:",
        *("".join(f"{value:7.3f}" for value in line) for line in result["values"]),
        f"most in row {best['row'] + 1}, column {best['column'] + 1}: {best['value']:.3f}; mean {result['mean']:.3f}",
        f"the picture's own cosine with the phrase is {result['cosine']:.3f}; the mean of its parts and its own vector "
        f"agree by {result['agreement']:.3f}: 1 means that the parts add up to it",
    ]

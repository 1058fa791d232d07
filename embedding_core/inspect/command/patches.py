"""`inspect patches`: where in an image a phrase is found, by the model's own patch vectors."""

from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import Parameter

from embedding_core import encoders
from embedding_core.base.errors import InputError
from embedding_core.cli.common import with_progress
from embedding_core.cli.options import CommandEngine, FreeText
from embedding_core.cli.run import Printed
from embedding_core.data.intake import keep_picture
from embedding_core.encoders.image.patches import SCALES, Patches
from embedding_core.inspect import find_phrase
from embedding_core.inspect.picture_stages import ReadPatches
from embedding_core.inspect.stages import EncodePhrases


def patches(
    picture: Path,
    /,
    *,
    phrase: Annotated[str, FreeText],
    baseline: Annotated[str, FreeText] = "a picture",
    scale: Annotated[
        Literal[SCALES] | None,  # type: ignore[valid-type]
        Parameter(
            help="How many times finer than the model's own patches. "
            f"[default: 2 for {encoders.DEFAULT_IMAGE_ENCODER}, else 1]"
        ),
    ] = None,
    encoder: str = encoders.DEFAULT_IMAGE_ENCODER,
    engine: CommandEngine,
) -> Printed:
    """Find a phrase in the patches of an image.

    Args:
        picture: File of the image.
        phrase: Such as "a dog".
        baseline: A phrase whose values are subtracted; "" for none.
        encoder: A CLIP model that `info` lists, a folder, or a model of the Hugging Face hub.
    """
    phrase, other = phrase.strip(), baseline.strip()
    if not phrase:
        raise InputError("There is no phrase to look for.", 'Type one: --phrase "a dog".')
    spec = encoders.resolve(encoder)
    scale = scale or spec.patch_scale or 1
    kept = keep_picture(engine, picture)
    found_patches: Patches = with_progress(engine, ReadPatches(spec.name, spec.revision, kept, scale=scale))
    texts = (phrase, other) if other else (phrase,)
    vectors = with_progress(engine, EncodePhrases(spec.name, spec.revision, texts))
    found = find_phrase(found_patches.vectors, vectors[0], vectors[1] if other else None)
    row, column = found.best
    result: dict[str, Any] = {
        "picture": str(picture),
        "encoder": spec.name,
        "phrase": phrase,
        "baseline": other or None,
        "scale": scale,
        "patches": list(found.values.shape),
        "values": found.values.round(4).tolist(),
        "best": {"row": row, "column": column, "value": round(float(found.values[row, column]), 4)},
        "mean": round(found.score, 4),
        "cosine": round(float(found_patches.whole @ vectors[0]), 4),
        "agreement": round(found_patches.agreement, 4),
    }
    return result, "\n".join(_lines(result))


def _lines(result: dict[str, Any]) -> list[str]:
    rows, columns = result["patches"]
    best, other = result["best"], result["baseline"]
    taken = "" if other is None else f", minus {other!r}"
    return [
        f"{result['phrase']!r} in {rows} x {columns} patches of the image, {result['encoder']}{taken}:",
        *("".join(f"{value:7.3f}" for value in line) for line in result["values"]),
        f"best: row {best['row'] + 1}, column {best['column'] + 1}: {best['value']:.3f}; mean {result['mean']:.3f}",
        f"the cosine of the whole image with the phrase is {result['cosine']:.3f}; "
        f"of its vector with the mean of its patches {result['agreement']:.3f}",
    ]

"""`inspect match`: late interaction, the best match in a document for each token of a query."""

from pathlib import Path
from typing import Annotated, Any

from embedding_core.cli.common import with_progress
from embedding_core.cli.options import CommandEngine, FreeText
from embedding_core.cli.run import Printed
from embedding_core.data.intake import keep_picture
from embedding_core.encoders.text import multi_vector
from embedding_core.encoders.text.multi_vector import MINILM_TOKENS
from embedding_core.inspect import Interaction, PictureInteraction
from embedding_core.inspect.picture_stages import InteractWithPicture
from embedding_core.inspect.stages import Interact

_SHOWN = 60


def match(
    query: Annotated[str, FreeText],
    document: Annotated[str, FreeText],
    /,
    *,
    picture: bool = False,
    encoder: str = MINILM_TOKENS,
    engine: CommandEngine,
) -> Printed:
    """Match a query and a document by late interaction: MaxSim, token by token.

    Args:
        query: The query.
        document: The text of the document.
        picture: DOCUMENT is the file of an image, for a ColPali.
        encoder: A ColBERT, a ColPali or a plain model: a folder, or a model of the Hugging Face hub.
    """
    spec, query = multi_vector.resolve(encoder), query.strip()
    result: dict[str, Any] = {"query": query, "encoder": encoder}
    if picture:
        kept = keep_picture(engine, Path(document))
        seen = with_progress(engine, InteractWithPicture(encoder, spec.revision, query, kept))
        result |= {"picture": document, **_scored(seen.tokens), **_placed(seen)}
    else:
        made = with_progress(engine, Interact(encoder, spec.revision, query, document))
        result |= {"document": document, **_scored(made)}
    return result, "\n".join(_lines(result))


def _scored(made: Interaction) -> dict[str, Any]:
    """Return the score, and the tokens of the query from the closest match down."""
    order = (-made.similarities).argsort(kind="stable").tolist()
    return {
        "max_sim": round(made.max_sim, 4),
        "max_sim_per_token": round(made.mean, 4),
        "mean_cosine": round(float(made.cosines.mean()), 4),
        "matches": [
            {
                "position": place,
                "token": made.query[place],
                "best": made.document[made.best[place]],
                "cosine": round(float(made.similarities[place]), 4),
            }
            for place in order
        ],
    }


def _placed(made: PictureInteraction) -> dict[str, Any]:
    """Return what is known of a picture: where the matches lie on it, and the heat of the query's own tokens."""
    own = made.own.nonzero()[0].tolist()
    found: dict[str, Any] = {"query_tokens": own, "patches": None}
    if made.grid is not None:
        found["patches"] = list(made.grid.shape)
        found["best_patches"] = {str(place): list(spot) for place, spot in made.spots(range(len(made.own))).items()}
        found["similarity_map"] = made.heat(own).round(4).tolist() if own else None
    return found


def _lines(result: dict[str, Any]) -> list[str]:
    matches = result["matches"]
    lines = [
        f"MaxSim {result['max_sim']:.2f} over {len(matches):,} tokens, {result['max_sim_per_token']:.3f} per token; "
        f"the mean cosine of all pairs of tokens is {result['mean_cosine']:.3f}",
        *(f"{one['cosine']:.3f}  {one['token']}  {one['best']}" for one in matches[:_SHOWN]),
    ]
    if len(matches) > _SHOWN:
        lines.append(f"… and {len(matches) - _SHOWN:,} more; --json has all")
    return lines

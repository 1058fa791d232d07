"""`inside match`: every token of a query looks for its best counterpart in a document."""

import argparse
from pathlib import Path
from typing import Any

from embedding_core.cli.common import Printed, json_options, with_progress
from embedding_core.data.intake import keep_picture
from embedding_core.encoders.text import multi_vector
from embedding_core.encoders.text.multi_vector import MINILM_TOKENS
from embedding_core.engine import Engine
from embedding_core.inspect import Interaction, PictureInteraction
from embedding_core.inspect.picture_stages import InteractWithPicture
from embedding_core.inspect.stages import Interact

_SHOWN = 60


def add(kinds: Any) -> None:
    """Add the kind to the parser."""
    match = kinds.add_parser("match", parents=[json_options()], help="late interaction: token by token, and MaxSim")
    match.add_argument("query", metavar="QUERY")
    match.add_argument("document", metavar="DOCUMENT")
    match.add_argument("--picture", action="store_true", help="DOCUMENT is a picture's file, for a ColPali")
    match.add_argument(
        "--encoder",
        default=MINILM_TOKENS,
        help="a ColBERT, a ColPali or a plain model: folder, or org/model on the hub (default: %(default)s)",
    )
    match.set_defaults(run=run)


def run(engine: Engine, args: argparse.Namespace) -> Printed:
    """Match a query with a text or a picture."""
    spec, query = multi_vector.resolve(args.encoder), args.query.strip()
    result: dict[str, Any] = {"query": query, "encoder": args.encoder}
    if args.picture:
        picture = keep_picture(engine, Path(args.document))
        seen = with_progress(engine, InteractWithPicture(args.encoder, spec.revision, query, picture))
        result |= {"picture": args.document, **_scored(seen.tokens), **_placed(seen)}
    else:
        made = with_progress(engine, Interact(args.encoder, spec.revision, query, args.document))
        result |= {"document": args.document, **_scored(made)}
    return result, "\n".join(_lines(result))


def _scored(made: Interaction) -> dict[str, Any]:
    """Return the score, and the tokens of the query from the closest match down."""
    order = (-made.similarities).argsort(kind="stable").tolist()
    return {
        "max_sim": round(made.max_sim, 4),
        "mean": round(made.mean, 4),
        "any_two": round(float(made.cosines.mean()), 4),
        "matches": [
            {
                "place": place,
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
    found: dict[str, Any] = {"own": own, "patches": None}
    if made.grid is not None:
        found["patches"] = list(made.grid.shape)
        found["spots"] = {str(place): list(spot) for place, spot in made.spots(range(len(made.own))).items()}
        found["heat"] = made.heat(own).round(4).tolist() if own else None
    return found


def _lines(result: dict[str, Any]) -> list[str]:
    matches = result["matches"]
    lines = [
        f"MaxSim {result['max_sim']:.2f} over {len(matches):,} tokens, {result['mean']:.3f} a token; any two tokens "
        f"have a cosine of {result['any_two']:.3f} on average",
        *(f"{one['cosine']:.3f}  {one['token']}  {one['best']}" for one in matches[:_SHOWN]),
    ]
    if len(matches) > _SHOWN:
        lines.append(f"… and {len(matches) - _SHOWN:,} more; --json has all")
    return lines

"""`inside word`: one word in many sentences, under a static and a contextual model."""

import argparse
from collections import Counter
from dataclasses import dataclass
from typing import Any

from embedding_core import encoders
from embedding_core.base.errors import InputError, ParameterError
from embedding_core.base.types import Matrix
from embedding_core.cli.common import Printed, check_column, file_options, json_options, read_dataset, with_progress
from embedding_core.engine import Engine
from embedding_core.inspect import EXAMPLES, excerpt, find_word, flatten, read_senses, read_sentences, separate, spread
from embedding_core.inspect.stages import ReadWord

_NO_SENSE = "not given"
_SHOWN, _REACH = 20, 50
_MEASURES = ("auc", "by_chance", "silhouette", "nearest")


@dataclass(frozen=True)
class _Sentences:
    """Where a word is looked for."""

    texts: tuple[str, ...]
    senses: tuple[str, ...]
    ids: tuple[str, ...] = ()
    """Of rows of a data set."""


def add(kinds: Any) -> None:
    """Add the kind to the parser."""
    parents = [file_options(needed=False, embeds=False), json_options()]
    word = kinds.add_parser("word", parents=parents, help="one word in many sentences, static against contextual")
    own = ", ".join(EXAMPLES)
    word.add_argument("--word", default="bank", metavar="W", help=f"default: bank; sentences come with {own}")
    word.add_argument("--label-column", metavar="L", help="of FILE: the word's sense; found when left out")
    word.add_argument("--sentence", action="append", metavar="S", help='instead of FILE: "On the bank. | river"')
    word.add_argument(
        "--encoder",
        default=encoders.DEFAULT_ENCODER,
        help=f"beside {encoders.DEFAULT_STATIC_ENCODER} (default: %(default)s)",
    )
    word.set_defaults(run=run)


def run(engine: Engine, args: argparse.Namespace) -> Printed:
    """Compare a word's vectors in two models."""
    spec = encoders.resolve(args.encoder)
    static = encoders.resolve(encoders.DEFAULT_STATIC_ENCODER)
    if not spec.contextual:
        raise ParameterError(f"{spec.name} is not contextual.", "Name a contextual encoder.")
    asked = _asked(engine, args)
    found = find_word(asked.texts, args.word)
    if not found:
        message = f"None of {len(asked.texts):,} texts has the word {args.word!r}."
        raise InputError(message, "It is looked for as it is typed, upper or lower case alike.")
    places = [one.text for one in found]
    texts = tuple(excerpt(asked.texts[one.text], one) for one in found)
    senses = tuple(asked.senses[place] for place in places)
    layers = {
        model.name: with_progress(engine, ReadWord(model.name, model.revision, args.word.strip(), texts))
        for model in (static, spec)
    }
    drawn = {name: flatten(vectors[-1]).round(4).tolist() for name, vectors in layers.items()}
    result = {
        "word": args.word.strip(),
        "sentences": len(texts),
        "looked_through": len(asked.texts),
        "senses": dict(Counter(senses).most_common()),
        "models": [
            {"encoder": name, **_measured(vectors[-1], senses), "layers": [_measured(one, senses) for one in vectors]}
            for name, vectors in layers.items()
        ],
        "found": [
            {
                **({"id": asked.ids[place]} if asked.ids else {}),
                "sense": senses[i],
                "text": texts[i],
                "places": {name: flat[i] for name, flat in drawn.items()},
            }
            for i, place in enumerate(places)
        ],
    }
    return result, "\n".join(_lines(result))


def _asked(engine: Engine, args: argparse.Namespace) -> _Sentences:
    """Return the sentences of the file, those that were typed, or the word's own.

    Raises:
        InputError: there are two of them or none, or the file holds no texts.
    """
    if args.file is None:
        if args.label_column is not None:
            message = f"--label-column {args.label_column} names a column of a FILE, and there is none."
            raise InputError(message, "Name a FILE, or give a sense after each sentence: --sentence 'On it. | river'.")
        typed = EXAMPLES.get(args.word.strip(), "") if args.sentence is None else "\n".join(args.sentence)
        texts, senses = read_sentences(typed)
        if not texts:
            message = f"There are no sentences with {args.word!r} here."
            raise InputError(message, "Name a FILE to look through, or give some with --sentence.")
        return _Sentences(texts, senses)
    if args.sentence is not None:
        raise InputError("Both a FILE and --sentence say where to look.", "Give one of them.")
    dataset = read_dataset(engine, args)
    if not any(dataset.texts):
        raise InputError(f"{dataset.name} holds no texts.", "Name a table with a column of them.")
    if args.label_column is not None:
        check_column(dataset, args.label_column)
    label = args.label_column or dataset.label
    named = ("",) * len(dataset) if label is None else read_senses(dataset.columns[label])
    return _Sentences(dataset.texts, named, dataset.ids)


def _measured(vectors: Matrix, senses: tuple[str, ...]) -> dict[str, float | None]:
    """Return how well the senses lie apart, None where they cannot, and how far the word's vectors lie from another."""
    apart = separate(vectors, senses)
    measured = {name: None if apart is None else round(getattr(apart, name), 4) for name in _MEASURES}
    return {**measured, "spread": round(spread(vectors), 4)}


def _lines(result: dict[str, Any]) -> list[str]:
    senses = ", ".join(f"{name or _NO_SENSE} {count:,}" for name, count in result["senses"].items())
    lines = [f"{result['word']} in {result['sentences']:,} of {result['looked_through']:,} texts: {senses}"]
    for one in result["found"][:_SHOWN]:
        place = find_word([one["text"]], result["word"])[0]
        lines.append(f"{one['sense'] or _NO_SENSE}: {excerpt(one['text'], place, _REACH)!r}")
    if len(result["found"]) > _SHOWN:
        lines.append(f"… and {len(result['found']) - _SHOWN:,} more; --json has all")
    if result["models"][0]["auc"] is None:
        lines.append("Give two senses or more, one of them twice, to have them measured.")
        return [*lines, *(f"{model['encoder']}: spread {model['spread']:.3f}" for model in result["models"])]
    lines.append(f"{'':<24}{'AUC':>6}{'shuffled <':>12}{'silhouette':>12}{'nearest':>9}{'spread':>8}")
    for model in result["models"]:
        lines.append(
            f"{model['encoder']:<24}{model['auc']:6.2f}{model['by_chance']:12.2f}"
            f"{model['silhouette']:12.2f}{model['nearest']:9.0%}{model['spread']:8.3f}"
        )
    if without := result["senses"].get("", 0):
        lines.append(f"{without:,} have no sense and are not measured")
    lines.append("spread: 1 - the mean cosine of two of its vectors")
    layers = result["models"][-1]["layers"]
    if len(layers) > 1:
        lines.append("AUC by layer, from 0: " + " ".join(f"{layer['auc']:.2f}" for layer in layers))
    return lines

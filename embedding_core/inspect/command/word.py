"""`inspect word`: one word in many sentences, by a static and a contextual model."""

from collections import Counter
from dataclasses import dataclass
from typing import Annotated, Any

from cyclopts import Parameter

from embedding_core import encoders
from embedding_core.base.errors import InputError, ParameterError
from embedding_core.base.types import Matrix
from embedding_core.cli.common import read_dataset, with_progress
from embedding_core.cli.options import CommandEngine, Data, DatasetOptions, FreeText, InputGroup
from embedding_core.cli.run import Printed
from embedding_core.data.dataset import Dataset
from embedding_core.inspect import EXAMPLES, excerpt, find_word, flatten, read_senses, read_sentences, separate, spread
from embedding_core.inspect.stages import ReadWord

_NO_SENSE = "not given"
_SHOWN, _REACH = 20, 50
_MEASURES = {
    "auc": "auc",
    "random_baseline": "by_chance",
    "silhouette": "silhouette",
    "nearest_neighbor_accuracy": "nearest",
}
"""What a measure is called in JSON, and its field."""


@dataclass(frozen=True)
class _Sentences:
    """Where a word is looked for."""

    texts: tuple[str, ...]
    senses: tuple[str, ...]
    ids: tuple[str, ...] = ()
    """Of rows of a data set."""


def word(
    file: Data | None = None,
    /,
    *,
    data: Annotated[DatasetOptions, InputGroup] = DatasetOptions(),
    word: Annotated[str, Parameter(help=f"The word; there are sentences with {', '.join(EXAMPLES)}.")] = "bank",
    sentence: Annotated[tuple[str, ...], FreeText] = (),
    encoder: str = encoders.DEFAULT_ENCODER,
    engine: CommandEngine,
) -> Printed:
    """Compare a word's vectors in many sentences, static and contextual.

    The label column of FILE holds the sense of the word in each row.

    Args:
        sentence: Instead of FILE, a sentence and its sense: "On the bank. | river". Repeat the option for each.
        encoder: A contextual encoder to compare with minilm-static.
    """
    spec = encoders.resolve(encoder)
    static = encoders.resolve(encoders.DEFAULT_STATIC_ENCODER)
    if not spec.contextual:
        raise ParameterError(f"{spec.name} is not contextual.", "Name a contextual encoder.")
    word = word.strip()
    if file is None:
        asked = _given_sentences(word, sentence, data.reading.label_column)
    elif sentence:
        raise InputError("Both a FILE and --sentence say where to look.", "Give one of them.")
    else:
        asked = _sentences_of(read_dataset(engine, file, data))
    found = find_word(asked.texts, word)
    if not found:
        message = f"None of {len(asked.texts):,} texts has the word {word!r}."
        raise InputError(message, "It is looked for as it is typed, upper or lower case alike.")
    places = [one.text for one in found]
    texts = tuple(excerpt(asked.texts[one.text], one) for one in found)
    senses = tuple(asked.senses[place] for place in places)
    layers = {
        model.name: with_progress(engine, ReadWord(model.name, model.revision, word, texts)) for model in (static, spec)
    }
    drawn = {name: flatten(vectors[-1]).round(4).tolist() for name, vectors in layers.items()}
    result = {
        "word": word,
        "sentences": len(texts),
        "texts": len(asked.texts),
        "senses": dict(Counter(senses).most_common()),
        "models": [
            {"encoder": name, **_measured(vectors[-1], senses), "layers": [_measured(one, senses) for one in vectors]}
            for name, vectors in layers.items()
        ],
        "occurrences": [
            {
                **({"id": asked.ids[place]} if asked.ids else {}),
                "sense": senses[i],
                "text": texts[i],
                "coordinates": {name: flat[i] for name, flat in drawn.items()},
            }
            for i, place in enumerate(places)
        ],
    }
    return result, "\n".join(_lines(result))


def _given_sentences(word: str, sentences: tuple[str, ...], label_column: str | None) -> _Sentences:
    """Return the sentences that were typed, or the examples there are of a word.

    Raises:
        InputError: there is none, or a column was named and there is no file.
    """
    if label_column is not None:
        message = f"--label-column {label_column} names a column of a FILE, and there is none."
        raise InputError(message, "Name a FILE, or give a sense after each sentence: --sentence 'On it. | river'.")
    texts, senses = read_sentences("\n".join(sentences) if sentences else EXAMPLES.get(word, ""))
    if not texts:
        message = f"There are no sentences with {word!r} here."
        raise InputError(message, "Name a FILE to look through, or give some with --sentence.")
    return _Sentences(texts, senses)


def _sentences_of(dataset: Dataset) -> _Sentences:
    """Return the texts of a data set, with their senses where it has labels.

    Raises:
        InputError: it holds no texts.
    """
    if not any(dataset.texts):
        raise InputError(f"{dataset.name} holds no texts.", "Name a table with a column of them.")
    named = ("",) * len(dataset) if dataset.label is None else read_senses(dataset.columns[dataset.label])
    return _Sentences(dataset.texts, named, dataset.ids)


def _measured(vectors: Matrix, senses: tuple[str, ...]) -> dict[str, float | None]:
    """Return how well the senses lie apart, None where they cannot, and how far the word's vectors lie from another."""
    apart = separate(vectors, senses)
    measured = {name: None if apart is None else round(getattr(apart, field), 4) for name, field in _MEASURES.items()}
    return {**measured, "spread": round(spread(vectors), 4)}


def _lines(result: dict[str, Any]) -> list[str]:
    senses = ", ".join(f"{name or _NO_SENSE} {count:,}" for name, count in result["senses"].items())
    lines = [f"{result['word']} in {result['sentences']:,} of {result['texts']:,} texts: {senses}"]
    for one in result["occurrences"][:_SHOWN]:
        place = find_word([one["text"]], result["word"])[0]
        lines.append(f"{one['sense'] or _NO_SENSE}: {excerpt(one['text'], place, _REACH)!r}")
    if len(result["occurrences"]) > _SHOWN:
        lines.append(f"… and {len(result['found']) - _SHOWN:,} more; --json has all")
    if result["models"][0]["auc"] is None:
        lines.append("Give two senses or more, one of them twice, to have them measured.")
        return [*lines, *(f"{model['encoder']}: spread {model['spread']:.3f}" for model in result["models"])]
    lines.append(f"{'':<24}{'AUC':>6}{'shuffled <':>12}{'silhouette':>12}{'nearest':>9}{'spread':>8}")
    for model in result["models"]:
        lines.append(
            f"{model['encoder']:<24}{model['auc']:6.2f}{model['random_baseline']:12.2f}"
            f"{model['silhouette']:12.2f}{model['nearest_neighbor_accuracy']:9.0%}{model['spread']:8.3f}"
        )
    if without := result["senses"].get("", 0):
        lines.append(f"{without:,} have no sense and are not measured")
    lines.append("spread: 1 - the mean cosine of two of its vectors")
    layers = result["models"][-1]["layers"]
    if len(layers) > 1:
        lines.append("AUC by layer, from 0: " + " ".join(f"{layer['auc']:.2f}" for layer in layers))
    return lines

"""Code for each view of Classify."""

from embedding_core.base.snippet import opening, written
from embedding_core.base.types import Key
from embedding_core.classifiers.methods import ClassifierParams
from embedding_core.classifiers.split import SplitParams
from embedding_core.classify.zero_shot import ZeroShotParams


def scores(dataset: Key, encoder: str, label: str, params: ClassifierParams, split: SplitParams) -> str:
    """Return code that defines `found`, the predictions for held-out rows, and `scores`."""
    return f"""\
{opening(dataset, encoder)}
{_labels("ClassifierParams, SplitParams, cross_validate, labels_of, score", label)}
found = cross_validate(vectors, labels, {written(params)}, {written(split)})
scores = score(found)
print(f"accuracy {{scores.accuracy.value:.4f}} ({{scores.accuracy.low:.4f}} to {{scores.accuracy.high:.4f}})")
print(f"macro-F1 {{scores.macro_f1.value:.4f}} ({{scores.macro_f1.low:.4f}} to {{scores.macro_f1.high:.4f}})")
"""


def suspects(dataset: Key, encoder: str, label: str, params: ClassifierParams, split: SplitParams) -> str:
    """Return code that defines `found` and prints the likely label errors."""
    return f"""\
{opening(dataset, encoder)}
{_labels("ClassifierParams, SplitParams, cross_validate, labels_of, suspect_labels", label)}
found = suspect_labels(cross_validate(vectors, labels, {written(params)}, {written(split)}))
for row, given, suggested in zip(found.rows, found.labels, found.suggested, strict=True):
    print(f"{{labels.names[given]}} -> {{labels.names[suggested]}}: {{dataset.titles[row]}}")
"""


def curve(dataset: Key, encoder: str, label: str, params: ClassifierParams, split: SplitParams) -> str:
    """Return code that defines `found`, the learning curve."""
    return f"""\
{opening(dataset, encoder)}
{_labels("ClassifierParams, SplitParams, labels_of, learning_curve", label)}
found = learning_curve(vectors, labels, {written(params)}, {written(split)})
for size, accuracy in zip(found.sizes, found.accuracy, strict=True):
    print(f"{{size}} a class: {{accuracy.mean():.4f}}")
"""


def classifier(dataset: Key, encoder: str, label: str, params: ClassifierParams, words: str) -> str:
    """Return code that defines `classifier`, trained on all labels, and the `probabilities` of a text."""
    lines = f"""\
{_labels("ClassifierParams, fit, labels_of", label)}
classifier = fit(vectors, labels, {written(params)})
"""
    if words:
        lines = f"""\
from embedding_core.encoders.stages import EncodeQueries
{lines}
probabilities = classifier.probabilities(engine.make(EncodeQueries(({words!r},), space)))[0]
print(labels.names[probabilities.argmax()], probabilities.max())
"""
    return f"{opening(dataset, encoder)}\n{lines}"


def spread(dataset: Key, encoder: str, label: str) -> str:
    """Return code that defines `found`, a class for every row that label spreading reaches."""
    return f"""\
{opening(dataset, encoder)}
from embedding_core.neighbors.stages import FindNeighbors
{_labels("labels_of, spread_labels", label)}
found = spread_labels(engine.make(FindNeighbors(space)), labels)
"""


def zero_shot(dataset: Key, encoder: str, params: ZeroShotParams, bias: float | None) -> str:
    """Return code that defines `found`, the zero-shot class of every item."""
    return f"""\
{opening(dataset, encoder)}
from collections import Counter

from embedding_core.encoders.stages import EncodeQueries
from embedding_core.classify.zero_shot import ZeroShotParams, zero_shot

params = {written(params)}
directions = params.directions(engine.make(EncodeQueries(params.prompts, space)))
found = zero_shot(vectors, directions, params, bias={bias!r})
print(Counter(found.names("left open")))
"""


def _labels(names: str, label: str) -> str:
    return f"from embedding_core.classify import {names}\n\nlabels = labels_of(dataset.columns[{label!r}])"

"""Zero-shot classification: the names of classes as vectors, and a probability of each for a text or a picture.

Radford et al. 2021, section 3.1, https://arxiv.org/abs/2103.00020; the sigmoid: Zhai et al. 2023,
https://arxiv.org/abs/2303.15343.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

from embedding_core.base.errors import ParameterError
from embedding_core.base.lines import split_lines
from embedding_core.base.types import Indices, Matrix, Progress, Vector, no_progress
from embedding_core.base.vectors import unit_rows
from embedding_core.classify.spreading import UNASSIGNED
from embedding_core.encoders.spec import Encoder, EncoderSpec

PLACE = "{}"
"""The code of an item that fits no class well enough."""
_TEXT_TEMPERATURE = 0.05
"""Encoders of texts were trained with about this, Sentence Transformers' scale of 20."""


class Chance(StrEnum):
    """What a probability says."""

    SOFTMAX = "softmax"
    """How an item is shared out among the classes: a row sums to 1."""
    SIGMOID = "sigmoid"
    """Whether a class fits, whatever the others do: for models trained so, such as SigLIP."""


@dataclass(frozen=True)
class ZeroShotParams:
    """The classes, their templates and the temperature."""

    labels: tuple[str, ...]
    descriptions: tuple[str, ...] = ()
    """One a label, empty for none; says in a sentence what belongs to the class."""
    templates: tuple[str, ...] = (PLACE,)
    """Sentences with {} for the label, such as "a photo of a {}"."""
    temperature: float = _TEXT_TEMPERATURE
    """What cosines are divided by: small ones make the nearest class take all."""
    min_confidence: float = field(default=0.0, metadata={"key": "least"})
    """An item whose best class is less probable than this gets none."""

    def __post_init__(self) -> None:
        for name in ("labels", "descriptions", "templates"):
            object.__setattr__(self, name, tuple(getattr(self, name)))
        _check(self.labels, self.templates)
        if len(set(self.labels)) < len(self.labels):
            twice = next(label for label in self.labels if self.labels.count(label) > 1)
            raise ParameterError(f"The label {twice!r} occurs twice.", "Give each class once.")
        if self.descriptions and len(self.descriptions) != len(self.labels):
            message = f"There are {len(self.labels)} labels but {len(self.descriptions)} descriptions."
            raise ParameterError(message, "Give one description per label, or none at all.")
        if not self.temperature > 0:
            raise ParameterError(f"The temperature is {self.temperature:g}.", "Choose a number above 0.")
        if not 0 <= self.min_confidence <= 1:
            raise ParameterError(f"The minimum confidence is {self.min_confidence:g}.", "Choose one from 0 to 1.")

    @property
    def prompts(self) -> tuple[str, ...]:
        """The texts to encode: each label in each template, then the descriptions."""
        return (*_filled(self.labels, self.templates), *filter(None, self.descriptions))

    def directions(self, vectors: Matrix) -> Matrix:
        """Return one unit vector a label, (labels, dim), of the vectors of the prompts.

        A description counts as much as all templates together.
        """
        filled = len(self.labels) * len(self.templates)
        directions = np.array(_mean_directions(vectors[:filled], len(self.labels)))
        described = [place for place, text in enumerate(self.descriptions) if text]
        directions[described] = unit_rows(directions[described] + unit_rows(vectors[filled:]))
        return directions


@dataclass(frozen=True, eq=False)
class ZeroShot:
    """The class and the probabilities of each item."""

    labels: tuple[str, ...]
    codes: Indices
    """(n,) int32, the place of its class among the labels; `UNASSIGNED` where the confidence is too low."""
    probabilities: Matrix
    """(n, labels) float32."""

    @property
    def confidence(self) -> Vector:
        """The probability of the predicted class: (n,)."""
        best: Vector = self.probabilities.max(axis=1)
        return best

    def names(self, none: str = "") -> list[str]:
        """Return the label of each item, `none` where it has none."""
        return [none if code == UNASSIGNED else self.labels[code] for code in self.codes.tolist()]


def default_params(spec: EncoderSpec, labels: Sequence[str]) -> ZeroShotParams:
    """Return the templates and the temperature that suit an encoder."""
    temperature = 1 / spec.logit_scale if spec.logit_scale else spec.temperature
    return ZeroShotParams(tuple(labels), templates=(spec.zero_shot_template,), temperature=temperature)


def read_classes(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return labels and descriptions of lines such as "sport: matches, players, scores", or of one line with commas."""
    lines = [line.strip() for line in split_lines(text) if line.strip()]
    if len(lines) == 1 and ":" not in lines[0]:
        lines = [part.strip() for part in lines[0].split(",") if part.strip()]
    parts = [line.partition(":") for line in lines]
    return tuple(label.strip() for label, _, _ in parts), tuple(described.strip() for _, _, described in parts)


def zero_shot(
    vectors: Matrix,
    directions: Matrix,
    params: ZeroShotParams,
    bias: float | None = None,
    kind: Chance = Chance.SOFTMAX,
) -> ZeroShot:
    """Classify (n, dim) unit vectors by the most probable of (labels, dim) class directions.

    Raises:
        ParameterError: the vectors are of different lengths.
    """
    found = probabilities(vectors, directions, 1 / params.temperature, bias, kind)
    codes = found.argmax(axis=1).astype(np.int32)
    codes[found.max(axis=1) < params.min_confidence] = UNASSIGNED
    return ZeroShot(params.labels, codes, found)


def class_vectors(
    encoder: Encoder, labels: Sequence[str], templates: Sequence[str], progress: Progress = no_progress
) -> Matrix:
    """Return one unit vector a label, (labels, dim): the mean direction of its templates, such as "a photo of a {}".

    Raises:
        ParameterError: there is no label or no template, or a template has no {} for the label.
    """
    _check(labels, templates)
    return _mean_directions(encoder.encode_queries(_filled(labels, templates), progress), len(labels))


def probabilities(
    items: Matrix, classes: Matrix, scale: float, bias: float | None = None, kind: Chance = Chance.SOFTMAX
) -> Matrix:
    """Return the probability of each class for each item, (n, classes).

    Args:
        items: (n, dim) unit vectors.
        classes: (classes, dim) unit vectors.
        scale: what the model multiplies cosines by, 1 / temperature.
        bias: what the model adds then; a softmax does not depend on it.
        kind: what a probability says.

    Raises:
        ParameterError: the scale is not above zero, or the vectors are of different lengths.
    """
    if not scale > 0:
        raise ParameterError(f"The scale is {scale:g}.", "Choose a number above 0.")
    if items.shape[1] != classes.shape[1]:
        message = f"The items have {items.shape[1]:,} dimensions, the classes {classes.shape[1]:,}."
        raise ParameterError(message, "Use the same encoder for both.")
    from scipy.special import expit, softmax

    logits = scale * (items @ classes.T) + (bias or 0.0)
    probabilities: Matrix = (expit(logits) if kind is Chance.SIGMOID else softmax(logits, axis=1)).astype(np.float32)
    return probabilities


def _check(labels: Sequence[str], templates: Sequence[str]) -> None:
    if not labels or not templates:
        missing = "label" if not labels else "template"
        raise ParameterError(f"There is no {missing}.", f"Write at least one {missing}.")
    for template in templates:
        if PLACE not in template:
            raise ParameterError(f"The template {template!r} has no place for a label.", f"Put {PLACE} where it goes.")


def _filled(labels: Sequence[str], templates: Sequence[str]) -> list[str]:
    # Replaced, not formatted: a label or template may hold braces of its own.
    return [template.replace(PLACE, label) for label in labels for template in templates]


def _mean_directions(vectors: Matrix, labels: int) -> Matrix:
    return unit_rows(unit_rows(vectors).reshape(labels, -1, vectors.shape[1]).mean(axis=1))

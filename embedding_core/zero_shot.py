"""Classes that nobody trained for: their names as vectors, and how probable each one is for a picture.

Radford et al. 2021, section 3.1, https://arxiv.org/abs/2103.00020; the sigmoid: Zhai et al. 2023,
https://arxiv.org/abs/2303.15343.
"""

from collections.abc import Sequence
from enum import StrEnum

import numpy as np

from embedding_core.encoders.spec import Encoder
from embedding_core.errors import ParameterError
from embedding_core.types import Matrix, Progress, no_progress

PLACE = "{}"


class Chance(StrEnum):
    """What a probability says."""

    SOFTMAX = "softmax"
    """How a picture is shared out among the classes: a row sums to 1."""
    SIGMOID = "sigmoid"
    """Whether a class fits, whatever the others do: for models trained so, such as SigLIP."""


def class_vectors(
    encoder: Encoder, labels: Sequence[str], templates: Sequence[str], progress: Progress = no_progress
) -> Matrix:
    """Return one unit vector a label, (labels, dim): the mean direction of its templates, such as "a photo of a {}".

    Raises:
        ParameterError: there is no label or no template, or a template has no {} for the label.
    """
    if not labels or not templates:
        missing = "label" if not labels else "template"
        raise ParameterError(f"There is no {missing}.", f"Write at least one {missing}.")
    for template in templates:
        if PLACE not in template:
            raise ParameterError(f"The template {template!r} has no place for a label.", f"Put {PLACE} where it goes.")
    # Replaced, not formatted: a label or template may hold braces of its own.
    texts = [template.replace(PLACE, label) for label in labels for template in templates]
    vectors = _unit(encoder.encode_queries(texts, progress))
    return _unit(vectors.reshape(len(labels), len(templates), -1).mean(axis=1))


def probabilities(
    images: Matrix, classes: Matrix, scale: float, bias: float | None = None, kind: Chance = Chance.SOFTMAX
) -> Matrix:
    """Return how probable each class is for each picture, (n, classes).

    Args:
        images: (n, dim) unit vectors.
        classes: (classes, dim) unit vectors.
        scale: what the model multiplies cosines by, 1 / temperature.
        bias: what the model adds then; a softmax does not depend on it.
        kind: what a probability says.

    Raises:
        ParameterError: the scale is not above zero, or the vectors are of different lengths.
    """
    if not scale > 0:
        raise ParameterError(f"The scale is {scale:g}.", "It has to be above zero.")
    if images.shape[1] != classes.shape[1]:
        message = f"Pictures have {images.shape[1]:,} dimensions but classes {classes.shape[1]:,}."
        raise ParameterError(message, "Encode both with one encoder.")
    logits = scale * (images @ classes.T) + (bias or 0.0)
    if kind is Chance.SIGMOID:
        return (0.5 * (1 + np.tanh(logits / 2))).astype(np.float32)  # which overflows nowhere
    shares = np.exp(logits - logits.max(axis=1, keepdims=True))
    chances: Matrix = (shares / shares.sum(axis=1, keepdims=True)).astype(np.float32)
    return chances


def _unit(rows: Matrix) -> Matrix:
    lengths = np.linalg.norm(rows, axis=-1, keepdims=True)
    return (rows / np.where(lengths > 0, lengths, 1)).astype(np.float32)

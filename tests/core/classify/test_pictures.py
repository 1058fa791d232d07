"""What the embedded encoder of pictures knows: by names alone, and by labels."""

from pathlib import Path
from typing import cast

import numpy as np
import pandas as pd
import pytest

from embedding_core import encoders
from embedding_core.base.types import Matrix
from embedding_core.classifiers.evaluate import cross_validate, judge_probabilities
from embedding_core.classifiers.measures import score
from embedding_core.classify.zero_shot import default_params, zero_shot
from embedding_core.data.labels import Labels, labels_of
from embedding_core.data.samples.shapes import draw_shapes
from embedding_core.encoders.image.clip import ClipEncoder
from tests.core.encoders.test_pixels import ways

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def encoder() -> ClipEncoder:
    return cast("ClipEncoder", encoders.load(encoders.resolve("pocket-clip")))


def named(encoder: ClipEncoder, vectors: Matrix, labels: Labels) -> Matrix:
    """Return the chances of each class by its name alone."""
    params = default_params(encoder.spec, labels.names)
    return zero_shot(vectors, params.directions(encoder.encode_queries(list(params.prompts))), params).probabilities


@pytest.mark.shared
def test_photographs_are_named_far_better_than_by_chance(encoder: ClipEncoder, shared_data: Path) -> None:
    table = pd.read_csv(shared_data / "images/photos/labels.csv")
    files = [(shared_data / "images/photos" / name).read_bytes() for name in table["file"]]
    labels = labels_of(table["label"].str.replace("_", " "))
    probabilities = named(encoder, encoder.encode_images(ways(files)).vectors, labels)
    found = score(judge_probabilities(probabilities, labels, labels.known))
    assert found.accuracy.value >= 10 * found.by_chance  # 0.185 of 130 classes measured
    given = probabilities[np.arange(len(files)), labels.codes]
    assert np.mean((probabilities > given[:, None]).sum(axis=1) < 5) >= 0.2  # 0.392 measured


def test_drawn_shapes_are_told_apart_by_their_names_and_by_labels(encoder: ClipEncoder) -> None:
    drawn = draw_shapes(300)
    vectors = encoder.encode_images(ways([one.png for one in drawn])).vectors
    labels = labels_of(pd.Series([one.attributes["shape"] for one in drawn]))
    by_name = score(judge_probabilities(named(encoder, vectors, labels), labels, labels.known)).accuracy
    by_label = score(cross_validate(vectors, labels)).accuracy
    assert by_name.value >= 0.8  # 0.97 measured, 0.125 by chance
    assert by_label.value >= 0.8  # 0.977 measured

"""The estimate grows with what has to be done, and counts what is made."""

from dataclasses import replace

import pytest

from embedding_core import encoders
from embedding_core.train import Loss, TrainingData, TuneParams, examples, paired, triplets
from embedding_core.train.estimate import count_examples, multiply_speed, seconds
from tests.core.train.test_material import by_topic, numbered

SPEC = encoders.resolve(encoders.DEFAULT_ENCODER)


@pytest.mark.parametrize("loss", list(Loss))
@pytest.mark.parametrize(
    "training_data",
    [
        by_topic(),
        paired(numbered(40), numbered(40, 40)),
        triplets(numbered(40), numbered(40, 40), numbered(40, 80)),
    ],
    ids=["labels", "pairs", "triplets"],
)
def test_as_many_examples_are_expected_as_are_made(loss: Loss, training_data: TrainingData) -> None:
    params = TuneParams(loss=loss, hard_negatives=False)
    made = examples(training_data, params)
    assert count_examples(training_data, len(training_data), params) == (len(made), len(made.columns))


def test_the_time_grows_with_epochs_rows_and_the_model() -> None:
    training_data, params = by_topic(), TuneParams()
    once = seconds(training_data, 48, params, SPEC, 1e11)
    assert seconds(training_data, 48, replace(params, epochs=6), SPEC, 1e11) == pytest.approx(2 * once)
    assert seconds(training_data, 24, params, SPEC, 1e11) == pytest.approx(once / 2)
    assert seconds(training_data, 48, params, SPEC, 2e11) == pytest.approx(once / 2)
    larger = encoders.list_specs()[[spec.name for spec in encoders.list_specs()].index("BAAI/bge-small-en-v1.5")]
    assert seconds(training_data, 48, params, larger, 1e11) > 1.5 * once
    assert multiply_speed() > 0

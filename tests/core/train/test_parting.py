"""What measured rows share with those trained on: nothing, or what is said."""

import pytest

from embedding_core.base.errors import InputError
from embedding_core.train import (
    Parting,
    TrainingData,
    TrainingSplit,
    TuneParams,
    apart,
    judged,
    paired,
    split,
    triplets,
)
from tests.core.train.test_material import numbered


def sides(training_data: TrainingData, parts: TrainingSplit, *columns: int) -> tuple[set[str], set[str]]:
    """Return all texts that are trained on, and those of some columns of the measured rows."""
    tested = training_data.take(parts.test).texts
    trained = {text for column in training_data.take(parts.train).texts for text in column}
    return trained, {text for place in columns for text in tested[place]}


def one_query(good: int, bad: int) -> list[tuple[str, str, float]]:
    return [("the query", f"good {i}", 1.0) for i in range(good)] + [("the query", f"bad {i}", 0.0) for i in range(bad)]


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(("good", "bad"), [(8, 8), (4, 4), (20, 3)])
def test_the_documents_of_one_query_are_on_one_side(good: int, bad: int, seed: int) -> None:
    training_data = judged(one_query(good, bad))
    parts = split(training_data, TuneParams(seed=seed))
    assert parts.parting is Parting.DOCUMENTS
    trained, tested = sides(training_data, parts, 1, 2)
    assert len(parts.train) >= 2 and len(parts.test) >= 2
    assert not trained & tested
    assert "the query" in trained
    assert parts.shared == len(parts.test)
    assert parts.left_out == good * bad - len(parts.train) - len(parts.test) > 0
    assert apart(parts.parting, parts.shared, parts.left_out) == (
        f"{parts.shared} of the rows for measuring share the query with rows for training. "
        f"{parts.left_out} rows were skipped to keep the two sets apart."
    )


def test_triplets_that_share_negatives_are_parted_by_pairs() -> None:
    training_data = triplets(numbered(60), numbered(60, 60), [f"negative {i % 3}" for i in range(60)])
    parts = split(training_data, TuneParams())
    assert (parts.parting, parts.left_out) == (Parting.PAIRS, 0)
    trained, tested = sides(training_data, parts, 0, 1)
    assert not trained & tested
    assert len(parts.test) == parts.shared == 12


def test_third_texts_of_their_own_are_parted_too() -> None:
    training_data = triplets(numbered(60), numbered(60, 60), [f"negative {i // 3}" for i in range(60)])
    parts = split(training_data, TuneParams())
    assert (parts.parting, parts.shared, parts.left_out) == (Parting.TEXTS, 0, 0)
    trained, tested = sides(training_data, parts, 0, 1, 2)
    assert not trained & tested
    assert len(parts.test) == 12
    assert apart(parts.parting, 0, 0) == "The rows for measuring share no text with the rows for training."


def test_rows_between_both_sides_are_left_out() -> None:
    # Each document is relevant to the query it stands by and to the next: one long chain.
    queries = [f"query {i // 4}" for i in range(120)]
    documents = [f"document {i // 4 * 3 + i % 4}" for i in range(120)]
    training_data = paired(queries, documents)
    parts = split(training_data, TuneParams())
    assert (parts.parting, parts.shared) == (Parting.TEXTS, 0)
    trained, tested = sides(training_data, parts, 0, 1)
    assert not trained & tested
    assert len(parts.test) >= 24
    assert parts.left_out == 120 - len(parts.train) - len(parts.test) > 0


def test_queries_of_a_few_answers_are_parted_by_query() -> None:
    training_data = paired(numbered(60), [f"answer {i % 2}" for i in range(60)])
    parts = split(training_data, TuneParams())
    assert (parts.parting, len(parts.test)) == (Parting.QUERIES, 12)
    trained, tested = sides(training_data, parts, 0)
    assert not trained & tested


def test_rows_that_cannot_be_parted_are_refused() -> None:
    with pytest.raises(InputError, match="All 12 rows share texts"):
        split(paired(["same"] * 12, ["other"] * 12), TuneParams())
    with pytest.raises(InputError, match="share texts with each other"):
        split(judged(one_query(12, 1)), TuneParams())

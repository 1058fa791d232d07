"""From rows to examples: what is refused, what becomes a pair, what may be a negative, what is held out."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from embedding_core.base.errors import InputError, ParameterError
from embedding_core.base.vectors import unit_rows
from embedding_core.data.labels import labels_of
from embedding_core.train import (
    Loss,
    Pairing,
    Parting,
    TrainingData,
    TuneParams,
    distinct,
    examples,
    fitting,
    judged,
    labeled,
    matryoshka_dims,
    paired,
    split,
    triplets,
    with_test,
)
from embedding_core.train.batches import clean_batches, plain_batches
from embedding_core.train.mining import NO_NEGATIVE, MiningParams, hard_negatives
from tests.core.train.tiny import TOPICS, topic_texts


def by_topic(each: int = 12) -> TrainingData:
    texts, topics = topic_texts(each)
    return labeled(texts, labels_of(pd.Series(topics)))


def numbered(n: int, start: int = 0) -> list[str]:
    return [f"text {i}" for i in range(start, start + n)]


# What is brought


def test_rows_without_text_label_or_score_are_counted() -> None:
    texts, topics = topic_texts(8)
    texts[3], topics[5] = "  ", ""
    training_data = labeled(texts, labels_of(pd.Series(topics)))
    assert (len(training_data), training_data.dropped) == (30, 2)
    scored = paired(["", *numbered(12)], numbered(13, 20), [3, None, *range(11)])
    assert (scored.pairing, len(scored), scored.dropped) == (Pairing.SCORED, 11, 2)
    assert (scored.scores.min(), scored.scores.max()) == (0, 1)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: labeled(numbered(20), labels_of(pd.Series(["one"] * 20))), "1 of 1 classes have two texts"),
        (lambda: labeled(numbered(20), labels_of(pd.Series(numbered(20)))), "0 of 20 classes have two texts"),
        (lambda: paired(numbered(3), numbered(3, 5)), "There are 3 rows to train on"),
        (lambda: paired([""] * 20, numbered(20)), r"There are 0 rows to train on \(20 more lack"),
        (lambda: paired(numbered(20), numbered(20, 30), ["high"] * 20), "row 1 is 'high', which is not a number"),
        (lambda: paired(numbered(20), numbered(20, 30), [4.0] * 20), "All scores are 4"),
        (lambda: triplets(numbered(3), numbered(3), numbered(3)), "There are 3 rows"),
        (lambda: judged([("q", "text", 1.0)]), "There are 1 rows"),
    ],
)
def test_what_teaches_nothing_is_refused(make: object, says: str) -> None:
    with pytest.raises(InputError, match=says):
        make()  # type: ignore[operator]


def test_rows_that_fit_alone_make_pairs() -> None:
    marks = tuple((f"q{i}", 2 * i + unfit, float(not unfit)) for i in range(11) for unfit in (0, 1))
    assert fitting(marks) == tuple((f"q{i}", 2 * i, 1.0) for i in range(11))
    as_texts = [(query, f"text {row}", grade) for query, row, grade in marks]
    assert judged(as_texts).pairing is Pairing.TRIPLETS
    assert judged([mark for mark in as_texts if mark[2] > 0]).pairing is Pairing.PAIRS


def test_judgments_are_triplets_where_a_query_has_both_kinds() -> None:
    grades = [("q", f"good {i}", 1.0) for i in range(4)] + [("q", f"bad {i}", 0.0) for i in range(3)]
    training_data = judged(grades)
    assert (training_data.pairing, len(training_data)) == (Pairing.TRIPLETS, 12)
    assert set(training_data.texts[2]) == {"bad 0", "bad 1", "bad 2"}
    pairs = judged([(f"q{i}", f"good {i}", 2.0) for i in range(11)])
    assert (pairs.pairing, len(pairs)) == (Pairing.PAIRS, 11)


@pytest.mark.parametrize(
    "changes",
    [
        {"loss": "nope"},
        {"epochs": 0},
        {"batch_size": 1},
        {"learning_rate": 1.0},
        {"held_out": 0.0},
        {"matryoshka": (1,)},
    ],
)
def test_settings_out_of_range_are_refused(changes: dict[str, object]) -> None:
    with pytest.raises(ParameterError):
        TuneParams(**changes)  # type: ignore[arg-type]


def test_matryoshka_halves_the_whole() -> None:
    assert matryoshka_dims(384) == (384, 192, 96, 64, 48)
    assert matryoshka_dims(32) == (32,)
    assert TuneParams(matryoshka=(8, 32, 8)).matryoshka == (32, 8)


# What is held out


def test_labels_are_held_out_class_by_class() -> None:
    training_data = by_topic()
    parts = split(training_data, TuneParams(held_out=0.25))
    assert sorted([*parts.train, *parts.test]) == list(range(48))
    assert np.bincount(training_data.labels.codes[parts.test]).tolist() == [3, 3, 3, 3]
    few = split(training_data, TuneParams(per_class=5))
    assert np.bincount(training_data.labels.codes[few.train]).tolist() == [5, 5, 5, 5]
    assert len(few.test) == 28


def test_what_decides_when_to_stop_is_not_in_the_test() -> None:
    parts = split(by_topic(), TuneParams(held_out=0.5, patience=2))
    assert not set(parts.watch) & set(parts.test)
    assert not (set(parts.watch) | set(parts.test)) & set(parts.train)


def test_no_text_is_trained_on_and_measured() -> None:
    first = [f"question {i // 3}" for i in range(60)]
    training_data = paired(first, numbered(60))
    parts = split(training_data, TuneParams(held_out=0.3))
    seen = {text for column in training_data.take(parts.train).texts for text in column}
    assert not seen & {text for column in training_data.take(parts.test).texts for text in column}
    assert 10 <= len(parts.test) <= 24
    assert (parts.parting, parts.left_out, parts.shared) == (Parting.TEXTS, 0, 0)


def test_a_labeled_text_that_is_there_twice_is_no_test() -> None:
    texts, topics = topic_texts(12)
    twice = labeled([*texts, *texts], labels_of(pd.Series([*topics, *topics])))
    for params in (TuneParams(held_out=0.3), TuneParams(per_class=6)):
        parts = split(twice, params)
        assert not set(twice.take(parts.train).texts[0]) & set(twice.take(parts.test).texts[0])
        assert parts.left_out == 96 - len(parts.train) - len(parts.test) > 0


def test_a_file_of_its_own_is_measured_whole() -> None:
    texts, topics = topic_texts(6, seed=1)
    test = labeled(texts, labels_of(pd.Series(topics)))
    both, parts = with_test(by_topic(), test, TuneParams(per_class=4))
    assert (len(parts.train), parts.test.tolist()) == (16, list(range(48, 72)))
    assert [both.labels.names[code] for code in both.labels.codes[48:]] == topics
    trained = set(both.take(parts.train).texts[0])
    assert parts.shared == sum(text in trained for text in both.take(parts.test).texts[0])
    assert parts.parting is Parting.FILE
    for params in (TuneParams(patience=1), TuneParams(patience=1, per_class=4)):
        _, parts = with_test(by_topic(), test, params)
        assert len(parts.watch) and parts.watch.max() < 48 and not set(parts.watch) & set(parts.train)
    with pytest.raises(InputError, match="training data has labels, the test data pairs"):
        with_test(by_topic(), paired(numbered(10), numbered(10, 10)), TuneParams())


# Hard negatives


def test_a_hard_negative_is_near_but_not_of_the_same_kind_nor_too_near() -> None:
    angles = np.radians([0, 20, 15, 25, 60, 90])
    vectors = np.column_stack([np.cos(angles), np.sin(angles)]).astype(np.float32)
    same = np.array([0, 0, 1, 2, 3, 4])
    rows = (np.array([0], np.int32), np.array([1], np.int32))
    # 15 degrees is nearer than the partner, and so is probably no negative; 25 is just below it.
    assert hard_negatives(vectors, *rows, same, MiningParams(margin=0.0, among=1)).tolist() == [3]
    assert hard_negatives(vectors, *rows, same, MiningParams(margin=0.1, among=1)).tolist() == [4]
    assert hard_negatives(vectors, *rows, np.zeros(6, int), MiningParams()).tolist() == [NO_NEGATIVE]
    only = hard_negatives(vectors, *rows, same, MiningParams(among=1), np.array([1, 5], np.int32))
    assert only.tolist() == [5]


def test_mined_examples_are_nearer_than_drawn_ones_and_never_of_the_class() -> None:
    training_data = by_topic()
    rng = np.random.default_rng(0)
    centers = rng.normal(size=(4, 8))[training_data.labels.codes]
    vectors = unit_rows((centers + rng.normal(size=(len(centers), 8))).astype(np.float32))
    place = {text: i for i, text in enumerate(distinct(training_data))}
    label = dict(zip(training_data.texts[0], training_data.labels.codes.tolist(), strict=True))
    hard = examples(training_data, TuneParams(loss=Loss.TRIPLET), vectors)
    drawn = examples(training_data, TuneParams(loss=Loss.TRIPLET, hard_negatives=False))
    assert hard.mined > 0 and drawn.mined == 0

    def near(made: object) -> float:
        pairs = zip(made.columns[0], made.columns[2], strict=True)  # type: ignore[attr-defined]
        return float(np.mean([vectors[place[a]] @ vectors[place[b]] for a, b in pairs]))

    assert near(hard) > near(drawn) + 0.1
    for made in (hard, drawn):
        for anchor, positive, other in zip(*made.columns, strict=True):
            assert label[anchor] == label[positive] != label[other]
            assert anchor != positive


# Examples


@pytest.mark.parametrize("loss", list(Loss))
def test_each_kind_of_material_serves_each_loss(loss: Loss) -> None:
    params = TuneParams(loss=loss, hard_negatives=False)
    n = 40
    kinds = [
        by_topic(),
        paired(numbered(n), numbered(n, n)),
        paired(numbered(n), numbered(n, n), list(range(n))),
        triplets(numbered(n), numbered(n, n), numbered(n, 2 * n)),
    ]
    for training_data in kinds:
        made = examples(training_data, params)
        assert len({len(column) for column in made.columns}) == 1
        wants = {Loss.MNRL: {2, 3}, Loss.TRIPLET: {3}}.get(loss, {2})
        assert len(made.columns) in wants
        assert (made.targets is not None) == (loss in (Loss.CONTRASTIVE, Loss.COSINE))
        if made.targets is not None:
            assert 0 <= made.targets.min() < made.targets.max() <= 1


def test_scores_are_kept_for_the_cosine_and_cut_in_half_for_the_others() -> None:
    training_data = paired(numbered(40), numbered(40, 40), list(range(40)))
    assert examples(training_data, TuneParams(loss=Loss.COSINE)).targets == pytest.approx(np.arange(40) / 39)
    assert examples(training_data, TuneParams(loss=Loss.CONTRASTIVE)).targets.sum() == 20
    assert len(examples(training_data, TuneParams(loss=Loss.MNRL))) == 10
    with pytest.raises(InputError, match="1 pairs are scored 75%"):
        examples(paired(numbered(40), numbered(40, 40), [0.0] * 39 + [1.0]), TuneParams())


# Batches


def test_no_batch_holds_two_of_a_kind() -> None:
    training_data = by_topic()
    made = examples(training_data, TuneParams())
    batches = list(clean_batches(made.marks, 16, np.random.default_rng(0)))
    assert max(map(len, batches)) == len(TOPICS)
    for batch in batches:
        marks = made.marks[batch].ravel().tolist()
        assert len(set(marks)) == len(marks)
    rows = [row for batch in batches for row in batch]
    assert len(set(rows)) == len(rows) >= len(made) - 3
    assert sorted(row for batch in plain_batches(10, 4, np.random.default_rng(0)) for row in batch) == list(range(10))


def test_a_question_asked_twice_is_not_its_own_negative() -> None:
    pairs = examples(paired(["same question"] * 5 + numbered(5), numbered(10, 10)), TuneParams())
    for batch in clean_batches(pairs.marks, 8, np.random.default_rng(0)):
        assert [pairs.columns[0][row] for row in batch].count("same question") <= 1


def test_a_batch_of_nothing_but_one_kind_is_refused() -> None:
    with pytest.raises(InputError, match="All texts are positives of each other"):
        examples(paired(["same"] * 12, numbered(12)), replace(TuneParams(), loss=Loss.TRIPLET, hard_negatives=False))

from collections import Counter

import pytest

from recipes.pocket.data import Pictures, load_corpus, read_pictures
from recipes.pocket.extra import DIGITS, SHAPES, held_out_drawings, main, train_digits, train_shapes, write_pictures
from recipes.pocket.params import PocketParams


@pytest.fixture(scope="module")
def shapes() -> Pictures:
    return train_shapes()


@pytest.fixture(scope="module")
def kept_back() -> Pictures:
    return held_out_drawings()


def test_no_picture_and_no_sentence_kept_back_is_trained_on(shapes: Pictures, kept_back: Pictures) -> None:
    digits = train_digits()
    assert not {*shapes.encoded, *digits.encoded} & {*kept_back.encoded}
    learned = {sentence for own in shapes.captions for sentence in own}
    rows = kept_back.rows_of(SHAPES)
    assert not learned & {sentence for row in rows for sentence in kept_back.captions[row]}
    assert len(shapes.sets) == 6_000
    assert len(rows) == 500
    assert len(digits.sets) + len(kept_back.rows_of(DIGITS)) == 1_797


def test_a_fifth_of_each_digit_is_kept_back(kept_back: Pictures) -> None:
    rows = kept_back.rows_of(DIGITS)
    test, train = Counter(kept_back.labels[row] for row in rows), Counter(train_digits().labels)
    assert len(test) == 10
    for label, count in test.items():
        assert count / (count + train[label]) == pytest.approx(0.2, abs=0.01)
        assert label.startswith("handwritten digit ")


def test_a_training_drawing_is_told_in_five_ways(shapes: Pictures) -> None:
    row = next(row for row, own in enumerate(shapes.captions) if own[0].startswith("two"))
    full, kind, counted, sized, placed = shapes.captions[row]
    color, shape = shapes.labels[row].split()
    things = f"{color} {shape}{'es' if shape == 'cross' else 's'}"
    assert full.startswith(kind.partition(" on a")[0])
    assert counted == f"two {things}"
    assert sized in (f"small {things}", f"large {things}")
    assert placed.startswith(things)
    assert placed.endswith("of the picture")


def test_the_recipe_knows_the_sets_as_drawings() -> None:
    assert set(PocketParams().drawn_sets) == {SHAPES, DIGITS}


def test_written_files_are_read_by_training(tmp_path, kept_back: Pictures) -> None:
    some = Pictures(*(getattr(kept_back, name)[:5] for name in ("sets", "labels", "captions", "encoded")))
    write_pictures(some, "train", tmp_path / "new" / "shapes.parquet")
    assert read_pictures(tmp_path / "new" / "shapes.parquet") == some
    assert load_corpus(tmp_path / "new" / "shapes.parquet", tmp_path).pixels[0].shape == (5, 80, 80, 3)


@pytest.mark.slow
def test_the_command_writes_three_files(tmp_path, shapes: Pictures, kept_back: Pictures) -> None:
    assert main(["--out", str(tmp_path)]) == 0
    assert read_pictures(tmp_path / "shapes.parquet") == shapes
    assert read_pictures(tmp_path / "digits.parquet") == train_digits()
    assert read_pictures(tmp_path / "test.parquet") == kept_back

import pytest

from embedding_core.data.pictures.files import arrange


def told(*names: str) -> list[tuple[str, str, str]]:
    """What the folders say of each file: split, class, all folders but the split."""
    files = arrange([(name, bytes) for name in names], []).files
    return [(dict(file.facts).get("split", ""), file.label, file.path) for file in files]


@pytest.mark.parametrize("around", ["", "data/", "my set/images/"])
@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("train", "test"),
        ("Training", "Testing"),
        ("train", "val"),
        ("train", "valid"),
        ("TRAIN", "validation"),
        ("train", "dev"),
        ("train2017", "val2017"),
        ("seg_train", "seg_test"),
        ("training_set", "test_set"),
        ("train_images", "test-images"),
        ("trainData", "testData"),
    ],
)
def test_the_class_is_the_folder_below_the_split(around: str, first: str, second: str) -> None:
    paths = [(split, label) for split in (first, second) for label in ("cat", "dog")]
    got = told(*(f"{around}{split}/{label}/1.png" for split, label in paths))
    assert got == [(split, label, label) for split, label in paths]


def test_three_splits_and_further_folders() -> None:
    names = [f"{split}/{label}/young/1.jpg" for split in ("train", "val", "test") for label in ("cat", "dog")]
    assert told(*names)[3] == ("val", "dog", "dog/young")


@pytest.mark.parametrize(
    ("names", "wanted"),
    [
        (("train/1.png", "test/2.png"), [("train", "", ""), ("test", "", "")]),
        (("cat/train/1.png", "cat/test/1.png", "dog/train/1.png"), [("train", "cat", "cat"), ("test", "cat", "cat")]),
        (("train/images/a/1.png", "train/images/b/1.png", "test/images/a/1.png"), [("train", "a", "images/a")]),
        (("train/images/1.png", "train/labels/1.txt", "test/images/2.png"), [("train", "", "images")]),
        (("seg_train/seg_train/sea/1.png", "seg_train/seg_train/ice/1.png", "seg_test/seg_test/ice/1.png"),
         [("seg_train", "sea", "sea"), ("seg_train", "ice", "ice"), ("seg_test", "ice", "ice")]),
        (("bottle/train/good/1.png", "bottle/test/broken/1.png", "cable/test/good/1.png"),
         [("train", "good", "bottle/good"), ("test", "broken", "bottle/broken")]),
        (("README.md", "cover.png", "train/a/1.png", "train/b/1.png", "test/a/1.png", "test/b/1.png"),
         [("", "", ""), ("", "", ""), ("train", "a", "a")]),
        (("train/a/1.png", "test/a/1.png", "unlabeled/1.png", "test/b/1.png"),
         [("train", "a", "a"), ("test", "a", "a"), ("unlabeled", "", "")]),
    ],
)  # fmt: skip
def test_other_ways_to_lay_splits_out(names: tuple[str, ...], wanted: list[tuple[str, str, str]]) -> None:
    assert told(*names)[: len(wanted)] == wanted


@pytest.mark.parametrize(
    "names",
    [
        ("train/1.png", "car/1.png", "bus/1.png"),
        ("train/a/1.png", "car/b/1.png", "test/c/1.png"),
        ("cats_train/1.png", "dogs_test/1.png"),
        ("trains/1.png", "tests/1.png"),
        ("train/1.png", "Train/2.png", "car/1.png"),
        ("cat/1.png", "dog/2.png", "dog/train/3.png"),
    ],
)
def test_folders_that_only_sound_like_splits_are_classes(names: tuple[str, ...]) -> None:
    assert told(*names) == [("", name.split("/")[0], name.rpartition("/")[0]) for name in names]


def test_one_split_alone_is_what_lies_around_the_classes() -> None:
    assert told("data/train/a/1.png", "data/train/b/1.png") == [("", "a", "a"), ("", "b", "b")]

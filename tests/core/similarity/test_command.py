"""`similar`, `duplicates` and `classify`, run as a person runs them."""

from pathlib import Path

import pandas as pd
import pytest
from PIL import Image

from embedding_core.__main__ import main
from tests.core.test_cli import own_store, run

__all__ = ["own_store"]

ANIMALS = {"cat": ("purrs", "a kitten"), "dog": ("barks", "a puppy"), "horse": ("neighs", "a foal")}
TEXTS = [f"The {animal} {says} at door {i}." for animal, (says, _) in ANIMALS.items() for i in range(8)]
FAST = ("--text-column", "text", "--encoder", "minilm-static")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "animals.csv"
    frame = pd.DataFrame({"id": [f"r{i:02}" for i in range(len(TEXTS))], "text": TEXTS})
    frame["kind"] = [text.split()[1] for text in TEXTS]
    frame["split"] = ["train", "test"] * (len(TEXTS) // 2)
    frame.to_csv(path, index=False)
    return path


@pytest.fixture
def other(tmp_path: Path) -> Path:
    path = tmp_path / "young.csv"
    young = {text: animal for animal, (_, text) in ANIMALS.items()}
    pd.DataFrame({"text": [*young, "My dog barks."], "kind": [*young.values(), "dog"]}).to_csv(path, index=False)
    return path


def test_similar(capsys: pytest.CaptureFixture[str], file: Path) -> None:
    result = run(capsys, "similar", file, *FAST, "--row", "r03", "-k", 5)
    assert len(result["ids"]) == len(result["scores"]) == 5  # type: ignore[arg-type]
    assert "r03" not in result["ids"]  # type: ignore[operator]
    assert all(str(text).startswith("The cat") for text in result["texts"])  # type: ignore[attr-defined]
    assert result["scores"] == sorted(result["scores"], reverse=True)  # type: ignore[call-overload]
    several = run(capsys, "similar", file, *FAST, "--row", "r03", "--row", "r11", "--mmr-lambda", 0.5)
    assert several["row"] == ["r03", "r11"]


def test_duplicates(capsys: pytest.CaptureFixture[str], file: Path, tmp_path: Path) -> None:
    out = tmp_path / "once.csv"
    words = ("duplicates", file, *FAST, "--threshold", 0.9, "--split-column", "split", "--out", out)
    result = run(capsys, *words)
    assert result["threshold"] == 0.9
    groups = [set(group) for group in result["groups"]]  # type: ignore[attr-defined]
    assert groups
    assert all(len({int(name[1:]) // 8 for name in group}) == 1 for group in groups)
    left = pd.read_csv(out)
    assert len(left) == len(TEXTS) - int(str(result["redundant_rows"]))
    assert set(result["keep"]) <= set(left["id"])  # type: ignore[call-overload]
    assert {leak["part"] for leak in result["leaks"]} == {"train", "test"}  # type: ignore[attr-defined]
    assert main(["duplicates", str(file), *FAST]) == 0
    assert "threshold 0." in capsys.readouterr().out


@pytest.mark.parametrize("method", ["logistic", "knn", "centroid"])
def test_classify(capsys: pytest.CaptureFixture[str], file: Path, other: Path, method: str, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    words = ("classify", file, "--test", other, *FAST, "--label-column", "kind", "--method", method, "--save", kept)
    result = run(capsys, *words)
    assert (result["method"], result["rows"], result["classes"]) == (method, 4, 3)
    assert result["accuracy"] >= 0.75  # type: ignore[operator]
    low, high = result["accuracy_interval"]  # type: ignore[misc]
    assert low <= result["accuracy"] <= high
    assert result["macro_f1_interval"][0] <= result["macro_f1"] <= result["macro_f1_interval"][1]  # type: ignore[index]
    assert sorted(path.name for path in kept.iterdir()) == ["classifier.json", "classifier.npz"]
    again = run(capsys, "classify", other, "--text-column", "text", "--label-column", "kind", "--classifier", kept)
    assert again["accuracy"] == result["accuracy"]
    assert again["encoder"] == "minilm-static"
    assert again["predictions"][3]["class"] == "dog"  # type: ignore[index]


def test_an_encoder_that_was_fitted_reads_other_rows_as_it_was_fitted(
    capsys: pytest.CaptureFixture[str], file: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other.csv"
    summary = [("horse", "neighs"), ("horse", "neighs"), ("dog", "barks"), ("cat", "purrs"), ("horse", "neighs")]
    texts = [f"Somewhere a {animal} {says}." for animal, says in summary]
    pd.DataFrame({"text": texts, "kind": [animal for animal, _ in summary]}).to_csv(other, index=False)
    form = ("--text-column", "text", "--label-column", "kind")
    kept = tmp_path / "kept"
    words = ("classify", file, "--test", other, *form, "--encoder", "tf-idf", "--method", "centroid", "--save", kept)
    assert run(capsys, *words)["accuracy"] == 1
    assert run(capsys, "classify", other, *form, "--classifier", kept)["accuracy"] == 1


def test_colors_of_other_pictures_are_seen_as_they_were_fitted(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    shades = {"red": (220, 20, 20), "blue": (20, 20, 220), "green": (20, 160, 20)}
    for part, counts in (("train", (4, 4, 4)), ("test", (1, 3, 2))):
        for (name, color), count in zip(shades.items(), counts, strict=True):
            for i in range(count):
                path = tmp_path / part / name / f"{i}.png"
                path.parent.mkdir(parents=True, exist_ok=True)
                near = tuple(value + 5 * i for value in color)
                Image.new("RGB", (32, 32), near).save(path)
    words = ("classify", tmp_path / "train", "--test", tmp_path / "test", "--encoder", "pixels", "--method", "centroid")
    kept = tmp_path / "kept"
    assert run(capsys, *words, "--label-column", "label", "--save", kept)["accuracy"] == 1
    assert run(capsys, "classify", tmp_path / "test", "--classifier", kept)["accuracy"] == 1


def test_classify_without_a_test_file_folds(capsys: pytest.CaptureFixture[str], file: Path) -> None:
    result = run(capsys, "classify", file, *FAST)
    assert (result["label_column"], result["tested_on"], result["rows"]) == ("kind", "5 folds", len(TEXTS))
    assert result["accuracy"] > 0.9  # type: ignore[operator]


def test_classify_by_names_alone(capsys: pytest.CaptureFixture[str], file: Path, tmp_path: Path) -> None:
    out = tmp_path / "named.csv"
    words = ("classify", file, "--labels", "Cat,Dog,horse", "--method", "zero-shot", *FAST, "--out", out)
    result = run(capsys, *words)
    assert result["accuracy"] > 0.9  # type: ignore[operator]
    assert result["unassigned"] == 0
    assert set(pd.read_csv(out)["prediction"]) == {"Cat", "Dog", "horse"}
    unsure = run(capsys, *words, "--min-confidence", 1.0)
    assert unsure["unassigned"] == len(TEXTS)
    assert "accuracy" not in unsure
    unknown = run(capsys, "classify", file, "--labels", "red,blue", *FAST)
    assert "accuracy" not in unknown


@pytest.mark.parametrize(
    ("words", "summary"),
    [
        (("similar", "FILE", *FAST, "--row", "r3"), "no row with the id 'r3'. Did you mean 'r"),
        (("duplicates", "FILE", *FAST, "--threshold", "2"), "threshold is 2"),
        (("duplicates", "FILE", *FAST, "--split-column", "fold"), "no column 'fold'"),
        (("classify", "FILE", *FAST, "--label-column", "nope"), "no column 'nope'. It has: id, text, kind, split"),
        (("classify", "FILE", *FAST, "--method", "zero-shot"), "There is no class"),
        (("classify", "FILE", *FAST, "--classifier", "nowhere"), "no classifier in nowhere"),
        (("classify", "FILE", *FAST, "--labels", "a,b", "--template", "photo"), "'photo' has no place"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(
    capsys: pytest.CaptureFixture[str], file: Path, words: tuple[str, ...], summary: str
) -> None:
    assert main([str(file) if word == "FILE" else word for word in words]) == 1
    record = capsys.readouterr()
    assert summary in record.err
    assert "Traceback" not in record.err


def learned_from_few(train: pd.DataFrame, each: int, seed: int) -> pd.DataFrame:
    return train.groupby("category").sample(each, random_state=seed)


@pytest.mark.shared
@pytest.mark.slow
def test_banking77_is_learned(capsys: pytest.CaptureFixture[str], shared_data: Path, tmp_path: Path) -> None:
    train, test = (shared_data / "text/banking77" / f"{part}.csv" for part in ("train", "test"))
    forms = ("--test", test, "--text-column", "text", "--label-column", "category", "--method", "logistic")
    assert run(capsys, "classify", train, *forms)["accuracy"] >= 0.92  # type: ignore[operator]
    found = []
    for seed in range(3):
        few = tmp_path / f"few-{seed}.csv"
        learned_from_few(pd.read_csv(train), 10, seed).to_csv(few, index=False)
        found.append(run(capsys, "classify", few, *forms)["accuracy"])
    assert sum(found) / 3 >= 0.85  # type: ignore[arg-type]

"""Small files with vectors that were once misread, each as its WANT file says it is to be read."""

from pathlib import Path

import numpy as np
import pytest

from embedding_core.data.build import build_dataset
from embedding_core.data.choose import guess
from embedding_core.data.dataset import Dataset, Kind
from embedding_core.data.read import read_table
from embedding_core.data.vectors.read import read_vectors, vector_columns

pytestmark = pytest.mark.shared

FIRST = [0.1257, -0.1321, 0.6404, 0.1049, -0.5357, 0.3616]


@pytest.fixture
def cases(shared_data: Path) -> Path:
    return shared_data.parent / "cases"


def dataset_of(path: Path) -> Dataset:
    table = read_table(path, path.name)
    return build_dataset(table, guess(table.frame), path.name)


@pytest.mark.parametrize(
    "file",
    [
        *(f"vector_column_ignored/v_{name}.parquet" for name in ("embeddings", "filename", "path", "word")),
        "vector_column_ignored/openai_resp.json",
        *(f"first_list_not_the_embedding/v_{name}.parquet" for name in ("bbox", "lonlat")),
        *(f"string_vectors/strvec{name}" for name in (".csv", ".jsonl", "_np.csv", "_only.csv")),
        *(f"glove_as_text/{name}" for name in ("glove.txt", "glove_dots.txt", "w2v.txt", "w2v.vec")),
    ],
)
def test_ready_made_vectors_are_used(cases: Path, file: str) -> None:
    dataset = dataset_of(cases / file)
    assert dataset.kind is Kind.VECTORS
    assert dataset.vectors is not None
    assert dataset.vectors.shape == (10, 6)
    np.testing.assert_allclose(dataset.vectors[0], FIRST, atol=1e-6)
    assert not dataset.warnings


def test_pictures_that_were_embedded_here_come_back_as_vectors(cases: Path) -> None:
    dataset = dataset_of(cases / "vector_column_ignored" / "pic.parquet")
    assert dataset.vectors is not None
    assert dataset.vectors.shape == (12, 384)
    assert dataset.label == "label"


@pytest.mark.parametrize("name", ["glove.txt", "w2v.txt", "w2v.vec", "glove_dots.txt"])
def test_words_are_what_vectors_are_called(cases: Path, name: str) -> None:
    dataset = dataset_of(cases / "glove_as_text" / name)
    assert (dataset.text_name, dataset.texts[:2], len(dataset)) == ("word", ("the", "of"), 10)
    if name == "glove_dots.txt":
        assert dataset.texts[2:4] == (". . .", "at name@domain.com")


@pytest.mark.parametrize("name", ["nested_only.parquet", "multi_only.parquet"])
def test_lists_of_vectors_are_never_prose(cases: Path, name: str) -> None:
    table = read_table(cases / "nested_vectors_as_text" / name, name)
    assert vector_columns(table) == ["emb"]
    assert dataset_of(cases / "nested_vectors_as_text" / name).kind is Kind.VECTORS
    assert bool(table.how.warnings) == (name == "multi_only.parquet")


@pytest.mark.parametrize("name", ["meta.tsv", "meta2.tsv"])
def test_a_blank_last_line_moves_no_label(cases: Path, name: str) -> None:
    folder = cases / "companion_blank_line"
    table = read_vectors(folder / "tb_vecs.tsv", "tb_vecs.tsv", folder / name, name)
    words = table.frame[next(column for column in table.frame if column != "vector")]
    assert (len(words), words.iloc[0], words.iloc[9]) == (10, "the", "that")

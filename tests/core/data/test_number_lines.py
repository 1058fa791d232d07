"""Text files of vectors: GloVe, word2vec, fastText, Projector, savetxt; and text that is none."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from embedding_core.base.errors import InputError
from embedding_core.data.read import read_pasted, read_table
from embedding_core.data.table import Format, ReadOptions, Table
from embedding_core.data.vectors.read import row_vectors, vector_columns

Make = Callable[[str, str | bytes], Path]
MATRIX = np.random.default_rng(0).normal(size=(12, 10)).astype(np.float32)
WORDS = ["the", "of", "2012", ".", "</s>", ",", "für", "a", "1.5", "-", "#", "New_York"]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    def write(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


def matrix_of(table: Table) -> np.ndarray:  # type: ignore[type-arg]
    (column,) = vector_columns(table)
    return row_vectors(table.frame, column, "x").matrix


def lines(words: list[str], separator: str, end: str = "\n") -> str:
    rows = zip(words, MATRIX.tolist(), strict=True)
    return "".join(word + separator + separator.join(str(np.float32(v)) for v in row) + end for word, row in rows)


@pytest.mark.parametrize("separator", [" ", "\t"])
@pytest.mark.parametrize("counts", ["", "12 10\n", "12 10 \n"])
@pytest.mark.parametrize("end", ["\n", " \n", "\r\n"])
@pytest.mark.parametrize("name", ["glove.txt", "wiki.vec", "w2v.csv", "x"])
def test_words_and_their_vectors(make: Make, separator: str, counts: str, end: str, name: str) -> None:
    table = read_table(make(name, counts + lines(WORDS, separator, end)), name)
    assert table.frame["word"].tolist() == WORDS
    np.testing.assert_array_equal(matrix_of(table), MATRIX)
    assert table.how.format is Format.WORD_VECTORS
    assert not table.how.warnings


def test_words_that_hold_the_separator(make: Make) -> None:
    words = [". . .", "at name@domain.com", "New York", *WORDS[3:]]
    table = read_table(make("glove.txt", lines(words, " ")), "glove.txt")
    assert table.frame["word"].tolist() == words
    np.testing.assert_array_equal(matrix_of(table), MATRIX)


def test_short_vectors_under_a_line_of_counts(make: Make) -> None:
    table = read_table(make("w.vec", "3 2\na 1 2\nb 3 4\nc 5 6\n"), "w.vec")
    assert matrix_of(table).tolist() == [[1, 2], [3, 4], [5, 6]]


def test_lines_that_do_not_fit_are_left_out_and_counted(make: Make) -> None:
    text = "30 10\n" + lines(WORDS, " ") * 2 + "cut 0.1 0.2\n"
    table = read_table(make("w.vec", text), "w.vec")
    assert len(table.frame) == 24
    assert table.how.warnings == (
        "The first line announces 30 vectors; the file has 24.",
        "1 line was left out: not 10 numbers (first: line 26).",
    )
    spoiled = lines(WORDS, " ").replace(str(MATRIX[4, 4]), "oops", 1) + lines(WORDS, " ") * 2
    found = row_vectors(read_table(make("w.txt", spoiled), "w.txt").frame, "vector", "w.txt")
    assert found.rows.tolist() == [row for row in range(36) if row != 4]


@pytest.mark.parametrize("separator", [" ", "\t", ",", ";", "|", ", "])
@pytest.mark.parametrize("width", [2, 3, 10])
@pytest.mark.parametrize("header", ["", "# my vectors, from a model\n# two lines; of it\n"])
@pytest.mark.parametrize("name", ["x.txt", "x.csv", "x.tsv"])
def test_numbers_alone(make: Make, separator: str, width: int, header: str, name: str) -> None:
    text = header + "".join(separator.join(map(str, row)) + "\n" for row in MATRIX[:, :width])
    table = read_table(make(name, text), name)
    np.testing.assert_array_equal(matrix_of(table), MATRIX[:, :width])


def test_savetxt_with_its_own_format(tmp_path: Path) -> None:
    np.savetxt(tmp_path / "x.txt", MATRIX)
    np.testing.assert_array_equal(matrix_of(read_table(tmp_path / "x.txt", "x.txt")), MATRIX)
    np.savetxt(tmp_path / "x.txt", MATRIX, fmt="%12.4f")
    np.testing.assert_allclose(matrix_of(read_table(tmp_path / "x.txt", "x.txt")), MATRIX, atol=1e-4)


def test_a_matrix_that_pandas_wrote(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    for index in (True, False):
        for width in (3, 10):
            pd.DataFrame(MATRIX[:, :width]).to_csv(path, index=index)
            table = read_table(path, "x.csv")
            np.testing.assert_array_equal(matrix_of(table), MATRIX[:, :width])


@pytest.mark.parametrize(
    "text",
    [
        "2001,2002,2003\n0.5,1.5,2.5\n0.1,0.2,0.3\n",
        "1 2 3\n4 5 6\n",
        "1,2\n3,4\n",
        "He was born in 1990 1 2 3 4 5\nShe was born in 1991 1 2 3 4 5\n",
        "a 0.1 0.2\nb 0.3 0.4\n",
        "0.5\n0.25\n",
        "name,x,y\na,0.1,0.2\nb,0.3,0.4\n",
        "One sentence.\nAnother one.\n",
    ],
)
def test_text_that_is_no_file_of_vectors(make: Make, text: str) -> None:
    assert vector_columns(read_table(make("x.csv", text), "x.csv")) == []


def test_what_was_decided_goes_before(make: Make) -> None:
    path = make("glove.txt", lines(WORDS, " "))
    assert vector_columns(read_table(path, "glove.txt", ReadOptions(format=Format.TXT))) == []
    assert vector_columns(read_table(path, "glove.txt", ReadOptions(format=Format.WORD_VECTORS))) == ["vector"]
    with pytest.raises(InputError, match="is text, not word vectors"):
        read_table(make("x.txt", "One\nTwo\n"), "x.txt", ReadOptions(format=Format.WORD_VECTORS))


def test_pasted_and_in_other_encodings(make: Make) -> None:
    assert matrix_of(read_pasted(lines(WORDS, " "))).shape == (12, 10)
    for encoding in ("utf-8-sig", "utf-16"):
        table = read_table(make("x.vec", lines(WORDS, " ").encode(encoding)), "x.vec")
        assert table.frame["word"].tolist() == WORDS

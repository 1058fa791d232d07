"""Which columns are guessed, and what a choice becomes."""

import io
from typing import Any

import numpy as np
import pandas as pd
import pytest

from embedding_core.base.errors import InputError, ParameterError
from embedding_core.data.build import build_dataset
from embedding_core.data.choose import ColumnChoice, guess
from embedding_core.data.dataset import Kind
from embedding_core.data.read import read_pasted
from embedding_core.data.table import Format, ReadReport, Table

SENTENCES = [f"Sentence number {i} says something of its own, as sentences do." for i in range(40)]
ROWS = range(40)
TITLES = [f"Title {i}" for i in ROWS]


def table_of(**columns: Any) -> Table:
    frame = pd.DataFrame(columns)
    return Table(frame, ReadReport(Format.CSV, rows=len(frame), columns=frame.shape[1]))


@pytest.mark.parametrize(
    ("columns", "text", "label", "ids"),
    [
        ({"text": SENTENCES, "category": ["a", "b"] * 20}, "text", "category", None),
        ({"id": list(ROWS), "review": SENTENCES, "rating": [1, 2, 3, 4] * 10}, "review", "rating", "id"),
        ({"was": SENTENCES, "art": ["x", "y", "z", "x"] * 10}, "was", "art", None),
        ({"doc_id": [f"d{i}" for i in ROWS], "title": TITLES, "text": SENTENCES}, "text", None, "doc_id"),
        ({"url": [f"https://example.org/{i}/a long path" for i in ROWS], "name": TITLES}, "name", None, None),
        ({"word": [f"word{i}" for i in ROWS], "family": ["a", "b"] * 20}, "word", "family", None),
        ({"text": SENTENCES, "split": ["train", "test"] * 20}, "text", None, None),
        ({"text": SENTENCES, "label": [f"only{i}" for i in ROWS]}, "text", None, None),
        ({"text": SENTENCES, "note": ["", "x"] + [""] * 38}, "text", None, None),
        ({"id": [1] * 40, "text": SENTENCES}, "text", None, None),
        ({"height": np.arange(40.0), "width": np.arange(40.0)}, None, None, None),
        ({"height": np.arange(40.0), "species": ["a", "b"] * 20}, None, "species", None),
    ],
)
def test_the_columns_are_guessed(columns: dict[str, Any], text: str | None, label: str | None, ids: str | None) -> None:
    choice = guess(pd.DataFrame(columns))
    assert (choice.text, choice.label, choice.id) == (() if text is None else (text,), label, ids)
    assert choice.keep is not None
    assert set(choice.keep) == set(columns) - {text, ids}


def test_at_most_fifty_other_columns_are_kept_and_the_label_always() -> None:
    columns = {f"c{i}": np.arange(40.0) for i in range(60)}
    choice = guess(pd.DataFrame({"text": SENTENCES, **columns, "label": ["a", "b"] * 20}))
    assert choice.keep is not None
    assert len(choice.keep) == 51
    assert choice.keep[-1] == "label"


def test_vectors_are_guessed_where_there_is_no_text() -> None:
    vectors = list(np.ones((40, 4), np.float32))
    assert guess(pd.DataFrame({"emb": vectors})).vector_column == "emb"
    assert guess(pd.DataFrame({"text": SENTENCES, "emb": vectors})).vector_column is None
    assert guess(pd.DataFrame({"text": SENTENCES, "vector": vectors})).vector_column == "vector"


def test_a_choice_becomes_a_data_set() -> None:
    table = table_of(name=["x", "y"], text=["One", None], label=["a", "b"], n=[1, 2])
    dataset = build_dataset(table, ColumnChoice(text=("text",), label="label", id="name"), "t.csv")
    assert (dataset.ids, dataset.texts, dataset.text_name) == (("x", "y"), ("One", ""), "text")
    assert list(dataset.columns) == ["label", "n"]
    assert dataset.label == "label"
    assert list(dataset.frame().columns) == ["id", "text", "label", "n"]
    kept = build_dataset(table, ColumnChoice(text=("text",), label="label", keep=()), "t.csv")
    assert list(kept.columns) == ["label"]


def test_a_template_joins_columns_and_names_nothing_else() -> None:
    table = table_of(title=["A", "B", None], body=["one", None, " "], year=pd.array([2020, None, None], "Int64"))
    choice = ColumnChoice(text=("title", "body"), template="{{{title}}}. {body} ({year})")
    assert build_dataset(table, choice, "t").texts == ("{A}. one (2020)", "{B}.  ()", "")
    assert build_dataset(table, ColumnChoice(text=("title", "body")), "t").texts == ("A\none", "B", " ")
    for template, summary in (
        ("{title.__class__}", "no column 'title.__class__'"),
        ("{title!r}", "no column 'title!r'"),
        ("{titel}", "no column 'titel'"),
        ("{title", "a single '{' at character 1"),
        ("no names", "names no column"),
    ):
        with pytest.raises(InputError, match=summary):
            build_dataset(table, ColumnChoice(text=("title",), template=template), "t")


def test_numbers_in_a_template_are_written_plainly() -> None:
    table = read_pasted("title,year,price\nA,2020,1.5\nB,,2\nC,1999,\n")
    choice = ColumnChoice(text=("title",), template="{title} {year} {price}")
    assert build_dataset(table, choice, "t").texts == ("A 2020 1.5", "B  2.0", "C 1999 ")


@pytest.mark.parametrize("cells", [[None, None], [np.nan, np.nan], ["", "  "]])
def test_a_text_column_without_text_is_refused(cells: list[Any]) -> None:
    with pytest.raises(InputError, match=r"Column 'text' of t.csv has no text: all 2 rows are empty") as caught:
        build_dataset(table_of(text=cells, other=["a", "b"]), ColumnChoice(text=("text",)), "t.csv")
    assert caught.value.hint


def test_a_text_column_of_nan_written_out_is_refused() -> None:
    with pytest.raises(InputError, match="contains nothing but n/a, nan"):
        build_dataset(table_of(text=["NaN", "", "N/A"]), ColumnChoice(text=("text",)), "t.csv")


def test_numbers_alone_are_refused() -> None:
    table = table_of(height=[1.0, 2.0], width=[3, 4])
    with pytest.raises(InputError, match=r"All 2 columns of t.csv are numbers; there is no text to embed"):
        build_dataset(table, guess(table.frame), "t.csv")
    with pytest.raises(InputError, match="No text column"):
        build_dataset(table_of(a=["x", "y"]), ColumnChoice(), "t.csv")


def test_ids_that_repeat_or_are_missing_are_refused_by_name() -> None:
    table = table_of(text=["One", "Two", "Three"], id=["a", "b", "a"], gap=["a", None, "c"])
    with pytest.raises(InputError, match=r"repeats 1 IDs: 'a' \(2 times\)"):
        build_dataset(table, ColumnChoice(text=("text",), id="id"), "t.csv")
    with pytest.raises(InputError, match="no ID in 1 of 3 rows"):
        build_dataset(table, ColumnChoice(text=("text",), id="gap"), "t.csv")


def test_a_column_that_is_not_there_is_said() -> None:
    with pytest.raises(InputError, match="no column 'txt'") as caught:
        build_dataset(table_of(text=["One"]), ColumnChoice(text=("txt",)), "t.csv")
    assert caught.value.hint == "Did you mean 'text'?"


def test_a_sample_keeps_order_and_row_numbers() -> None:
    table = table_of(text=SENTENCES, n=list(ROWS))
    choice = ColumnChoice(text=("text",), sample=10, seed=1)
    dataset = build_dataset(table, choice, "t.csv")
    rows = dataset.columns["n"].tolist()
    assert len(rows) == 10
    assert rows == sorted(rows)
    assert dataset.ids == tuple(str(row) for row in rows)
    assert dataset.texts == tuple(SENTENCES[row] for row in rows)
    assert build_dataset(table, choice, "t.csv").key == dataset.key
    assert build_dataset(table, ColumnChoice(text=("text",), sample=10, seed=2), "t.csv").key != dataset.key
    assert len(build_dataset(table, ColumnChoice(text=("text",), sample=400), "t.csv")) == 40
    with pytest.raises(ParameterError):
        ColumnChoice(sample=0)


def test_vectors_become_a_data_set_with_captions() -> None:
    vectors = list(np.eye(3, dtype=np.float32))
    table = table_of(vector=vectors, label=["a", "b", "c"])
    dataset = build_dataset(table, ColumnChoice(vector_column="vector"), "v.npy")
    assert dataset.kind is Kind.VECTORS
    assert dataset.texts == ("row 0", "row 1", "row 2")
    assert list(dataset.columns) == ["label"]
    assert build_dataset(table, ColumnChoice(vector_column="vector", label="label"), "v.npy").texts == ("a", "b", "c")
    sampled = build_dataset(table, ColumnChoice(vector_column="vector", sample=2), "v.npy")
    assert sampled.vectors is not None
    np.testing.assert_array_equal(sampled.vectors, np.eye(3, dtype=np.float32)[[int(i) for i in sampled.ids]])
    with pytest.raises(InputError, match="contains vectors, not text"):
        build_dataset(table, ColumnChoice(text=("vector",)), "v.npy")


def test_what_is_built_can_be_saved(tmp_path: Any) -> None:
    pasted = "text,n,day,flag\nOne,1,2024-01-01,true\nTwo,,2024-01-02,false\n"
    dataset = build_dataset(read_pasted(pasted), ColumnChoice(text=("text",)), "t.csv")
    dataset.save(tmp_path)
    back = type(dataset).load(tmp_path)
    assert back.key == dataset.key
    pd.testing.assert_frame_equal(back.columns, dataset.columns)
    assert io.StringIO(dataset.frame().to_csv()).readline() == ",id,text,n,day,flag\n"

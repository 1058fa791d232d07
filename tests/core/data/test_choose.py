"""Which columns are guessed, and what a choice becomes."""

import io
from typing import Any

import numpy as np
import pandas as pd
import pytest

from embedding_core.base.errors import InputError, ParameterError
from embedding_core.data.build import build_dataset
from embedding_core.data.choose import ColumnChoice, guess
from embedding_core.data.dataset import Dataset, Kind
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


def lists(dim: int, *, whole: bool = False) -> list[Any]:
    rows = np.random.default_rng(dim).normal(size=(40, dim))
    return list((rows * 9).round() if whole else rows)


@pytest.mark.parametrize(
    ("columns", "chosen"),
    [
        ({"emb": lists(4)}, "emb"),
        ({"text": SENTENCES, "emb": lists(4)}, "emb"),
        ({"text": SENTENCES, "vector": lists(384)}, "vector"),
        ({"text": SENTENCES, "clip_embedding": lists(6)}, "clip_embedding"),
        ({"text": SENTENCES, "sentenceEmbedding": lists(6)}, "sentenceEmbedding"),
        ({"text": SENTENCES, "data.values": lists(6)}, "data.values"),
        ({"text": SENTENCES, "output": lists(768)}, "output"),
        ({"bbox": lists(4, whole=True), "embedding": lists(6)}, "embedding"),
        ({"coords": lists(2), "emb": lists(6)}, "emb"),
        ({"input_ids": lists(64, whole=True), "pooled": lists(6)}, "pooled"),
        ({"input_ids": lists(512, whole=True), "attention_mask": lists(512, whole=True), "h": lists(16)}, "h"),
        ({"narrow": lists(6), "wide": lists(300)}, "wide"),
        ({"title_embedding": lists(64), "text_embedding": lists(128)}, "text_embedding"),
        ({"text": SENTENCES, "bbox": lists(4)}, None),
        ({"text": SENTENCES, "coordinates": lists(2)}, None),
        ({"text": SENTENCES, "input_ids": lists(128, whole=True)}, None),
        ({"text": SENTENCES, "logits": lists(10)}, None),
        ({"text": SENTENCES, "spans": lists(2, whole=True)}, None),
        ({"n": list(ROWS), "bbox": lists(4)}, "bbox"),
    ],
)
def test_ready_made_vectors_are_used_unless_they_are_something_else(
    columns: dict[str, Any], chosen: str | None
) -> None:
    choice = guess(pd.DataFrame(columns))
    assert choice.vector_column == chosen
    assert choice.text == (("text",) if "text" in columns else ())
    assert not choice.numeric


@pytest.mark.parametrize(
    ("columns", "numeric", "text"),
    [
        ({"height": np.arange(40.0), "width": np.arange(40.0)}, ("height", "width"), ()),
        ({"id": list(ROWS), "b": np.arange(40.0)}, (), ()),
        ({"id": list(ROWS), "x": np.arange(40.0), "n": list(ROWS)}, ("x", "n"), ()),
        (
            {**{name: np.arange(40.0) for name in ("sepal", "petal", "leaf")}, "species": ["setosa", "other"] * 20},
            ("sepal", "petal", "leaf"),
            (),
        ),
        ({**{name: np.arange(40.0) for name in "abc"}, "text": SENTENCES}, (), ("text",)),
        ({"only": np.arange(40.0)}, (), ()),
    ],
)
def test_numbers_are_embedded_where_there_is_no_text(
    columns: dict[str, Any], numeric: tuple[str, ...], text: tuple[str, ...]
) -> None:
    choice = guess(pd.DataFrame(columns))
    assert (choice.numeric, choice.text) == (numeric, text)


def test_digits_and_constants_are_no_text() -> None:
    frame = pd.DataFrame({"object": ["embedding"] * 40, "numbers": [f"[[{i}, 1.5], [2]]" for i in ROWS]})
    assert guess(frame).text == ()


def test_rows_without_a_vector_are_left_out_of_the_data_set(tmp_path: Any) -> None:
    rows: list[Any] = [*np.eye(3, dtype=np.float32), None]
    table = table_of(vector=[rows[3], *rows[:3]], n=[0, 1, 2, 3], text=["", "b", "c", ""])
    dataset = build_dataset(table, ColumnChoice(text=("text",), vector_column="vector"), "v")
    assert (dataset.ids, dataset.texts) == (("1", "2", "3"), ("b", "c", ""))
    assert dataset.columns["n"].tolist() == [1, 2, 3]
    assert dataset.warnings == (
        "1 of 4 rows has no vector in column 'vector' and was left out (1 empty; rows 0, counting from 0).",
    )
    dataset.save(tmp_path)
    assert Dataset.load(tmp_path).warnings == dataset.warnings
    sampled = build_dataset(table, ColumnChoice(vector_column="vector", sample=3, seed=1), "v")
    assert set(sampled.ids) <= {"1", "2", "3"}
    empty = Table(table.frame.assign(text=""), table.how)
    blank = build_dataset(empty, ColumnChoice(text=("text",), vector_column="vector"), "v")
    assert blank.texts == ("1", "2", "3")


def test_columns_become_vectors_with_names(tmp_path: Any) -> None:
    table = table_of(a=[1.0, 2.0, None], b=[True, False, True], c=["x", "y", "x"], note=["p", "q", "r"])
    dataset = build_dataset(table, ColumnChoice(text=("note",), numeric=("a", "b", "c")), "t.csv")
    assert (dataset.kind, dataset.texts) == (Kind.VECTORS, ("p", "q", "r"))
    assert dataset.feature_names == ("a", "b", "c = x", "c = y")
    assert dataset.warnings == ("1 value was missing in column 'a' and taken for its median, 1.5.",)
    dataset.save(tmp_path)
    loaded = Dataset.load(tmp_path)
    assert (loaded.feature_names, loaded.key) == (dataset.feature_names, dataset.key)
    assert loaded.take([2, 0], "two").feature_names == dataset.feature_names
    with pytest.raises(InputError, match="has no column 'z'"):
        build_dataset(table, ColumnChoice(numeric=("a", "z")), "t.csv")


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


def test_numbers_alone_without_a_choice_are_refused() -> None:
    table = table_of(height=[1.0, 2.0], width=[3, 4])
    with pytest.raises(InputError, match=r"All 2 columns of t.csv are numbers; there is no text to embed"):
        build_dataset(table, ColumnChoice(), "t.csv")
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

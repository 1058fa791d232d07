"""Data sets: checked on creation, the same after a round trip, keyed by content."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from embedding_core.base.errors import InputError
from embedding_core.data.dataset import Dataset, Kind


def small(**changes: object) -> Dataset:
    """Return three rows with a label."""
    arguments = {
        "ids": ["a", "b", "c"],
        "columns": pd.DataFrame({"topic": ["x", "y", "x"], "n": [1.5, None, 3.0]}),
        "label": "topic",
        **changes,
    }
    return Dataset.create("small", ["one", "two", ""], **arguments)  # type: ignore[arg-type]


def test_round_trip_keeps_everything(tmp_path: Path) -> None:
    dataset = small(vectors=np.eye(3, dtype=np.float32), text_name="sentence")
    dataset.save(tmp_path)
    loaded = Dataset.load(tmp_path)
    assert (loaded.key, loaded.items_key, loaded.label) == (dataset.key, dataset.items_key, "topic")
    pd.testing.assert_frame_equal(loaded.frame(), dataset.frame())
    np.testing.assert_array_equal(loaded.vectors, dataset.vectors)
    assert loaded.kind is Kind.VECTORS


def test_hostile_text_survives_the_round_trip(tmp_path: Path) -> None:
    texts = ["<script>alert(1)</script>", "\x00", "שלום", "👩‍👩‍👧", "a\r\nb", "=1+1"]
    dataset = Dataset.create("hostile", texts, columns=pd.DataFrame({"<b>": texts}))
    dataset.save(tmp_path)
    assert Dataset.load(tmp_path).texts == tuple(texts)


def test_items_key_follows_the_texts_alone() -> None:
    assert small().items_key == small(label=None).items_key
    assert small().key != small(label=None).key
    assert small().items_key != Dataset.create("small", ["one", "two", "three"]).items_key
    # The same characters cut elsewhere are other texts.
    assert Dataset.create("d", ["ab", "c"]).items_key != Dataset.create("d", ["a", "bc"]).items_key


def test_key_follows_names_and_values() -> None:
    other = small(columns=pd.DataFrame({"topic": ["x", "y", "y"], "n": [1.5, None, 3.0]}))
    assert other.key != small().key
    assert small(ids=["a", "b", "d"]).key != small().key


def test_take_keeps_order_and_ids() -> None:
    taken = small().take([2, 0], "part")
    assert taken.ids == ("c", "a")
    assert taken.texts == ("", "one")
    assert taken.columns["topic"].tolist() == ["x", "x"]


def test_frame_sets_clashing_columns_apart() -> None:
    frame = small(columns=pd.DataFrame({"id": [7, 8, 9], "text": list("pqr")}), label=None).frame()
    assert frame.columns.tolist() == ["id", "text", "id_of_file", "text_of_file"]


@pytest.mark.parametrize(
    ("changes", "summary"),
    [
        ({"ids": ["a"]}, "3 texts but 1 ids"),
        ({"ids": ["a", "a", "b"]}, "not unique"),
        ({"label": "nope"}, "no column 'nope'"),
        ({"vectors": np.zeros((2, 4), dtype=np.float32)}, "3 texts but 2 vectors"),
    ],
)
def test_lengths_and_names_are_checked(changes: dict[str, object], summary: str) -> None:
    with pytest.raises(InputError, match=summary):
        small(**changes)


def test_no_rows_is_said() -> None:
    with pytest.raises(InputError, match="no rows"):
        Dataset.create("empty", [])

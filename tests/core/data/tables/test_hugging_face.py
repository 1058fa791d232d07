"""The schema of a Parquet file says what the numbers of its classes mean."""

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from embedding_core.data.read import read_table

CLASSES = {"names": ["cat", "dog"], "_type": "ClassLabel"}


def written(path: Path, columns: dict[str, Any], features: Any) -> Path:
    about = {"huggingface": features if isinstance(features, str) else json.dumps({"info": {"features": features}})}
    table = pa.table(columns).replace_schema_metadata(about)
    if path.suffix == ".parquet":
        pq.write_table(table, path)
    else:
        with pa.OSFile(str(path), "wb") as file, pa.ipc.new_stream(file, table.schema) as writer:
            writer.write_table(table)
    return path


@pytest.mark.parametrize("name", ["a.parquet", "a.arrow"])
def test_names_stand_for_the_numbers_of_classes(tmp_path: Path, name: str) -> None:
    path = written(tmp_path / name, {"label": [0, 1, -1, 7, None], "n": [0, 1, 0, 1, 0]}, {"label": CLASSES})
    table = read_table(path, name)
    assert table.frame["label"].fillna("").tolist() == ["cat", "dog", "", "", ""]
    assert table.frame["n"].tolist() == [0, 1, 0, 1, 0]
    assert any("'label'" in note for note in table.how.notes)


@pytest.mark.parametrize("feature", [{"feature": CLASSES, "_type": "Sequence"}, [CLASSES]])
def test_lists_of_classes(tmp_path: Path, feature: Any) -> None:
    path = written(tmp_path / "a.parquet", {"tags": [[0], [1, 0], []], "n": [1, 2, 3]}, {"tags": feature})
    assert read_table(path, "a.parquet").frame["tags"].tolist() == ['["cat"]', '["dog", "cat"]', "[]"]


@pytest.mark.parametrize(
    "features",
    ["no json", "[]", "null", '{"info": {"features": [1]}}', {"label": {"names": [1], "_type": "ClassLabel"}}, {"x": CLASSES}, {"label": {"_type": "ClassLabel"}}, {"label": None}, {"label": []}],
)  # fmt: skip
def test_what_makes_no_sense_is_left_alone(tmp_path: Path, features: Any) -> None:
    path = written(tmp_path / "a.parquet", {"label": [0, 1], "n": ["a", "b"]}, features)
    assert read_table(path, "a.parquet").frame["label"].tolist() == [0, 1]


def test_classes_of_a_column_of_text_are_left_alone(tmp_path: Path) -> None:
    path = written(tmp_path / "a.parquet", {"label": ["x", "y"]}, {"label": CLASSES})
    assert read_table(path, "a.parquet").frame["label"].tolist() == ["x", "y"]

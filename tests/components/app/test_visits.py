"""A visitor comes back to what was left."""

import json
from pathlib import Path

import pytest

from components.app import visits
from components.app.visits import Visit
from embedding_core.base.errors import StoreError
from embedding_core.data.choose import ColumnChoice
from embedding_core.data.stages import ReadTable, Source
from embedding_core.data.table import ReadOptions
from embedding_core.map.state import MapState
from embedding_core.projection import PCAParams
from embedding_core.search.state import SearchState
from embedding_core.workspace import Selection, Workspace

FULL = Workspace(
    dataset="a" * 64,
    source=Source(ReadTable("b" * 64, "x.csv", ReadOptions(delimiter=";"))),
    choice=ColumnChoice(text=("t",), keep=("k",)),
    selection=Selection((1, 2), "lasso"),
    item=3,
).with_state(MapState(PCAParams(), color="k"), SearchState(query="q"))


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    visits.save(tmp_path / "new", "visitor", Visit(FULL, ("a" * 64,)))
    assert visits.load(tmp_path / "new", "visitor") == Visit(FULL, ("a" * 64,))


def test_visitors_are_apart_and_not_named(tmp_path: Path) -> None:
    visits.save(tmp_path, "one", Visit(FULL))
    assert visits.load(tmp_path, "two") == Visit()
    assert [file for file in tmp_path.iterdir() if "one" in file.name] == []


def test_saving_again_leaves_one_file(tmp_path: Path) -> None:
    visits.save(tmp_path, "one", Visit(FULL))
    visits.save(tmp_path, "one", Visit(Workspace()))
    assert visits.load(tmp_path, "one") == Visit()
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", '{"workspace": 3, "recent": []}', '{"workspace": {"gone": 1}, "recent": []}', '{"recent": []}'],
)
def test_a_file_that_makes_no_sense_starts_anew(tmp_path: Path, text: str) -> None:
    visits.save(tmp_path, "one", Visit(FULL))
    next(tmp_path.iterdir()).write_text(text)
    assert visits.load(tmp_path, "one") == Visit()


def test_a_value_out_of_range_starts_anew(tmp_path: Path) -> None:
    visits.save(tmp_path, "one", Visit(FULL))
    file = next(tmp_path.iterdir())
    saved = json.loads(file.read_text())
    saved["workspace"]["states"]["map"]["projection"]["dims"] = 0
    file.write_text(json.dumps(saved))
    assert visits.load(tmp_path, "one") == Visit()


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError, match="could not be saved"):
        visits.save(tmp_path / "file", "one", Visit())

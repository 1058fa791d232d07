from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from embedding_core.base.errors import InputError
from embedding_core.data.pictures import columns as picture_columns_module
from embedding_core.data.pictures.columns import from_parquet, guess_pictures, match_files, picture_columns


def matched(rows: list[str | None], files: list[str]) -> list[str | None]:
    return [None if place is None else files[place] for place in match_files(rows, files)]


@pytest.mark.parametrize(
    ("rows", "files", "wanted"),
    [
        (["a.jpg", "b.jpg"], ["b.jpg", "a.jpg"], ["a.jpg", "b.jpg"]),
        (["cats/a.jpg", "dogs/a.jpg"], ["set/dogs/a.jpg", "set/cats/a.jpg"], ["set/cats/a.jpg", "set/dogs/a.jpg"]),
        (["/home/me/set/a.jpg", "C:\\set\\b.jpg"], ["set/a.jpg", "set/b.jpg"], ["set/a.jpg", "set/b.jpg"]),
        (["images/a.jpg"], ["photos/a.jpg"], ["photos/a.jpg"]),
        (["a.jpg", " a.jpg ", "./a.jpg"], ["x/a.jpg"], ["x/a.jpg"] * 3),
        (["000123", "000124"], ["train/000123.jpg", "train/000124.png"], ["train/000123.jpg", "train/000124.png"]),
        (["a.jpg"], ["a.jpg", "cats/a.jpg"], ["a.jpg"]),
    ],
)
def test_rows_find_their_files(rows: list[str | None], files: list[str], wanted: list[str]) -> None:
    assert matched(rows, files) == wanted


@pytest.mark.parametrize(
    ("rows", "files"),
    [
        (["a.jpg"], ["cats/a.jpg", "dogs/a.jpg"]),
        (["a"], ["a.jpg", "a.png"]),
        ([None, "", "  "], ["a.jpg"]),
        (["b.jpg", "jpg", "/"], ["a.jpg"]),
    ],
)
def test_rows_that_name_no_one_file_find_none(rows: list[str | None], files: list[str]) -> None:
    assert matched(rows, files) == [None] * len(rows)


def test_a_row_does_not_take_the_file_of_another() -> None:
    assert matched(["cats/1.jpg", "dogs/1.jpg"], ["dogs/1.jpg"]) == [None, "dogs/1.jpg"]


def test_the_column_that_names_the_most_pictures_is_found() -> None:
    columns = {"id": ["1", "2"], "file": ["cats/a.jpg", "b.jpg"], "other": ["a", None]}
    assert guess_pictures(columns, ["a.jpg", "b.jpg"]) == "file"
    assert guess_pictures({"id": ["1", "2"]}, ["a.jpg"]) is None


def parquet(path: Path, column: pa.Array, **options) -> Path:
    pq.write_table(pa.table({"n": pa.array(range(len(column))), "image": column}), path, **options)
    return path


@pytest.mark.parametrize("kind", [pa.binary(), pa.large_binary()])
def test_a_column_of_bytes(tmp_path: Path, kind: pa.DataType) -> None:
    rows = [bytes([i]) * 10 for i in range(100)]
    path = parquet(tmp_path / "a.parquet", pa.array(rows, kind), row_group_size=30)
    assert picture_columns(path) == ("image",)
    files = from_parquet(path, "a.parquet", "image").files
    assert [file.read() for file in files] == rows
    assert files[7].name == "row 8"
    order = np.random.default_rng(0).permutation(100)[:30]
    assert [files[i].read() for i in order] == [rows[i] for i in order]


def test_the_struct_of_hugging_face(tmp_path: Path) -> None:
    kind = pa.struct({"bytes": pa.binary(), "path": pa.string()})
    rows = [{"bytes": b"a", "path": "cat.jpg"}, {"bytes": None, "path": "dog.jpg"}, {"bytes": b"c", "path": "cow.jpg"}]
    path = parquet(tmp_path / "a.parquet", pa.array(rows, kind))
    cat, dog, cow = from_parquet(path, "a.parquet", "image").files
    assert [cat.name, dog.name, cow.name] == ["cat.jpg", "dog.jpg", "cow.jpg"]
    assert (cat.read(), cow.read()) == (b"a", b"c")
    with pytest.raises(InputError, match="has no picture"):
        dog.read()


@pytest.mark.parametrize("paths", [["same.jpg", "same.jpg"], [None, "b.jpg"]])
def test_paths_that_tell_no_rows_apart_are_not_their_names(tmp_path: Path, paths: list[str | None]) -> None:
    kind = pa.struct({"bytes": pa.binary(), "path": pa.string()})
    column = pa.array([{"bytes": b"a", "path": path} for path in paths] + [None], kind)
    files = from_parquet(parquet(tmp_path / "a.parquet", column), "a.parquet", "image").files
    assert [file.name for file in files] == ["row 1", "row 2", "row 3"]
    with pytest.raises(InputError, match="has no picture"):
        files[2].read()


def test_other_columns_hold_no_pictures(tmp_path: Path) -> None:
    path = parquet(tmp_path / "a.parquet", pa.array([0.5]))
    assert picture_columns(path) == ()
    with pytest.raises(InputError, match="no column of pictures called 'image'"):
        from_parquet(path, "a.parquet", "image")


def test_one_row_group_is_in_memory_at_a_time(tmp_path: Path) -> None:
    rows = [np.random.default_rng(i).bytes(1 << 18) for i in range(96)]
    path = parquet(tmp_path / "a.parquet", pa.array(rows, pa.binary()), compression="none", row_group_size=8)
    before, held = pa.total_allocated_bytes(), []
    for file, row in zip(from_parquet(path, "a.parquet", "image").files, rows, strict=True):
        assert file.read() == row
        held.append(pa.total_allocated_bytes() - before)
    assert max(held) < 8 << 20


def test_a_row_group_too_large_to_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picture_columns_module, "MAX_GROUP_BYTES", 10_000)
    path = parquet(tmp_path / "a.parquet", pa.array([bytes([i]) * 1_000 for i in range(20)], pa.binary()))
    with pytest.raises(InputError, match="row_group_size=100"):
        from_parquet(path, "a.parquet", "image")


def test_damaged_pages_get_a_reason(tmp_path: Path) -> None:
    rows = [np.random.default_rng(i).integers(0, 4, 500).astype(np.uint8).tobytes() for i in range(50)]
    path = parquet(tmp_path / "a.parquet", pa.array(rows, pa.binary()), compression="zstd")
    data = bytearray(path.read_bytes())
    data[1_000:1_200] = bytes(200)
    path.write_bytes(data)
    with pytest.raises(InputError, match="damaged in the Parquet file"):
        from_parquet(path, "a.parquet", "image").files[0].read()

"""Packed tables: by gzip and its kin, in a ZIP, never beyond the limit."""

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pyarrow as pa
import pytest
from pyarrow import feather, orc

from embedding_core.base.config import Config
from embedding_core.base.errors import InputError
from embedding_core.data.read import read_table
from embedding_core.data.table import Format, ReadOptions, Table

CSV = b"text,n\nOne thing,1\nTwo things,2\n"
OTHER = b"text,n\nThree,3\n"
Read = Callable[..., Table]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def go(content: bytes, name: str, **options: object) -> Table:
        path = tmp_path / "upload"
        path.write_bytes(content)
        return read_table(path, name, ReadOptions(**options))

    return go


def by_arrow(codec: str, data: bytes) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, codec) as stream:
        stream.write(data)
    return sink.getvalue().to_pybytes()


PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "zstd": lambda data: by_arrow("zstd", data),
    "lz4": lambda data: by_arrow("lz4", data),
}


def zipped(members: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return target.getvalue()


@pytest.mark.parametrize("packing", PACKERS)
@pytest.mark.parametrize("name", ["a.csv.x", "a.csv"])
def test_what_is_packed_is_read(read: Read, packing: str, name: str) -> None:
    suffix = {"gzip": "gz", "bzip2": "bz2", "zstd": "zst"}.get(packing, packing)
    table = read(PACKERS[packing](CSV), name.replace(".x", f".{suffix}"))
    assert table.frame.to_dict("list") == {"text": ["One thing", "Two things"], "n": [1, 2]}
    assert (table.how.packing, table.how.format, table.how.warnings) == (packing, Format.CSV, ())


@pytest.mark.parametrize("packing", PACKERS)
def test_what_is_cut_off_is_refused(read: Read, packing: str) -> None:
    with pytest.raises(InputError, match=f"cannot be unpacked by {packing}"):
        read(PACKERS[packing](CSV * 100)[:-9], "a.csv.packed")


@pytest.mark.parametrize("packing", [*PACKERS, "zip"])
def test_unpacking_stops_at_the_limit(
    read: Read, packing: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = b"text\n" + b"x" * 5_000_000
    content = zipped({"a.csv": data}) if packing == "zip" else PACKERS[packing](data)
    small = Config(tmp_path, max_file_bytes=1_000_000)
    monkeypatch.setattr("embedding_core.data.detect.load_config", lambda: small)
    with pytest.raises(InputError, match=r"unpacks to [23],\d{3},\d{3} bytes"):
        read(content, "a.csv.packed")


def test_a_text_that_begins_like_bzip2(read: Read) -> None:
    assert read(b"BZh and more\nanother line\n", "a.txt").frame["text"].tolist() == ["BZh and more", "another line"]


def test_a_tar_and_a_pack_within_a_pack_are_refused(read: Read) -> None:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w:gz") as archive:
        info = tarfile.TarInfo("a.csv")
        info.size = len(CSV)
        archive.addfile(info, io.BytesIO(CSV))
    with pytest.raises(InputError, match="is a tar archive"):
        read(target.getvalue(), "a.tar.gz")
    with pytest.raises(InputError, match="packed by gzip within another"):
        read(gzip.compress(gzip.compress(CSV)), "a.csv.gz.gz")


def test_a_zip_of_one_table(read: Read) -> None:
    noise = {"__MACOSX/._a.csv": b"\0", "README.txt": b"words", "x/.DS_Store": b"\0"}
    for name in ("a.zip", "a.csv.zip", "a.csv"):
        table = read(zipped({"x/a.csv": CSV, **noise}), name)
        assert table.frame["n"].tolist() == [1, 2]
        assert (table.how.packing, table.how.sheets, table.how.warnings) == ("zip", (), ())
    assert read(zipped({"data": CSV}), "a.zip").frame["n"].tolist() == [1, 2]


def test_of_several_tables_the_largest_is_read_and_the_others_named(read: Read) -> None:
    content = zipped({"test.csv": OTHER, "train.csv": CSV, "sub/more.jsonl": b'{"text": "Four"}'})
    table = read(content, "kaggle.zip")
    assert table.frame["n"].tolist() == [1, 2]
    assert (table.how.sheet, table.how.sheets) == ("train.csv", ("test.csv", "train.csv", "sub/more.jsonl"))
    (warning,) = table.how.warnings
    assert warning == "kaggle.zip contains 3 tables: train.csv was read, and not test.csv, sub/more.jsonl."
    assert read(content, "kaggle.zip", sheet="sub/more.jsonl").frame["text"].tolist() == ["Four"]
    with pytest.raises(InputError, match=r"no table 'gone\.csv'") as caught:
        read(content, "kaggle.zip", sheet="gone.csv")
    assert "test.csv, train.csv" in caught.value.hint


def test_a_workbook_in_a_zip_keeps_its_sheets(read: Read, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["text"])
    book.active.append(["one"])
    second = book.create_sheet("Second")
    for row in (["text"], ["two"]):
        second.append(row)
    book.save(tmp_path / "b.xlsx")
    content = zipped({"b.xlsx": (tmp_path / "b.xlsx").read_bytes()})
    assert read(content, "b.zip").how.sheets == ("Sheet", "Second")
    assert read(content, "b.zip", sheet="Second").frame["text"].tolist() == ["two"]


@pytest.mark.parametrize(
    ("content", "summary"),
    [
        (zipped({"a.html": b"<html>", "b.html": b"<html>"}), "without a table"),
        (zipped({}), "contains binary data|without a table|empty"),
        (zipped({"a.csv": CSV})[:-30], "damaged ZIP"),
    ],
)
def test_a_zip_without_a_table_is_refused(read: Read, content: bytes, summary: str) -> None:
    with pytest.raises(InputError, match=summary):
        read(content, "a.zip")


def test_a_damaged_and_an_encrypted_member_are_refused(read: Read) -> None:
    content = bytearray(zipped({"a.csv": CSV * 50}))
    content[60] ^= 0xFF
    with pytest.raises(InputError, match=r"a\.csv in a\.zip is damaged"):
        read(bytes(content), "a.zip")
    locked = bytearray(zipped({"a.csv": CSV}))
    locked[6] |= 1
    at = locked.index(b"PK\x01\x02")
    locked[at + 8] |= 1
    with pytest.raises(InputError, match="is encrypted"):
        read(bytes(locked), "a.zip")


TABLE = pa.table(
    {
        "text": ["One", None],
        "kind": pa.array(["a", "b"]).dictionary_encode(),
        "v": pa.array([[1.0, 2.0], [3.0, 4.0]]),
    }
)


def test_arrow_files_and_streams(read: Read, tmp_path: Path) -> None:
    feather.write_feather(TABLE, tmp_path / "a.feather")
    stream = pa.BufferOutputStream()
    with pa.ipc.new_stream(stream, TABLE.schema) as writer:
        for batch in TABLE.to_batches(max_chunksize=1):
            writer.write_batch(batch)
    for content in ((tmp_path / "a.feather").read_bytes(), stream.getvalue().to_pybytes()):
        for name in ("a.feather", "a.arrow"):
            table = read(content, name)
            assert (table.how.format, table.how.notes) == (Format.ARROW, ())
            assert table.frame["kind"].tolist() == ["a", "b"]
            assert [row.tolist() for row in table.frame["v"]] == [[1, 2], [3, 4]]
    with pytest.raises(InputError, match="a damaged ARROW file"):
        read((tmp_path / "a.feather").read_bytes()[:-40], "a.feather")


def test_orc(read: Read, tmp_path: Path) -> None:
    orc.write_table(TABLE.select(["text", "v"]), tmp_path / "a.orc")
    table = read((tmp_path / "a.orc").read_bytes(), "a.orc")
    assert (table.how.format, table.frame["text"][0], len(table.frame)) == (Format.ORC, "One", 2)

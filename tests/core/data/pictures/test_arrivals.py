"""Pictures as data sets are handed on: in folders and ZIPs with a table, in the cells of tables of any format."""

import base64
import gzip
import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image

from embedding_core.base.store import Store
from embedding_core.data.choose import ColumnChoice
from embedding_core.data.dataset import Dataset
from embedding_core.data.intake import UploadedFile, bring, bring_path, first_choice
from embedding_core.data.pictures.album import Album
from embedding_core.data.pictures.decode import content_key
from embedding_core.data.stages import BuildDataset, Source
from embedding_core.data.table import Table
from embedding_core.engine import Engine

ROOT = Path(__file__).parents[4]


def picture(color: str, form: str = "PNG") -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (32, 32), color).save(target, form)
    return target.getvalue()


PICTURES = [picture("red"), picture("blue"), picture("green"), picture("teal", "JPEG")]
KEYS = tuple(map(content_key, PICTURES))
BASE64 = [base64.b64encode(one).decode() for one in PICTURES]
URIS = [f"data:image/png;base64,{one}" for one in BASE64]


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return Engine(Store(tmp_path / "store", cap_bytes=10**9))


def read(engine: Engine, source: Source) -> tuple[Table, Album | None, ColumnChoice]:
    for stage in source.stages:
        engine.make(stage)
    table, album = source.load(engine.store)
    return table, album, first_choice(source, table, album)


def built(engine: Engine, source: Source) -> Dataset:
    *_, choice = read(engine, source)
    dataset: Dataset = engine.make(BuildDataset(source, replace(choice, apart=False)))
    return dataset


def left_out(engine: Engine, source: Source) -> dict[str, str]:
    _, album, _ = read(engine, source)
    return {one.name: one.reason for one in album.skipped} if album is not None else {}


def laid_out(way: str, members: dict[str, bytes], engine: Engine, tmp_path: Path) -> Source:
    """Bring files as a folder of this machine, as a ZIP, or as a folder that a browser uploads."""
    if way == "upload":
        return bring(engine, [UploadedFile(f"set/{name}", data) for name, data in members.items()])
    if way == "zip":
        with zipfile.ZipFile(tmp_path / "set.zip", "w") as archive:
            for name, data in members.items():
                archive.writestr(name, data)
        return bring_path(engine, tmp_path / "set.zip")
    for name, data in members.items():
        path = tmp_path / "set" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return bring_path(engine, tmp_path / "set")


WAYS = pytest.mark.parametrize("way", ["folder", "zip", "upload"])
FILES = {f"{i}.png": one for i, one in enumerate(PICTURES)}


@WAYS
@pytest.mark.parametrize(
    ("name", "table"),
    [
        ("labels.csv", b"file,label\n0.png,warm\n1.png,cold\n2.png,warm\n3.png,cold\n"),
        ("metadata.csv", b"file_name,label\n0.png,warm\n1.png,cold\n2.png,warm\n3.png,cold\n"),
        ("anything.tsv", b"label\twhich\nwarm\t0\ncold\t1\nwarm\t2\ncold\t3\n"),
        ("list.csv", b"path;label\n/home/me/set/0.png;warm\nC:\\x\\1.png;cold\n./2.png;warm\n3.png;cold\n"),
        ("metadata.jsonl", "".join(
            json.dumps({"file_name": f"{i}.png", "label": label}) + "\n" for i, label in enumerate(["warm", "cold"] * 2)
        ).encode()),
        ("labels.txt", b"0.png,warm\n1.png,cold\n2.png,warm\n3.png,cold\n"),
    ],
)  # fmt: skip
def test_a_table_beside_pictures_says_what_they_are(
    engine: Engine, tmp_path: Path, way: str, name: str, table: bytes
) -> None:
    source = laid_out(way, {name: table, **FILES}, engine, tmp_path)
    dataset = built(engine, source)
    assert dataset.pictures == KEYS
    classes = next(column for column in dataset.columns if "warm" in dataset.columns[column].tolist())
    assert dataset.columns[classes].tolist() == ["warm", "cold", "warm", "cold"]
    assert left_out(engine, source) == {}


@WAYS
@pytest.mark.parametrize("packed", [False, True])
def test_tables_of_the_splits_are_one(engine: Engine, tmp_path: Path, way: str, packed: bool) -> None:
    tables = [b"file_name,text\n0.png,the first one\n1.png,the second one\n", b"file_name,text\n0.png,number three\n"]
    members = {
        f"train/metadata.csv{'.gz' * packed}": gzip.compress(tables[0]) if packed else tables[0],
        "train/0.png": PICTURES[0],
        "train/1.png": PICTURES[1],
        "test/0.png": PICTURES[2],
        f"test/metadata.csv{'.gz' * packed}": gzip.compress(tables[1]) if packed else tables[1],
        "notes.bin": b"\0\1",
    }
    source = laid_out(way, members, engine, tmp_path)
    dataset = built(engine, source)
    rows = set(zip(dataset.texts, dataset.columns["split"], dataset.pictures, strict=True))
    assert rows == {
        ("the first one", "train", KEYS[0]),
        ("the second one", "train", KEYS[1]),
        ("number three", "test", KEYS[2]),
    }
    assert {name.rpartition("/")[2] for name in left_out(engine, source)} == {"notes.bin"}


@WAYS
def test_classes_of_folders_stay_beside_captions_of_a_table(engine: Engine, tmp_path: Path, way: str) -> None:
    members = {"captions.csv": b"image,words\ncat/0.png,a red cat\ndog/1.png,a blue dog\n"}
    members |= {"cat/0.png": PICTURES[0], "dog/1.png": PICTURES[1]}
    dataset = built(engine, laid_out(way, members, engine, tmp_path))
    assert dataset.texts == ("a red cat", "a blue dog")
    assert dataset.columns["label"].tolist() == ["cat", "dog"]


@WAYS
def test_tables_that_are_not_used_are_named(engine: Engine, tmp_path: Path, way: str) -> None:
    names = b"file,n\n0.png,1\n1.png,2\n2.png,3\n3.png,4\n"
    members = {"one.csv": names, "two.csv": names, "README.txt": b"Pictures of colors.", **FILES}
    source = laid_out(way, members, engine, tmp_path)
    assert source.table is None
    reasons = {name.rpartition("/")[2]: reason for name, reason in left_out(engine, source).items()}
    assert set(reasons) == {"one.csv", "two.csv", "README.txt"}
    assert "table" in reasons["one.csv"]


def test_a_file_for_each_picture_is_no_reason_to_refuse_them(engine: Engine, tmp_path: Path) -> None:
    members = FILES | {f"{i}.txt": b"0 0.5 0.5 0.1 0.1\n" for i in range(40)}
    source = laid_out("upload", members, engine, tmp_path)
    assert len(built(engine, source)) == 4
    assert len(left_out(engine, source)) == 40


TABLES = {
    "uris.csv": lambda: pd.DataFrame({"image": URIS, "kind": ["a", "b"] * 2}).to_csv(index=False).encode(),
    "base64.csv": lambda: pd.DataFrame({"n": range(4), "image": BASE64}).to_csv(index=False).encode(),
    "uris.csv.gz": lambda: gzip.compress(TABLES["uris.csv"]()),
    "rows.json": lambda: json.dumps([{"image": one, "n": i} for i, one in enumerate(URIS)]).encode(),
    "rows.jsonl": lambda: "\n".join(json.dumps({"image": {"bytes": one}, "n": 1}) for one in BASE64).encode(),
    "lists.json": lambda: json.dumps([{"image": [one, URIS[0]], "n": i} for i, one in enumerate(URIS)]).encode(),
    "alone.csv": lambda: pd.DataFrame({"image": URIS}).to_csv(index=False).encode(),
}


@pytest.mark.parametrize("name", TABLES)
def test_pictures_written_as_text(engine: Engine, name: str) -> None:
    source = bring(engine, [UploadedFile(name, TABLES[name]())])
    dataset = built(engine, source)
    assert dataset.pictures == KEYS
    assert not any(dataset.texts)
    assert list(left_out(engine, source)) == (
        [f"row {row}, picture 2" for row in range(1, 5)] if name.startswith("lists") else []
    )


STRUCT = pa.struct({"bytes": pa.binary(), "path": pa.string()})
COLUMNS = {
    "bytes": pa.array(PICTURES, pa.binary()),
    "large bytes": pa.array(PICTURES, pa.large_binary()),
    "structs": pa.array([{"bytes": one, "path": None} for one in PICTURES], STRUCT),
    "base64": pa.array(BASE64, pa.string()),
    "uris": pa.array(URIS, pa.large_string()),
    "lists of bytes": pa.array([[one, PICTURES[0]] for one in PICTURES], pa.list_(pa.binary())),
    "lists of structs": pa.array([[{"bytes": one, "path": "x"}] * 2 for one in PICTURES], pa.list_(STRUCT)),
    "lists of uris": pa.array([[one, one] for one in URIS], pa.list_(pa.string())),
}


@pytest.mark.parametrize("form", ["parquet", "arrow", "feather"])
@pytest.mark.parametrize("kind", COLUMNS)
def test_pictures_in_columns_of_any_type(engine: Engine, tmp_path: Path, form: str, kind: str) -> None:
    table = pa.table({"n": [4, 3, 2, 1], "any": COLUMNS[kind], "text": ["w", "x", "y", "z"]})
    path = tmp_path / f"a.{form}"
    if form == "parquet":
        pq.write_table(table, path)
    else:
        with pa.OSFile(str(path), "wb") as file, pa.ipc.new_file(file, table.schema) as writer:
            writer.write_table(table)
    source = bring_path(engine, path)
    read_as, _, choice = read(engine, source)
    assert choice.pictures == "any"
    assert not any("'any'" in said for said in (*read_as.how.notes, *read_as.how.warnings))
    dataset = built(engine, source)
    assert dataset.pictures == KEYS
    assert dataset.columns["n"].tolist() == [4, 3, 2, 1]
    assert len(left_out(engine, source)) == (4 if kind.startswith("lists") else 0)


def test_texts_that_are_no_pictures_stay_texts(engine: Engine, tmp_path: Path) -> None:
    pq.write_table(pa.table({"text": ["/9j/ begins a picture", "this does not"]}), tmp_path / "a.parquet")
    for source in (
        bring_path(engine, tmp_path / "a.parquet"),
        bring(engine, [UploadedFile("a.csv", b'text,n\n"an icon: data:image/png;base64,iVBORw0KGgo= in a text",1\n')]),
    ):
        assert source.album is None


@pytest.fixture
def cases(shared_data: Path) -> Path:
    folder = shared_data.parent / "cases"
    if not folder.is_dir():
        pytest.skip("no ../shared/cases beside the checkout")
    return folder


@pytest.mark.shared
def test_cases(engine: Engine, cases: Path) -> None:
    dataset = built(engine, bring_path(engine, cases / "split_folder_as_label/nested.zip"))
    assert (set(dataset.columns["label"]), dataset.label) == ({"circle", "square"}, "label")
    assert set(dataset.columns["split"]) == {"train", "test"}
    source = bring_path(engine, cases / "folder_table_ignored/flat")
    assert set(built(engine, source).columns["label"]) == {"circle", "square"}
    assert left_out(engine, source) == {}
    odd = left_out(engine, bring_path(engine, cases / "cli_says_nothing/odd"))
    assert set(odd) == {"a/logo.svg", "a/trunc.jpg", "a/x.heic", "b/empty.png", "b/text.jpg"}

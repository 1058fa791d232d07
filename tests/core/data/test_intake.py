"""From what a person brings to a data set: tables, pictures, both, in every way they come."""

import io
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image

from embedding_core.base.errors import InputError
from embedding_core.base.store import Store
from embedding_core.data.dataset import Dataset, Kind
from embedding_core.data.intake import UploadedFile, bring, bring_path, bring_sample, first_choice, receive
from embedding_core.data.pictures.decode import content_key
from embedding_core.data.stages import BuildDataset, Source
from embedding_core.encoders import DEFAULT_ENCODER, DEFAULT_IMAGE_ENCODER, resolve
from embedding_core.engine import Engine, fitting_encoder, incompatibility


def picture(color: str, form: str = "PNG") -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (32, 32), color).save(target, form)
    return target.getvalue()


RED, BLUE, GREEN = (picture(color) for color in ("red", "blue", "green"))


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return Engine(Store(tmp_path / "store", cap_bytes=10**9))


def built(engine: Engine, source: Source, **changes: object) -> Dataset:
    from dataclasses import replace

    for stage in source.stages:
        engine.make(stage)
    choice = replace(first_choice(source, *source.load(engine.store)), **changes)  # type: ignore[arg-type]
    dataset: Dataset = engine.make(BuildDataset(source, choice))
    return dataset


def packed(members: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return target.getvalue()


CSV = b"text,n\nhello there,1\n"


@pytest.mark.parametrize(
    ("name", "data", "kinds"),
    [
        ("a.csv", CSV, "table"),
        ("a.csv", RED, "album"),
        ("no suffix", RED, "album"),
        ("a.jpg", b"", "album"),
        ("a.svg", b"<svg></svg>", "album"),
        ("a.zip", packed({"a.png": RED}), "album"),
        ("a.zip", packed({"a": RED, "b": BLUE}), "album"),
        ("a.zip", packed({"a.csv": CSV}), "table"),
        ("a.zip", packed({"__MACOSX/._a.csv": b"", "x/a.csv.gz": CSV, "README.txt": b"words"}), "table"),
        ("a.zip", packed({"a.txt": b"words"}), "table"),
        ("a.zip", packed({"a.png": RED, "other.csv": CSV}), "album"),
        ("broken.zip", b"PK\x03\x04 and nothing else", "album"),
        ("broken.xlsx", b"PK\x03\x04 and nothing else", "table"),
        ("book", packed({"xl/workbook.xml": b"<x/>"}), "table"),
        ("a.npz", packed({"a.npy": b"x"}), "table"),
        ("empty.zip", packed({}), "album"),
        ("a.bmp.csv", b"BMW,Audi\n1,2\n", "table"),
        ("a.parquet", b"PAR1 and nothing else", "table"),
    ],
)
def test_what_a_file_is_good_for_is_seen_in_its_content(engine: Engine, name: str, data: bytes, kinds: str) -> None:
    source = bring(engine, [UploadedFile(name, data)])
    assert [kind for kind in ("table", "album") if getattr(source, kind) is not None] == [kinds]


@pytest.mark.parametrize(
    "names",
    [
        ("x.npy", "about.csv"),
        ("rows.csv", "x.safetensors"),
        ("vectors.tsv", "metadata.tsv"),
        ("tensors.bytes", "m.tsv"),
    ],
)
def test_vectors_and_what_is_known_of_each_are_brought_together(engine: Engine, names: tuple[str, str]) -> None:
    source = bring(engine, [UploadedFile(name, name.encode()) for name in names])
    assert source.table is not None
    vectors, about = names if names[0] != "rows.csv" else names[::-1]
    assert (source.table.name, source.table.companion_name) == (vectors, about)


def test_files_are_stored_before_anything_is_known_of_them(engine: Engine) -> None:
    stage = receive(engine, [UploadedFile("a.parquet", b"PAR1 whatever"), UploadedFile("a.png", RED)])
    assert not engine.ready(stage)
    assert [engine.store.has("upload", file.upload) for file in stage.files] == [True]
    assert stage.pictures is not None and stage.count == 1


def test_what_was_taken_out_of_an_archive_is_taken_out_again(engine: Engine) -> None:
    captions = b"picture,said\nb.png,a blue square\na.png,a red square\n"
    stage = receive(engine, [UploadedFile("set.zip", packed({"a.png": RED, "b.png": BLUE, "about.csv": captions}))])
    source = engine.make(stage)
    engine.store.drop("upload", source.table.upload)
    assert engine.make(stage) == source
    assert engine.store.has("upload", source.table.upload)


def test_pictures_brought_one_by_one_become_one_album(engine: Engine) -> None:
    files = [UploadedFile("cats/1.png", RED), UploadedFile("dogs/1.png", BLUE), UploadedFile("notes.bin", b"\x01\x02")]
    dataset = built(engine, bring(engine, files))
    assert dataset.kind is Kind.PICTURES
    assert dataset.pictures == (content_key(RED), content_key(BLUE))
    assert dataset.columns["label"].tolist() == ["cats", "dogs"]
    assert dataset.titles == ("cats/1.png", "dogs/1.png")


def test_the_same_pictures_are_the_same_upload(engine: Engine) -> None:
    files = [UploadedFile("a.png", RED), UploadedFile("b.png", BLUE)]
    assert bring(engine, files) == bring(engine, files)


def test_a_table_beside_pictures_brings_their_captions(engine: Engine) -> None:
    table = b"file,caption,kind\nred.png,a red square,warm\nblue.png,a blue square,cold\ngone.png,,cold\n"
    source = bring(
        engine, [UploadedFile("t.csv", table), UploadedFile("p.zip", packed({"x/red.png": RED, "x/blue.png": BLUE}))]
    )
    dataset = built(engine, source)
    assert dataset.texts == ("a red square", "a blue square")
    assert dataset.pictures == (content_key(RED), content_key(BLUE))
    assert dataset.text_name == "caption"
    apart = built(engine, source, apart=True)
    assert apart.ids == ("0", "0 (text)", "1", "1 (text)")
    assert apart.is_picture.tolist() == [True, False, True, False]
    assert apart.texts[1] == "a red square"


def test_a_table_among_the_pictures_of_a_zip_brings_their_captions(engine: Engine) -> None:
    captions = b"picture,said,kind\nb.png,a blue square,cold\na.png,a red square,warm\n"
    source = bring(engine, [UploadedFile("set.zip", packed({"a.png": RED, "b.png": BLUE, "about.csv": captions}))])
    dataset = built(engine, source, apart=False)
    assert dataset.name == "set.zip, about.csv"
    assert dataset.texts == ("a blue square", "a red square")
    assert dataset.pictures == (content_key(BLUE), content_key(RED))


@pytest.mark.parametrize(
    "others",
    [
        {"notes.csv": b"topic,hours\nchess,3\n"},
        {"one.csv": b"file\na.png\nb.png\n", "two.csv": b"file\na.png\nb.png\n"},
        {"readme.txt": b"a.png and b.png"},
    ],
    ids=["names no picture", "two that do", "no table"],
)
def test_other_files_among_pictures_are_no_table_of_theirs(engine: Engine, others: dict[str, bytes]) -> None:
    source = bring(engine, [UploadedFile("set.zip", packed({"a.png": RED, "b.png": BLUE, **others}))])
    assert source.table is None
    assert len(built(engine, source)) == 2


def test_a_table_whose_column_names_no_picture_says_so(engine: Engine) -> None:
    source = bring(engine, [UploadedFile("t.csv", b"file,words\nx.png,one two\n"), UploadedFile("red.png", RED)])
    with pytest.raises(InputError, match=r"No row of t\.csv names any of the pictures in column 'file'"):
        built(engine, source, pictures="file")
    assert built(engine, source).kind is Kind.TEXT


@pytest.mark.parametrize("struct", [False, True])
def test_a_parquet_of_pictures(engine: Engine, tmp_path: Path, struct: bool) -> None:
    cells = [RED, BLUE, b"no picture"]
    kind = pa.struct({"bytes": pa.binary(), "path": pa.string()}) if struct else pa.binary()
    column = pa.array([{"bytes": c, "path": f"{i}.png"} for i, c in enumerate(cells)] if struct else cells, kind)
    pq.write_table(pa.table({"image": column, "label": ["warm", "cold", "cold"]}), tmp_path / "a.parquet")
    dataset = built(engine, bring_path(engine, tmp_path / "a.parquet"))
    assert dataset.pictures == (content_key(RED), content_key(BLUE))
    assert dataset.columns["label"].tolist() == ["warm", "cold"]


def test_a_parquet_of_other_bytes_stays_a_table(engine: Engine, tmp_path: Path) -> None:
    pq.write_table(pa.table({"blob": [b"1", b"2"], "text": ["one thing", "another thing"]}), tmp_path / "a.parquet")
    source = bring_path(engine, tmp_path / "a.parquet")
    assert source.album is None
    assert built(engine, source).texts == ("one thing", "another thing")


def test_a_folder_is_read_in_place_and_a_changed_picture_is_noticed(engine: Engine, tmp_path: Path) -> None:
    folder = tmp_path / "pictures"
    folder.mkdir()
    (folder / "a.png").write_bytes(RED)
    (folder / "b.png").write_bytes(BLUE)
    source = bring_path(engine, folder)
    dataset = built(engine, source)
    (folder / "a.png").write_bytes(GREEN)
    with pytest.raises(InputError, match=r"1 of the pictures can no longer be read: a\.png has changed"):
        engine.make(engine.embedding(dataset, "pixels"))
    assert bring_path(engine, folder) != source


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ([], "No file was given"),
        ([("a.csv", b"x\n1\n"), ("b.csv", b"x\n1\n")], "several tables"),
        ([("a.zip", packed({"a.png": RED})), ("b.zip", packed({"a.png": RED}))], "several ZIP"),
        ([("a.zip", packed({"a.png": RED})), ("b.png", RED)], "came with 1 pictures"),
    ],
)
def test_what_is_not_one_data_set_is_refused(engine: Engine, files: list[tuple[str, bytes]], message: str) -> None:
    with pytest.raises(InputError, match=message):
        bring(engine, [UploadedFile(name, data) for name, data in files])


def test_samples_of_pictures(engine: Engine) -> None:
    dataset = built(engine, bring_sample("digits"))
    assert (len(dataset), dataset.label) == (1797, "label")
    assert dataset.columns["label"].nunique() == 10
    with pytest.raises(InputError, match="shapes, digits"):
        bring_sample("everyday")


def test_pictures_and_texts_lie_in_one_space_and_are_stored_row_by_row(engine: Engine) -> None:
    table = b"file,caption\nred.png,something red\nblue.png,something blue\n"
    files = [UploadedFile("t.csv", table), UploadedFile("red.png", RED), UploadedFile("blue.png", BLUE)]
    apart = built(engine, bring(engine, files), apart=True)
    space = engine.embedding(apart, DEFAULT_IMAGE_ENCODER)
    vectors = engine.make(space)
    assert vectors.shape == (4, 384)
    alone = built(engine, bring(engine, files[1:]))
    again = engine.embedding(alone, DEFAULT_IMAGE_ENCODER)
    assert engine.make(again)[0] == pytest.approx(vectors[0])
    assert engine.store.about(again.kind, again.key)["reused"] == 2


def test_an_encoder_that_does_not_fit_is_said_and_replaced(engine: Engine) -> None:
    pictures = built(engine, bring(engine, [UploadedFile("red.png", RED), UploadedFile("blue.png", BLUE)]))
    words = Dataset.create("words", ["one", "two"])
    assert incompatibility(resolve(DEFAULT_ENCODER), pictures) == "has pictures without text"
    assert incompatibility(resolve("pixels"), words) == "has no pictures"
    assert fitting_encoder(pictures) == fitting_encoder(pictures, DEFAULT_ENCODER) == DEFAULT_IMAGE_ENCODER
    assert fitting_encoder(words) == DEFAULT_ENCODER
    assert fitting_encoder(pictures, "pixels") == "pixels"
    assert fitting_encoder(words, "pixels") == DEFAULT_ENCODER
    assert fitting_encoder(words, "no such encoder") == DEFAULT_ENCODER


def test_a_data_set_of_pictures_survives_a_round_trip(engine: Engine) -> None:
    dataset = built(engine, bring(engine, [UploadedFile("red.png", RED), UploadedFile("blue.png", BLUE)]))
    loaded = Engine(engine.store).dataset(dataset.key)
    assert (loaded.pictures, loaded.album, loaded.key) == (dataset.pictures, dataset.album, dataset.key)
    part = dataset.take([1], "part")
    assert (part.pictures, part.album) == (dataset.pictures[1:], dataset.album)
    assert list(dataset.frame()) == ["id", "width", "height"]
    pd.testing.assert_frame_equal(loaded.frame(), dataset.frame())


def npy(array: "np.ndarray[Any, Any]") -> bytes:
    np.save(buffer := io.BytesIO(), array, allow_pickle=False)
    return buffer.getvalue()


POINTS = np.random.default_rng(0).normal(size=(4, 600)).astype(np.float32)
WORDS = b"the\nof\nto\nand\n"


@pytest.mark.parametrize(
    ("vectors", "about"),
    [
        (("v.npy", npy(POINTS)), ("meta.tsv", WORDS)),
        (("v.npy", npy(POINTS)), ("meta.csv", b"label\nthe\nof\nto\nand\n")),
        (("v.npy", npy(POINTS)), ("numbers.tsv", b"0.5\t1\n0.25\t2\n0.1\t3\n0.2\t4\n")),
        (("tensors.bytes", POINTS.tobytes()), ("meta.tsv", WORDS)),
        (
            ("vectors.tsv", b"".join(b"\t".join(b"%.9g" % v for v in row) + b"\n" for row in POINTS)),
            ("meta.tsv", WORDS),
        ),
        (("X.npy", npy(POINTS)), ("y.npy", npy(np.arange(4)))),
    ],
)
@pytest.mark.parametrize("turned", [False, True])
def test_vectors_and_what_is_known_of_each_come_together(
    engine: Engine, vectors: tuple[str, bytes], about: tuple[str, bytes], turned: bool
) -> None:
    files = [UploadedFile(*vectors), UploadedFile(*about)]
    source = bring(engine, files[::-1] if turned else files)
    assert source.table is not None
    assert (source.table.name, source.table.companion_name) == (vectors[0], about[0])
    dataset = built(engine, source)
    assert dataset.vectors is not None
    np.testing.assert_array_equal(dataset.vectors, POINTS)
    assert len(dataset.columns.columns) + (dataset.text_name == "label") >= 1


def test_two_files_of_vectors_are_one_too_many(engine: Engine) -> None:
    with pytest.raises(InputError, match="several tables"):
        bring(engine, [UploadedFile("a.npy", npy(POINTS)), UploadedFile("b.npy", npy(POINTS))])

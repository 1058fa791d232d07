"""Albums: every picture looked at once, thumbnails kept, what cannot be read named."""

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from embedding_core.base.errors import InputError
from embedding_core.data.pictures.album import Album, make_album
from embedding_core.data.pictures.album_rows import album_choice, album_table, find_column, row_pictures
from embedding_core.data.pictures.archives import from_zip
from embedding_core.data.pictures.decode import content_key
from embedding_core.data.pictures.files import PictureFile, PictureFiles, Skipped
from embedding_core.data.table import Format, ReadReport, Table


def picture(color: str, size: tuple[int, int] = (40, 30), form: str = "PNG") -> bytes:
    target = io.BytesIO()
    Image.new("RGB", size, color).save(target, form)
    return target.getvalue()


def file(name: str, data: bytes, **about: object) -> PictureFile:
    return PictureFile(name, lambda: data, **about)  # type: ignore[arg-type]


def album(folder: Path, *files: PictureFile, skipped: tuple[Skipped, ...] = ()) -> Album:
    make_album(PictureFiles(files, skipped), folder)
    return Album.load(folder)


def test_every_picture_has_a_row_and_a_thumbnail_in_its_colors(tmp_path: Path) -> None:
    made = album(tmp_path, file("a.png", picture("red", (600, 300))), file("b.png", picture("blue")))
    assert made.index["name"].tolist() == ["a.png", "b.png"]
    assert made.index[["width", "height"]].to_numpy().tolist() == [[600, 300], [40, 30]]
    small = Image.open(io.BytesIO(made.thumbnail(made.index["key"][0])))
    assert (small.format, small.size) == ("JPEG", (256, 128))
    red, green, blue = np.asarray(small).reshape(-1, 3).mean(axis=0)
    assert red > 250 > 5 > max(green, blue)


def test_the_key_is_the_hash_of_the_bytes_and_equal_pictures_share_a_thumbnail(tmp_path: Path) -> None:
    data = picture("red")
    made = album(tmp_path, file("a.png", data), file("b.png", data))
    assert made.index["key"].tolist() == [content_key(data)] * 2
    assert made.index["start"].nunique() == 1
    assert (tmp_path / "thumbnails.bin").stat().st_size == made.index["size"][0]


def test_equal_pictures_are_equal_albums_whoever_is_ready_first(tmp_path: Path) -> None:
    sizes = [(2000, 2000) if i % 7 == 0 else (8 + i, 8) for i in range(40)]
    files = [file(f"{i}.png", picture("red", size)) for i, size in enumerate(sizes)]
    made = album(tmp_path, *files)
    assert made.index["start"].is_monotonic_increasing
    assert {path.name for path in tmp_path.iterdir()} == {"index.parquet", "skipped.json", "thumbnails.bin"}
    assert all(made.thumbnail(key).startswith(b"\xff\xd8") for key in made.index["key"])


def test_what_cannot_be_read_is_named_and_the_others_go_on(tmp_path: Path) -> None:
    svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
    made = album(
        tmp_path,
        file("good.png", picture("red")),
        file("zero.jpg", b""),
        file("drawing.svg", svg),
        file("cut.jpg", picture("red", (400, 400), "JPEG")[:300]),
        file("really a png.jpg", picture("green")),
        file("dot.png", picture("green", (1, 1))),
        file("line.png", picture("green", (20_000, 10))),
        skipped=(Skipped("../up.png", "its path leaves the folder"),),
    )
    assert made.index["name"].tolist() == ["good.png", "really a png.jpg", "dot.png", "line.png"]
    assert made.index["place"].tolist() == [0, 4, 5, 6]
    reasons = {one.name: one.reason for one in made.skipped}
    assert reasons["zero.jpg"] == "empty (0 bytes)"
    assert "SVG drawing" in reasons["drawing.svg"]
    assert set(reasons) == {"zero.jpg", "drawing.svg", "cut.jpg", "../up.png"}


def test_nothing_to_read_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"None of the 2 files .* a\.txt: not a picture"):
        album(tmp_path, file("a.txt", b"hello"), file("b.txt", b"x"))
    with pytest.raises(InputError, match="contains no pictures"):
        album(tmp_path)


def test_a_thumbnail_of_another_album_is_not_there(tmp_path: Path) -> None:
    made = album(tmp_path, file("a.png", picture("red")))
    with pytest.raises(InputError, match="is not stored here"):
        made.thumbnail("f" * 64)


def test_order_does_not_depend_on_who_is_ready_first(tmp_path: Path) -> None:
    sizes = [(2000, 2000) if i % 7 == 0 else (8, 8) for i in range(60)]
    files = [file(f"{i}.png", picture("red", size)) for i, size in enumerate(sizes)]
    assert album(tmp_path, *files).index["name"].tolist() == [f"{i}.png" for i in range(60)]


def test_folders_of_a_zip_become_labels(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for name in ("set/cats/1.png", "set/cats/young/2.png", "set/dogs/1.png"):
            archive.writestr(name, picture("red", (10, len(name))))
    folder = tmp_path / "album"
    folder.mkdir()
    make_album(from_zip(tmp_path / "a.zip", "a.zip"), folder)
    table = album_table(Album.load(folder))
    assert table.frame["label"].tolist() == ["cats", "cats", "dogs"]
    assert table.frame["path"].tolist() == ["cats", "cats/young", "dogs"]
    choice = album_choice(table)
    assert (choice.label, choice.id, choice.text) == ("label", "file", ())


def test_captions_and_facts_become_columns(tmp_path: Path) -> None:
    made = album(
        tmp_path,
        file("a.png", picture("red"), caption="a red one", facts=(("color", "red"),)),
        file("b.png", picture("blue"), caption="", facts=(("color", "blue"),)),
    )
    frame = album_table(made).frame
    assert list(frame) == ["file", "caption", "color", "width", "height"]
    assert album_choice(album_table(made)).text == ("caption",)


def test_rows_of_a_table_find_their_pictures(tmp_path: Path) -> None:
    import pandas as pd

    made = album(tmp_path, file("x/a.png", picture("red")), file("x/b.png", picture("blue")))
    frame = pd.DataFrame({"n": [1, 2, 3], "picture": pd.array(["b.png", "nowhere.png", "a.png"], dtype="str")})
    table = Table(frame, ReadReport(Format.CSV))
    assert find_column(table, made) == "picture"
    red, blue = made.index["key"]
    assert row_pictures(table, "picture", made, "k").keys == (blue, "", red)

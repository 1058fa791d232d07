import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from embedding_core.base.config import load_config
from embedding_core.base.errors import InputError
from embedding_core.data.pictures.archives import from_zip
from embedding_core.data.pictures.files import PictureFiles


@pytest.fixture
def limits(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Lets a test set the owner's limits; they are read again after it."""
    load_config.cache_clear()
    yield monkeypatch
    monkeypatch.undo()
    load_config.cache_clear()


def written(path: Path, members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def opened(path: Path) -> PictureFiles:
    return from_zip(path, "pictures.zip")


def reasons(pictures: PictureFiles) -> dict[str, str]:
    return {skipped.name: skipped.reason for skipped in pictures.skipped}


def test_folders_become_labels_and_paths(tmp_path: Path) -> None:
    names = ["README.md", "set/cats/a.jpg", "set/cats/indoor/b.jpg", "set/dogs/c.PNG", "set/d.jpg"]
    pictures = opened(written(tmp_path / "a.zip", {name: name.encode() for name in names}))
    assert [file.name for file in pictures.files] == names
    assert [file.label for file in pictures.files] == ["", "cats", "cats", "dogs", ""]
    assert [file.path for file in pictures.files] == ["", "cats", "cats/indoor", "dogs", ""]
    assert [file.read() for file in pictures.files] == [name.encode() for name in names]
    assert pictures.skipped == ()


def test_one_folder_round_everything_is_no_label(tmp_path: Path) -> None:
    pictures = opened(written(tmp_path / "a.zip", {"photos/1.jpg": b"1", "photos/2.jpg": b"2"}))
    assert [file.label for file in pictures.files] == ["", ""]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("../evil.jpg", "leaves the folder"),
        ("a/../../evil.jpg", "leaves the folder"),
        ("a\\..\\..\\evil.jpg", "leaves the folder"),
        ("/etc/evil.jpg", "absolute"),
        ("\\\\server\\evil.jpg", "absolute"),
        ("C:\\evil.jpg", "absolute"),
        ("c:/evil.jpg", "absolute"),
        ("more.zip", "an archive inside the archive"),
        ("more.tar.gz", "an archive inside the archive"),
    ],
)
def test_a_bad_name_is_skipped_and_loses_no_other(tmp_path: Path, name: str, reason: str) -> None:
    before = {path.name for path in tmp_path.parent.iterdir()}
    pictures = opened(written(tmp_path / "a.zip", {"a.jpg": b"a", name: b"evil", "b.jpg": b"b"}))
    assert [file.read() for file in pictures.files] == [b"a", b"b"]
    assert reason in reasons(pictures)[name]
    assert {path.name for path in tmp_path.iterdir()} == {"a.zip"}
    assert {path.name for path in tmp_path.parent.iterdir()} == before


def test_what_operating_systems_add_is_left_out_silently(tmp_path: Path) -> None:
    names = ["__MACOSX/._a.jpg", ".DS_Store", "x/.hidden/a.jpg", "x/Thumbs.db", "desktop.ini", "x/", "x/a.jpg"]
    pictures = opened(written(tmp_path / "a.zip", dict.fromkeys(names, b"")))
    assert [file.name for file in pictures.files] == ["x/a.jpg"]
    assert pictures.skipped == ()


def test_backslashes_are_folders_and_control_characters_are_not_shown(tmp_path: Path) -> None:
    pictures = opened(written(tmp_path / "a.zip", {"cats\\a\n\u202e.jpg": b"a", "dogs\\b.jpg": b"b"}))
    assert [file.name for file in pictures.files] == ["cats/a\ufffd\ufffd.jpg", "dogs/b.jpg"]
    assert [file.label for file in pictures.files] == ["cats", "dogs"]


def test_names_in_utf8_are_told_from_names_in_cp437(tmp_path: Path) -> None:
    """Archives that do not say so hold either; here two bytes each are put in place of two letters."""
    path = written(tmp_path / "a.zip", {"1-XX.jpg": b"1", "2-YY.jpg": b"2", "3-\u732b.jpg": b"3"})
    path.write_bytes(path.read_bytes().replace(b"XX", "é".encode()).replace(b"YY", "éé".encode("cp437")))
    assert [file.name for file in opened(path).files] == ["1-é.jpg", "2-éé.jpg", "3-猫.jpg"]


def named_elsewhere(path: Path, names: list[str], encoding: str) -> Path:
    """An archive whose names are bytes of an encoding, without a word about which."""
    stand_ins = []
    for place, name in enumerate(names):
        size = len(name.encode(encoding))
        stand_ins.append(f"{place:03}".ljust(size, "#")[:size])
    written(path, dict.fromkeys(stand_ins, b""), zipfile.ZIP_STORED)
    data = path.read_bytes()
    for stand_in, name in zip(stand_ins, names, strict=True):
        data = data.replace(stand_in.encode(), name.encode(encoding))
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    ("encoding", "names"),
    [
        ("cp437", ["Bäume/1.jpg", "Bäume/2.jpg", "Häuser/Straße.jpg"]),
        ("cp437", ["Été/la forêt.jpg", "Été/élève.jpg"]),
        ("cp850", ["Été/À la plage.jpg", "forêt/élève.jpg"]),
        ("cp437", ["niño/1.jpg", "niña/2.jpg", "señal/3.jpg"]),
        ("cp932", ["猫/画像1.jpg", "犬/画像2.jpg"]),
        ("cp932", ["ねこ/表.jpg", "いぬ/ソート.jpg"]),
        ("gbk", ["红色/图片1.jpg", "蓝色/图片2.jpg"]),
        ("gbk", ["苹果/新建文件夹.jpg", "香蕉/照片.jpg"]),
        ("big5", ["紅色/圖片1.jpg", "藍色/圖片2.jpg"]),
        ("cp949", ["고양이/사진1.jpg", "강아지/사진2.jpg"]),
        ("cp866", ["кошки/фото1.jpg", "собаки/фото2.jpg"]),
        ("utf-8", ["猫/1.jpg", "кошки/2.jpg", "Bäume/3.jpg"]),
    ],
)
def test_names_in_the_encoding_of_another_machine(tmp_path: Path, encoding: str, names: list[str]) -> None:
    pictures = opened(named_elsewhere(tmp_path / "a.zip", names, encoding))
    assert [file.name for file in pictures.files] == names
    assert [file.label for file in pictures.files] == [name.split("/")[0] for name in names]


def test_a_second_name_in_unicode_is_used_if_it_belongs_to_the_first(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for raw, checked in ((b"1___.jpg", b"1___.jpg"), (b"2___.jpg", b"renamed since")):
            info = zipfile.ZipInfo(raw.decode())
            field = b"\1" + zlib.crc32(checked).to_bytes(4, "little") + "猫/1.jpg".encode()
            info.extra = struct.pack("<HH", 0x7075, len(field)) + field
            archive.writestr(info, raw)
    assert [file.name for file in opened(tmp_path / "a.zip").files] == ["猫/1.jpg", "2___.jpg"]


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR])
def test_links_and_devices_are_skipped(tmp_path: Path, kind: int) -> None:
    info = zipfile.ZipInfo("link.jpg")
    info.external_attr = (kind | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(info, "/etc/passwd")
        archive.writestr("a.jpg", b"a")
    pictures = opened(tmp_path / "a.zip")
    assert [file.name for file in pictures.files] == ["a.jpg"]
    assert reasons(pictures)["link.jpg"] == ("a link" if kind == stat.S_IFLNK else "not a plain file")


def test_of_two_files_with_one_name_the_first_stays(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.jpg", b"first")
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("a.jpg", b"second")
    pictures = opened(tmp_path / "a.zip")
    assert [file.read() for file in pictures.files] == [b"first"]
    assert "a file of this name was already read" in reasons(pictures)["a.jpg"]


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_unusual_compression_is_skipped(tmp_path: Path, method: int) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.jpg", b"a" * 100, compress_type=method)
        archive.writestr("b.jpg", b"b")
    pictures = opened(tmp_path / "a.zip")
    assert [file.name for file in pictures.files] == ["b.jpg"]
    assert "compressed with an unsupported method" in reasons(pictures)["a.jpg"]


def test_encrypted_members_are_skipped(tmp_path: Path) -> None:
    path = written(tmp_path / "a.zip", {"a.jpg": b"a", "b.jpg": b"b"})
    data = bytearray(path.read_bytes())
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    pictures = opened(path)
    assert [file.name for file in pictures.files] == ["b.jpg"]
    assert reasons(pictures) == {"a.jpg": "encrypted"}


def test_a_damaged_member_gets_its_reason_when_it_is_read(tmp_path: Path) -> None:
    path = written(tmp_path / "a.zip", {"a.jpg": b"aaaa", "b.jpg": b"bbbb"}, zipfile.ZIP_STORED)
    path.write_bytes(path.read_bytes().replace(b"aaaa", b"axaa"))
    bad, good = opened(path).files
    with pytest.raises(InputError, match="damaged in the archive"):
        bad.read()
    assert good.read() == b"bbbb"


def test_a_member_that_unpacks_too_well_is_skipped(tmp_path: Path) -> None:
    pictures = opened(written(tmp_path / "a.zip", {"bomb.bmp": bytes(3 << 20), "small.bmp": bytes(1 << 19)}))
    assert [file.name for file in pictures.files] == ["small.bmp"]
    assert "times its size, over the limit of 200" in reasons(pictures)["bomb.bmp"]


def test_a_member_that_lies_about_its_size_is_not_read_beyond_it(tmp_path: Path) -> None:
    path = written(tmp_path / "a.zip", {"a.bmp": bytes(1 << 20)})
    true, false = ((1 << 20).to_bytes(4, "little"), (1000).to_bytes(4, "little"))
    path.write_bytes(path.read_bytes().replace(true, false))
    with pytest.raises(InputError, match="damaged in the archive"):
        opened(path).files[0].read()


def test_a_member_over_the_limit_of_a_picture_is_skipped(tmp_path: Path, limits: pytest.MonkeyPatch) -> None:
    limits.setenv("VECTORSCOPE_MAX_PICTURE_MB", "0.001")
    pictures = opened(written(tmp_path / "a.zip", {"big.jpg": bytes(2_000), "small.jpg": bytes(1_000)}))
    assert reasons(pictures) == {"big.jpg": "2,000 bytes, over the limit of 1,048"}


def test_too_many_members_are_refused(tmp_path: Path, limits: pytest.MonkeyPatch) -> None:
    limits.setenv("VECTORSCOPE_MAX_PICTURES", "3")
    with pytest.raises(InputError, match="contains 4 files; at most 3"):
        opened(written(tmp_path / "a.zip", {f"{i}.jpg": b"" for i in range(4)}))


def test_a_huge_directory_is_refused_before_it_is_read(tmp_path: Path, limits: pytest.MonkeyPatch) -> None:
    limits.setenv("VECTORSCOPE_MAX_PICTURES", "3")
    with pytest.raises(InputError, match="lists more files than the 3"):
        opened(written(tmp_path / "a.zip", {f"{i}.jpg": b"" for i in range(100)}))


def test_too_much_in_all_is_refused(tmp_path: Path, limits: pytest.MonkeyPatch) -> None:
    limits.setenv("VECTORSCOPE_MAX_UNPACKED_GB", "0.000001")
    with pytest.raises(InputError, match="unpacks to 1,200 bytes; at most 1,073"):
        opened(written(tmp_path / "a.zip", {"a.jpg": bytes(600), "b.jpg": bytes(600)}))


def test_members_that_share_their_bytes_are_a_bomb(tmp_path: Path) -> None:
    """As David Fifield's: https://www.bamsoftware.com/hacks/zipbomb/ - many entries for one piece of data."""
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.bmp", zlib.compress(bytes(range(256)) * 40) * 20)
        kernel = archive.infolist()[0]
        for i in range(50):
            twin = zipfile.ZipInfo(f"{i}.bmp")
            for field in ("header_offset", "compress_size", "file_size", "CRC", "compress_type"):
                setattr(twin, field, getattr(kernel, field))
            archive.filelist.append(twin)
    with pytest.raises(InputError, match="files overlap"):
        opened(path)


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 not really", b"just text", b"PK\x05\x06" + bytes(10)])
def test_what_is_no_archive_gets_one_clear_message(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.zip").write_bytes(data)
    with pytest.raises(InputError, match=r"pictures\.zip is a damaged ZIP archive"):
        opened(tmp_path / "a.zip")


def test_a_truncated_archive_gets_one_clear_message(tmp_path: Path) -> None:
    path = written(tmp_path / "a.zip", {f"{i}.jpg": bytes(99) for i in range(9)})
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(InputError, match="damaged ZIP archive"):
        opened(path)


def test_an_archive_behind_other_bytes_is_read(tmp_path: Path) -> None:
    """As self-extracting ones are."""
    path = written(tmp_path / "a.zip", {"a.jpg": b"a"})
    path.write_bytes(b"#!/bin/sh\n" * 9 + path.read_bytes())
    assert opened(path).files[0].read() == b"a"


def test_an_empty_archive_holds_nothing(tmp_path: Path) -> None:
    assert opened(written(tmp_path / "a.zip", {})).files == ()


def test_a_nested_archive_under_another_name_is_refused_as_a_picture(tmp_path: Path) -> None:
    from embedding_core.data.pictures.decode import decode

    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("a.jpg", b"a")
    (file,) = opened(written(tmp_path / "a.zip", {"photo.jpg": inner.getvalue()})).files
    with pytest.raises(InputError, match="ZIP archive"):
        decode(file.read())

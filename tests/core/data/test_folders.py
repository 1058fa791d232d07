import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from embedding_core.base.config import load_config
from embedding_core.base.errors import InputError
from embedding_core.data.pictures.files import from_uploads
from embedding_core.data.pictures.folders import from_folder, server_folder


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder that the owner of the server has opened, with a secret beside it."""
    folder = tmp_path / "open"
    for name in ("cats/a.jpg", "cats/indoor/b.jpg", "dogs/c.jpg", ".cache/d.jpg", "dogs/Thumbs.db"):
        path = folder / "set" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode())
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "s.jpg").write_bytes(b"secret")
    monkeypatch.setenv("VECTORSCOPE_IMAGE_ROOT", str(folder))
    load_config.cache_clear()
    yield folder
    monkeypatch.undo()
    load_config.cache_clear()


def test_a_folder_gives_its_files_sorted_with_labels(root: Path) -> None:
    pictures = from_folder(root / "set")
    assert [(file.name, file.label, file.path) for file in pictures.files] == [
        ("cats/a.jpg", "cats", "cats"),
        ("cats/indoor/b.jpg", "cats", "cats/indoor"),
        ("dogs/c.jpg", "dogs", "dogs"),
    ]
    assert [file.read() for file in pictures.files] == [file.name.encode() for file in pictures.files]
    assert pictures.skipped == ()


def test_a_server_folder_lies_below_the_root(root: Path) -> None:
    assert server_folder("set/cats") == root / "set/cats"
    assert server_folder(".") == root
    assert server_folder(str(root / "set")) == root / "set"


@pytest.mark.parametrize("name", ["..", "../secret", "set/../../secret", "/etc", "none", "link", "a\0b", "x" * 5_000])
def test_no_name_leads_out_of_the_root(root: Path, name: str) -> None:
    (root / "link").symlink_to(root.parent / "secret")
    with pytest.raises(InputError, match="There is no folder"):
        server_folder(name)


def test_without_a_root_no_folder_is_open(monkeypatch: pytest.MonkeyPatch) -> None:
    load_config.cache_clear()
    monkeypatch.delenv("VECTORSCOPE_IMAGE_ROOT", raising=False)
    with pytest.raises(InputError, match="shares no folder"):
        server_folder(".")


def test_links_are_followed_only_inside_the_root(root: Path) -> None:
    folder = root / "set"
    (folder / "out.jpg").symlink_to(root.parent / "secret" / "s.jpg")
    (folder / "in.jpg").symlink_to(folder / "cats" / "a.jpg")
    (folder / "gone.jpg").symlink_to(folder / "nothing.jpg")
    (folder / "folder").symlink_to(root.parent / "secret")
    (folder / "loop").symlink_to(folder)
    os.mkfifo(folder / "pipe.jpg")
    pictures = from_folder(folder, root)
    assert {file.name: file.read() for file in pictures.files}["in.jpg"] == b"cats/a.jpg"
    assert len(pictures.files) == 4
    assert {skipped.name: skipped.reason for skipped in pictures.skipped} == {
        "folder": "a link to a folder",
        "loop": "a link to a folder",
        "out.jpg": "a link to a place outside the folder",
        "gone.jpg": "not a plain file",
        "pipe.jpg": "not a plain file",
    }


def test_a_file_that_is_gone_or_too_large_gets_a_reason(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second, _ = from_folder(root / "set").files
    (root / "set/cats/a.jpg").unlink()
    with pytest.raises(InputError, match="cannot be read"):
        first.read()
    monkeypatch.setenv("VECTORSCOPE_MAX_PICTURE_MB", "0.00001")
    load_config.cache_clear()
    with pytest.raises(InputError, match="over the limit of 10 bytes"):
        second.read()


def test_too_many_files_are_refused(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VECTORSCOPE_MAX_PICTURES", "2")
    load_config.cache_clear()
    with pytest.raises(InputError, match="at most 2"):
        from_folder(root)


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="There is no folder"):
        from_folder(tmp_path / "none")


def test_uploads_keep_the_folders_in_their_names(tmp_path: Path) -> None:
    (tmp_path / "0").write_bytes(b"0")
    names = ["trip/sea/1.jpg", "trip/hill/2.jpg", "trip/.DS_Store", "../3.jpg", "trip/sea/1.jpg"]
    pictures = from_uploads([(name, tmp_path / "0") for name in names])
    labeled = [(file.name, file.label) for file in pictures.files]
    assert labeled == [("trip/sea/1.jpg", "sea"), ("trip/hill/2.jpg", "hill")]
    assert [skipped.name for skipped in pictures.skipped] == ["../3.jpg", "trip/sea/1.jpg"]
    assert pictures.files[0].read() == b"0"

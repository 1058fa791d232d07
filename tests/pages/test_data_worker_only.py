"""No file that a visitor brings is opened by a page: only by a worker, which may die of it."""

import io
import json
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from tests.driver import open_page, settle
from tests.pages.test_evaluate import beir, drop
from tests.pages.test_pictures import ARCHIVE, bring, picture, workspace

SCRIPT = "ScriptRunner"


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return what pages have opened so far of what was brought."""
    found: list[str] = []

    def watch(owner: Any, name: str, is_upload: Callable[..., bool]) -> None:
        real = getattr(owner, name)

        def watched(*args: Any, **options: Any) -> Any:
            if threading.current_thread().name.startswith(SCRIPT) and is_upload(*args, **options):
                found.append(f"{name}({', '.join(map(str, args))[:200]})")
            return real(*args, **options)

        monkeypatch.setattr(owner, name, watched)

    def stored(path: Any) -> bool:
        return Path(str(path)).match("upload/[0-9a-f]*/bytes")

    watch(Path, "open", lambda path, *_, **__: stored(path))
    watch(Path, "read_bytes", stored)
    watch(zipfile.ZipFile, "__init__", lambda _, file, mode="r", *__, **___: mode == "r")
    watch(Image, "open", lambda *_, **__: True)
    watch(pq, "read_schema", stored)
    watch(pq.ParquetFile, "__init__", lambda _, source, **__: stored(source))
    return found


def parquet() -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table({"image": [picture("red"), picture("blue")], "label": ["warm", "cold"]}), sink)
    return sink.getvalue().to_pybytes()


def zipped(name: str, data: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr(name, data)
    return target.getvalue()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("colors.zip", ARCHIVE),
        ("colors.parquet", parquet()),
        ("table.zip", zipped("a.csv", b"text,n\none thing,1\nanother thing,2\n")),
        ("items.json", json.dumps({"data": {"items": [{"text": "one thing"}, {"text": "another thing"}]}}).encode()),
    ],
)
def test_what_is_dropped_is_opened_by_a_worker(app: AppTest, opened: list[str], name: str, data: bytes) -> None:
    bring(app, [(name, data)])
    assert workspace(app).dataset is not None
    open_page(app, "data")
    assert opened == []


def test_what_cannot_be_opened_is_said(app: AppTest, opened: list[str]) -> None:
    bring(app, [("locked.parquet", b"PAR1" + b"\0" * 8 + b"\4\0\0\0PARE")], errors="is an encrypted Parquet file")
    assert workspace(app).dataset is None
    bring(app, [("a.zip", ARCHIVE), ("b.zip", zipped("b.png", picture("red")))], errors="several ZIP archives")
    assert opened == []


def test_judgments_are_opened_by_a_worker(app: AppTest, opened: list[str]) -> None:
    settle(open_page(app, "evaluate"))
    drop(app, ("small.zip", beir()))
    assert workspace(app).dataset is not None
    assert opened == []

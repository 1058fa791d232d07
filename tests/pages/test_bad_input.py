"""What people really bring: each file ends in a map or in a message, never in a traceback, and loses nothing."""

import io
import re

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from tests.driver import open_page, settle
from tests.pages.test_home import drop, workspace

SENTENCES = [f"The {animal} sleeps in the {place}." for animal in ("cat", "dog", "owl") for place in ("sun", "rain")]
HOSTILE = "<script>alert(1)</script> <img src=x onerror=alert(1)> ![i](http://e.example/p.png) :material/home: $x$"


def csv(texts: list[str], **more: list[str]) -> bytes:
    return pd.DataFrame({"text": texts, **more}).to_csv(index=False).encode()


def npy(array: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, array)
    return buffer.getvalue()


def objects() -> bytes:
    return npy(np.array([{"a": 1}, None], dtype=object))


VECTORS = np.random.default_rng(0).normal(size=(12, 6)).astype(np.float32)

MAPPED = {
    "one row": ("one.csv", csv(SENTENCES[:1])),
    "two rows": ("two.csv", csv(SENTENCES[:2])),
    "all rows equal": ("equal.csv", csv(SENTENCES[:1] * 20)),
    "a broken quote": ("quote.csv", b'text,label\n"The cat sleeps,a\nThe dog barks.,b\nThe owl hoots at night.,c\n'),
    "Latin-1": (
        "latin.csv",
        csv([f"Le café est fermé, l'été déjà passé {i}." for i in range(8)]).decode().encode("latin-1"),
    ),
    "UTF-16": ("utf16.csv", csv(SENTENCES).decode().encode("utf-16")),
    "5,000 columns": ("wide.csv", csv(SENTENCES, **{f"column {i}": ["x"] * 6 for i in range(5_000)})),
    "a cell of 10 MB": ("long.csv", csv([*SENTENCES, "word " * 2_000_000])),
    "NUL bytes": ("nul.csv", csv(SENTENCES).replace(b"sleeps", b"sle\x00eps")),
    "emoji and right-to-left": (
        "signs.csv",
        csv(["👩‍👩‍👧‍👦 at home", "שלום עולם", "مرحبا بالعالم", "e\u0301 \u202e reversed"]),
    ),
    "markup": ("<b>markup</b>.csv", csv([f"{HOSTILE} {i}" for i in range(6)], **{"<i>label</i>": ["<u>a</u>"] * 6})),
    "a formula": (
        "formula.csv",
        csv(['=HYPERLINK("http://e.example")', "+1+1", "@SUM(A1)", "-2+3 apples", *SENTENCES]),
    ),
    "vectors": ("own.npy", npy(VECTORS)),
    "vectors of equal rows": ("equal.npy", npy(np.ones((9, 4)))),
    "NaN in vectors": ("nan.npy", npy(np.where(np.arange(72).reshape(12, 6) == 40, np.nan, VECTORS))),
    "infinity in vectors": ("inf.npy", npy(np.where(np.arange(72).reshape(12, 6) == 7, np.inf, VECTORS))),
}
REFUSED = {
    "an empty file": ("empty.csv", b""),
    "a header only": ("header.csv", b"text,label\n"),
    "a program called .csv": ("program.csv", b"\x7fELF" + bytes(range(256)) * 40),
    "NaN in all vectors": ("nan.npy", npy(np.where(np.arange(72).reshape(12, 6) % 6 == 2, np.nan, VECTORS))),
    "a pickle in an npy": ("objects.npy", objects()),
    "a broken Parquet": ("broken.parquet", b"PAR1" + b"\x00" * 64 + b"PAR1"),
    "not valid JSON": ("broken.json", b'[{"text": "a"}, {"text": '),
}


@pytest.fixture
def loaded(app: AppTest) -> AppTest:
    """Return the app with something open that must not be lost."""
    return drop(app.run(), "before.csv", csv(SENTENCES))


@pytest.mark.parametrize("name", MAPPED)
def test_a_strange_file_becomes_a_map(app: AppTest, name: str) -> None:
    settle(drop(app.run(), *MAPPED[name]))
    assert workspace(app).dataset is not None
    assert any(re.match(r"(PCA|UMAP), [\d,]+ points?", caption.value) for caption in app.caption)
    for page in ("data", "search", "encoder"):
        settle(open_page(app, page))


@pytest.mark.parametrize("name", REFUSED)
def test_a_useless_file_says_why_and_loses_nothing(loaded: AppTest, name: str) -> None:
    before = workspace(loaded).dataset
    assert before is not None
    drop(open_page(loaded, "home"), *REFUSED[name], errors=REFUSED[name][0])
    assert len(loaded.error) == 1
    assert len(loaded.error[0].value) > 20
    assert workspace(loaded).dataset == before


def test_a_column_without_text_says_so(app: AppTest) -> None:
    frame = pd.DataFrame({"text": [None] * 5, "note": ["a b", "c d", "e f", "g h", "i j"]})
    drop(open_page(app, "data"), "gaps.csv", frame.to_csv(index=False).encode())
    choose = next(box for box in app.multiselect if box.label == "Text column")
    settle(choose.set_value(["text"]).run())
    settle(app.button(key="use").click().run(), errors="has no text")
    assert workspace(app).dataset is None


def test_vectors_and_their_table_must_have_the_same_rows(app: AppTest) -> None:
    drop(open_page(app, "data"), "own.npy", npy(VECTORS))
    beside = app.file_uploader[0]
    settle(beside.set_value([("about.csv", csv(SENTENCES), "text/csv")]).run(), errors="12")
    assert any("12" in error.value and "6" in error.value for error in app.error)

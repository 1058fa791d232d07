"""How a file was read: the bar that says it, what is remembered of a file, and the encoder that fits it."""

import io
import json
import zipfile

import numpy as np
import openpyxl
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from embedding_core.data.table import ReadOptions
from embedding_core.encoders import DEFAULT_ENCODER, DEFAULT_IMAGE_ENCODER
from embedding_core.workspace import Workspace
from tests.driver import open_page, plain, settle, texts

ROWS = [("The cat sleeps.", "pets"), ("The dog barks.", "pets"), ("Bread is rising.", "food"), ("Tea is hot.", "food")]
CSV = "text,topic\n" + "\n".join(",".join(row) for row in ROWS)
BAR = "4 rows, text in **text**, label **topic**, comma, header in line 1"


def workspace(app: AppTest) -> Workspace:
    found: Workspace = app.session_state["vectorscope"].workspace
    return found


def drop(app: AppTest, name: str, data: bytes | str) -> AppTest:
    content = data.encode() if isinstance(data, str) else data
    app.file_uploader[0].set_value([(name, content, "application/octet-stream")])
    return settle(app.run())


def bar(app: AppTest) -> str:
    """Return what the bar says, empty when there is none."""
    if not any(str(button.key).endswith("-dismiss") for button in app.button):
        return ""
    amber = [str(box.value) for box in app.warning]
    return plain(amber[0] if amber else next(str(m.value) for m in app.markdown if "check_circle" in str(m.value)))


def workbook() -> bytes:
    book = openpyxl.Workbook()
    for row in [("Customer report",), (), ("text", "topic"), *ROWS]:
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def packed(members: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return stream.getvalue()


def picture(color: str) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (16, 16), color).save(stream, "PNG")
    return stream.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "says", "amber"),
    [
        ("x.csv", CSV, BAR, ""),
        ("x.xlsx", workbook(), "XLSX, sheet **Sheet**, header in line 3", "1 line above the table was left out"),
        (
            "x.json",
            json.dumps({"data": {"items": [{"text": text, "topic": topic} for text, topic in ROWS]}}),
            "4 rows, text in **text**, label **topic**, JSON, records at **data.items**",
            "",
        ),
        ("x.zip", packed({"x.csv": CSV.encode()}), f"{BAR}, zip", ""),
        (
            "two.zip",
            packed({"big.csv": CSV.encode(), "small.csv": b"text\nA cat."}),
            "table **big.csv**",
            "small.csv",
        ),
        ("gaps.csv", f"{CSV}\n,food", "1 row empty", "1 row has no text: 4."),
        (
            "x.zip",
            packed({"a/one.png": picture("red"), "b/two.png": picture("blue"), "b/notes.md": b"no picture"}),
            "2 pictures, label **label**; 1 of 3 files left out",
            "b/notes.md",
        ),
    ],
)
def test_the_bar_says_how_a_file_was_read(app: AppTest, name: str, data: bytes | str, says: str, amber: str) -> None:
    drop(app.run(), name, data)
    assert says in bar(app)
    assert bool(app.warning) == bool(amber)
    assert amber in bar(app)


def test_the_bar_is_there_until_it_is_dismissed(app: AppTest) -> None:
    drop(app.run(), "x.csv", CSV)
    settle(open_page(app, "data"))
    assert BAR in bar(app)
    settle(app.button(key="data-read-dismiss").click().run())
    assert bar(app) == ""
    settle(open_page(app, "map"))
    assert bar(app) == ""
    settle(open_page(app, "home"))
    drop(app, "y.csv", CSV.replace("cat", "owl"))
    assert BAR in bar(app)


def test_change_opens_the_panel(app: AppTest) -> None:
    drop(app.run(), "x.csv", CSV)
    settle(app.button(key="map-read-change").click().run())
    panel = next(box for box in app.expander if box.label.startswith("How it was read"))
    assert panel.proto.expanded
    settle(open_page(app, "map"))
    settle(open_page(app, "data"))
    panel = next(box for box in app.expander if box.label.startswith("How it was read"))
    assert not panel.proto.expanded


def test_a_sample_has_no_bar(app: AppTest) -> None:
    settle(app.run().button(key="sample-everyday").click().run())
    assert bar(app) == ""


def test_names_in_the_bar_are_plain_text(app: AppTest) -> None:
    drop(app.run(), "x.csv", CSV.replace("topic", "![x](https://e.example/p.png)"))
    said = next(str(m.value) for m in app.markdown if "check_circle" in str(m.value))
    assert "![x](" not in said
    assert "![x](https://e.example/p.png)" in plain(said)


def test_what_was_decided_of_a_file_is_remembered(app: AppTest) -> None:
    drop(open_page(app, "data"), "x.csv", CSV)
    header = next(box for box in app.selectbox if box.label == "Header row")
    settle(header.select(False).run())
    label = next(box for box in app.selectbox if box.label == "Label")
    settle(label.select("").run())
    settle(app.button(key="use").click().run())
    assert "no header" in bar(app)
    settle(open_page(app, "home"))
    drop(app, "other.csv", CSV.replace("cat", "owl"))
    assert "header in line 1" in bar(app)
    settle(open_page(app, "home"))
    drop(app, "copy.csv", CSV)
    now = workspace(app)
    assert now.source is not None and now.source.table is not None
    assert now.source.table.options == ReadOptions(header=False)
    assert now.choice.label is None
    settle(open_page(app, "data"))
    settle(app.button(key="automatic").click().run())
    assert list(app.dataframe[0].value.columns) == ["text", "topic"]
    settle(app.button(key="use").click().run())
    assert BAR in bar(app)
    settle(open_page(app, "home"))
    drop(app, "again.csv", CSV)
    assert BAR in bar(app)
    assert workspace(app).readings == ()


def test_the_place_of_the_records_can_be_changed(app: AppTest) -> None:
    items = [{"text": f"Row {i} of the items, the longer ones."} for i in range(5)]
    drop(open_page(app, "data"), "x.json", json.dumps({"items": items, "notes": [{"body": "A note.", "by": "me"}]}))
    assert any("'items' were read, and not 'notes'" in plain(str(box.value)) for box in app.warning)
    box = next(box for box in app.selectbox if box.label == "Records at")
    assert box.options == ["automatic (items)", "items", "notes"]
    settle(box.select("notes").run())
    assert app.dataframe[0].value["body"].tolist() == ["A note."]


def test_the_encoder_fits_what_was_brought(app: AppTest) -> None:
    drop(app.run(), "x.csv", CSV)
    assert workspace(app).encoder == DEFAULT_ENCODER
    settle(open_page(app, "encoder"))
    settle(app.button(key="encoder-minilm-static").click().run())
    pictures = packed({"a/one.png": picture("red"), "b/two.png": picture("blue")})
    settle(open_page(app, "home"))
    drop(app, "p.zip", pictures)
    assert workspace(app).encoder == DEFAULT_IMAGE_ENCODER
    settle(open_page(app, "encoder"))
    settle(app.button(key="encoder-pixels").click().run())
    settle(open_page(app, "home"))
    stream = io.BytesIO()
    np.save(stream, np.random.default_rng(0).normal(size=(12, 4)).astype(np.float32))
    drop(app, "v.npy", stream.getvalue())
    settle(open_page(app, "map"))
    assert "12 rows, vectors in **vector** (4 dimensions)" in bar(app)
    assert "Ready-made vectors" in texts(app) or any("Ready" in str(link.label) for link in app.get("page_link"))
    settle(open_page(app, "home"))
    drop(app, "y.csv", CSV.replace("cat", "owl"))
    assert workspace(app).encoder == "minilm-static"
    settle(open_page(app, "home"))
    drop(app, "q.zip", packed({"c/one.png": picture("green"), "d/two.png": picture("white")}))
    assert workspace(app).encoder == "pixels"

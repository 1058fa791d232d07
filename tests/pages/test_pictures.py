"""Pictures through the pages: brought in every way, on the map, on the card, with and without texts beside them."""

import io
import zipfile
from pathlib import Path

import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from embedding_core.base.config import load_config
from embedding_core.data.samples.shapes import draw_shapes
from embedding_core.engine import Engine
from embedding_core.features import FEATURES
from embedding_core.map.state import MapState
from embedding_core.workspace import Workspace
from tests.driver import check_errors, open_page, settle, texts

COLORS = ("red", "blue", "green", "yellow", "purple", "orange")


def picture(color: str) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (48, 32), color).save(target, "PNG")
    return target.getvalue()


def packed(members: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return target.getvalue()


ARCHIVE = packed({f"{'warm' if i % 2 else 'cold'}/{name}.png": picture(name) for i, name in enumerate(COLORS)})
TABLE = ("file,caption\n" + "".join(f"{name}.png,a {name} field\n" for name in COLORS)).encode()


def bring(app: AppTest, files: list[tuple[str, bytes]], page: str = "home", errors: str = "") -> AppTest:
    open_page(app, page)
    app.file_uploader[0].set_value([(name, data, "application/octet-stream") for name, data in files])
    return settle(app.run(), errors=errors)


def workspace(app: AppTest) -> Workspace:
    return app.session_state["vectorscope"].workspace  # type: ignore[no-any-return]


def components(app: AppTest, name: str) -> int:
    """Return how many components of a name are on the page."""
    return sum(name in str(element.proto) for element in app.get("bidi_component"))


def test_a_zip_becomes_a_map_with_the_encoder_of_pictures(app: AppTest, engine: Engine) -> None:
    bring(app, [("colors.zip", ARCHIVE)])
    now = workspace(app)
    assert now.dataset is not None
    dataset = engine.dataset(now.dataset)
    assert (len(dataset), dataset.label, now.state(MapState).color) == (6, "label", "label")
    assert now.encoder == "pocket-clip"
    settle(open_page(app, "map"))
    assert not app.exception
    assert components(app, "vectorscope_map") > 0


def test_the_card_shows_the_picture_and_its_neighbors_as_pictures(app: AppTest) -> None:
    bring(app, [("colors.zip", ARCHIVE)])
    app.session_state["vectorscope"].workspace = Workspace(**{**vars(workspace(app)), "item": 2})
    settle(open_page(app, "map"))
    assert not app.exception
    assert components(app, "vectorscope_gallery") == 2


def test_captions_apart_show_the_gap_and_a_switch_that_takes_it_out(app: AppTest) -> None:
    bring(app, [("t.csv", TABLE), ("colors.zip", ARCHIVE)], "data")
    next(box for box in app.checkbox if box.label == "Split captions into rows").check().run()
    settle(app.button(key="use").click().run())
    settle(open_page(app, "map"))
    assert "6 pictures and 6 texts: the distance between their centroids" in texts(app)
    switch = next(toggle for toggle in app.toggle if toggle.label == "Center pictures and texts")
    settle(switch.set_value(True).run())
    assert workspace(app).state(MapState).centered
    assert not app.exception


def test_clusters_of_pictures_and_texts_show_the_most_central_of_both(app: AppTest) -> None:
    drawn = {f"{i}.png": each.png for i, each in enumerate(draw_shapes(20))}
    sentences = "".join(f"{i}.png,a sentence about shape number {i}\n" for i in range(20))
    bring(app, [("t.csv", f"file,caption\n{sentences}".encode()), ("drawn.zip", packed(drawn))], "data")
    next(box for box in app.checkbox if box.label == "Split captions into rows").check().run()
    settle(app.button(key="use").click().run())
    settle(open_page(app, "clusters"))
    assert not app.exception
    shown = app.dataframe[0].value
    assert shown["texts"].str.contains("a sentence about").any()
    assert shown["central"].str.startswith("/api/data/").any()


def test_what_could_not_be_read_is_counted_and_named(app: AppTest) -> None:
    bring(app, [("a.png", picture("red")), ("b.png", picture("blue")), ("c.jpg", b""), ("d.svg", b"<svg></svg>")])
    open_page(app, "data")
    assert "2 files were left out" in [expander.label for expander in app.expander]
    frame = next(table.value for table in app.dataframe if "reason" in table.value)
    assert frame["file"].tolist() == ["c.jpg", "d.svg"]
    assert frame["reason"][0] == "empty (0 bytes)"


@pytest.mark.parametrize(
    ("files", "summary"),
    [
        ([("a.csv", b"x\n1\n"), ("b.csv", b"x\n1\n")], "several tables"),
        ([("a.zip", b"PK\x03\x04broken")], "damaged ZIP"),
        ([("a.zip", packed({"../up.png": picture("red")}))], "leaves the folder"),
        ([("a.zip", packed({"inner.zip": ARCHIVE}))], "an archive inside the archive"),
        ([("a.svg", b"<svg xmlns='x'><script>alert(1)</script></svg>")], "SVG drawing, which can hold scripts"),
        ([("a.png", b"")], "empty"),
    ],
)
def test_what_is_no_picture_gets_a_message_and_loses_nothing(
    app: AppTest, files: list[tuple[str, bytes]], summary: str
) -> None:
    bring(app, [("colors.zip", ARCHIVE)])
    before = workspace(app).dataset
    bring(app, files, errors=summary)
    assert workspace(app).dataset == before


def test_a_folder_of_the_server_only_below_its_root(
    app: AppTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "open" / "colors").mkdir(parents=True)
    for name in COLORS:
        (tmp_path / "open" / "colors" / f"{name}.png").write_bytes(picture(name))
    monkeypatch.setenv("VECTORSCOPE_IMAGE_ROOT", str(tmp_path / "open"))
    load_config.cache_clear()
    try:
        open_page(app, "data")
        field = next(field for field in app.text_input if "relative to the folder" in field.label)
        field.input("../..")
        next(button for button in app.button if button.label == "Use this folder").click().run()
        check_errors(app, "There is no folder")
        field = next(field for field in app.text_input if "relative to the folder" in field.label)
        field.input("colors")
        settle(next(button for button in app.button if button.label == "Use this folder").click().run())
        assert "6 pictures." in texts(app).replace("\\", "")
    finally:
        load_config.cache_clear()


@pytest.mark.slow
@pytest.mark.parametrize("page", [feature.name for feature in FEATURES if feature.name != "home"])
def test_pictures_without_captions_on_every_page_and_in_every_view(app: AppTest, page: str) -> None:
    drawn = {f"{each.attributes['shape']}/{i}.png": each.png for i, each in enumerate(draw_shapes(60))}
    bring(app, [("drawn.zip", packed(drawn))])
    settle(open_page(app, page))
    assert not app.exception
    if page == "search":
        settle(next(box for box in app.text_input if box.label == "Search").set_value("a red star").run())
        assert not app.exception
        assert len(app.dataframe[0].value) == 20
    choice = next((group for group in app.button_group if group.key == f"{page}-view"), None)
    for view in [] if choice is None else choice.options:
        again = next(group for group in app.button_group if group.key == f"{page}-view")
        settle(again.set_value(view).run())
        assert not app.exception, view
        assert next(group for group in app.button_group if group.key == f"{page}-view").value == view

"""Search among pictures: words find them, and a picture finds itself."""

import base64
import io

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from embedding_core.data.intake import bring_sample, first_choice
from embedding_core.data.samples.digits import draw_digits
from embedding_core.data.samples.shapes import draw_shapes
from embedding_core.data.stages import BuildDataset
from embedding_core.encoders import DEFAULT_IMAGE_ENCODER
from embedding_core.engine import Engine
from embedding_core.search.state import SearchState
from tests.driver import open_page, settle, texts
from tests.pages.test_home import workspace
from tests.pages.test_map import change
from tests.pages.test_search import box, number, press

FIRST, PATIENCE_SECONDS = 10, 240
pytestmark = pytest.mark.timeout(600)
SHAPES = draw_shapes(600)


def opened(app: AppTest, engine: Engine, sample: str) -> AppTest:
    """Open a sample and the page, without the map and all that is measured there."""
    source = bring_sample(sample)
    for stage in source.stages:
        engine.make(stage)
    dataset = engine.make(BuildDataset(source, first_choice(source, *source.load(engine.store))))
    app.run()
    change(app, dataset=dataset.key, encoder=DEFAULT_IMAGE_ENCODER)
    return settle(open_page(app, "search"), PATIENCE_SECONDS)


def hits(app: AppTest) -> pd.DataFrame:
    assert not app.exception
    return app.dataframe[0].value


def ask(app: AppTest, words: str) -> pd.DataFrame:
    settle(box(app, "Search").set_value(words).run(), PATIENCE_SECONDS)
    return hits(app)


def bring(app: AppTest, data: bytes, name: str = "mine.png") -> None:
    app.file_uploader[0].set_value((name, data, "image/png"))
    settle(app.run(), PATIENCE_SECONDS)
    assert not app.exception


def odd(kind: str) -> bytes:
    """Return a picture, 40 wide and 20 high when upright, of a kind that browsers turn or do not know."""
    target = io.BytesIO()
    if kind == "turned":
        exif = Image.Exif()
        exif[0x0112] = 6
        Image.new("RGB", (20, 40), "red").save(target, "JPEG", exif=exif)
    elif kind == "16 bits":
        Image.fromarray(np.full((20, 40), 40_000, np.uint16)).save(target, "PNG")
    else:
        Image.new("F" if kind == "numbers" else "LAB", (40, 20)).save(target, "TIFF")
    return target.getvalue()


@pytest.mark.parametrize("kind", ["turned", "16 bits", "numbers", "lab"])
def test_a_picture_to_search_with_is_shown_upright_whatever_its_kind(app: AppTest, engine: Engine, kind: str) -> None:
    opened(app, engine, "digits")
    bring(app, odd(kind), "odd.tiff")
    (shown,) = (str(image.proto.imgs[0].url) for image in app.get("image"))
    prefix, _, data = shown.partition(",")
    assert prefix == "data:image/jpeg;base64"
    assert Image.open(io.BytesIO(base64.b64decode(data))).size == (40, 20)
    assert len(hits(app))


def test_words_find_pictures_and_a_picture_finds_itself(app: AppTest, engine: Engine) -> None:
    opened(app, engine, "shapes")
    found = ask(app, "red circles").head(FIRST)
    # One in ten by chance. The weights that ship now give six.
    assert (found["color"] == "red").sum() >= 4
    dataset = engine.dataset(workspace(app).dataset or "")
    settle(box(app, "Search").set_value("").run(), PATIENCE_SECONDS)
    bring(app, SHAPES[17].png)
    alone = hits(app)
    assert alone["id"][0] == dataset.ids[17]
    assert alone["score"][0] == pytest.approx(1, abs=0.001)
    assert "Ranked by similarity to your picture." in texts(app)
    both = ask(app, "a green star")
    assert "0.50 × the text and 0.50 × the picture" in texts(app)
    assert both["id"].tolist() != alone["id"].tolist()
    next(slider for slider in app.slider if slider.label.startswith("Weight of the picture")).set_value(1.0)
    settle(app.run(), PATIENCE_SECONDS)
    assert hits(app)["id"].tolist() == alone["id"].tolist()
    assert workspace(app).state(SearchState).settings.picture_share == 1
    settle(box(app, "Search").set_value("").run(), PATIENCE_SECONDS)
    press(app, "Remove")
    assert workspace(app).state(SearchState).picture is None
    assert not app.dataframe


def test_a_digit_finds_its_like(app: AppTest, engine: Engine) -> None:
    opened(app, engine, "digits")
    number(app, "Hits", FIRST)
    drawn = draw_digits()[41]
    bring(app, drawn.png)
    assert hits(app)["score"][0] == pytest.approx(1, abs=0.001)
    label = hits(app)["label"]
    assert (label == label[0]).sum() >= 8


@pytest.mark.parametrize(
    "data", [b"", b"no picture", b"\x89PNG\r\n\x1a\n" + b"0" * 99], ids=["empty", "text", "broken"]
)
def test_what_is_no_picture_is_refused_in_words(app: AppTest, engine: Engine, data: bytes) -> None:
    opened(app, engine, "shapes")
    ask(app, "a star")
    app.file_uploader[0].set_value(("mine.png", data, "image/png"))
    settle(app.run(), PATIENCE_SECONDS, errors="cannot be read")
    assert len(app.error) == 1
    assert workspace(app).state(SearchState).picture is None
    assert len(hits(app)) == 20

"""Data: how it was read, which columns are used, how healthy it is."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from components.data import intake
from embedding_core.engine import Engine
from embedding_core.workspace import Workspace
from tests.driver import check_errors, open_page, settle, texts

CSV = "naam;soort\nDe kat slaapt.;dier\nHet brood rijst.;eten\nDe kat slaapt.;dier\nÉén lepel suiker.;eten\n"


def workspace(app: AppTest) -> Workspace:
    found: Workspace = app.session_state["vectorscope"].workspace
    return found


def drop(app: AppTest, name: str, data: bytes, errors: str = "") -> AppTest:
    app.file_uploader[0].set_value([(name, data, "application/octet-stream")])
    return settle(app.run(), errors=errors)


@pytest.fixture
def dropped(app: AppTest) -> AppTest:
    """Return the page with a file read and not yet used."""
    return drop(open_page(app, "data"), "dieren.csv", CSV.encode())


def test_empty(app: AppTest) -> None:
    open_page(app, "data")
    assert not app.exception
    assert app.subheader[0].value == "Import data"
    assert [field.label for field in app.file_uploader] == ["Drop files", "Drop a folder"]


def test_a_sample_shows_its_rows_and_its_health(app: AppTest) -> None:
    app.run().button(key="sample-everyday").click().run()
    settle(open_page(app, "data"))
    assert not app.exception
    assert "text" in app.dataframe[0].value
    shown = {metric.label: metric.value for metric in app.metric}
    assert shown["Rows"] == "442"
    assert shown["Empty"] == "none"
    assert shown["Exact duplicates"].startswith("3")


def test_how_a_file_was_read_is_shown(dropped: AppTest) -> None:
    assert not dropped.exception
    label = dropped.expander[0].label
    assert "CSV" in label
    assert "semicolon" in label
    assert list(dropped.dataframe[0].value.columns) == ["naam", "soort"]
    assert dropped.dataframe[0].value["naam"].tolist()[-1] == "Één lepel suiker."


def test_reading_it_otherwise_shows_at_once(dropped: AppTest) -> None:
    box = next(box for box in dropped.selectbox if box.label == "Delimiter")
    settle(box.select(",").run())
    assert not dropped.exception
    assert list(dropped.dataframe[0].value.columns) == ["naam;soort"]
    assert "comma" in dropped.expander[0].label


def test_using_it_goes_to_the_map(dropped: AppTest, engine: Engine) -> None:
    settle(dropped.button(key="use").click().run())
    key = workspace(dropped).dataset
    assert key is not None
    assert engine.dataset(key).texts[0] == "De kat slaapt."
    settle(open_page(dropped, "data"))
    assert dropped.button(key="use").label == "Open the map"
    assert {metric.label: metric.value for metric in dropped.metric}["Exact duplicates"] == "1 (25%)"


def test_columns_and_template_are_a_choice(dropped: AppTest, engine: Engine) -> None:
    dropped.multiselect[0].select("soort").run()
    next(field for field in dropped.text_input if field.label == "Template").set_value("{soort}: {naam}").run()
    next(box for box in dropped.selectbox if box.label == "Label").select("soort").run()
    settle(dropped.button(key="use").click().run())
    dataset = engine.dataset(str(workspace(dropped).dataset))
    assert dataset.texts[1] == "eten: Het brood rijst."
    assert dataset.label == "soort"


def test_a_sample_of_rows_is_drawn_with_a_seed(dropped: AppTest, engine: Engine) -> None:
    next(box for box in dropped.checkbox if "sample" in box.label).check().run()
    next(field for field in dropped.number_input if field.label == "Rows").set_value(2).run()
    next(field for field in dropped.number_input if field.label == "Seed").set_value(7).run()
    settle(dropped.button(key="use").click().run())
    assert len(engine.dataset(str(workspace(dropped).dataset))) == 2
    assert workspace(dropped).choice.seed == 7


def test_a_sample_is_offered_for_a_large_table(monkeypatch: pytest.MonkeyPatch, app: AppTest) -> None:
    monkeypatch.setattr(intake, "SAMPLE_ABOVE", 3)
    drop(open_page(app, "data"), "dieren.csv", CSV.encode())
    assert next(box for box in app.checkbox if "sample" in box.label).value is True


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("empty.csv", b""),
        ("header.csv", b"text,label\n"),
        ("program.csv", b"\x7fELF" + bytes(range(256)) * 20),
    ],
)
def test_a_bad_file_says_so_and_can_be_read_otherwise(app: AppTest, name: str, data: bytes) -> None:
    drop(open_page(app, "data"), name, data, errors=name)
    assert workspace(app).dataset is None


def test_numeric_columns_are_embedded_where_there_is_no_text(app: AppTest, engine: Engine) -> None:
    drop(open_page(app, "data"), "numbers.csv", b"a,b\n1,2\n3,4\n5,5\n")
    chosen = next(box for box in app.multiselect if box.label == "Embed numeric columns")
    assert (list(chosen.value), list(chosen.options)) == (["a", "b"], ["a", "b"])
    settle(app.button(key="use").click().run())
    assert engine.dataset(str(workspace(app).dataset)).feature_names == ("a", "b")


def test_pasted_text_is_a_line_an_item(app: AppTest, engine: Engine) -> None:
    open_page(app, "data").text_area[0].set_value("one apple\ntwo pears\nthree plums")
    settle(next(button for button in app.button if button.label == "Use this text").click().run())
    assert not app.exception
    settle(app.button(key="use").click().run())
    assert engine.dataset(str(workspace(app).dataset)).texts == ("one apple", "two pears", "three plums")


def test_vectors_come_with_what_is_known_of_each(app: AppTest, engine: Engine) -> None:
    matrix = np.random.default_rng(0).normal(size=(4, 16)).round(4)
    lines = "\n".join("\t".join(map(str, row)) for row in matrix)
    drop(open_page(app, "data"), "tensors.tsv", lines.encode())
    assert not app.exception
    beside = next(field for field in app.file_uploader if field.label == "Metadata")
    settle(beside.set_value([("metadata.tsv", b"name\tkind\nan\ta\nbe\tb\nce\ta\nde\tb\n", "text/plain")]).run())
    assert "name" in app.dataframe[0].value
    settle(app.button(key="use").click().run())
    dataset = engine.dataset(str(workspace(app).dataset))
    assert dataset.vectors is not None
    assert dataset.vectors.shape == (4, 16)
    assert "an" in dataset.texts


def test_hostile_names_and_notes_stay_text(app: AppTest) -> None:
    frame = pd.DataFrame({"<img src=x onerror=alert(1)>": ["a b c", "d e f"], "[x](https://e.example)": ["p", "q"]})
    drop(open_page(app, "data"), "<script>alert(1)</script>.csv", frame.to_csv(index=False).encode())
    assert not app.exception
    shown = texts(app)
    assert "<script>" not in shown
    assert "](https" not in shown
    assert list(app.dataframe[0].value.columns) == list(frame.columns)


def test_an_encoder_that_is_not_there_leaves_the_page(app: AppTest) -> None:
    app.query_params["encoder"] = "no-such-encoder"
    app.run().button(key="sample-words").click().run()
    state = app.session_state["vectorscope"]
    state.workspace = replace(state.workspace, encoder="no-such-encoder")
    check_errors(open_page(app, "data"), "no-such-encoder")
    assert [field.label for field in app.file_uploader] == ["Drop files", "Drop a folder"]


def test_the_arrays_of_a_file_can_be_chosen(app: AppTest, tmp_path: Path) -> None:
    file = tmp_path / "two.npz"
    draw = np.random.default_rng(0)
    np.savez(file, first=draw.normal(size=(20, 8)), second=draw.normal(size=(20, 12)))
    drop(open_page(app, "data"), "two.npz", file.read_bytes())
    assert not app.exception
    assert "NPZ" in app.expander[0].label
    box = next(box for box in app.selectbox if box.label == "Array")
    before = app.dataframe[0].value
    other = next(name for name in ("first", "second") if name not in app.expander[0].label)
    settle(box.select(other).run())
    assert other in app.expander[0].label
    assert not app.dataframe[0].value.equals(before)

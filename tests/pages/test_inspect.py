"""Inside: each view without data, on a sample, and on input there is little to say about."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from components.inspect.contexts import gathered
from components.inspect.views import NEED_DATA, View
from embedding_core.data.dataset import Dataset
from embedding_core.engine import Engine
from embedding_core.inspect import EXAMPLES
from embedding_core.inspect.state import InspectState
from tests.core.encoders.colpali import save_colpali, save_late_modernvbert
from tests.core.encoders.splade import save_splade
from tests.core.encoders.test_patches import SIDE, STRIDE, picture
from tests.driver import open_page, settle, texts
from tests.pages.test_home import workspace
from tests.pages.test_map import change


def look(app: AppTest, view: View) -> AppTest:
    """Open a view and wait until all of it is there."""
    choice = next(group for group in app.button_group if group.key == "inspect-view")
    settle(choice.set_value(view).run())
    assert not app.exception
    return app


def parts(scale: int) -> str:
    """Return how the page says into how many patches pocket-clip sees a picture."""
    return f"{-(-scale * SIDE // STRIDE)} x {-(-scale * SIDE // STRIDE)} patches"


def metrics(app: AppTest) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for metric in app.metric:
        found.setdefault(metric.label, []).append(metric.value)
    return found


@pytest.fixture
def bare(app: AppTest) -> AppTest:
    """Return the page while no data set is open."""
    return settle(open_page(app, "inspect"))


@pytest.fixture
def everyday(app: AppTest) -> AppTest:
    app.run().button(key="sample-everyday").click().run()
    change(app, encoder="minilm-static")
    return settle(open_page(app, "inspect"))


@pytest.fixture
def bring(app: AppTest, engine: Engine) -> Callable[..., AppTest]:
    """Return a function that opens Inside on vectors or texts of one's own."""

    def opened(items: list[str], vectors: np.ndarray | None = None) -> AppTest:
        dataset = Dataset.create("Own", items, vectors=vectors)
        engine.keep_dataset(dataset)
        app.run()
        change(app, dataset=dataset.key, encoder="minilm-static")
        return settle(open_page(app, "inspect"))

    return opened


def test_it_opens_on_a_text_taken_apart_without_any_data(bare: AppTest) -> None:
    assert not bare.exception
    shown = texts(bare)
    assert "background[river" in shown
    assert "Each token has a vector with 384 dimensions" in shown
    assert "trained with **mean** pooling" in shown
    assert not bare.warning


def test_what_needs_data_asks_for_it(bare: AppTest) -> None:
    for view in NEED_DATA:
        assert "There is no data yet" in texts(look(bare, view))


@pytest.mark.parametrize("typed", ["", "   \n"])
def test_nothing_typed(bare: AppTest, typed: str) -> None:
    settle(bare.text_area(key="inspect-reading-text").set_value(typed).run())
    assert not bare.exception
    assert "Enter a text" in texts(bare)


def test_one_token(bare: AppTest) -> None:
    settle(bare.text_area(key="inspect-reading-text").set_value("bank").run())
    settle(bare.selectbox(key="inspect-reading-encoder").set_value("minilm-static").run())
    assert not bare.exception
    assert "equal shares would be 100%" in texts(bare)


def test_ten_thousand_words_are_cut_off_and_that_is_said(bare: AppTest) -> None:
    settle(bare.text_area(key="inspect-reading-text").set_value("word " * 10_000).run())
    assert not bare.exception
    assert "9,746 tokens at the end are truncated" in texts(bare)


def test_hostile_text_is_shown_as_text(bare: AppTest) -> None:
    hostile = "![x](http://x.example/y.png) <b>bold</b> :red[no] $x^2$"
    settle(bare.text_area(key="inspect-reading-text").set_value(hostile).run())
    assert not bare.exception
    assert "![x](http" not in texts(bare)


def test_senses_of_bank_come_apart_in_minilm_alone(bare: AppTest) -> None:
    found = metrics(look(bare, View.CONTEXTS))
    static, minilm = map(float, found["AUC of the senses"])
    assert (static, minilm) == (0.5, pytest.approx(0.8, abs=0.06))
    assert float(found["Silhouette"][0]) == 0
    assert float(found["Silhouette"][1]) > 0.2
    settle(bare.slider(key="inspect-contexts-layer").set_value(0).run())
    assert float(metrics(bare)["AUC of the senses"][1]) < 0.65


def test_what_is_longer_than_the_encoder_reads_is_never_seen(bare: AppTest) -> None:
    settle(bare.text_area[0].set_value("It rains. " * 200).run())
    assert not bare.exception
    assert "tokens at the end are truncated" in bare.warning[0].value
    assert "the model reads 256" in bare.warning[0].value


def test_rare_senses_of_many_are_drawn_as_one() -> None:
    few = ("money", "river", "money")
    assert gathered(few) == (list(few), "")
    many = tuple(f"sense {i}" for i in range(10) for _ in range(20 - i))
    drawn, others = gathered(many)
    assert others == "3 others"
    assert drawn.count(others) == 13 + 12 + 11
    assert len(set(drawn)) == 8 and len(drawn) == len(many)


def test_a_word_that_is_nowhere(bare: AppTest) -> None:
    look(bare, View.CONTEXTS)
    settle(bare.text_area(key="inspect-contexts-sentences-bank").set_value("no such word here").run())
    assert "No text contains that word" in texts(bare)
    settle(bare.text_area(key="inspect-contexts-sentences-bank").set_value("").run())
    assert "Enter a word" in texts(bare)
    settle(bare.text_area(key="inspect-contexts-sentences-bank").set_value("a bank alone").run())
    assert not bare.exception
    assert "two senses, one of them twice" in texts(bare)


def test_sentences_without_a_sense_are_shown_and_not_measured(bare: AppTest) -> None:
    found = metrics(look(bare, View.CONTEXTS))
    typed = f"{EXAMPLES['bank']}\nA bank alone."
    settle(bare.text_area(key="inspect-contexts-sentences-bank").set_value(typed).run())
    assert not bare.exception
    assert "1 of 13 have no sense label and are not measured" in texts(bare)
    assert metrics(bare) == found


def test_a_word_in_the_rows_of_the_data_set(everyday: AppTest) -> None:
    look(everyday, View.CONTEXTS)
    source = next(group for group in everyday.button_group if group.key == "inspect-contexts-source")
    settle(source.set_value("Rows of the data set").run())
    assert not everyday.exception
    assert everyday.selectbox(key="inspect-contexts-column").value == "topic"
    settle(everyday.button(key="inspect-contexts-map").click().run())
    rows = workspace(everyday).selection.rows
    assert rows
    dataset = everyday.session_state["vectorscope"].workspace.dataset
    assert dataset is not None


def test_late_interaction(bare: AppTest) -> None:
    look(bare, View.INTERACTION)
    found = metrics(bare)
    table = bare.dataframe[0].value
    assert dict(zip(table["query token"], table["best match"], strict=True))["card"] == "card"
    assert float(found["MaxSim"][0]) == pytest.approx(table["cosine"].sum(), abs=0.02)
    settle(bare.text_input(key="inspect-interaction-query").set_value("").run())
    assert "Enter a query" in texts(bare)
    settle(bare.text_input(key="inspect-interaction-query").set_value("card").run())
    assert metrics(bare)["Mean of best matches"] == metrics(bare)["MaxSim"] or not bare.exception


def test_an_encoder_of_tokens_that_is_none(bare: AppTest) -> None:
    look(bare, View.INTERACTION)
    settle(
        bare.text_input(key="inspect-interaction-encoder").set_value("no such encoder").run(),
        errors="Unknown encoder",
    )


def show_picture(app: AppTest, data: bytes, encoder: str) -> AppTest:
    """Let a picture of one's own be the document of late interaction."""
    look(app, View.INTERACTION)
    kind = next(group for group in app.button_group if group.key == "inspect-interaction-kind")
    settle(kind.set_value("Picture").run())
    settle(app.file_uploader[0].upload("red.png", data).run())
    settle(app.text_input(key="inspect-interaction-encoder").set_value(encoder).run())
    return settle(app.text_input(key="inspect-interaction-query").set_value("a red :blue[square] a").run())


def test_a_query_finds_its_place_on_a_picture(bare: AppTest, tmp_path: Path) -> None:
    show_picture(bare, picture(), str(save_colpali(tmp_path)))
    assert "4 x 4 patches" in texts(bare)
    table = bare.dataframe[0].value
    assert float(metrics(bare)["MaxSim"][0]) == pytest.approx(table["cosine"].sum(), abs=0.02)
    assert {"red", "square", "[PAD]"} <= set(table["query token"])
    tokens = next(group for group in bare.button_group if group.label == "Query token")
    assert "a \\(2\\)" in tokens.options
    assert not any(":blue[" in option for option in tokens.options)
    for choice in tokens.options:
        tokens = next(group for group in bare.button_group if group.label == "Query token")
        settle(tokens.set_value(choice).run())
        assert not bare.exception
        assert "4 x 4 patches" in texts(bare)
    settle(bare.text_input(key="inspect-interaction-query").set_value(" ").run())
    assert "Enter a query" in texts(bare)
    settle(bare.button(key="inspect-interaction-away").click().run())
    settle(bare.text_input(key="inspect-interaction-query").set_value("red").run())
    assert "Upload a picture" in texts(bare)


def test_patches_without_a_place_are_listed(bare: AppTest, tmp_path: Path) -> None:
    show_picture(bare, picture(), str(save_late_modernvbert(tmp_path, pooled=True)))
    assert not bare.exception
    assert "positions of this model's tokens on the picture are unknown" in texts(bare)
    assert bare.dataframe[0].value["best match"].str.startswith("group").all()


def test_an_encoder_of_texts_reads_no_picture(bare: AppTest) -> None:
    show_picture(bare, picture(), "minilm-tokens")
    assert "minilm-tokens reads texts only. As the encoder, enter the folder of a ColPali" in texts(bare)
    settle(
        bare.text_input(key="inspect-interaction-encoder").set_value("all-MiniLM-L6-v2").run(),
        errors="reads texts only",
    )


def test_a_document_that_is_no_picture(bare: AppTest) -> None:
    look(bare, View.INTERACTION)
    kind = next(group for group in bare.button_group if group.key == "inspect-interaction-kind")
    settle(kind.set_value("Picture").run())
    assert "Upload a picture" in texts(bare)
    settle(bare.file_uploader[0].upload("red.png", b"no picture").run(), errors="cannot be read")
    assert workspace(bare).state(InspectState).picture is None


def test_words_by_both_weights(everyday: AppTest) -> None:
    look(everyday, View.WORDS)
    table = everyday.dataframe[0].value
    assert table["TF-IDF"].is_monotonic_decreasing
    assert (table["BM25"] > 0).all()
    settle(everyday.text_area[0].set_value("...").run())
    assert "That text contains no words" in texts(everyday)
    settle(everyday.text_area[0].set_value("zzzyx the").run())
    assert "1 of the words occur in no row" in texts(everyday)
    settle(everyday.text_input(key="inspect-words-splade").set_value("nonsense name").run(), errors="Unknown encoder")


def test_words_that_a_model_has_learned(everyday: AppTest, tmp_path: Path) -> None:
    look(everyday, View.WORDS)
    settle(everyday.text_input(key="inspect-words-splade").set_value(str(save_splade(tmp_path / "model"))).run())
    assert not everyday.exception
    table = everyday.dataframe[1].value
    assert table["weight"].is_monotonic_decreasing
    assert list(table.columns) == ["word", "weight", "in the text"]
    assert "sparse.load" in everyday.code[1].value


def test_an_axis_sorts_the_rows_and_its_end_goes_to_the_map(everyday: AppTest) -> None:
    look(everyday, View.AXES)
    low, high = everyday.dataframe[0].value["position"], everyday.dataframe[1].value["position"]
    assert low.is_monotonic_increasing
    assert high.is_monotonic_decreasing
    assert high.iloc[0] > low.iloc[0]
    assert "held out" in texts(everyday)
    settle(everyday.button(key="inspect-axes-to-map").click().run())
    assert workspace(everyday).selection.how == "axis to end"
    assert len(workspace(everyday).selection) == 200


def test_two_axes(everyday: AppTest) -> None:
    look(everyday, View.AXES)
    settle(everyday.toggle(key="inspect-axes-two").set_value(True).run())
    assert not everyday.exception
    assert set(everyday.dataframe[0].value.columns) >= {"across", "up"}


def test_ends_that_are_empty_or_the_same(everyday: AppTest) -> None:
    look(everyday, View.AXES)
    settle(everyday.text_input(key="inspect-axes-1-From").set_value(" , ").run())
    assert "Each end of the axis needs at least one word" in texts(everyday)
    settle(everyday.text_input(key="inspect-axes-1-From").set_value("cat").run())
    settle(everyday.text_input(key="inspect-axes-1-To").set_value("cat").run(), errors="the same vector")


def test_a_phrase_on_a_picture_of_ones_own(bare: AppTest) -> None:
    look(bare, View.PATCHES)
    settle(bare.file_uploader[0].upload("red.png", picture()).run())
    assert not bare.exception
    assert parts(scale=2) in texts(bare)
    scale = next(group for group in bare.button_group if str(group.key).startswith("inspect-patches-scale"))
    settle(scale.set_value(1).run())
    assert parts(scale=1) in texts(bare)
    assert "the picture's vector is 1.000" in texts(bare)
    settle(bare.text_input(key="inspect-patches-other").set_value("").run())
    assert not bare.exception
    settle(bare.button(key="inspect-patches-away").click().run())
    assert workspace(bare).state(InspectState).picture is None
    assert "Upload a picture" in texts(bare)


def test_a_file_that_is_no_picture(bare: AppTest) -> None:
    look(bare, View.PATCHES)
    settle(bare.file_uploader[0].upload("red.png", b"no picture").run(), errors="cannot be read")


@pytest.mark.slow
def test_a_phrase_on_a_picture_of_the_data_set(app: AppTest) -> None:
    settle(app.run().button(key="sample-shapes").click().run(), 150)
    settle(open_page(app, "inspect"), 150)
    look(app, View.PATCHES)
    assert parts(scale=2) in texts(app)
    assert app.text_input[0].value.startswith("a ")


def test_without_pictures_it_says_what_to_bring(bare: AppTest) -> None:
    assert "Upload a picture" in texts(look(bare, View.PATCHES))


def test_one_item(bring: Callable[..., AppTest], subtests: pytest.Subtests) -> None:
    app = bring(["alone"])
    for view in View:
        with subtests.test(view=view):
            look(app, view)


def test_vectors_without_captions(bring: Callable[..., AppTest], subtests: pytest.Subtests) -> None:
    app = bring([""] * 20, np.random.default_rng(0).normal(size=(20, 5)).astype(np.float32))
    for view in View:
        with subtests.test(view=view):
            look(app, view)

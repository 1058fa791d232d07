from dataclasses import replace

import pytest

from embedding_core.base.errors import ParameterError
from embedding_core.base.vectors import Metric
from embedding_core.ranking.fusion import FusionParams
from embedding_core.ranking.lexical import BM25Params
from embedding_core.search.feedback import ExpansionParams, RocchioParams
from embedding_core.search.settings import SearchSettings

CHANGED = SearchSettings(
    hits=50,
    compare_with="bm25",
    metric=Metric.DOT,
    exact=True,
    first="hybrid",
    keep_inputs=True,
    expand=True,
    picture_share=0.25,
    bm25=BM25Params(1.2, 0.5),
    fusion=FusionParams((2, 0.5), 10),
    feedback=RocchioParams(1, 0.5, 0.25),
    expansion=ExpansionParams(3, 7, 0.1),
)


def test_what_is_usual_takes_no_room():
    assert SearchSettings().to_text() == ""
    assert SearchSettings(hits=7).to_text() == "hits=7"
    assert SearchSettings(fusion=FusionParams((1, 0.5))).to_text() == "fusion.weights=1;0.5"


def test_what_was_changed_comes_back():
    assert SearchSettings.from_text(CHANGED.to_text()) == CHANGED
    assert SearchSettings.from_text("") == SearchSettings()


def test_links_made_before_a_setting_was_renamed_are_read():
    assert SearchSettings.from_text("beside=bm25,hits=7") == SearchSettings(compare_with="bm25", hits=7)


def test_a_link_names_no_model():
    assert replace(CHANGED, cross_encoder="/etc").to_text() == CHANGED.to_text()
    assert SearchSettings.from_text("cross_encoder=/etc") == SearchSettings()


@pytest.mark.parametrize(
    "text",
    [
        "hits=0",
        "hits=201",
        "hits=x",
        "metric=magic",
        "picture_share=nan",
        "fusion.weights=a;b",
        "bm25=1",
        "bm25.b=7",
        "fusion.k=99999",
        "expansion.hits=51",
        "=",
        "x",
    ],
)
def test_what_makes_no_sense_is_the_usual(text):
    assert SearchSettings.from_text(text) == SearchSettings()


def test_settings_out_of_range_are_refused():
    for wrong in ({"hits": 0}, {"picture_share": 1.5}):
        with pytest.raises(ParameterError):
            SearchSettings(**wrong)

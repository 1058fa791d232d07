"""Hits as a table, as JSON, and in a few sentences; and what marking them does."""

import json
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from components.search import hit_list
from components.search.hit_summary import summary
from components.search.picked import HitAction, Picked, marked
from embedding_core.base.store import Store
from embedding_core.data.dataset import Dataset
from embedding_core.engine import Engine
from embedding_core.ranking.approximate import IndexQuality
from embedding_core.ranking.fusion import FusionParams
from embedding_core.ranking.methods import RankingMethod
from embedding_core.search import answer
from embedding_core.search.answer import Answer
from embedding_core.search.question import Question
from embedding_core.search.state import SearchState

TEXTS = ["a red boat", "a blue boat", "the ![x](http://e.com/a.png) train", "a green tree"]
COLUMNS = pd.DataFrame({"score": [1, 2, 3, 4], "place": list("abcd")})


@pytest.fixture
def dataset() -> Dataset:
    return Dataset.create("made", TEXTS, columns=COLUMNS)


def asked(folder: Path, dataset: Dataset, question: Question) -> Answer:
    engine = Engine(Store(folder, cap_bytes=10**9))
    engine.keep_dataset(dataset)
    found = answer(engine, dataset, engine.embedding(dataset, "minilm-static"), question, engine.make)
    assert found is not None
    return found


def test_columns_of_the_data_stay_beside_ours(tmp_path: Path, dataset: Dataset) -> None:
    found = asked(tmp_path, dataset, Question("red boat", method=RankingMethod.HYBRID))
    frame = hit_list.table(dataset, found)
    assert frame["score"].tolist() == found.hits.scores.tolist()
    assert frame["score (data)"].tolist() == [row + 1 for row in found.hits.rows]
    assert frame["Hybrid rank"].tolist() == [1, 2, 3, 4]
    assert frame["matched words"][0].startswith("red ")
    assert frame.columns.is_unique


def test_a_text_column_may_go_by_any_name(tmp_path: Path) -> None:
    named = Dataset.create("made", TEXTS, text_name="score")
    frame = hit_list.table(named, asked(tmp_path, named, Question("red boat")))
    assert frame[hit_list.text_column(named)][0] == "a red boat"
    assert pd.api.types.is_float_dtype(frame["score"])


def test_json_holds_the_question_and_every_reason(tmp_path: Path, dataset: Dataset) -> None:
    found = asked(tmp_path, dataset, Question("red boat \ud800", method=RankingMethod.BM25, where="place < c"))
    record = json.loads(hit_list.to_json(dataset, found))
    assert (record["engine"], record["where"], record["filtered_rows"]) == ("bm25", "place < c", 2)
    assert [hit["text"] for hit in record["hits"]] == ["a red boat", "a blue boat"]
    assert set(record["hits"][0]["words"]) == {"red", "boat"}
    assert 0 <= record["hits"][0]["percentile_random"] <= 1
    assert record["approximate"] is None


def test_what_an_index_may_miss_is_said_and_never_rounded_up(tmp_path: Path, dataset: Dataset) -> None:
    quality = IndexQuality(200, 0.9985, 0.962, 14.2, 83.1, lists=500, probed=63, size=66, build_seconds=3.0)
    found = replace(asked(tmp_path, dataset, Question("red boat")), approximate=quality, sampled=10_000)
    shown = summary(dataset, found)
    assert "recall@10 0.99, recall@100 0.96 for 200 items of this data" in shown
    assert "14 ms per query instead of 83 ms for exact search" in shown
    assert shown.endswith("percentiles are estimated from 10,000 random items.")
    assert json.loads(hit_list.to_json(dataset, found))["approximate"]["recall"] == 0.9985


def test_the_summary_says_what_shaped_the_answer(tmp_path: Path, dataset: Dataset) -> None:
    question = Question("red boat", method=RankingMethod.HYBRID, fusion=FusionParams((2, 0.5), 10))
    found = asked(tmp_path, dataset, question)
    assert summary(dataset, found) == "Score: 2 / (10 + semantic rank) + 0.5 / (10 + keyword rank)."
    moved = replace(found, question=replace(question, method=RankingMethod.DENSE, more=(1, 2), less=(3,)))
    assert "1 × the query + 0.75 × the mean of 2 positive examples − 0.15 × the mean of 1 negative example" in summary(
        dataset, moved
    )
    both = replace(found, question=replace(question, picture="a" * 64, picture_share=0.25))
    assert "0.75 × the text and 0.25 × the picture" in summary(dataset, both)
    assert "Ranked by similarity to your picture." in summary(
        dataset, replace(found, question=Question(picture="a" * 64))
    )


def test_the_summary_shows_no_markdown_of_the_data(tmp_path: Path, dataset: Dataset) -> None:
    found = asked(tmp_path, dataset, Question(f'"{TEXTS[2]}" - "a red boat"'))
    shown = summary(dataset, replace(found, first_otherwise=2))
    assert "![x]" not in shown
    assert "http://" not in shown


def test_what_is_said_last_of_a_row_counts() -> None:
    state = SearchState(query="boat", more=(1, 2), less=(3,))
    assert marked(state, Picked(HitAction.MORE, (3, 4))) == SearchState(query="boat", more=(1, 2, 3, 4))
    assert marked(state, Picked(HitAction.LESS, (2,))) == SearchState(query="boat", more=(1,), less=(3, 2))
    assert marked(state, Picked(HitAction.FORGET)) == SearchState(query="boat")
    assert marked(state, Picked(HitAction.OPEN, (9,))) == state

"""A search as code finds what the page finds."""

from pathlib import Path

import numpy as np
import pytest

from embedding_core.base.store import Store
from embedding_core.base.vectors import Metric
from embedding_core.data.samples.catalog import load_sample
from embedding_core.engine import Engine
from embedding_core.ranking.fusion import FusionParams
from embedding_core.ranking.lexical import BM25Params
from embedding_core.ranking.methods import RankingMethod
from embedding_core.search import answer, snippet
from embedding_core.search.feedback import ExpansionParams, RocchioParams
from embedding_core.search.question import Question
from tests.core.conftest import Run

QUESTIONS = [
    Question("a lost card"),
    Question('say "hello"\n\'); import os', method=RankingMethod.BM25, bm25=BM25Params(1.2, 0.5)),
    Question(
        "a lost card",
        method=RankingMethod.HYBRID,
        k=7,
        metric=Metric.DOT,
        where='text contains "card"',
        more=(3, 4),
        less=(5,),
        feedback=RocchioParams(1, 0.5, 0.25),
        expansion=ExpansionParams(),
        fusion=FusionParams((2, 0.5), 10),
    ),
]


@pytest.mark.parametrize("question", QUESTIONS, ids=["plain", "hostile", "every knob"])
def test_the_code_finds_what_the_page_finds(run: Run, tmp_path: Path, question: Question) -> None:
    engine = Engine(Store(tmp_path, cap_bytes=10**9))
    dataset = load_sample("faq")
    engine.keep_dataset(dataset)
    found = answer(engine, dataset, engine.embedding(dataset, "minilm-static"), question, engine.make)
    assert found is not None
    code = snippet.hits(dataset.key, "minilm-static", question)
    left = run(code)
    assert left["question"] == question
    np.testing.assert_array_equal(left["found"].hits.rows, found.hits.rows)
    np.testing.assert_array_equal(left["found"].hits.scores, found.hits.scores)
    assert "bm25" not in snippet.hits(dataset.key, "minilm-static", QUESTIONS[0])

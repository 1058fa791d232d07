"""What goes on inside a model, as code, is what the page shows."""

from pathlib import Path

import numpy as np
import pytest

from embedding_core import encoders
from embedding_core.base.store import Store
from embedding_core.data.samples.catalog import load_sample
from embedding_core.encoders.stages import EncodeQueries
from embedding_core.encoders.text import multi_vector
from embedding_core.engine import Engine
from embedding_core.inspect import (
    EXAMPLES,
    compare_poolings,
    find_phrase,
    picture_snippet,
    read_sentences,
    separate,
    snippet,
    span,
    weigh_words,
)
from embedding_core.inspect.picture_stages import InteractWithPicture, ReadPatches
from embedding_core.inspect.stages import CountWords, EncodePhrases, Interact, ReadText, ReadWord
from tests.core.conftest import Run
from tests.core.encoders.colpali import save_colpali
from tests.core.encoders.test_patches import picture

STATIC, MINILM, POCKET = map(encoders.resolve, ("minilm-static", "all-MiniLM-L6-v2", "pocket-clip"))
HOSTILE = 'it\'s "quoted" \\ {braces}\nand a second line'


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return Engine(Store(tmp_path, cap_bytes=10**9))


@pytest.mark.parametrize("text", ["The riverbank.", HOSTILE])
def test_reading(run: Run, engine: Engine, text: str) -> None:
    left = run(snippet.reading(STATIC.name, text))
    own = engine.make(ReadText(STATIC.name, STATIC.revision, text))
    assert left["found"].pieces == own.pieces
    np.testing.assert_allclose(left["pooled"].shares, compare_poolings(own.vectors).shares)


def test_contexts(run: Run, engine: Engine) -> None:
    texts, senses = read_sentences(EXAMPLES["bat"])
    left = run(snippet.contexts((STATIC.name, MINILM.name), "bat", texts, senses))
    for spec in (STATIC, MINILM):
        own = engine.make(ReadWord(spec.name, spec.revision, "bat", texts))
        np.testing.assert_allclose(left["layers"][spec.name], own, atol=1e-6)
        shown = separate(own[-1], senses)
        assert shown is not None
        assert left["apart"][spec.name][-1].auc == pytest.approx(shown.auc)
        assert left["apart"][spec.name][-1].silhouette == pytest.approx(shown.silhouette, abs=1e-6)
    static, contextual = (left["apart"][spec.name][-1] for spec in (STATIC, MINILM))
    assert static.auc == 0.5
    assert contextual.auc > contextual.by_chance


def test_interaction(run: Run, engine: Engine) -> None:
    left = run(snippet.interaction("minilm-tokens", "a card?", HOSTILE))
    own = engine.make(Interact("minilm-tokens", MINILM.revision, "a card?", HOSTILE))
    assert left["found"].query == own.query
    assert left["found"].max_sim == pytest.approx(own.max_sim, abs=1e-4)


def test_interaction_with_a_picture(run: Run, engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> None:
    colpali = multi_vector.resolve(str(save_colpali(tmp_path_factory.mktemp("colpali"))))
    upload = engine.keep_upload(picture(), "red.png")
    left = run(picture_snippet.interaction(colpali.name, HOSTILE, upload, None))
    own = engine.make(InteractWithPicture(colpali.name, colpali.revision, HOSTILE, upload))
    assert left["tokens"].query == own.tokens.query
    assert left["tokens"].max_sim == own.tokens.max_sim
    np.testing.assert_array_equal(left["found"].grid, own.grid)


def test_words(run: Run, engine: Engine) -> None:
    dataset = load_sample("everyday")
    engine.keep_dataset(dataset)
    left = run(snippet.words(dataset.key, dataset.texts[3]))
    assert left["found"] == weigh_words(dataset.texts[3], engine.make(CountWords(dataset.key, dataset.items_key)))


def test_axes(run: Run, engine: Engine) -> None:
    dataset = load_sample("words")
    engine.keep_dataset(dataset)
    space = engine.embedding(dataset, STATIC.name)
    vectors = engine.make(space)
    ends = (("man", "boy"), ("woman", "girl"))
    left = run(snippet.axes(dataset.key, STATIC.name, (ends, (("small",), ("large",)))))
    words = engine.make(EncodeQueries((*ends[0], *ends[1]), space))
    np.testing.assert_array_equal(left["places"][0], span(words[:2], words[2:]).place(vectors))
    assert len(left["places"]) == 2


def test_patches(run: Run, engine: Engine) -> None:
    upload = engine.keep_upload(picture(), "red.png")
    phrases = ("a red square", "a picture")
    left = run(picture_snippet.patches(POCKET.name, upload, None, phrases, 2))
    parts = engine.make(ReadPatches(POCKET.name, POCKET.revision, upload, None, 2))
    vectors = engine.make(EncodePhrases(POCKET.name, POCKET.revision, phrases))
    np.testing.assert_array_equal(left["found"].values, find_phrase(parts.vectors, *vectors).values)
    assert len(run(picture_snippet.patches(POCKET.name, upload, None, phrases[:1], 1))["phrases"]) == 1

"""The stages of Inside: they survive the way to another process, and give what the functions give."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from embedding_core import encoders
from embedding_core.base.errors import ArtifactMissingError, EncoderError, InputError
from embedding_core.base.stage import Stage, describe, revive
from embedding_core.base.store import Store
from embedding_core.base.types import Matrix
from embedding_core.data.dataset import Dataset
from embedding_core.data.pictures.stages import ReadPictures
from embedding_core.encoders.image import patches
from embedding_core.encoders.text import multi_vector
from embedding_core.encoders.text.stock_tokens import StockTokens
from embedding_core.encoders.text.tokens import PictureTokens, Tokens
from embedding_core.engine import Engine
from embedding_core.inspect import count_words, interact
from embedding_core.inspect.picture_stages import InteractWithPicture, ReadPatches, ReadPictureTokens
from embedding_core.inspect.stages import CountWords, EncodePhrases, Interact, ReadText, ReadWord, WeighWords
from tests.core.encoders.colpali import save_colpali, save_late_modernvbert
from tests.core.encoders.test_patches import picture

MINILM = encoders.resolve("all-MiniLM-L6-v2")
STATIC = encoders.resolve("minilm-static")
POCKET = encoders.resolve("pocket-clip")
BANKS = ("We sat on the bank.", "The bank of the river", "BANK loans")


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return Engine(Store(tmp_path_factory.mktemp("store"), 1 << 30))


def made(engine: Engine, stage: Stage) -> Any:
    """Make a stage as another process would: from JSON."""
    return engine.make(revive(json.loads(json.dumps(describe(stage)))))


def test_a_text(engine: Engine) -> None:
    found = made(engine, ReadText(MINILM.name, MINILM.revision, BANKS[0]))
    assert found.pieces == ("[CLS]", "we", "sat", "on", "the", "bank", ".", "[SEP]")
    assert (found.layers.shape, found.pooling, found.left_out) == ((7, 8, 384), "mean", 0)
    static = made(engine, ReadText(STATIC.name, STATIC.revision, ""))
    assert static.layers.shape == (1, 0, 256)
    with pytest.raises(EncoderError, match="does not show its tokens"):
        made(engine, ReadText(POCKET.name, POCKET.revision, "a"))


def test_a_word(engine: Engine) -> None:
    minilm = made(engine, ReadWord(MINILM.name, MINILM.revision, "bank", BANKS))
    assert minilm.shape == (7, 3, 384)
    reading = made(engine, ReadText(MINILM.name, MINILM.revision, BANKS[0]))
    np.testing.assert_allclose(minilm[:, 0], reading.layers[:, 5], atol=1e-6)
    static = made(engine, ReadWord(STATIC.name, STATIC.revision, "bank", BANKS))
    assert np.ptp(static, axis=1).max() == 0


def test_a_word_that_is_cut_off_is_said(engine: Engine) -> None:
    with pytest.raises(InputError, match="0 of 1"):
        made(engine, ReadWord(MINILM.name, MINILM.revision, "bank", ("word " * 400 + "bank",)))


def test_late_interaction(engine: Engine) -> None:
    found = made(engine, Interact("minilm-tokens", MINILM.revision, "river bank", BANKS[1]))
    assert found.query == ("river", "bank")
    assert [found.document[place] for place in found.best] == ["river", "bank"]
    with pytest.raises(InputError, match="query has no token"):
        made(engine, Interact("minilm-tokens", MINILM.revision, " ", BANKS[1]))


def test_counts(engine: Engine) -> None:
    dataset = Dataset.create("Banks", list(BANKS))
    engine.keep_dataset(dataset)
    found = made(engine, CountWords(dataset.key, dataset.items_key))
    own = count_words(BANKS)
    assert (dict(found.rows_with), found.rows, found.words_a_row) == (own.rows_with, 3, own.words_a_row)


def test_a_sparse_encoder_has_to_be_one(engine: Engine) -> None:
    with pytest.raises(EncoderError, match="has no word weights"):
        made(engine, WeighWords(MINILM.name, MINILM.revision, "a"))


def test_a_picture_and_phrases(engine: Engine, tmp_path: Path) -> None:
    upload = engine.keep_upload(picture(), "red.png")
    found = made(engine, ReadPatches(POCKET.name, POCKET.revision, upload, scale=2))
    own = patches.load(POCKET).read(picture(), 2)
    np.testing.assert_allclose(found.vectors, own.vectors, atol=1e-5)
    np.testing.assert_array_equal(found.seen, own.seen)
    assert made(engine, EncodePhrases(POCKET.name, POCKET.revision, ("red", "blue"))).shape == (2, 384)
    with pytest.raises(ArtifactMissingError):
        made(engine, ReadPatches(POCKET.name, POCKET.revision, upload, "no such album"))


def test_late_interaction_with_a_picture(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    colpali = multi_vector.resolve(str(save_colpali(tmp_path)))
    upload = engine.keep_upload(picture(), "red.png")
    found = made(engine, InteractWithPicture(colpali.name, colpali.revision, "a red square", upload))
    own = multi_vector.load(colpali)
    asked, shown = own.read("a red square", query=True), own.read_picture(picture())
    assert found.tokens.query == asked.pieces
    assert found.tokens.max_sim == pytest.approx(interact(*_compared(asked), *_compared(shown)).max_sim, abs=1e-4)
    assert (found.own == asked.own).all()
    assert (found.grid == shown.grid).all()
    document = made(engine, ReadPictureTokens(colpali.name, colpali.revision, upload))
    np.testing.assert_allclose(document.vectors, shown.vectors, atol=1e-5)
    np.testing.assert_array_equal(document.seen, shown.seen)
    album = ReadPictures("Own", folder=str(_folder_of(tmp_path / "own", picture())))
    content = engine.make(album).index["key"][0]
    assert content == upload
    in_album = made(engine, ReadPictureTokens(colpali.name, colpali.revision, content, album.key))
    np.testing.assert_array_equal(in_album.vectors, document.vectors)
    # Another query finds the picture read already.
    monkeypatch.setattr(StockTokens, "read_picture", None)
    assert made(engine, InteractWithPicture(colpali.name, colpali.revision, "blue", upload)).own.sum() == 1


def _folder_of(folder: Path, data: bytes) -> Path:
    folder.mkdir()
    (folder / "red.png").write_bytes(data)
    return folder


def _compared(tokens: Tokens | PictureTokens) -> tuple[tuple[str, ...], Matrix]:
    return tokens.pieces, tokens.vectors


def test_a_picture_whose_patches_have_no_places(engine: Engine, tmp_path: Path) -> None:
    pooled = multi_vector.resolve(str(save_late_modernvbert(tmp_path, pooled=True)))
    upload = engine.keep_upload(picture(), "red.png")
    found = made(engine, InteractWithPicture(pooled.name, pooled.revision, "a red square", upload))
    assert found.grid is None
    assert found.tokens.document[0] == "group 1"


def test_a_picture_cannot_be_read_by_an_encoder_of_texts(engine: Engine) -> None:
    upload = engine.keep_upload(picture(), "red.png")
    with pytest.raises(EncoderError, match="minilm-tokens reads texts only"):
        made(engine, InteractWithPicture("minilm-tokens", MINILM.revision, "a red square", upload))
    with pytest.raises(ArtifactMissingError):
        made(engine, InteractWithPicture("minilm-tokens", MINILM.revision, "a red square", upload, "no such album"))


def test_keys_change_with_whatever_the_result_depends_on() -> None:
    who = (MINILM.name, MINILM.revision)
    stages = [
        ReadText(*who, "a"),
        ReadText(*who, "b"),
        ReadText(STATIC.name, STATIC.revision, "a"),
        ReadWord(*who, "a", ("a b",)),
        ReadWord(*who, "b", ("a b",)),
        ReadWord(*who, "a", ("a",)),
        Interact(*who, "a", "b"),
        Interact(*who, "b", "a"),
        WeighWords(*who, "a"),
        EncodePhrases(*who, ("a",)),
        ReadPictureTokens(*who, "k"),
        ReadPictureTokens(*who, "k", "l"),
        ReadPictureTokens(*who, "m"),
        InteractWithPicture(*who, "a", "k"),
        InteractWithPicture(*who, "b", "k"),
        InteractWithPicture(*who, "a", "m"),
        ReadPatches(*who, "k"),
        ReadPatches(*who, "k", "l"),
        ReadPatches(*who, "k", scale=2),
    ]
    assert len({stage.key for stage in stages}) == len(stages)

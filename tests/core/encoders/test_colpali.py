"""Pictures as documents: our readings are the stock library's, and a patch lies where the picture differs."""

import io
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from embedding_core import encoders
from embedding_core.base.errors import EncoderError, EncoderUnavailableError, InputError
from embedding_core.encoders.text import multi_vector
from embedding_core.encoders.text.multi_vector import MultiVectorReader
from embedding_core.inspect import interact
from tests.core.encoders.colpali import save_colmodernvbert, save_colpali, save_colqwen, save_late_modernvbert

QUERY = "where do otters live?"
SAVE: dict[str, Callable[[Path], Path]] = {
    "colpali": save_colpali,
    "colqwen": save_colqwen,
    "colmodernvbert": save_colmodernvbert,
    "modules": save_late_modernvbert,
}
GRIDS = {"colpali": (4, 4), "colqwen": (5, 9), "colmodernvbert": (4, 6), "modules": (4, 6)}
"""Of a picture of 300 x 160."""
Folder = Callable[[str], Path]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """Return a function from a kind of model to the folder of one, made when it is first asked for."""
    return cache(lambda kind: SAVE[kind](tmp_path_factory.mktemp(kind)))


@cache
def reader(folder: Path) -> MultiVectorReader:
    return multi_vector.load(multi_vector.resolve(str(folder)))


def picture(box: tuple[int, int, int, int] | None = None, size: tuple[int, int] = (300, 160)) -> bytes:
    image = Image.new("RGB", size, "white")
    if box:
        ImageDraw.Draw(image).rectangle(box, fill=(200, 30, 30))
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


@pytest.mark.parametrize("kind", ["colpali", "colqwen", "modules"])
def test_a_picture_is_compared_as_the_stock_library_does(folder: Folder, kind: str) -> None:
    from sentence_transformers import MultiVectorEncoder

    data = picture((20, 20, 90, 90))
    own = reader(folder(kind))
    query, found = own.read(QUERY, query=True), own.read_picture(data)
    stock = MultiVectorEncoder(str(folder(kind)), device="cpu")
    image = Image.open(io.BytesIO(data))
    theirs = stock.similarity([stock.encode_query(QUERY)], [stock.encode_document(image)])
    ours = interact(query.pieces, query.vectors, found.pieces, found.vectors)
    assert ours.max_sim == pytest.approx(float(theirs[0, 0]), abs=1e-4)


def test_colmodernvbert_is_rendered_by_its_own_processor(folder: Folder) -> None:
    from transformers import ColModernVBertForRetrieval, ColModernVBertProcessor

    data = picture((20, 20, 90, 90))
    own = reader(folder("colmodernvbert"))
    model = ColModernVBertForRetrieval.from_pretrained(folder("colmodernvbert"))
    processor = ColModernVBertProcessor.from_pretrained(folder("colmodernvbert"))
    asked = model(**processor.process_queries(text=[QUERY])).embeddings[0].detach().numpy()
    shown = model(**processor.process_images(images=[Image.open(io.BytesIO(data))])).embeddings[0].detach().numpy()
    query = own.read(QUERY, query=True)
    np.testing.assert_allclose(query.vectors, asked, atol=1e-5)
    np.testing.assert_allclose(own.read_picture(data).vectors, shown, atol=1e-5)
    assert query.pieces.count("<end_of_utterance>") == 10


@pytest.mark.parametrize("kind", SAVE)
@pytest.mark.parametrize("corner", [(0, 0), (0, 1), (1, 0), (1, 1)])
def test_a_patch_lies_where_the_picture_differs(folder: Folder, kind: str, corner: tuple[int, int]) -> None:
    down, across = corner
    box = (across * 270, down * 144, across * 270 + 30, down * 144 + 16)
    own = reader(folder(kind))
    plain, marked = own.read_picture(picture()), own.read_picture(picture(box))
    assert plain.grid is not None
    assert plain.grid.shape == GRIDS[kind]
    differs = np.linalg.norm(plain.vectors - marked.vectors, axis=1)[plain.grid]
    rows, columns = differs.shape
    assert np.unravel_index(differs.argmax(), differs.shape) == (down * (rows - 1), across * (columns - 1))
    assert plain.pieces[plain.grid[1, 2]] == "row 2, column 3"
    assert plain.seen.shape == (160, 300, 3)


def test_the_words_of_a_question_are_told_from_what_is_added(folder: Folder) -> None:
    for kind in SAVE:
        query = reader(folder(kind)).read(QUERY, query=True)
        own = [piece for piece, is_own in zip(query.pieces, query.own, strict=True) if is_own]
        assert own == ["where", "do", "otter", "##s", "live", "?"]
        assert len(query.pieces) > len(own)
    nothing = reader(folder("colpali")).read("", query=True)
    assert not nothing.own.any()


def test_pooled_tokens_have_no_place(tmp_path: Path) -> None:
    own = reader(save_late_modernvbert(tmp_path, pooled=True))
    found = own.read_picture(picture())
    assert found.grid is None
    assert found.pieces[0] == "group 1"
    assert len(found.pieces) == len(found.vectors)
    text = own.read("Otters live in a hole in the bank.", query=False)
    assert len(text.pieces) == len(text.vectors)


def test_a_processor_that_nobody_knows_has_no_grid(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    from sentence_transformers.multi_vector_encoder import interpretability

    def unknown(*_: object) -> None:
        raise ValueError("Could not infer a patch grid")

    monkeypatch.setattr(interpretability, "get_n_patches", unknown)
    found = reader(folder("colpali")).read_picture(picture())
    assert found.grid is None
    assert found.pieces[:2] == ("patch 1", "patch 2")


def test_what_reads_texts_only_says_so() -> None:
    with pytest.raises(EncoderError, match=r"^minilm-tokens reads texts only. Choose a ColPali model"):
        multi_vector.load(multi_vector.resolve(multi_vector.MINILM_TOKENS)).read_picture(picture())


def test_a_picture_that_cannot_be_read_is_said(folder: Folder) -> None:
    with pytest.raises(InputError, match="cannot be read: it is not a picture"):
        reader(folder("colpali")).read_picture(b"no picture")
    with pytest.raises(InputError, match="cannot process this picture"):
        reader(folder("colqwen")).read_picture(picture(size=(2_000, 4)))


def test_nowhere_else_it_is_an_encoder(folder: Folder) -> None:
    with pytest.raises(EncoderUnavailableError, match="no dense text vectors"):
        encoders.load(encoders.resolve(str(folder("colpali"))))

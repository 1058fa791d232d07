import io
import shutil
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from embedding_core import encoders
from embedding_core.base.errors import EncoderUnavailableError
from embedding_core.base.keys import hash_file
from embedding_core.base.types import Matrix
from embedding_core.data.samples.shapes import draw_shapes
from embedding_core.encoders.image import pocket
from embedding_core.encoders.image.clip import ClipEncoder
from embedding_core.encoders.spec import Modality, Origin
from embedding_core.encoders.text import bert, minilm
from recipes.pocket import model, params
from recipes.pocket.data import read_pictures

WEIGHTS = "open_clip_model.safetensors"


@pytest.fixture(scope="module")
def encoder() -> ClipEncoder:
    loaded = encoders.load(encoders.resolve("pocket-clip"))
    assert isinstance(loaded, ClipEncoder)
    return loaded


def seen(encoder: ClipEncoder, files: Sequence[bytes]) -> Matrix:
    found = encoder.encode_images([partial(bytes, data) for data in files])
    assert found.unread == {}
    return found.vectors


def context(seed: int, size: tuple[int, int]) -> bytes:
    """Return something as smooth as a photograph."""
    rough = np.random.default_rng(seed).integers(0, 256, (6, 6, 3), dtype=np.uint8)
    target = io.BytesIO()
    Image.fromarray(rough).resize(size, Image.Resampling.BICUBIC).save(target, "PNG")
    return target.getvalue()


def test_it_is_the_default_for_pictures_and_comes_with_the_app() -> None:
    spec = encoders.resolve(encoders.DEFAULT_IMAGE_ENCODER)
    assert spec.name == "pocket-clip"
    assert spec.origin is Origin.EMBEDDED
    assert spec.reads == (Modality.IMAGE, Modality.TEXT)
    assert encoders.availability(spec) == ""


def test_the_card_says_what_lies_in_the_folder(encoder: ClipEncoder) -> None:
    spec = encoders.resolve("pocket-clip")
    weights = pocket.FOLDER / WEIGHTS
    assert hash_file(weights).startswith(spec.revision)
    assert spec.size_mb == pytest.approx(weights.stat().st_size / 1e6, abs=0.1)
    assert spec.size_mb <= 12
    assert (spec.dim, spec.max_tokens, spec.revision) == (384, encoder.spec.max_tokens, encoder.spec.revision)
    assert spec.image_size == (encoder.picture_input.height, encoder.picture_input.width)
    assert spec.logit_scale == pytest.approx(encoder.spec.logit_scale, rel=1e-4)


def trained(files: Sequence[bytes], side: int) -> Matrix:
    """Return the vectors as training computes them."""
    tower = model.build_tower(params.PocketParams().architecture)
    tower.load_state_dict(model.load_weights(pocket.FOLDER / WEIGHTS))
    return model.encode_pictures(tower, tuple(files), side)


def test_open_clips_way_and_the_training_way_give_the_same_vectors(
    encoder: ClipEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    side = encoder.picture_input.height
    sizes = [(side, side), (80, 80), (120, 96), (64, 200), (500, 375)]
    files = [picture.png for picture in draw_shapes(12)] + [context(n, size) for n, size in enumerate(sizes)]
    expected = trained(files, side)
    assert (expected * seen(encoder, files)).sum(axis=1).min() > 0.999  # in bfloat16, where the processor has it
    monkeypatch.setattr(bert, "hardware", lambda: (False, True))
    in_float32 = encoders.load(pocket.POCKET_CLIP)
    assert isinstance(in_float32, ClipEncoder)
    # The last is large enough to be halved while it is read, which the cosine above allows for.
    np.testing.assert_allclose(seen(in_float32, files)[:-1], expected[:-1], atol=1e-3)


@pytest.mark.shared
def test_both_ways_agree_on_photographs(encoder: ClipEncoder, shared_data: Path) -> None:
    files = read_pictures(shared_data / "pocket" / "test.parquet").encoded[::100]
    expected = trained(files, encoder.picture_input.height)
    assert (expected * seen(encoder, files)).sum(axis=1).min() > 0.999


def test_a_changed_byte_in_the_weights_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(pocket.FOLDER, tmp_path / "model")
    monkeypatch.setattr(pocket, "FOLDER", tmp_path / "model")
    assert encoders.load(pocket.POCKET_CLIP).spec.dim == 384
    weights = bytearray((tmp_path / "model" / WEIGHTS).read_bytes())
    weights[-1000] ^= 1
    (tmp_path / "model" / WEIGHTS).write_bytes(weights)
    with pytest.raises(EncoderUnavailableError, match="should have the SHA-256") as caught:
        encoders.load(pocket.POCKET_CLIP)
    assert WEIGHTS in caught.value.message
    (tmp_path / "model" / WEIGHTS).unlink()
    with pytest.raises(EncoderUnavailableError, match="no file"):
        encoders.load(pocket.POCKET_CLIP)


def test_texts_are_minilms_own(encoder: ClipEncoder) -> None:
    texts = ["a photo of a dog", "Two red circles.", "", "word " * 400]
    own = encoders.load(minilm.MINILM)
    assert np.array_equal(encoder.encode_documents(texts), own.encode_documents(texts))
    assert np.array_equal(encoder.encode_queries(texts), own.encode_queries(texts))


@pytest.mark.shared
def test_words_find_the_photographs_they_describe(encoder: ClipEncoder, shared_data: Path) -> None:
    pictures = read_pictures(shared_data / "pocket" / "test.parquet")
    rows = pictures.rows_of("imagenette_224")
    labels = sorted({pictures.labels[row] for row in rows})
    vectors = seen(encoder, [pictures.encoded[row] for row in rows])
    words = encoder.encode_queries([f"a photo of a {label}" for label in labels])
    guessed = [labels[place] for place in np.argmax(vectors @ words.T, axis=1)]
    right = np.mean([guess == pictures.labels[row] for guess, row in zip(guessed, rows, strict=True)])
    assert right > 0.7  # chance is 0.1


def test_a_picture_and_its_words_lie_in_one_space(encoder: ClipEncoder) -> None:
    drawn = draw_shapes(60, seed=5)
    vectors = seen(encoder, [picture.png for picture in drawn])
    words = encoder.encode_queries([picture.caption for picture in drawn])
    assert vectors.shape == words.shape == (60, 384)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-4)
    cosines = vectors @ words.T
    own = np.diag(cosines)[:, None]
    assert np.mean((cosines > own).sum(axis=1) < 5) > 0.5  # chance is 5 of 60

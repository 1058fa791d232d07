import io
from collections.abc import Callable
from functools import partial

import numpy as np
import pytest
from PIL import Image
from sklearn.decomposition import PCA

from embedding_core import encoders
from embedding_core.base.errors import EncoderError, JobCancelledError
from embedding_core.encoders.image.pixels import PixelEncoder
from embedding_core.encoders.spec import Modality


def file_of(image: Image.Image) -> bytes:
    target = io.BytesIO()
    image.save(target, "PNG")
    return target.getvalue()


def scenes(count: int) -> list[bytes]:
    rng = np.random.default_rng(0)
    rough = rng.integers(0, 256, (count, 5, 5, 3), dtype=np.uint8)
    return [file_of(Image.fromarray(small).resize((40, 30), Image.Resampling.BICUBIC)) for small in rough]


def ways(files: list[bytes]) -> list[Callable[[], bytes]]:
    return [partial(bytes, data) for data in files]


def fresh() -> PixelEncoder:
    encoder = encoders.load(encoders.resolve("pixels"))
    assert isinstance(encoder, PixelEncoder)
    return encoder


def test_the_axes_are_those_of_principal_components() -> None:
    pictures = ways(scenes(60))
    encoder = fresh()
    vectors = encoder.encode_images(pictures).vectors
    colors = np.stack(
        [np.asarray(Image.open(io.BytesIO(p())).resize((16, 16), Image.Resampling.BOX)) for p in pictures]
    )
    flat = colors.reshape(60, -1).astype(np.float64)
    expected = PCA(20, svd_solver="full").fit_transform((flat - flat.mean(axis=0)) / flat.std(axis=0))
    assert vectors.shape == (60, encoder.spec.dim)
    assert np.abs(vectors[:, :20]) == pytest.approx(np.abs(expected), abs=2e-3)


def test_like_colors_are_near() -> None:
    red, dark_red, blue = (file_of(Image.new("RGB", (30, 20), color)) for color in ("#e01010", "#c01818", "#1010e0"))
    a, b, c = fresh().encode_images(ways([red, dark_red, blue])).vectors
    assert np.linalg.norm(a - b) < np.linalg.norm(a - c)


def test_what_was_fitted_can_be_taken_up_by_another() -> None:
    pictures = ways(scenes(30))
    encoder, other = fresh(), fresh()
    vectors = encoder.encode_images(pictures).vectors
    other.restore({name: np.array(array) for name, array in encoder.state().items()})
    assert other.spec.dim == encoder.spec.dim
    assert np.allclose(other.encode_images(pictures[7:8]).vectors, vectors[7], atol=1e-4)
    assert np.array_equal(fresh().encode_images(pictures).vectors, vectors)


def test_broken_pictures_are_named_and_count_for_nothing() -> None:
    files = scenes(10)
    whole = fresh().encode_images(ways(files))
    found = fresh().encode_images(ways([*files[:4], b"", *files[4:], b"<svg></svg>"]))
    assert whole.unread == {}
    assert sorted(found.unread) == [4, 11]
    assert "SVG" in found.unread[11]
    assert not found.vectors[[4, 11]].any()
    assert np.allclose(np.delete(found.vectors, [4, 11], axis=0), whole.vectors, atol=1e-4)


@pytest.mark.parametrize("files", [[], [b"broken"], scenes(1), scenes(1) * 5], ids=["none", "broken", "one", "same"])
def test_too_little_to_learn_from_gives_zeros(files: list[bytes]) -> None:
    vectors = fresh().encode_images(ways(files)).vectors
    assert vectors.shape == (len(files), 1)
    assert np.abs(vectors).sum() == pytest.approx(0, abs=1e-3)


def test_it_reads_pictures_and_says_so() -> None:
    encoder = fresh()
    assert encoder.spec.reads == (Modality.IMAGE,)
    for call in (encoder.encode_documents, encoder.encode_queries, encoder.count_tokens):
        with pytest.raises(EncoderError, match="no text"):
            call(["a text"])
    with pytest.raises(EncoderError, match="not been fitted"):
        encoder.state()


def test_progress_counts_pictures_and_can_cancel() -> None:
    seen: list[tuple[float, float]] = []
    fresh().encode_images(ways(scenes(20)), lambda done, total: seen.append((done, total)))
    assert seen == sorted(seen)
    assert seen[-1] == (20, 20)

    def cancel(done: float, total: float) -> None:
        raise JobCancelledError("Enough.")

    with pytest.raises(JobCancelledError):
        fresh().encode_images(ways(scenes(20)), cancel)

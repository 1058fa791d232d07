"""What every embedded encoder of texts keeps, whatever its family."""

import math
from dataclasses import replace

import numpy as np
import pytest

from embedding_core import encoders
from embedding_core.base.errors import EncoderUnavailableError, JobCancelledError
from embedding_core.encoders.spec import Encoder, EncoderSpec, Modality, Origin

SPECS = [spec for spec in encoders.list_specs() if spec.origin is Origin.EMBEDDED and Modality.TEXT in spec.reads]
ODD_TEXTS = {
    "empty": "",
    "only spaces": " \t\n ",
    "100,000 characters": "All the king's horses and all the king's men. " * 2_174,
    "one word of 100,000 characters": "x" * 100_000,
    "emoji": "🎉 party 👩‍👩‍👧‍👦 time 🏳️‍🌈",
    "right to left": "مرحبا بالعالم שלום עולם",
    "NUL": "before\x00after",
    "half a surrogate pair": "before\ud800after",
    "no letters": "!!! ??? ...",
    "markup": "<script>alert(1)</script>",
}
TEXTS = [
    "The cat sat on the mat.",
    "A kitten rested on the rug.",
    "Interest rates rose by a quarter point.",
    "The bank raised its rates again this spring, and borrowers felt it first.",
    "Fresh bread",
    *ODD_TEXTS.values(),
]


@pytest.fixture(scope="module", params=SPECS, ids=lambda spec: spec.name)
def encoder(request: pytest.FixtureRequest) -> Encoder:
    """Return a loaded encoder, fitted where it has to be."""
    loaded = encoders.load(request.param)
    loaded.encode_documents(TEXTS)
    return loaded


def test_there_is_something_to_hold() -> None:
    assert {spec.name for spec in SPECS} >= {"all-MiniLM-L6-v2", "minilm-static", "tf-idf"}


def test_rows_are_finite_float32_of_the_stated_length(encoder: Encoder) -> None:
    for encode in (encoder.encode_documents, encoder.encode_queries):
        vectors = encode(TEXTS)
        assert vectors.dtype == np.float32
        assert vectors.shape == (len(TEXTS), encoder.spec.dim)
        assert np.isfinite(vectors).all()
        if encoder.spec.unit_norm:
            assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-4)


def test_near_meanings_are_nearer_than_far_ones(encoder: Encoder) -> None:
    cat, _, rates, bank = encoder.encode_documents(TEXTS)[:4]
    assert rates @ bank > rates @ cat


def test_the_same_texts_give_the_same_vectors(encoder: Encoder) -> None:
    assert np.array_equal(encoder.encode_documents(TEXTS), encoder.encode_documents(TEXTS))
    assert np.array_equal(encoder.encode_queries(TEXTS), encoder.encode_queries(TEXTS))


def test_a_text_does_not_depend_on_its_neighbors(encoder: Encoder) -> None:
    encode = encoder.encode_documents if encoder.spec.per_row else encoder.encode_queries
    together, reversed_ = encode(TEXTS), encode(TEXTS[::-1])[::-1]
    alone = np.concatenate([encode([text]) for text in TEXTS])
    for other in (reversed_, alone):
        cosine = (together * other).sum(axis=1)
        assert cosine == pytest.approx((together**2).sum(axis=1), abs=1e-3)


@pytest.mark.parametrize("text", ODD_TEXTS.values(), ids=ODD_TEXTS)
def test_an_odd_text_alone_has_a_vector(encoder: Encoder, text: str) -> None:
    vectors = encoder.encode_queries([text])
    assert vectors.shape == (1, encoder.spec.dim)
    assert np.isfinite(vectors).all()


def test_no_texts_give_no_rows(encoder: Encoder) -> None:
    assert encoder.encode_queries([]).shape == (0, encoder.spec.dim)
    assert encoder.count_tokens([]) == []
    assert encoders.load(encoder.spec).encode_documents([]).shape[0] == 0


def test_tokens_are_counted_uncut(encoder: Encoder) -> None:
    short, long = encoder.count_tokens(["one two three", "one two three " * 1_000])
    assert 3 <= short < 10
    assert long >= 3_000


def test_progress_grows_to_its_total_and_can_cancel(encoder: Encoder) -> None:
    seen: list[tuple[float, float]] = []
    encoder.encode_queries(TEXTS, lambda done, total: seen.append((done, total)))
    shares = [done / total for done, total in seen]
    assert shares == sorted(shares)
    assert all(0 <= share <= 1 and math.isfinite(share) for share in shares)

    def cancel(done: float, total: float) -> None:
        raise JobCancelledError("Enough.")

    with pytest.raises(JobCancelledError):
        encoder.encode_queries(TEXTS, cancel)


@pytest.mark.parametrize("spec", encoders.list_specs(), ids=lambda spec: spec.name)
def test_a_missing_package_is_named_with_the_line_that_installs_it(spec: EncoderSpec) -> None:
    lacking = replace(spec, requires=(*spec.requires, "no_such_package"))
    assert "pip install no-such-package" in encoders.availability(lacking)
    with pytest.raises(EncoderUnavailableError, match="pip install no-such-package"):
        encoders.load(lacking)


def test_it_can_do_what_its_spec_says_and_nothing_else(encoder: Encoder) -> None:
    spec = encoder.spec
    assert hasattr(encoder, "encode_tokens") == spec.token_vectors
    assert hasattr(encoder, "read") == spec.shows_tokens
    assert hasattr(encoder, "state") == (not spec.per_row)
    assert hasattr(encoder, "encode_images") == (Modality.IMAGE in spec.reads)
    assert (encoders.resolve(spec.name).token_vectors, encoders.resolve(spec.name).shows_tokens) == (
        spec.token_vectors,
        spec.shows_tokens,
    )
    if spec.tunable or spec.patch_scale is not None:
        assert encoders.fetch(spec).is_dir()

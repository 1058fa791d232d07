"""Smaller vectors: what each form keeps, held to what can be worked out by other means."""

from pathlib import Path

import numpy as np
import pytest

from embedding_core.base.errors import InputError, ParameterError
from embedding_core.base.types import Matrix
from embedding_core.base.vectors import unit_rows
from embedding_core.compress import (
    LEAST_ROWS,
    Compression,
    CompressionParams,
    Judged,
    Precision,
    Quality,
    Reduction,
    Trial,
    compress,
    ndcg,
    rescore,
)
from embedding_core.compress.precision import code, code_bits, pieces
from embedding_core.compress.result import Option, TruncationCheck, pareto, smallest
from embedding_core.compress.shortening import default_dims, shortenings


def clouds(n: int = 600, dim: int = 48, seed: int = 0) -> Matrix:
    """Return unit rows in clusters, none of their dimensions worth more than another."""
    rng = np.random.default_rng(seed)
    centers = rng.normal(size=(12, dim))
    rows = centers[rng.integers(12, size=n)] + 0.7 * rng.normal(size=(n, dim))
    return unit_rows(rows.astype(np.float32))


def nested(n: int = 600, dim: int = 48) -> Matrix:
    """Return unit rows that say most in their first dimensions, as a Matryoshka model's do."""
    scale = np.linspace(1, 0.02, dim) ** 2
    return unit_rows((np.random.default_rng(1).normal(size=(n, dim)) * scale).astype(np.float32))


@pytest.fixture(scope="module")
def found() -> Compression:
    return compress(clouds(), CompressionParams(queries=60))


def one(found: Compression, reduction: Reduction, dims: int, precision: Precision) -> Trial:
    fitting = [t for t in found.trials if (t.reduction, t.dims, t.precision) == (reduction, dims, precision)]
    assert len(fitting) == 1
    return fitting[0]


def recall(trial: Trial, rescoring: int = 0) -> float:
    return next(quality.recall for quality in trial.qualities if quality.rescoring == rescoring)


def test_every_form_is_tried_once(found: Compression) -> None:
    assert default_dims(48) == (32, 16, 8)
    assert len(found.trials) == len(Precision) * (1 + 2 * 3)
    assert (found.items, found.dim, found.rows, found.queries, found.judged) == (600, 48, 540, 60, 0)
    assert found.rescorings == (2, 4, 8, 16)
    assert len(found.options(4)) == 2 * len(found.trials) - 1


def test_full_precision_keeps_everything_and_bytes_are_counted(found: Compression) -> None:
    exact = one(found, Reduction.NONE, 48, Precision.FLOAT32)
    assert [quality.recall for quality in exact.qualities] == [1.0]
    sizes = {precision: one(found, Reduction.NONE, 48, precision).item_bytes for precision in Precision}
    assert sizes == {"float32": 192, "float16": 96, "int8": 48, "binary": 6, "pq": 4}
    assert one(found, Reduction.NONE, 48, Precision.BINARY).billion == 6_000_000_000 + 4 * 48
    assert one(found, Reduction.PCA, 16, Precision.FLOAT32).size(10) == 10 * 64 + 4 * 48 * 16
    assert found.full_size == 600 * 192


def test_a_second_look_never_harms_and_a_wider_one_finds_more(found: Compression) -> None:
    for trial in found.trials:
        recalls = [quality.recall for quality in trial.qualities]
        assert recalls == sorted(recalls)
        assert all(quality.milliseconds > 0 for quality in trial.qualities)
    assert recall(one(found, Reduction.NONE, 48, Precision.INT8)) > 0.95
    bits = one(found, Reduction.NONE, 48, Precision.BINARY)
    assert recall(bits) < 0.8 < 0.9 < recall(bits, 16)


def test_recall_is_what_brute_force_says() -> None:
    rows = clouds(200, 16)
    params = CompressionParams(k=5, queries=40, dims=(8,), precisions=(Precision.FLOAT32,), rescorings=(2,))
    found = compress(rows, params)
    order = np.random.default_rng(0).permutation(200)
    kept, asked = rows[order[:160]].astype(np.float64), rows[order[160:]].astype(np.float64)
    true = np.argsort(-(asked @ kept.T), axis=1)[:, :5]
    near = np.argsort(-(asked[:, :8] @ kept[:, :8].T / np.linalg.norm(kept[:, :8], axis=1)), axis=1)
    first = one(found, Reduction.TRUNCATED, 8, Precision.FLOAT32)
    kept_plain = np.mean([len(set(a) & set(b)) / 5 for a, b in zip(true, near[:, :5], strict=True)])
    kept_again = np.mean([len(set(a) & set(b)) / 5 for a, b in zip(true, near[:, :10], strict=True)])
    assert recall(first) == pytest.approx(kept_plain)
    assert recall(first, 2) == pytest.approx(kept_again)


def test_truncation_is_warned_of_where_the_first_dimensions_are_like_any(found: Compression) -> None:
    check = next(check for check in found.checks if check.dims == 16)
    assert not check.trained
    assert len(set(check.drawn)) > 1
    assert check.first == pytest.approx(recall(one(found, Reduction.TRUNCATED, 16, Precision.FLOAT32)), abs=1e-3)
    assert check.pca == pytest.approx(recall(one(found, Reduction.PCA, 16, Precision.FLOAT32)), abs=1e-3)
    assert "not trained for truncation" in check.warning
    assert f"{check.pca:.1%}" in check.warning


def test_truncation_is_not_warned_of_where_the_first_dimensions_say_most() -> None:
    params = CompressionParams(precisions=(Precision.FLOAT32,), dims=(16,))
    (check,) = compress(nested(), params).checks
    assert check.trained
    assert check.warning == ""


def test_a_warning_says_which_of_two_things_is_wrong() -> None:
    summary = "Truncation to 8 dimensions: recall 70.0%, PCA to 8: 90.0%."
    assert TruncationCheck(8, 0.7, (0.4, 0.5), 0.9).warning == summary
    assert "hardly more than 8 randomly drawn dimensions (45.0%)" in TruncationCheck(8, 0.5, (0.4, 0.5), 0.9).warning
    assert TruncationCheck(8, 0.89, (0.89, 0.9), 0.9).warning == ""


def test_principal_axes_keep_all_cosines_where_rows_lie_in_fewer_dimensions() -> None:
    rng = np.random.default_rng(0)
    rows = unit_rows((rng.normal(size=(80, 6)) @ rng.normal(size=(6, 30))).astype(np.float32))
    way = shortenings(rows, (6,))[-1]
    assert way.reduction is Reduction.PCA
    short = way.apply(rows)
    assert short.shape == (80, 6)
    np.testing.assert_allclose(short @ short.T, rows @ rows.T, atol=1e-5)


def test_bits_are_packed_and_near_by_hamming_distance() -> None:
    rows = clouds(100, 20)
    coded = code(rows, Precision.BINARY)
    assert coded.item_bytes == 3
    signs = rows > rows.mean(axis=0)
    distances = (signs[:5, None] != signs[None]).sum(axis=2)
    places = coded.nearest(np.ascontiguousarray(rows[:5]), 100)
    for query in range(5):
        assert (np.diff(distances[query, places[query]]) >= 0).all()
        assert sorted(places[query].tolist()) == list(range(100))


@pytest.mark.parametrize(("precision", "error"), [(Precision.FLOAT16, 1e-3), (Precision.INT8, 0.02)])
def test_smaller_numbers_give_nearly_the_same_cosines(precision: Precision, error: float) -> None:
    rows = clouds(100, 20)
    coded = code(rows, precision)
    cosines = rows[:5] @ rows.T
    best = np.take_along_axis(cosines, coded.nearest(np.ascontiguousarray(rows[:5]), 100), axis=1)
    assert (np.diff(best, axis=1) <= 2 * error).all()


def test_pieces_and_codes_fit_any_size() -> None:
    assert [pieces(dims) for dims in (1, 5, 7, 8, 30, 384)] == [1, 1, 1, 1, 3, 48]
    assert [code_bits(rows) for rows in (10, 40, 4_096, 10**6)] == [1, 1, 8, 8]


def test_rescoring_reads_only_the_candidates() -> None:
    full = np.eye(6, dtype=np.float32)
    full[5] = np.nan
    queries = np.array([[0, 0.5, 0.9, 0.2, 0.1, 0]], np.float32)
    assert rescore(full, queries, np.array([[4, 1, 3, 2]]), 2).tolist() == [[2, 1]]


def test_ndcg_by_hand() -> None:
    pairs = np.array([[0, 3], [0, 1], [0, 7], [2, 5], [1, 4]])
    judged = Judged(np.zeros((3, 2), np.float32), pairs, np.array([2.0, 1.0, -1.0, 3.0, 0.0]))
    # Of the first query 1 / log2(2) + 2 / log2(3) out of 2 / log2(2) + 1 / log2(3); the second has no answer.
    log3 = np.log2(3)
    found = np.array([[1, 3, 7], [4, 0, 1], [0, 1, 5]])
    expected = ((1 + 2 / log3) / (2 + 1 / log3) + (3 / 2) / 3) / 2
    assert judged.answered.tolist() == [0, 2]
    assert ndcg(judged, found) == pytest.approx(expected)
    assert ndcg(judged, np.array([[3, 1, 0], [0, 1, 2], [5, 0, 1]])) == pytest.approx(1)


def test_judgments_are_about_all_rows_in_their_own_order() -> None:
    rows = clouds(120, 16)
    # Every item asks for itself, held out or not, and beyond what is sampled.
    judged = Judged(rows[:40], np.column_stack([np.arange(40), np.arange(40)]), np.ones(40))
    params = CompressionParams(dims=(8,), precisions=(Precision.FLOAT32, Precision.BINARY), most_rows=60)
    found = compress(rows, params, judged)
    assert (found.rows, found.queries, found.judged, found.items) == (48, 12, 40, 120)
    assert one(found, Reduction.NONE, 16, Precision.FLOAT32).qualities[0].ndcg == pytest.approx(1)
    gains = [quality.ndcg for quality in one(found, Reduction.PCA, 8, Precision.BINARY).qualities]
    assert gains[0] is not None
    assert gains[-1] == pytest.approx(1)
    assert gains[0] < 1


def test_larger_data_is_sampled() -> None:
    found = compress(clouds(300, 16), CompressionParams(dims=(8,), precisions=(Precision.FLOAT32,), most_rows=100))
    assert (found.items, found.rows, found.queries) == (300, 80, 20)
    assert found.full_size == 300 * 64
    assert recall(one(found, Reduction.NONE, 16, Precision.FLOAT32)) == 1


@pytest.mark.parametrize(
    ("pairs", "grades", "summary"),
    [
        ([[0, 99]], [1.0], "row 99 of 60"),
        ([[3, 0]], [1.0], "query 3 of 2"),
        ([[0, -1]], [1.0], "row -1"),
        ([[0, 1]], [0.0], "No judgment has a grade"),
    ],
)
def test_judgments_that_do_not_fit_are_refused(pairs: list[list[int]], grades: list[float], summary: str) -> None:
    judged = Judged(np.ones((2, 8), np.float32), np.array(pairs), np.array(grades))
    with pytest.raises(InputError, match=summary):
        compress(clouds(60, 8), judged=judged)
    with pytest.raises(InputError, match="8 dimensions"):
        compress(clouds(60, 8), judged=Judged(np.ones((2, 7), np.float32), np.array([[0, 0]]), np.ones(1)))


@pytest.mark.parametrize("dim", [1, 5, 9])
def test_small_and_odd_spaces(dim: int) -> None:
    found = compress(clouds(LEAST_ROWS, dim), CompressionParams(k=3))
    assert {trial.dims for trial in found.trials} == {dim, *default_dims(dim)}


def test_rows_all_equal_lose_nothing() -> None:
    found = compress(np.ones((80, 16), np.float32))
    assert {quality.recall for trial in found.trials for quality in trial.qualities} == {1.0}
    assert {check.warning for check in found.checks} == {""}


def test_too_little_is_refused() -> None:
    with pytest.raises(InputError, match="49 rows"):
        compress(np.ones((LEAST_ROWS - 1, 4), np.float32))
    for wrong in ({"k": 0}, {"k": 26}, {"queries": 0}, {"dims": (0,)}, {"rescorings": (0,)}, {"most_rows": 49}):
        with pytest.raises(ParameterError):
            CompressionParams(**wrong)  # type: ignore[arg-type]


def test_progress_is_told_and_threads_are_given_back() -> None:
    import faiss

    before = faiss.omp_get_max_threads()
    record: list[tuple[float, float]] = []
    params = CompressionParams(precisions=(Precision.BINARY,), dims=(8,))
    compress(clouds(60, 16), params, progress=lambda done, total: record.append((done, total)))
    assert record == [(0, 3), (1, 3), (2, 3), (3, 3)]

    def stop(done: float, total: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        compress(clouds(60, 16), params, progress=stop)
    assert faiss.omp_get_max_threads() == before


def test_the_front_and_the_smallest_that_is_enough() -> None:
    assert pareto([1, 2, 2, 3, 1], [0.5, 0.9, 0.8, 0.9, 0.5]).tolist() == [True, True, False, False, True]

    def option(item_bytes: int, kept: float) -> Option:
        quality = Quality(0, kept, None, 1.0)
        return Option(Trial(Reduction.NONE, 8, Precision.INT8, item_bytes, 0, (quality,)), quality)

    options = [option(8, 0.97), option(2, 0.9), option(4, 0.95), option(4, 0.99)]
    chosen = smallest(options, 0.95)
    assert chosen is options[3]
    assert smallest(options, 0.995) is None


@pytest.mark.slow
@pytest.mark.shared
def test_minilm_was_not_trained_to_be_cut(shared_data: Path) -> None:
    import pandas as pd

    from embedding_core import encoders

    texts = pd.read_csv(shared_data / "text" / "banking77" / "test.csv")["text"].head(1_000).tolist()
    rows = encoders.load(encoders.resolve(encoders.DEFAULT_ENCODER)).encode_documents(texts)
    params = CompressionParams(dims=(128,), precisions=(Precision.FLOAT32, Precision.INT8, Precision.BINARY))
    found = compress(rows, params)
    (check,) = found.checks
    assert not check.trained
    assert check.pca > check.first + 0.05
    assert recall(one(found, Reduction.NONE, 384, Precision.INT8)) > 0.97
    assert recall(one(found, Reduction.NONE, 384, Precision.BINARY), 8) > 0.95

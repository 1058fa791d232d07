import numpy as np
import pytest

from embedding_core.base.errors import InputError, ParameterError
from embedding_core.search.indexes import LEAST_ROWS, IndexesParams, IndexKind, compare_indexes


@pytest.fixture(scope="module")
def curves():
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(40, 32))[rng.integers(40, size=1500)] + 0.4 * rng.normal(size=(1500, 32))
    return compare_indexes(rows.astype(np.float32), IndexesParams(queries=40))


def points(curves, kind):
    return [point for point in curves.points if point.kind is kind]


def test_the_flat_index_is_exact(curves):
    (flat,) = points(curves, IndexKind.FLAT)
    assert flat.recall == 1
    assert flat.size >= 1500 * 32 * 4


@pytest.mark.parametrize("kind", [IndexKind.HNSW, IndexKind.IVF, IndexKind.LSH, IndexKind.PQ])
def test_turning_the_knob_up_finds_more(curves, kind):
    found = points(curves, kind)
    assert [point.value for point in found] == sorted(point.value for point in found)
    assert found[-1].recall > found[0].recall or found[0].recall == 1
    assert all(0 < point.recall <= 1 and point.milliseconds > 0 for point in found)


def test_looking_into_every_list_is_exact_and_codes_are_small(curves):
    assert points(curves, IndexKind.IVF)[-1].recall == 1
    assert points(curves, IndexKind.PQ)[0].size < points(curves, IndexKind.FLAT)[0].size / 5


def test_threads_are_as_before():
    import faiss

    before = faiss.omp_get_max_threads()
    compare_indexes(np.random.default_rng(0).normal(size=(LEAST_ROWS, 7)).astype(np.float32), IndexesParams(queries=2))
    assert faiss.omp_get_max_threads() == before


def test_rows_all_equal_and_large_data_are_measured():
    equal = compare_indexes(np.ones((120, 8), np.float32), IndexesParams(queries=5))
    assert points(equal, IndexKind.FLAT)
    sampled = compare_indexes(np.eye(200, dtype=np.float32), IndexesParams((IndexKind.FLAT,), queries=5, most_rows=150))
    assert sampled.rows == 150


def test_too_little_is_refused():
    with pytest.raises(InputError, match="99 rows"):
        compare_indexes(np.ones((LEAST_ROWS - 1, 4), np.float32))
    with pytest.raises(ParameterError):
        IndexesParams(k=0)

"""The first lines of every snippet."""

from pathlib import Path

import numpy as np

from embedding_core.base import snippet
from embedding_core.base.store import Store
from embedding_core.data.dataset import Dataset
from embedding_core.engine import Engine
from tests.core.conftest import Run


def test_the_opening_gives_the_stored_vectors(run: Run, tmp_path: Path) -> None:
    engine = Engine(Store(tmp_path, cap_bytes=10**9))
    dataset = Dataset.create("Pets", ["a cat sleeps", "a dog barks", "rain falls on a tin roof"])
    engine.keep_dataset(dataset)
    left = run(snippet.opening(dataset.key, "tf-idf"))
    assert left["dataset"].texts == dataset.texts
    np.testing.assert_array_equal(left["vectors"], engine.make(engine.embedding(dataset, "tf-idf")))

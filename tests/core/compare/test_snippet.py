"""Two encoders compared by code differ as they do on the page."""

from pathlib import Path

import numpy as np
import pytest

from embedding_core.base.store import Store
from embedding_core.compare import ComparisonParams
from embedding_core.compare.snippet import comparison
from embedding_core.compare.stages import CompareSpaces
from embedding_core.data.samples.catalog import load_sample
from embedding_core.engine import Engine
from embedding_core.projection import PCAParams, ProjectionParams, UMAPParams
from embedding_core.projection.alignment import align_maps
from embedding_core.projection.stages import Project
from tests.core.conftest import Run


@pytest.mark.parametrize(("k", "projection"), [(5, UMAPParams(n_neighbors=5)), (40, PCAParams())])
def test_the_code_finds_what_the_page_finds(run: Run, tmp_path: Path, k: int, projection: ProjectionParams) -> None:
    engine = Engine(Store(tmp_path, cap_bytes=10**9))
    dataset = load_sample("faq")
    engine.keep_dataset(dataset)
    spaces = [engine.embedding(dataset, name) for name in ("minilm-static", "tf-idf")]
    shown = engine.make(CompareSpaces(spaces[0], spaces[1], ComparisonParams(k)))
    maps = [engine.make(Project(space, projection)).coordinates for space in spaces]
    left = run(comparison(dataset.key, "minilm-static", "tf-idf", ComparisonParams(k), projection))
    np.testing.assert_array_equal(left["found"].overlaps, shown.neighborhoods.overlaps)
    np.testing.assert_array_equal(left["found"].changed(), shown.neighborhoods.changed())
    assert left["cka"] == shown.cka
    assert left["laid"].disparity == align_maps(*maps).disparity

"""How far to trust a map, as code, is what the page shows."""

from pathlib import Path

import pytest

from embedding_core import encoders
from embedding_core.base.store import Store
from embedding_core.data.dataset import Dataset
from embedding_core.data.intake import UploadedFile, bring, first_choice
from embedding_core.data.samples.catalog import load_sample
from embedding_core.data.samples.shapes import draw_shapes
from embedding_core.data.stages import BuildDataset
from embedding_core.engine import Engine
from embedding_core.projection import PCAParams, ProjectionParams, UMAPParams
from embedding_core.projection.stages import Project
from embedding_core.trust import TrustParams, snippet
from embedding_core.trust.stages import CompareSeeds, MeasureMap, MeasureSpace
from tests.core.conftest import Run

ENCODER = "minilm-static"
MINILM, POCKET = map(encoders.resolve, ("all-MiniLM-L6-v2", "pocket-clip"))


@pytest.mark.parametrize("projection", [PCAParams(3), UMAPParams(n_neighbors=7, seed=3)])
def test_trust(run: Run, tmp_path: Path, projection: ProjectionParams) -> None:
    engine = Engine(Store(tmp_path, cap_bytes=10**9))
    dataset = load_sample("everyday")
    engine.keep_dataset(dataset)
    drawn = Project(engine.embedding(dataset, ENCODER), projection)
    params = TrustParams(k=10)
    found = engine.make(MeasureMap(drawn, params))
    left = run(snippet.fidelity(dataset.key, ENCODER, projection, params))["found"]
    assert (left.maps, left.sizes, left.k) == (found.maps, found.sizes, found.k)
    moved = run(snippet.seeds(dataset.key, ENCODER, projection, 1))["found"]
    assert moved.disparity == engine.make(CompareSeeds(drawn, 1)).disparity
    left = run(snippet.space(dataset.key, ENCODER, texts=True))
    space = left["found"]
    known = engine.make(MeasureSpace(drawn.space))  # type: ignore[arg-type]
    assert (space.hubness, space.dimension, space.length_bias) == (known.hubness, known.dimension, known.length_bias)
    assert left["cut"] is None


def test_rows_that_were_cut(run: Run, tmp_path: Path) -> None:
    engine = Engine(Store(tmp_path, cap_bytes=10**9))
    texts = [f"The cat sat at door {i}." for i in range(20)]
    dataset = Dataset.create("Long", [*texts, "cat " * 254, "dog " * 255, "owl " * 600])
    engine.keep_dataset(dataset)
    assert run(snippet.space(dataset.key, MINILM.name, texts=True))["cut"] == (21, 22)


def test_pictures_have_no_length(run: Run, tmp_path: Path) -> None:
    engine = Engine(Store(tmp_path, cap_bytes=10**9))
    drawn = draw_shapes(12)
    source = bring(engine, [UploadedFile(f"{number}.png", one.png) for number, one in enumerate(drawn)])
    for stage in source.stages:
        engine.make(stage)
    album = engine.make(BuildDataset(source, first_choice(source, *source.load(engine.store))))
    captions = [one.caption for one in drawn]
    dataset = Dataset.create("Shapes", captions, pictures=list(album.pictures), album=album.album)
    engine.keep_dataset(dataset)
    space = engine.embedding(dataset, POCKET.name)
    left = run(snippet.space(dataset.key, POCKET.name, texts=False))["found"]
    known = engine.make(MeasureSpace(space))
    assert left.length_bias is None and known.length_bias is None
    assert (left.hubness, left.anisotropy) == (known.hubness, known.anisotropy)


def test_methods(run: Run, tmp_path: Path) -> None:
    engine = Engine(Store(tmp_path, cap_bytes=10**9))
    dataset = load_sample("everyday")
    engine.keep_dataset(dataset)
    space = engine.embedding(dataset, ENCODER)
    projections = (UMAPParams(n_neighbors=5), PCAParams())
    left = run(snippet.methods(dataset.key, ENCODER, projections))["found"]
    assert list(left) == ["umap", "pca"]
    for one, projection in zip(left.values(), projections, strict=True):
        shown = engine.make(MeasureMap(Project(space, projection)))
        assert (one.maps, one.k) == (shown.maps, shown.k)

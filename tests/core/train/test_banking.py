"""MiniLM on banking77 with ten examples a class, in small: twenty classes, a minute or two."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from embedding_core import encoders
from embedding_core.base.config import load_config
from embedding_core.data.dataset import Dataset
from embedding_core.engine import Engine, open_store
from embedding_core.train import Pairing, Supervision, TuneParams, matryoshka_dims
from embedding_core.train.measures import KNN, LINEAR
from embedding_core.train.stages import FineTune

CLASSES = 20
PARAMS = TuneParams(per_class=10, epochs=3, learning_rate=1e-4, matryoshka=matryoshka_dims(384))


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    monkeypatch.setenv("VECTORSCOPE_HOME", str(tmp_path / "home"))
    load_config.cache_clear()
    yield Engine(open_store())
    monkeypatch.undo()
    load_config.cache_clear()


@pytest.mark.shared
@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_ten_examples_a_class_teach_and_short_vectors_lose_less(engine: Engine, shared_data: Path) -> None:
    parts = {name: pd.read_csv(shared_data / "text" / "banking77" / f"{name}.csv") for name in ("train", "test")}
    classes = sorted(parts["train"]["category"].unique())[:CLASSES]
    keys = []
    for name, part in parts.items():
        rows = part[part["category"].isin(classes)].reset_index(drop=True)
        keys.append(engine.keep_dataset(Dataset.create(name, list(rows["text"]), columns=rows[["category"]])))
    spec = encoders.resolve(encoders.DEFAULT_ENCODER)
    supervision = Supervision(Pairing.LABELS, ("text", "category"))
    made = engine.make(FineTune(keys[0], supervision, spec.name, spec.revision, "banking", PARAMS, keys[1]))
    assert (made.counts.trained_on, made.counts.measured_on) == (200, 800)
    before, after = ({(one.name, one.dims): one for one in of} for of in (made.before, made.after))
    assert after[KNN, 384].value > before[KNN, 384].value + 0.015
    for name in (KNN, LINEAR):
        lost = [found[name, 384].value - found[name, 64].value for found in (before, after)]
        assert lost[1] < lost[0] - 0.015
        assert after[name, 64].low > before[name, 64].value

"""A training as code gives the same encoder and the same figures."""

from pathlib import Path

import pandas as pd
import pytest

from embedding_core import encoders
from embedding_core.data.dataset import Dataset
from embedding_core.engine import Engine, open_store
from embedding_core.projection import PCAParams, UMAPParams
from embedding_core.projection.alignment import align_maps
from embedding_core.projection.stages import Project
from embedding_core.train import Loss, Pairing, Supervision, TuneParams
from embedding_core.train.snippet import fine_tune
from embedding_core.train.stages import FineTune
from tests.core.conftest import Run
from tests.core.train.tiny import save_tiny, topic_texts


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_training_as_code(run: Run, tmp_path: Path) -> None:
    engine = Engine(open_store())
    texts, topics = topic_texts(12)
    dataset = Dataset.create("Topics", texts, columns=pd.DataFrame({"topic": topics}), label="topic")
    (tmp_path / "tiny").mkdir()
    base = encoders.resolve(str(save_tiny(tmp_path / "tiny")))
    params = TuneParams(Loss.TRIPLET, (32, 8), epochs=1, learning_rate=3e-3, per_class=6)
    supervision = Supervision(Pairing.LABELS, ("text", "topic"))
    stage = FineTune(engine.keep_dataset(dataset), supervision, base.name, base.revision, "as-code", params)
    left = run(fine_tune(stage, PCAParams()))
    made = engine.make(stage)
    assert left["made"] == made
    spaces = [engine.embedding(dataset, name) for name in (made.base, made.name)]
    maps = [engine.make(Project(space, PCAParams())).coordinates for space in spaces]
    assert left["laid"].disparity == align_maps(*maps).disparity
    assert left["encoder"].spec.name == "as-code"


@pytest.mark.parametrize(
    "supervision",
    [Supervision(Pairing.PAIRS, ("a", "it's")), Supervision(judgments=(("a 'query'", 3, 1.0),))],
    ids=["pairs", "judgments"],
)
def test_the_code_says_what_is_taught(supervision: Supervision) -> None:
    stage = FineTune("0" * 64, supervision, "all-MiniLM-L6-v2", "x", "mine", TuneParams(), "1" * 64)
    code = fine_tune(stage, UMAPParams())
    line = next(line for line in code.splitlines() if line.startswith("supervision = "))
    assert eval(line.removeprefix("supervision = "), {"Supervision": Supervision}) == supervision
    assert "TuneParams()" in code and '"1111' not in code and "'1111" in code

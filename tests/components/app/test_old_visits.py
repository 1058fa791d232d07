"""A visit that was saved before each feature had its own state is read as it was."""

import json
from pathlib import Path

from components.app import visits
from embedding_core.classify.state import ClassifyState
from embedding_core.clusters import AdoptNoise, ClusterEdits, HDBSCANParams, Merge, Move, Rename, Split
from embedding_core.clusters.state import ClustersState
from embedding_core.compare.state import CompareState
from embedding_core.data.choose import ColumnChoice
from embedding_core.data.pictures.stages import ReadPictures
from embedding_core.data.stages import ReadTable, Source
from embedding_core.evaluate.state import EvaluateState
from embedding_core.inspect.state import InspectState
from embedding_core.map.state import MapState
from embedding_core.projection import LayoutOptimizer, UMAPParams
from embedding_core.ranking.fusion import FusionParams
from embedding_core.search.settings import SearchSettings
from embedding_core.search.state import SearchState
from embedding_core.train import Pairing, Supervision, TuneParams
from embedding_core.train.stages import FineTune
from embedding_core.train.state import TrainState
from embedding_core.workspace import Selection, Workspace

OLD = Path(__file__).with_name("old_visit.json").read_text(encoding="utf-8")
KEY = "a" * 64
EDITS = ClusterEdits("f" * 64, (Rename(0, "cats"), Merge((1, 2)), Split(0), Move((3, 4), 0), AdoptNoise()))
TRAINING = FineTune(KEY, Supervision(Pairing.LABELS, ("text", "topic")), "all-MiniLM-L6-v2", "1", "mine", TuneParams())
WORKSPACE = Workspace(
    dataset=KEY,
    source=Source(ReadTable("b" * 64, "file.csv"), ReadPictures("p.zip", "c" * 64)),
    choice=ColumnChoice(text=("a", "b"), template="{a} {b}"),
    encoder="minilm-static",
    selection=Selection((1, 5, 9), "lasso"),
    item=5,
).with_state(
    MapState(
        UMAPParams(3, seed=7, n_neighbors=30, min_dist=0.25, layout=LayoutOptimizer.UMAP_LEARN),
        "topic",
        True,
        ("topic", "year"),
        True,
    ),
    ClustersState(HDBSCANParams(7, 3), (EDITS,)),
    SearchState(
        query="boat",
        picture="d" * 64,
        method="hybrid",
        filter="year > 1960",
        settings=SearchSettings(hits=50, compare_with="bm25", fusion=FusionParams((2, 0.5))),
        more=(1, 2),
        less=(3,),
    ),
    ClassifyState((("topic", 3),)),
    EvaluateState("9" * 64, ReadTable("8" * 64, "pairs.csv")),
    CompareState("tf-idf"),
    InspectState("e" * 64),
    TrainState(TRAINING),
)


def saved(folder: Path, text: str) -> visits.Visit:
    """Return a visit whose file holds this text."""
    visits.save(folder, "visitor", visits.Visit())
    next(folder.iterdir()).write_text(text, encoding="utf-8")
    return visits.load(folder, "visitor")


def test_an_old_visit_is_read(tmp_path: Path) -> None:
    assert saved(tmp_path, OLD) == visits.Visit(WORKSPACE, (KEY,))


def test_a_training_keeps_its_key() -> None:
    # Made by the code that saved the visit.
    assert TRAINING.key == "40142a3089c5e09af6ca12a560b9972c0fd69baf985bcf59eab4bceb74fe1de5"


def test_an_old_visit_that_makes_no_sense_begins_empty(tmp_path: Path) -> None:
    broken = json.loads(OLD)
    broken["workspace"]["cluster_edits"] = [{"is": "Gone"}]
    assert saved(tmp_path, json.dumps(broken)) == visits.Visit()

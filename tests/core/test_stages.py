"""Every stage there is survives the way to another process, and gives the same in another store."""

import inspect
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum
from functools import cached_property
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

import numpy as np
import pandas as pd
import pytest

import embedding_core.features  # noqa: F401 - every stage is known from here on
from embedding_core import encoders
from embedding_core.base.stage import Stage, describe, revive
from embedding_core.base.store import Store
from embedding_core.classify.curve import CurveParams
from embedding_core.classify.stages import CrossValidate, DrawLearningCurve, SpreadLabels, TrainClassifier
from embedding_core.clusters import KMeansParams, Merge, Rename, SweepParams
from embedding_core.clusters.stages import Cluster, EditClusters, NameClusters, SweepClusters
from embedding_core.compare.stages import CompareSpaces
from embedding_core.compress import CompressionParams
from embedding_core.compress.stages import Compress, JudgedTexts
from embedding_core.data.arrivals import BroughtFile, SortFiles
from embedding_core.data.choose import ColumnChoice
from embedding_core.data.dataset import Dataset
from embedding_core.data.judgment_files import ReadJudgments
from embedding_core.data.judgments import Judgments, keep_judgments
from embedding_core.data.pictures.stages import ReadPictures, ShowPicture
from embedding_core.data.stages import BuildDataset, ReadTable, Source
from embedding_core.encoders.health import CheckHealth
from embedding_core.encoders.stages import Centered, Embed, EncodeQueries
from embedding_core.encoders.text import multi_vector
from embedding_core.engine import Engine
from embedding_core.evaluate.protocols import ProtocolParams
from embedding_core.evaluate.rankings import RankQueries
from embedding_core.evaluate.stages import EvaluateRetrieval, RunProtocols, ScorePairs
from embedding_core.inspect.picture_stages import InteractWithPicture, ReadPatches, ReadPictureTokens
from embedding_core.inspect.stages import CountWords, EncodePhrases, Interact, ReadText, ReadWord, WeighWords
from embedding_core.neighbors.exact import NeighborsParams
from embedding_core.neighbors.stages import FindNeighbors
from embedding_core.projection import UMAPParams
from embedding_core.projection.stages import Project
from embedding_core.ranking.cross_encoder import cross_encoder_revision
from embedding_core.ranking.methods import RankingMethod
from embedding_core.ranking.stages import IndexWords, RerankByModel, RerankByTokens
from embedding_core.ranking.vector_index import IndexVectors
from embedding_core.search.indexes import IndexesParams
from embedding_core.search.stages import CompareIndexes
from embedding_core.similarity.stages import AlignTokens, FindDuplicates, OrderItems
from embedding_core.train import Pairing, Supervision, TuneParams
from embedding_core.train.stages import FineTune
from embedding_core.trust.stages import CompareSeeds, MeasureMap, MeasureSpace
from tests.core.encoders.colpali import save_colpali
from tests.core.encoders.splade import save_splade
from tests.core.encoders.test_patches import picture
from tests.core.search.test_answer import cross_encoder
from tests.core.train.tiny import save_tiny, topic_texts

__all__ = ["cross_encoder"]

MINILM, STATIC, POCKET = map(encoders.resolve, ("all-MiniLM-L6-v2", "minilm-static", "pocket-clip"))
BANKS = ("We sat on the bank.", "The bank of the river", "BANK loans")
QUERIES = ("rain and wind", "a song for violin")
WALL_CLOCK = {"milliseconds", "exact_milliseconds", "build_seconds", "seconds"}
"""Fields of results that say how long something took."""
SLOW = {FineTune}


def concrete(base: type[Stage] = Stage) -> Iterator[type[Stage]]:
    """Yield every stage of the product that can be made."""
    for stage in base.__subclasses__():
        if not inspect.isabstract(stage) and stage.__module__.startswith("embedding_core."):
            yield stage
        yield from concrete(stage)


@dataclass(frozen=True)
class Folders:
    """Models that are written once for all stages."""

    root: Path
    cross_encoder: Path

    @cached_property
    def colpali(self) -> Any:
        return multi_vector.resolve(str(save_colpali(self.root / "colpali")))

    @cached_property
    def splade(self) -> Any:
        return encoders.resolve(str(save_splade(self.root / "splade")))

    @cached_property
    def tiny(self) -> Any:
        return encoders.resolve(str(save_tiny(self.root / "tiny")))

    @cached_property
    def cross_revision(self) -> str:
        return cross_encoder_revision(str(self.cross_encoder))


class Material:
    """What stages are made from, in one store."""

    def __init__(self, store: Path, folders: Folders) -> None:
        self.engine = Engine(Store(store, 1 << 30))
        self.folders = folders
        texts, topics = topic_texts(30)
        few = [topic if row % 5 == 0 else "" for row, topic in enumerate(topics)]
        self.texts = Dataset.create("Topics", texts, columns=pd.DataFrame({"topic": topics, "few": few}), label="topic")
        pairs = pd.DataFrame({"score": np.tile(np.linspace(0, 5, 20), 2)})
        self.pairs = Dataset.create("Pairs", texts[:20] + texts[15:35], columns=pairs)
        rows = np.random.default_rng(0).normal(size=(1_000, 8)).astype(np.float32)
        self.many = Dataset.create("Many", [f"item {row}" for row in range(len(rows))], vectors=rows)
        texts, topics = topic_texts(6)
        self.lesson = Dataset.create("Lesson", texts, columns=pd.DataFrame({"topic": topics}), label="topic")
        for dataset in (self.texts, self.pairs, self.many, self.lesson):
            self.engine.keep_dataset(dataset)
        self.picture = self.engine.keep_upload(picture(), "red.png")
        table = pd.DataFrame({"text": texts, "topic": topics})
        self.table = self.engine.keep_upload(table.to_csv().encode(), "t.csv")

    @property
    def space(self) -> Embed:
        return self.engine.embedding(self.texts, STATIC.name)

    @property
    def map(self) -> Project:
        return Project(self.space, UMAPParams(n_neighbors=5))

    @property
    def album(self) -> ReadPictures:
        return ReadPictures("Shapes", sample="shapes")

    @property
    def judgments(self) -> str:
        ids = self.texts.ids
        grades = {"q1": {ids[0]: 2, ids[1]: 1}, "q2": {ids[100]: 1}}
        return keep_judgments(Judgments(dict(zip(grades, QUERIES, strict=True)), grades), self.engine.store)

    @property
    def judged(self) -> BroughtFile:
        rows = f"query,document,relevance\n{QUERIES[0]},{self.texts.ids[0]},2\n"
        return BroughtFile("judged.csv", self.engine.keep_upload(rows.encode(), "judged.csv"))

    def with_pictures(self) -> Embed:
        """Return a space of pictures and texts."""
        choice = ColumnChoice(text=("caption",), apart=True, sample=8)
        dataset = self.engine.make(BuildDataset(Source(album=self.album), choice))
        return self.engine.embedding(dataset, POCKET.name)


EXAMPLES: dict[type[Stage], Callable[[Material], Stage]] = {
    ReadTable: lambda m: ReadTable(m.table, "t.csv"),
    ReadPictures: lambda m: m.album,
    SortFiles: lambda m: SortFiles((BroughtFile("t.csv", m.table),)),
    ShowPicture: lambda m: ShowPicture(m.picture),
    ReadJudgments: lambda m: ReadJudgments((m.judged,), m.texts.key),
    BuildDataset: lambda m: BuildDataset(
        Source(ReadTable(m.table, "t.csv")), ColumnChoice(text=("text",), label="topic", sample=20)
    ),
    CheckHealth: lambda m: CheckHealth(m.texts.key, STATIC.name, STATIC.revision),
    Embed: lambda m: m.space,
    Centered: lambda m: Centered(m.with_pictures()),
    EncodeQueries: lambda m: EncodeQueries(QUERIES, m.space),
    FindNeighbors: lambda m: FindNeighbors(m.space, NeighborsParams(k=7)),
    Project: lambda m: m.map,
    CrossValidate: lambda m: CrossValidate(m.space, "topic"),
    DrawLearningCurve: lambda m: DrawLearningCurve(m.space, "topic", curve=CurveParams((1, 4), repeats=2)),
    TrainClassifier: lambda m: TrainClassifier(m.space, "topic"),
    SpreadLabels: lambda m: SpreadLabels(m.space, "few"),
    Cluster: lambda m: Cluster(m.space, KMeansParams(4), m.map),
    EditClusters: lambda m: EditClusters(Cluster(m.space, KMeansParams(4)), (Merge((0, 3)), Rename(1, "Ones"))),
    NameClusters: lambda m: NameClusters(Cluster(m.space, KMeansParams(4))),
    SweepClusters: lambda m: SweepClusters(m.space, SweepParams((2, 4), bootstraps=2)),
    CompareSpaces: lambda m: CompareSpaces(m.space, m.engine.embedding(m.texts, "tf-idf")),
    Compress: lambda m: Compress(
        m.space, CompressionParams(k=5, queries=20), JudgedTexts(QUERIES, ((0, 3, 1.0), (1, 100, 1.0)))
    ),
    IndexWords: lambda m: IndexWords(m.texts.key),
    RerankByTokens: lambda m: RerankByTokens(m.texts.key, QUERIES[0], (0, 3, 5)),
    RerankByModel: lambda m: RerankByModel(
        m.texts.key, QUERIES[0], (0, 3, 5), str(m.folders.cross_encoder), m.folders.cross_revision
    ),
    RankQueries: lambda m: RankQueries(m.space, QUERIES, RankingMethod.HYBRID),
    EvaluateRetrieval: lambda m: EvaluateRetrieval(m.space, m.judgments, QUERIES),
    ScorePairs: lambda m: ScorePairs(m.engine.embedding(m.pairs, STATIC.name)),
    RunProtocols: lambda m: RunProtocols(m.space, "topic", params=ProtocolParams(per_class=4, rounds=2)),
    ReadText: lambda m: ReadText(MINILM.name, MINILM.revision, BANKS[0]),
    ReadWord: lambda m: ReadWord(MINILM.name, MINILM.revision, "bank", BANKS),
    Interact: lambda m: Interact("minilm-tokens", MINILM.revision, "river bank", BANKS[1]),
    CountWords: lambda m: CountWords(m.texts.key, m.texts.items_key),
    WeighWords: lambda m: WeighWords(m.folders.splade.name, m.folders.splade.revision, BANKS[0]),
    EncodePhrases: lambda m: EncodePhrases(STATIC.name, STATIC.revision, QUERIES),
    ReadPatches: lambda m: ReadPatches(POCKET.name, POCKET.revision, m.picture),
    ReadPictureTokens: lambda m: ReadPictureTokens(m.folders.colpali.name, m.folders.colpali.revision, m.picture),
    InteractWithPicture: lambda m: InteractWithPicture(
        m.folders.colpali.name, m.folders.colpali.revision, "a red square", m.picture
    ),
    IndexVectors: lambda m: IndexVectors(m.engine.embedding(m.many, "vectors")),
    CompareIndexes: lambda m: CompareIndexes(m.space, IndexesParams(k=5, queries=10)),
    FindDuplicates: lambda m: FindDuplicates(m.space),
    OrderItems: lambda m: OrderItems(m.space, (5, 60, 1, 90)),
    AlignTokens: lambda m: AlignTokens(BANKS[0], BANKS[1], MINILM.name, MINILM.revision),
    FineTune: lambda m: FineTune(
        m.lesson.key,
        Supervision(Pairing.LABELS, ("text", "topic")),
        m.folders.tiny.name,
        m.folders.tiny.revision,
        "round-trip",
        TuneParams(epochs=1, batch_size=8, learning_rate=3e-3),
    ),
    MeasureMap: lambda m: MeasureMap(m.map),
    CompareSeeds: lambda m: CompareSeeds(m.map, 1),
    MeasureSpace: lambda m: MeasureSpace(m.space),
}
STAGES = sorted(concrete(), key=lambda stage: stage.__name__)


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory, cross_encoder: Path) -> Folders:
    root = tmp_path_factory.mktemp("models")
    for name in ("colpali", "splade", "tiny"):
        (root / name).mkdir()
    return Folders(root, cross_encoder)


@pytest.fixture(scope="module")
def material(tmp_path_factory: pytest.TempPathFactory, folders: Folders) -> Material:
    return Material(tmp_path_factory.mktemp("store"), folders)


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory, folders: Folders) -> Material:
    """Return the same in a store of its own, where every stage is made again."""
    return Material(tmp_path_factory.mktemp("elsewhere"), folders)


def plain(value: Any) -> Any:
    """Return a result as something that compares: arrays with their types, dataclasses as their fields."""
    if isinstance(value, np.ndarray):
        return (str(value.dtype), value.shape, plain(value.ravel().tolist()))
    if isinstance(value, pd.DataFrame):
        # Threads pack thumbnails into one file as they finish: each may start elsewhere in it.
        return {name: plain(value[name].to_numpy()) for name in value if name != "start"}
    if type(value).__module__.startswith("faiss"):
        import faiss

        return faiss.serialize_index(value).tolist()
    if isinstance(value, Path):
        return "somewhere in its store"
    if isinstance(value, dict):
        return {name: plain(part) for name, part in value.items() if name not in WALL_CLOCK}
    if isinstance(value, (list, tuple)):
        return [plain(part) for part in value]
    if is_dataclass(value):
        return plain({part.name: getattr(value, part.name) for part in fields(value)})
    if isinstance(value, float) and value != value:
        return "nan"
    return plain(vars(value)) if hasattr(value, "__dict__") and not isinstance(value, (type, Enum)) else value


def unlike(value: Any, hint: Any, place: str = "") -> Iterator[str]:
    """Yield the places of a result that are not of the type which its dataclass says.

    JSON makes lists of tuples and texts of enumerations; what reads a stored result back has to undo that.
    """
    if is_dataclass(value) and not isinstance(value, type):
        hints = get_type_hints(type(value))
        for part in fields(value):
            yield from unlike(getattr(value, part.name), hints[part.name], f"{place}.{part.name}")
    elif get_origin(hint) is tuple:
        if not isinstance(value, tuple):
            yield f"{place} is a {type(value).__name__}, no tuple"
            return
        inner = get_args(hint)
        repeated = (inner[0],) * len(value) if inner[-1:] == (...,) else inner
        for place_in, (part, of) in enumerate(zip(value, repeated, strict=False)):
            yield from unlike(part, of, f"{place}[{place_in}]")
    elif inspect.isclass(hint) and issubclass(hint, Enum) and not isinstance(value, hint):
        yield f"{place} is a {type(value).__name__}, no {hint.__name__}"


def test_every_stage_has_an_example() -> None:
    """Put a small example of a new stage into `EXAMPLES`."""
    assert {stage.__name__ for stage in STAGES} == {stage.__name__ for stage in EXAMPLES}


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    "kind",
    [pytest.param(stage, marks=pytest.mark.slow if stage in SLOW else ()) for stage in STAGES if stage in EXAMPLES],
    ids=lambda kind: kind.__name__,
)
def test_a_stage_comes_back_equal_and_gives_the_same(
    kind: type[Stage], material: Material, elsewhere: Material
) -> None:
    stage = EXAMPLES[kind](material)
    assert type(stage) is kind
    sent = revive(json.loads(json.dumps(describe(stage))))
    assert sent == stage
    assert (sent.key, sent.needs(), sent.lane, sent.title) == (stage.key, stage.needs(), stage.lane, stage.title)
    found = material.engine.make(stage)
    assert list(unlike(found, None)) == []
    assert plain(stage.load(material.engine.store)) == plain(found)
    assert EXAMPLES[kind](elsewhere) == stage
    again = elsewhere.engine.make(sent)
    assert plain(again) == plain(found)


def test_no_two_stages_share_a_kind_or_a_key(material: Material) -> None:
    stages = [example(material) for example in EXAMPLES.values()]
    assert len({stage.kind for stage in stages}) == len({stage.key for stage in stages}) == len(stages)

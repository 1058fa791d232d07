"""A stage keeps its key: what a store holds is found again by a newer version of the code.

The keys were printed by commit 3bc1118, before stages took their keys from the base class; those of stages whose
artifacts have been stored otherwise since were printed when their `version` was raised. Print all with

    python -c "from tests.core.test_stage_keys import EXAMPLES; [print(s.key, s) for s, _ in EXAMPLES]"
"""

from dataclasses import is_dataclass
from typing import Any, get_args, get_type_hints

import pytest

import embedding_core.features  # noqa: F401  makes all stages known
from embedding_core.base.stage import _STAGES, Stage
from embedding_core.classifiers.methods import ClassifierParams
from embedding_core.classifiers.split import SplitParams
from embedding_core.classify.curve import CurveParams
from embedding_core.classify.spreading import SpreadParams
from embedding_core.classify.stages import CrossValidate, DrawLearningCurve, SpreadLabels, TrainClassifier
from embedding_core.clusters import FeatureSpace, HDBSCANParams, KMeansParams, Merge, Split, SweepParams
from embedding_core.clusters.stages import Cluster, EditClusters, NameClusters, SweepClusters
from embedding_core.compare.stages import CompareSpaces
from embedding_core.compress.stages import Compress, JudgedTexts
from embedding_core.data.arrivals import BroughtFile, SortFiles
from embedding_core.data.choose import ColumnChoice
from embedding_core.data.judgment_files import ReadJudgments
from embedding_core.data.pictures.stages import ReadPictures, ShowPicture
from embedding_core.data.stages import BuildDataset, ReadTable, Source
from embedding_core.encoders.health import CheckHealth
from embedding_core.encoders.stages import Centered, Embed, EncodeQueries
from embedding_core.evaluate.rankings import RankQueries
from embedding_core.evaluate.stages import EvaluateRetrieval, RunProtocols, ScorePairs
from embedding_core.inspect.picture_stages import InteractWithPicture, ReadPatches, ReadPictureTokens
from embedding_core.inspect.stages import CountWords, EncodePhrases, Interact, ReadText, ReadWord, WeighWords
from embedding_core.neighbors.stages import FindNeighbors
from embedding_core.projection import PaCMAPParams, PCAParams, TSNEParams, UMAPParams
from embedding_core.projection.stages import Project
from embedding_core.ranking.methods import RankingMethod
from embedding_core.ranking.stages import IndexWords, RerankByModel, RerankByTokens
from embedding_core.ranking.vector_index import IndexVectors
from embedding_core.search.stages import CompareIndexes
from embedding_core.similarity.stages import AlignTokens, FindDuplicates, OrderItems
from embedding_core.train import Supervision, TuneParams
from embedding_core.train.stages import FineTune
from embedding_core.trust.stages import CompareSeeds, MeasureMap, MeasureSpace

_A, _B, _C, _D = ("a" * 64, "b" * 64, "c" * 64, "d" * 64)
_SPACE = Embed(_A, _B, "minilm-static", "1")
_FITTED = Embed(_A, _B, "tf-idf", "1")
_MAP = Project(_SPACE, UMAPParams(n_neighbors=20))
_TABLE = ReadTable(_C, "films.csv")
_ALBUM = ReadPictures("cats.zip", upload=_D)
_FOUND = Cluster(_SPACE, KMeansParams(5))
_OF = ("all-MiniLM-L6-v2", "2")

EXAMPLES: tuple[tuple[Stage, str], ...] = (
    (_SPACE, "18002e6eba64bb6697150f4ca81a2b302def3e70f080a717ac75104ddd7454ed"),
    (_FITTED, "961dbb55d6eaa752545adbd3d77caceed72864135405891f364d1213263fcdc1"),
    (Centered(_SPACE), "276014480af11d030063dcd9b595ad41619a1bcb3d5914a9e1e4520c8e96e171"),
    (EncodeQueries(("rain",), _SPACE), "bac33401795ac7de46def010c3566a06eecc2ee1850c2d078cc0e8907f5890e3"),
    (EncodeQueries(("rain",), _FITTED), "6a0d75016facc6b432d84fbf7aae934fab46bfee24642a54b987ac02bb3fb08e"),
    (EncodeQueries((), _SPACE, pictures=(_C,)), "80b270d6147526a76409103d94f529693e3140a8be6afdb0471db6cc6aabbbb4"),
    (CheckHealth(_A, *_OF), "8506590e7b5987292b7de6b475ec70746cf7196f21f08503c96082d134b505f6"),
    (_TABLE, "1334fcfa96b3c7d6aafb2b58bd74b304e045cbbba62f0887f3d112bfcb328cc0"),
    (
        ReadTable(_C, "films.npy", companion=_D, companion_name="films.csv"),
        "24c4f3f9b73bf244cc3d0104e3e939ead5bc19635cd0620d83c290b75fdcf22a",
    ),
    (_ALBUM, "651da0ba00006d90cdc84ec2e57b8cea2b705b21c54588df14f12a0c52e597b8"),
    (
        BuildDataset(Source(_TABLE), ColumnChoice(text=("plot",))),
        "02fd3aa3579fc28a4a1ca80ca65d648aca99403ec5db4afe3a645001c20dc349",
    ),
    (
        BuildDataset(Source(_TABLE, _ALBUM), ColumnChoice(pictures="poster")),
        "dbbb82e36de64104d183b941395c56babe7290fb81ba96e753e933d67fb8c149",
    ),
    (FindNeighbors(_SPACE), "5caa761f8d5f3e3c8b61afc54d417b55fa0cefdae182e8d46b35d728ecea412e"),
    (FindNeighbors(Centered(_SPACE)), "e81860f98b53dd4153cd3a0835b21d0a47b39686b73072563ba80bbfc05be4b3"),
    (Project(_SPACE, PCAParams()), "60a1814bf938fd9fb13a73c723e42ad87df81b90db228e9f9bba6a7dd8ae6e14"),
    (_MAP, "44bfc350d6ca046a4717b9ad24c9db3fc20ad8fad539905045a55393055d8505"),
    (
        Project(Centered(_SPACE), TSNEParams(perplexity=12)),
        "3d70e4269e94754cc5508c4fb6b6a6a1348e544f989bb1362433db09589ccb67",
    ),
    (Project(_SPACE, PaCMAPParams(dims=3)), "9e06773d2d3566970de99dd75c459cf8555ba900bea1a29aaad29033fba7b119"),
    (IndexWords(_A), "5ff2a69f83d7071927f33f82d227892120636cd4eb8f418c8680fb80d214bd7d"),
    (RerankByTokens(_A, "rain", (1, 2)), "9b1963cacc58c1976669b83a129bbf690bd4be7a8a6aa653427f5279a76f668f"),
    (
        RerankByModel(_A, "rain", (1, 2), "some/model", "3"),
        "b17acb2f33e776499b5fe86b82e328b2262a702727c375342e371b6bc62ee5da",
    ),
    (IndexVectors(_SPACE), "2da0361989499dbac005365af30da5434e01403bbf616eaf932ce61327617b7a"),
    (_FOUND, "f39696c08532e040ee3020a58b47802be0c03e5d8bc4e7aea05a506c66773112"),
    (Cluster(_SPACE, HDBSCANParams(min_samples=3)), "37c0f14cf22134fe6636493d7ecc30fb730f08688f8e1fcdaf007c48619d6835"),
    (
        Cluster(_SPACE, KMeansParams(5, feature_space=FeatureSpace.MAP), _MAP),
        "83ff1d14a7c5d88d3095b78235d3356f08da4d2254611a0feb1a83ac7240cfb3",
    ),
    (
        EditClusters(_FOUND, (Merge((0, 3)), Split(1))),
        "5d3a73b80a467efb0df590d6f06b3b61a5bc888ef80bfc733e45d6e224bc4a82",
    ),
    (NameClusters(_FOUND), "14147390665fb185532a68ad1fb95434460ccf69d90f32c9d700b67167ee10b5"),
    (
        NameClusters(EditClusters(_FOUND, (Split(1),)), words=("cat", "dog")),
        "e0c89987b3a252fc0c42f86c73c55d15c6463c9b3b34b4e5ac03fc9cb80af5b9",
    ),
    (
        SweepClusters(_SPACE, SweepParams((2, 4), bootstraps=2)),
        "5406f4b369ebbe0e2861434c4ef24d417abf2f3fb7c3b859ae7c83c72d6af803",
    ),
    (CompareIndexes(_SPACE), "b7dd1bd8b7471732ae8ae1711e8ff55faa630bae81b13e4a349b52a2ad01d886"),
    (FindDuplicates(_SPACE), "453a7f9a8688368dbdd4c278550cddb514ea2bbca41f32f30d8a5687d2fe6019"),
    (OrderItems(_SPACE, (3, 1, 2)), "3d653d174440273f1eb789f67ffc68a0fed8dadf5d16ed391bf603658b4726eb"),
    (AlignTokens("rain", "snow", *_OF), "65c441a4b1b19a7f54e55e408456eaedc034997594019877c37b824f695128ed"),
    (
        CrossValidate(_SPACE, "genre", ClassifierParams(k=7), SplitParams(folds=3)),
        "fb5b0684f74a3758c0db5e6a20e1f9b9396731d58bb9a3312d071dbbab742009",
    ),
    (
        DrawLearningCurve(_SPACE, "genre", curve=CurveParams((1, 2))),
        "b22a61eb81c984081f1bd28ef22e2b78be9488c5cedffc66690c1ad1de1e7f81",
    ),
    (TrainClassifier(_SPACE, "genre"), "1422c8ff773150bf72ea59214fab61bb6bbc35ab9979ea808fba3add54556f0d"),
    (
        SpreadLabels(_SPACE, "genre", SpreadParams(steps=9)),
        "d3e106e960416370038fce5b412f21b69a44bb9d3abff33de60231fd082c77cb",
    ),
    (MeasureMap(_MAP), "ff383e40283038b4c3f1555427722a5cddb65450e01c08856ba32c2a8b70c7b6"),
    (CompareSeeds(_MAP, 3), "324a68eb96916bc76284c7e4cb53639eddfdfe95905354c5969d0c6828c148cb"),
    (MeasureSpace(_SPACE, 12), "31fb4a9604a3009a123c3fa7bb962b41f9a20af925877e18217de4f18948ee01"),
    (
        RankQueries(_SPACE, ("rain", "snow"), RankingMethod.DENSE),
        "8e670e7dbb542c57432bb6b68ec7b0c2f46d9be35c94de103a49314dcb3507b8",
    ),
    (
        RankQueries(_SPACE, ("rain", "snow"), RankingMethod.BM25),
        "e1880b95f2f0de71432cb776b52884753759bf4308ef560949953d2d0518f146",
    ),
    (
        RankQueries(_SPACE, ("rain", "snow"), RankingMethod.LATE),
        "4371cac8e586e850e0126d0ea053297f8d286af7ea2c79ea9991de6059739372",
    ),
    (
        RankQueries(_SPACE, ("rain", "snow"), RankingMethod.CROSS, "some/model", "3"),
        "71987ef4a8f60f475f223d0d7bad8bb2bf75e894ea03be0f7e4d12b2273b64d8",
    ),
    (
        EvaluateRetrieval(_SPACE, _C, ("rain", "snow")),
        "ded41653a406af0caac85c6e102b20c72fbe8bfdf8899bac8b8a5aa537b72a3e",
    ),
    (ScorePairs(_SPACE), "e5fcb7f235d28b5de65ab75a27bc7808839fa59053a8f30f863334b863952006"),
    (RunProtocols(_SPACE, "genre", "part"), "f7709bfcec755e1148e0b7c3d6106466ec3da4096e0608c6beb90ec1d5d778f5"),
    (Compress(_SPACE), "dcde08af3a9f936dc7469366c30562044d7954eafba203133cdcf8f844f71208"),
    (
        Compress(_SPACE, judged=JudgedTexts(("rain",), ((0, 4, 1.0),))),
        "15ad782140fd9125b172f00110a65c5bec52c6c3e669a6f05b178199654c18fd",
    ),
    (CompareSpaces(_SPACE, _FITTED), "973a5c0cd651b132846e39cc946caa66b5bcc9dadbb751d6c8b563e1ec708227"),
    (ReadText(*_OF, "rain"), "95225fea2fdd87443e0c7fa36b7c96c3a824be8dc1fca9de75c188507d09dd5d"),
    (
        ReadWord(*_OF, "bank", ("a bank", "the bank")),
        "d16f9c9eec9bae443e00a3cc3817fcac77dcffe1bb8fb56fea394d7e54330866",
    ),
    (Interact(*_OF, "rain", "It rains."), "95ec0ab6f97bbe2a32e2234360d0c967cc6fcf71d20fb078ff92314356fd07f3"),
    (CountWords(_A, _B), "2ab6dccee956e2016039d50aae51d0a402ef86e011a1d322b7d1f19a89c18ac2"),
    (WeighWords(*_OF, "rain"), "4d4d9bcff67e35041806ceadd2b246d7c5d0d6889ae56541ec7d2feae9fbd56b"),
    (EncodePhrases(*_OF, ("rain", "snow")), "0c2fc4772250287b47288fbb277de5c1fa495e0f0e32d1df493a07d5c168c338"),
    (ReadPatches(*_OF, _C), "5a0d771b9e4db89773c11723ffd690a07b690d26722edafa8af7b5784efb13da"),
    (ReadPictureTokens(*_OF, _C, _D), "60fa1ef8e0032f3c44a34b5e826a79a5970bd246ce8869e11bbecc837bdf26a8"),
    (InteractWithPicture(*_OF, "rain", _C), "c0f67d0c55f4ee9c7d13e8f6d637b9fa67f4806ccaee54a85702e1a21bf64638"),
    (SortFiles((BroughtFile("films.csv", _C),)), "66eba28905151b451dba5c866e336f970b1469709699083566f0c3a00dfa3676"),
    (
        ReadJudgments((BroughtFile("films.csv", _C),), _A),
        "5bee187d111180a63d4c9fe85923abac24f5e94a6c5fe3d2beb50f19fef11968",
    ),
    (ShowPicture(_C), "f7b97f114a47190d83f29d1046652dfc4a44f973569ae172462b910eeca1e1f7"),
    (
        FineTune(_A, Supervision(columns=("plot", "genre")), *_OF, "mine"),
        "48ea039fb9416d91e96e54f0da6701e11742f854ecfd48380736f5ccfd3f2b4f",
    ),
    (
        FineTune(_A, Supervision(columns=("plot", "genre")), *_OF, "mine", TuneParams(), _B),
        "e3e847d999506aade8458cebaac9ea2ed6a2b0cf87bb969b85e4ffcd4d9cc45b",
    ),
)


@pytest.mark.parametrize(("stage", "key"), EXAMPLES, ids=[type(stage).__name__ for stage, _ in EXAMPLES])
def test_a_stage_keeps_its_key(stage: Stage, key: str) -> None:
    assert stage.key == key


def test_the_types_of_every_result_can_be_read_back() -> None:
    for kind in {type(stage) for stage, _ in EXAMPLES}:
        if kind.compute is not Stage.compute:
            assert_known(get_type_hints(kind.compute)["return"])


def assert_known(hint: Any) -> None:
    """Fail with the name of a type that is imported for type checkers only, where the codec cannot see it."""
    for part in get_args(hint):
        assert_known(part)
    if is_dataclass(hint):
        for part in get_type_hints(hint).values():
            assert_known(part)


def test_every_stage_has_an_example() -> None:
    stages = {kind for kind in _STAGES.values() if kind.__module__.startswith("embedding_core.")}
    assert {kind for kind in stages if hasattr(kind, "kind")} == {type(stage) for stage, _ in EXAMPLES}

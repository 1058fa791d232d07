"""The stages from a file to a map: what each is made from, what its artifact is called, and how it is made.

A stage is plain data. Its key is the SHA-256 of the keys it came from and its own resolved parameters, so a knob redoes
its own stage and what hangs below it, nothing else.
"""

from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np

from embedding_core import encoders
from embedding_core.classification import ClassifierParams, CurveParams, SplitParams, SpreadParams
from embedding_core.clustering import (
    AdoptNoise,
    AgglomerativeParams,
    ClusterEdits,
    HDBSCANParams,
    KMeansParams,
    Merge,
    Move,
    Rename,
    Split,
    SweepParams,
)
from embedding_core.comparison import ComparisonParams
from embedding_core.compression import CompressionParams
from embedding_core.evaluation import ProtocolParams
from embedding_core.finetuning import Teaching, TuneParams
from embedding_core.naming import NamingParams
from embedding_core.neighbors import NeighborsParams, nearest_neighbors
from embedding_core.projection import PaCMAPParams, PCAParams, TSNEParams, UMAPParams, umap
from embedding_core.search.indexes import IndexesParams
from embedding_core.search.inverted_file import ApproximateParams
from embedding_core.search.lexical import BM25Params
from embedding_core.similarity import DuplicatesParams
from embedding_core.sources import ColumnChoice, ReadOptions
from embedding_core.stages.base import Lane, Stage
from embedding_core.stages.classification import (
    CrossValidate,
    DrawLearningCurve,
    SpreadLabels,
    TrainClassifier,
)
from embedding_core.stages.clusters import Cluster, ClusterStage, EditClusters, NameClusters, SweepClusters, naming
from embedding_core.stages.comparison import Compared, CompareSpaces
from embedding_core.stages.compression import Compress, JudgedTexts
from embedding_core.stages.data import BuildDataset, CheckHealth, ReadTable, Source, load_dataset, save_dataset
from embedding_core.stages.evaluation import (
    EvaluateRetrieval,
    RunProtocols,
    ScorePairs,
    keep_judgements,
    load_judgements,
)
from embedding_core.stages.finetuning import FineTune
from embedding_core.stages.inside import (
    CountWords,
    EncodePhrases,
    Interact,
    ReadText,
    ReadWord,
    WeighWords,
)
from embedding_core.stages.inside_pictures import InteractWithPicture, ReadPatches, ReadPictureTokens
from embedding_core.stages.maps import Project
from embedding_core.stages.pictures import ReadPictures, load_album, picture_readers
from embedding_core.stages.rankings import RankQueries
from embedding_core.stages.search import CompareIndexes, IndexWords, RerankByModel, RerankByTokens, Reranked
from embedding_core.stages.similarity import AlignTokens, FindDuplicates, OrderItems
from embedding_core.stages.space import Centred, Embed, EncodeQueries, FindNeighbors, loaded_encoder
from embedding_core.stages.trust import CompareSeeds, MeasureMap, MeasureSpace
from embedding_core.stages.vector_index import IndexVectors
from embedding_core.trust import TrustParams

__all__ = [
    "AlignTokens",
    "BuildDataset",
    "Centred",
    "CheckHealth",
    "Cluster",
    "ClusterStage",
    "CompareIndexes",
    "CompareSeeds",
    "CompareSpaces",
    "Compared",
    "Compress",
    "CountWords",
    "CrossValidate",
    "DrawLearningCurve",
    "EditClusters",
    "Embed",
    "EncodePhrases",
    "EncodeQueries",
    "EvaluateRetrieval",
    "FindDuplicates",
    "FindNeighbors",
    "FineTune",
    "IndexVectors",
    "IndexWords",
    "Interact",
    "InteractWithPicture",
    "JudgedTexts",
    "Lane",
    "MeasureMap",
    "MeasureSpace",
    "NameClusters",
    "OrderItems",
    "Project",
    "RankQueries",
    "ReadPatches",
    "ReadPictureTokens",
    "ReadPictures",
    "ReadTable",
    "ReadText",
    "ReadWord",
    "RerankByModel",
    "RerankByTokens",
    "Reranked",
    "RunProtocols",
    "ScorePairs",
    "Source",
    "SpreadLabels",
    "Stage",
    "SweepClusters",
    "TrainClassifier",
    "WeighWords",
    "describe",
    "keep_judgements",
    "load_album",
    "load_dataset",
    "load_judgements",
    "naming",
    "picture_readers",
    "revive",
    "save_dataset",
    "warm",
]

_NAMED = {
    cls.__name__: cls
    for cls in (
        *(ReadTable, ReadPictures, BuildDataset, Embed, Centred, EncodeQueries, FindNeighbors, Project, CheckHealth),
        *(Source, ReadOptions, ColumnChoice, NeighborsParams, PCAParams, UMAPParams, TSNEParams, PaCMAPParams),
        *(AlignTokens, FindDuplicates, OrderItems, CrossValidate, DrawLearningCurve, TrainClassifier, SpreadLabels),
        *(DuplicatesParams, ClassifierParams, SplitParams, CurveParams, SpreadParams),
        *(IndexWords, IndexVectors, RerankByTokens, RerankByModel, CompareIndexes),
        *(BM25Params, ApproximateParams, IndexesParams),
        *(Cluster, EditClusters, NameClusters, SweepClusters, SweepParams, NamingParams, ClusterEdits),
        *(MeasureMap, CompareSeeds, MeasureSpace, TrustParams),
        *(RankQueries, EvaluateRetrieval, ScorePairs, RunProtocols, ProtocolParams),
        *(FineTune, Teaching, TuneParams),
        *(ReadText, ReadWord, Interact, CountWords, WeighWords, EncodePhrases),
        *(ReadPatches, ReadPictureTokens, InteractWithPicture),
        *(KMeansParams, HDBSCANParams, AgglomerativeParams, Rename, Merge, Split, Move, AdoptNoise),
        *(Compress, CompressionParams, JudgedTexts, CompareSpaces, ComparisonParams),
    )
}


def describe(value: Any) -> Any:
    """Return a stage or its parameters as JSON values, to be sent to another process."""
    if is_dataclass(value) and not isinstance(value, type):
        return {"is": type(value).__name__, **{f.name: describe(getattr(value, f.name)) for f in fields(value)}}
    return [describe(part) for part in value] if isinstance(value, tuple) else value


def revive(value: Any, *more: type) -> Any:
    """Return what `describe` was given; `more` names dataclasses beyond the stages and their parameters."""
    if isinstance(value, dict):
        kind = {**_NAMED, **{cls.__name__: cls for cls in more}}[value["is"]]
        return kind(**{name: revive(part, *more) for name, part in value.items() if name != "is"})
    return tuple(revive(part, *more) for part in value) if isinstance(value, list) else value


def warm(lane: str) -> None:
    """Do at leisure what the first job of a lane would wait for."""
    if lane == Lane.ENCODE:
        loaded_encoder(encoders.DEFAULT_ENCODER).encode_documents(["Ready."])
    elif lane == Lane.MAP:
        points = np.random.default_rng(0).normal(size=(64, 8)).astype(np.float32)
        umap(points, nearest_neighbors(points, NeighborsParams()), UMAPParams())

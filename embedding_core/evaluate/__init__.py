"""Evaluation of encoders and ranking methods: retrieval with judgments, scored sentence pairs, MTEB's protocols."""

from embedding_core.data.beir import CORPUS, Collection, find_beir, parse_beir, read_beir
from embedding_core.data.judgment_table import judged_columns, read_judgments
from embedding_core.data.judgments import Judgments, checked, judged
from embedding_core.evaluate.bootstrap import Difference, mean_interval, paired_bootstrap
from embedding_core.evaluate.measures import DEPTH, QueryScores, measure_names, score_rankings
from embedding_core.evaluate.pairs import SCORE_COLUMN, PairScores, ScoredPairs, read_pairs, score_pairs
from embedding_core.evaluate.protocols import MEASURES, ProtocolParams, ProtocolScores, run_protocols

__all__ = [
    "CORPUS",
    "DEPTH",
    "MEASURES",
    "SCORE_COLUMN",
    "Collection",
    "Difference",
    "Judgments",
    "PairScores",
    "ProtocolParams",
    "ProtocolScores",
    "QueryScores",
    "ScoredPairs",
    "checked",
    "find_beir",
    "judged",
    "judged_columns",
    "mean_interval",
    "measure_names",
    "paired_bootstrap",
    "parse_beir",
    "read_beir",
    "read_judgments",
    "read_pairs",
    "run_protocols",
    "score_pairs",
    "score_rankings",
]

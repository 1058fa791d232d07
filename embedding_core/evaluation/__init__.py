"""How good an encoder and an engine are on somebody's own data: retrieval, sentence pairs, labels."""

from embedding_core.evaluation.beir import CORPUS, Collection, find_beir, parse_beir, read_beir
from embedding_core.evaluation.bootstrap import Difference, Spread, paired_bootstrap, spread
from embedding_core.evaluation.judgements import Judgements, checked, judged
from embedding_core.evaluation.measures import DEPTH, QueryScores, measure_names, score_rankings
from embedding_core.evaluation.pairs import SCORE_COLUMN, Pairs, PairScores, read_pairs, score_pairs
from embedding_core.evaluation.protocols import MEASURES, ProtocolParams, ProtocolScores, run_protocols
from embedding_core.evaluation.ranker import SECOND_LOOKS, Ranker
from embedding_core.evaluation.table import judged_columns, read_judgements

__all__ = [
    "CORPUS",
    "DEPTH",
    "MEASURES",
    "SCORE_COLUMN",
    "SECOND_LOOKS",
    "Collection",
    "Difference",
    "Judgements",
    "PairScores",
    "Pairs",
    "ProtocolParams",
    "ProtocolScores",
    "QueryScores",
    "Ranker",
    "Spread",
    "checked",
    "find_beir",
    "judged",
    "judged_columns",
    "measure_names",
    "paired_bootstrap",
    "parse_beir",
    "read_beir",
    "read_judgements",
    "read_pairs",
    "run_protocols",
    "score_pairs",
    "score_rankings",
    "spread",
]

"""What ranking methods are called on the screen."""

from embedding_core.ranking.methods import RankingMethod

LABELS = {
    RankingMethod.DENSE: "Semantic",
    RankingMethod.BM25: "Keyword (BM25)",
    RankingMethod.HYBRID: "Hybrid",
    RankingMethod.LATE: "Late interaction",
    RankingMethod.CROSS: "Cross-encoder",
}

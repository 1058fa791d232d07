"""What ranking methods are called on the screen."""

from embedding_core.ranking.methods import RankingMethod

LABELS = {
    RankingMethod.DENSE: "Meaning",
    RankingMethod.BM25: "Words",
    RankingMethod.HYBRID: "Both",
    RankingMethod.LATE: "Token by token",
    RankingMethod.CROSS: "Cross-encoder",
}

"""How a query was read, and what it found, in a few sentences."""

import math
from collections.abc import Iterator

from components.app.untrusted import md_label, shorten
from embedding_core.data.dataset import Dataset
from embedding_core.ranking.approximate import CANDIDATES
from embedding_core.ranking.methods import RERANKING, RankingMethod
from embedding_core.search.answer import Answer
from embedding_core.search.question import RERANKED, Question

_CHARS = 40
_NAMES = {RankingMethod.DENSE: "meaning", RankingMethod.BM25: "words", RankingMethod.HYBRID: "both"}


def summary(dataset: Dataset, found: Answer) -> str:
    """Return markdown: each part that shaped the answer with its weights, then how much was found."""
    question = found.question
    parts = [*_query(question), *_sum(dataset, found), *_engine(question), *_expansion(found)]
    if question.where:
        parts.append(f"{found.passing:,} of {len(dataset):,} items pass the filter.")
    if not len(found.hits.rows):
        parts.append("No items match." if found.passing else "No item passes the filter. Relax it.")
    if not parts:
        parts.append(f"{len(found.hits.rows):,} of {len(dataset):,} items, best match first.")
    return " ".join([*parts, *_scan(found)])


def _query(question: Question) -> Iterator[str]:
    if question.words and question.picture:
        share = question.picture_share
        yield f"The query vector is {1 - share:.2f} × the text and {share:.2f} × the picture."
    if question.picture and not question.words:
        yield "Ranked by similarity to your picture."
    if not (question.words or question.picture):
        away = ""
        if question.less:
            weights = question.feedback
            bad = _items(len(question.less), "negative example")
            away = f" (weight {weights.beta:g}), minus the mean of {bad} (weight {weights.gamma:g})"
        yield (
            f"Ranked by similarity to the mean of {_items(len(question.more), 'example')}{away}; the examples "
            "are excluded."
        )
    elif question.more or question.less:
        weights = question.feedback
        good, bad = (
            f" {sign} {weight:g} × the mean of {_items(len(rows), kind)}" if rows else ""
            for sign, weight, rows, kind in (
                ("+", weights.beta, question.more, "positive example"),
                ("−", weights.gamma, question.less, "negative example"),
            )
        )
        yield f"Query vector: {weights.alpha:g} × the query{good}{bad}."


def _items(count: int, name: str) -> str:
    return f"{count:,} {name}{'' if count == 1 else 's'}"


def _sum(dataset: Dataset, found: Answer) -> Iterator[str]:
    if not found.terms:
        return
    signs = {1: "+", -1: "−"}
    terms = " ".join(f"{signs[term.sign]} {md_label(shorten(term.text, _CHARS))}" for term in found.terms)
    kept = found.question.keep_inputs
    yield f"Vector arithmetic: {terms}; its input items are {'included' if kept else 'excluded'}."
    if found.first_otherwise is not None:
        other = md_label(shorten(dataset.titles[found.first_otherwise], _CHARS))
        yield (
            f"Without the inputs, “{other}” would rank first."
            if kept
            else f"With the inputs, “{other}” would rank first, because a sum lies near its own terms."
        )


def _expansion(found: Answer) -> Iterator[str]:
    """Yield what the first hits did to the query: by meaning they moved its vector, by words they lent it words."""
    question, expansion = found.question, found.question.expansion
    if expansion is None:
        return
    engine = question.first if question.method in RERANKING else question.method
    moved = f", moving the query by {expansion.weight:g} × their mean" if engine is not RankingMethod.BM25 else ""
    yield f"Query expanded with the top {_items(expansion.hits, 'hit')}{moved}."
    if not found.added:
        yield "These hits share no distinctive words."
    elif engine is RankingMethod.DENSE:
        yield f"Shared words: {', '.join(map(md_label, found.added))}."
    else:
        yield f"Words added: {', '.join(f'{md_label(word)} {weight:.2f}' for word, weight in found.added.items())}."


def _engine(question: Question) -> Iterator[str]:
    if question.method is RankingMethod.HYBRID:
        meaning, words = question.fusion.weights
        k = question.fusion.k
        yield f"Score: {meaning:g} / ({k} + semantic rank) + {words:g} / ({k} + keyword rank)."
    elif question.method in RERANKING:
        yield f"The top {RERANKED} by {_NAMES[question.first]}, reranked."


def _scan(found: Answer) -> Iterator[str]:
    """Yield by way of what the vectors were looked through, and what that misses."""
    index = found.approximate
    if index is not None:
        yield (
            f"From an approximate index: recall@10 {_below(index.recall)}, recall@100 {_below(index.deep_recall)} "
            f"for {index.queries:,} items of this data, lower for queries unlike them; {_time(index.milliseconds)} "
            f"ms per query instead of {_time(index.exact_milliseconds)} ms for exact search."
        )
    partly = RankingMethod.DENSE in found.ranks and not found.ranks[RankingMethod.DENSE].all()
    if partly or (index is not None and found.question.method is RankingMethod.HYBRID):
        yield f"Only the {CANDIDATES:,} nearest items have a semantic rank."
    if found.sampled:
        yield f"Scores are exact; percentiles are estimated from {found.sampled:,} random items."


def _below(share: float) -> str:
    """Return two digits, never more than it is: what is almost all is not all."""
    return f"{math.floor(100 * share) / 100:.2f}"


def _time(milliseconds: float) -> str:
    return f"{milliseconds:.0f}" if milliseconds >= 10 else f"{milliseconds:.1f}"

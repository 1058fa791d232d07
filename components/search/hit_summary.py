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
        parts.append("Nothing was found." if found.passing else "No item passes the filter: loosen it.")
    if not parts:
        parts.append(f"{len(found.hits.rows):,} of {len(dataset):,} items, the best first.")
    return " ".join([*parts, *_scan(found)])


def _query(question: Question) -> Iterator[str]:
    if question.words and question.picture:
        share = question.picture_share
        yield f"The query is {1 - share:.2f} of the words and {share:.2f} of the picture."
    if question.picture and not question.words:
        yield "Nearest to your picture."
    if not (question.words or question.picture):
        away = ""
        if question.less:
            weights = question.feedback
            bad = _items(len(question.less), "bad example")
            away = f", at {weights.beta:g}, and away from that of {bad}, at {weights.gamma:g}"
        yield f"Nearest to the mean of {_items(len(question.more), 'example')}{away}; these are left out."
    elif question.more or question.less:
        weights = question.feedback
        good, bad = (
            f" {sign} {weight:g} × the mean of {_items(len(rows), kind)}" if rows else ""
            for sign, weight, rows, kind in (
                ("+", weights.beta, question.more, "good example"),
                ("−", weights.gamma, question.less, "bad example"),
            )
        )
        yield f"Searched with {weights.alpha:g} × your query{good}{bad}."


def _items(count: int, name: str) -> str:
    return f"{count:,} {name}{'' if count == 1 else 's'}"


def _sum(dataset: Dataset, found: Answer) -> Iterator[str]:
    if not found.terms:
        return
    signs = {1: "+", -1: "−"}
    terms = " ".join(f"{signs[term.sign]} {md_label(shorten(term.text, _CHARS))}" for term in found.terms)
    kept = found.question.keep_inputs
    yield f"Read as a sum: {terms}; items named in it are {'kept' if kept else 'left out'}."
    if found.first_otherwise is not None:
        other = md_label(shorten(dataset.titles[found.first_otherwise], _CHARS))
        yield (
            f"Without them “{other}” would be first."
            if kept
            else f"Let in, “{other}” would be first: a sum lies near its own parts."
        )


def _expansion(found: Answer) -> Iterator[str]:
    """Yield what the first hits did to the query: by meaning they moved its vector, by words they lent it words."""
    question, expansion = found.question, found.question.expansion
    if expansion is None:
        return
    engine = question.first if question.method in RERANKING else question.method
    moved = f", moved by {expansion.weight:g} × their mean" if engine is not RankingMethod.BM25 else ""
    yield f"Searched again with what the first {_items(expansion.hits, 'hit')} say{moved}."
    if not found.added:
        yield "They share no word that tells them from other items."
    elif engine is RankingMethod.DENSE:
        yield f"They share: {', '.join(map(md_label, found.added))}."
    else:
        yield f"Words added: {', '.join(f'{md_label(word)} {weight:.2f}' for word, weight in found.added.items())}."


def _engine(question: Question) -> Iterator[str]:
    if question.method is RankingMethod.HYBRID:
        meaning, words = question.fusion.weights
        k = question.fusion.k
        yield f"Score: {meaning:g} / ({k} + rank by meaning) + {words:g} / ({k} + rank by words)."
    elif question.method in RERANKING:
        yield f"The first {RERANKED} by {_NAMES[question.first]}, looked at again."


def _scan(found: Answer) -> Iterator[str]:
    """Yield by way of what the vectors were looked through, and what that misses."""
    index = found.approximate
    if index is not None:
        yield (
            f"Found by way of an approximate index: recall@10 {_below(index.recall)}, recall@100 "
            f"{_below(index.deep_recall)} for {index.queries:,} items of this data, less for a query unlike them; "
            f"{_time(index.milliseconds)} ms instead of {_time(index.exact_milliseconds)} ms exactly."
        )
    partly = RankingMethod.DENSE in found.ranks and not found.ranks[RankingMethod.DENSE].all()
    if partly or (index is not None and found.question.method is RankingMethod.HYBRID):
        yield f"Only the {CANDIDATES:,} nearest have a rank by meaning."
    if found.sampled:
        yield f"Scores are exact; percentiles are estimated from {found.sampled:,} random items."


def _below(share: float) -> str:
    """Return two digits, never more than it is: what is almost all is not all."""
    return f"{math.floor(100 * share) / 100:.2f}"


def _time(milliseconds: float) -> str:
    return f"{milliseconds:.0f}" if milliseconds >= 10 else f"{milliseconds:.1f}"

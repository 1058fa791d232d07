"""Code for each view of Evaluate."""

from collections.abc import Sequence

from embedding_core.base.snippet import opening, written
from embedding_core.base.types import Key
from embedding_core.evaluate.protocols import ProtocolParams
from embedding_core.ranking.methods import RankingMethod


def retrieval(dataset: Key, systems: Sequence[tuple[str, str]], judgments: Key, k: int, cross_encoder: str = "") -> str:
    """Return code that defines `scores`, the measures of each judged query by system."""
    listed = "\n".join(f"    {system!r}," for system in systems)
    taken, named, model = "", "", ""
    if any(method == RankingMethod.CROSS for _, method in systems):
        taken = "from embedding_core.ranking.cross_encoder import cross_encoder_revision\n"
        named = f"model = ({cross_encoder!r}, cross_encoder_revision({cross_encoder!r}))\n"
        model = f', *(model if ranker == "{RankingMethod.CROSS}" else ())'
    return f"""\
from embedding_core.engine import Engine, open_store
from embedding_core.evaluate import checked, score_rankings
{taken}from embedding_core.evaluate.rankings import RankQueries
from embedding_core.data.judgments import load_judgments

engine = Engine(open_store())
dataset = engine.dataset({dataset!r})
judgments = checked(load_judgments({judgments!r}, engine.store), dataset.ids)
queries = tuple(judgments.queries.values())
{named}scores = {{}}
for encoder, ranker in [
{listed}
]:
    rows = engine.make(RankQueries(engine.embedding(dataset, encoder), queries, ranker{model}))
    rankings = {{
        query: [dataset.ids[row] for row in found if row >= 0]
        for query, found in zip(judgments.queries, rows.tolist(), strict=True)
    }}
    scores[encoder, ranker] = score_rankings(judgments, rankings, {k})
    print(encoder, ranker, scores[encoder, ranker].means)
"""


def difference(
    dataset: Key, systems: Sequence[tuple[str, str]], judgments: Key, k: int, measure: str, cross_encoder: str = ""
) -> str:
    """Return code that defines `found`, the paired bootstrap comparison of two systems."""
    return f"""\
{retrieval(dataset, systems, judgments, k, cross_encoder)}
from embedding_core.evaluate import paired_bootstrap

one, other = (scored.values[{measure!r}] for scored in scores.values())
found = paired_bootstrap(other, one)
print(f"{{found.mean:+.3f}} ({{found.low:+.3f}} to {{found.high:+.3f}}), p = {{found.p:.3f}}")
"""


def pairs(dataset: Key, encoder: str) -> str:
    """Return code that defines `found`, the correlation of cosines with human scores; the data set holds the pairs."""
    return f"""\
{opening(dataset, encoder)}
from embedding_core.evaluate import SCORE_COLUMN, score_pairs

scores = dataset.columns[SCORE_COLUMN].to_numpy()[: len(dataset) // 2]
found = score_pairs(vectors, scores)
print(f"Spearman {{found.spearman:.4f}}, Pearson {{found.pearson:.4f}}")
"""


def labels(dataset: Key, encoder: str, label: str, split: str | None, params: ProtocolParams) -> str:
    """Return code that defines `found`, classification and clustering by MTEB's protocols."""
    test = ""
    if split is not None:
        test = f'test = (dataset.columns[{split!r}].astype(str).str.strip().str.casefold() == "test").to_numpy()\n'
    return f"""\
{opening(dataset, encoder)}
from statistics import mean

from embedding_core.classify import labels_of
from embedding_core.evaluate import MEASURES, ProtocolParams, run_protocols

codes = labels_of(dataset.columns[{label!r}]).codes
{test}found = run_protocols(vectors, codes, {"test" if test else "None"}, {written(params)})
for name in MEASURES:
    values, chance = getattr(found, name), getattr(found, f"{{name}}_chance")
    print(f"{{name}} {{mean(values):.4f}}, random baseline {{mean(chance):.4f}}")
"""

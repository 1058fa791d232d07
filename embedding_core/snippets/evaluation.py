"""How good an encoder and an engine are, as code."""

from collections.abc import Sequence

from embedding_core.evaluation import ProtocolParams, Ranker
from embedding_core.snippets.opening import opening
from embedding_core.snippets.written import written
from embedding_core.types import Key


def retrieval(
    dataset: Key, systems: Sequence[tuple[str, str]], judgements: Key, k: int, cross_encoder: str = ""
) -> str:
    """Return code that leaves `scores`, each measure of each judged query, by system: an encoder and an engine."""
    listed = "\n".join(f"    {system!r}," for system in systems)
    taken, named, model = "", "", ""
    if any(ranker == Ranker.CROSS for _, ranker in systems):
        taken = "from embedding_core.search.cross_encoder import cross_encoder_revision\n"
        named = f"model = ({cross_encoder!r}, cross_encoder_revision({cross_encoder!r}))\n"
        model = f', *(model if ranker == "{Ranker.CROSS}" else ())'
    return f"""\
from embedding_core.engine import Engine, open_store
from embedding_core.evaluation import checked, score_rankings
{taken}from embedding_core.stages import RankQueries, load_judgements

engine = Engine(open_store())
dataset = engine.dataset({dataset!r})
judgements = checked(load_judgements({judgements!r}, engine.store), dataset.ids)
queries = tuple(judgements.queries.values())
{named}scores = {{}}
for encoder, ranker in [
{listed}
]:
    rows = engine.make(RankQueries(engine.embedding(dataset, encoder), queries, ranker{model}))
    rankings = {{
        query: [dataset.ids[row] for row in found if row >= 0]
        for query, found in zip(judgements.queries, rows.tolist(), strict=True)
    }}
    scores[encoder, ranker] = score_rankings(judgements, rankings, {k})
    print(encoder, ranker, scores[encoder, ranker].means)
"""


def difference(
    dataset: Key, systems: Sequence[tuple[str, str]], judgements: Key, k: int, measure: str, cross_encoder: str = ""
) -> str:
    """Return code that leaves `found`, how far the first of two systems is better than the second."""
    return f"""\
{retrieval(dataset, systems, judgements, k, cross_encoder)}
from embedding_core.evaluation import paired_bootstrap

one, other = (scored.values[{measure!r}] for scored in scores.values())
found = paired_bootstrap(other, one)
print(f"{{found.mean:+.3f}} ({{found.low:+.3f}} to {{found.high:+.3f}}), p = {{found.p:.3f}}")
"""


def pairs(dataset: Key, encoder: str) -> str:
    """Return code that leaves `found`, how far cosines agree with people; the data set holds the pairs."""
    return f"""\
{opening(dataset, encoder)}
from embedding_core.evaluation import SCORE_COLUMN, score_pairs

scores = dataset.columns[SCORE_COLUMN].to_numpy()[: len(dataset) // 2]
found = score_pairs(vectors, scores)
print(f"Spearman {{found.spearman:.4f}}, Pearson {{found.pearson:.4f}}")
"""


def labels(dataset: Key, encoder: str, label: str, split: str | None, params: ProtocolParams) -> str:
    """Return code that leaves `found`, classification and clustering by MTEB's protocols."""
    test = ""
    if split is not None:
        test = f'test = (dataset.columns[{split!r}].astype(str).str.strip().str.casefold() == "test").to_numpy()\n'
    return f"""\
{opening(dataset, encoder)}
from statistics import mean

from embedding_core.classification import labels_of
from embedding_core.evaluation import MEASURES, ProtocolParams, run_protocols

codes = labels_of(dataset.columns[{label!r}]).codes
{test}found = run_protocols(vectors, codes, {"test" if test else "None"}, {written(params)})
for name in MEASURES:
    values, chance = getattr(found, name), getattr(found, f"{{name}}_chance")
    print(f"{{name}} {{mean(values):.4f}}, by chance {{mean(chance):.4f}}")
"""

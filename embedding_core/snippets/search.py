"""A search as code."""

from dataclasses import is_dataclass
from typing import Any

from embedding_core.snippets.opening import opening
from embedding_core.snippets.written import written
from embedding_core.types import Key


def hits(dataset: Key, encoder: str, question: Any) -> str:
    """Return code that leaves `found`, the answer to a `retrieval.Question`, and prints its hits."""
    usual = vars(type(question)())
    parts = [type(part) for name, part in vars(question).items() if is_dataclass(part) and part != usual[name]]
    imports = "".join(f"from {part.__module__} import {part.__name__}\n" for part in parts)
    return f"""\
{opening(dataset, encoder)}
from embedding_core.retrieval import Question, answer
{imports}
question = {written(question)}
found = answer(engine, dataset, space, question, engine.make)
for row, score, chance in zip(found.hits.rows, found.hits.scores, found.hits.null_percentiles, strict=True):
    print(f"{{score:.3f}}  beats {{chance:.1%}} of chance  {{dataset.titles[row]}}")
"""

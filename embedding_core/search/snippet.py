"""Code for Search."""

from dataclasses import is_dataclass
from typing import Any

from embedding_core.base.snippet import opening, written
from embedding_core.base.types import Key


def hits(dataset: Key, encoder: str, question: Any) -> str:
    """Return code that defines `found`, the answer to a `Question`, and prints its hits."""
    default = vars(type(question)())
    parts = [type(part) for name, part in vars(question).items() if is_dataclass(part) and part != default[name]]
    imports = "".join(f"from {part.__module__} import {part.__name__}\n" for part in parts)
    return f"""\
{opening(dataset, encoder)}
from embedding_core.search import Question, answer
{imports}
question = {written(question)}
found = answer(engine, dataset, space, question, engine.make)
for row, score, chance in zip(found.hits.rows, found.hits.scores, found.hits.baseline_percentiles, strict=True):
    print(f"{{score:.3f}}  above {{chance:.1%}} of random scores  {{dataset.titles[row]}}")
"""

"""A search as code."""

from dataclasses import is_dataclass
from enum import StrEnum
from typing import Any

from embedding_core.snippets.opening import opening
from embedding_core.types import Key


def hits(dataset: Key, encoder: str, question: Any) -> str:
    """Return code that leaves `found`, the answer to a `retrieval.Question`, and prints its hits."""
    parts = [type(part) for part in _changed(question).values() if is_dataclass(part)]
    imports = "".join(f"from {part.__module__} import {part.__name__}\n" for part in parts)
    return f"""\
{opening(dataset, encoder)}
from embedding_core.retrieval import Question, answer
{imports}
question = {_written(question)}
found = answer(engine, dataset, space, question, engine.make)
for row, score, chance in zip(found.hits.rows, found.hits.scores, found.hits.null_percentiles, strict=True):
    print(f"{{score:.3f}}  beats {{chance:.1%}} of chance  {{dataset.titles[row]}}")
"""


def _written(value: Any) -> str:
    """Return Python for a value; of parameters those that are as usual are left out."""
    if is_dataclass(value):
        changed = ", ".join(f"{name}={_written(held)}" for name, held in _changed(value).items())
        return f"{type(value).__name__}({changed})"
    return repr(str(value) if isinstance(value, StrEnum) else value)


def _changed(params: Any) -> dict[str, Any]:
    usual = vars(type(params)())
    return {name: held for name, held in vars(params).items() if held != usual[name]}

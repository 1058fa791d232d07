"""Collections in the layout of BEIR: corpus.jsonl, queries.jsonl, qrels/SPLIT.tsv.

Thakur and others 2021, https://arxiv.org/abs/2104.08663.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from embedding_core.dataset import Dataset
from embedding_core.errors import InputError
from embedding_core.evaluation.judgements import Judgements
from embedding_core.evaluation.table import read_grade

CORPUS, QUERIES, QRELS = "corpus.jsonl", "queries.jsonl", "qrels"
_LAYOUT = f"A BEIR folder holds {CORPUS}, {QUERIES} and {QRELS}/test.tsv."
_SPLITS = ("test", "dev", "train")


@dataclass(frozen=True, eq=False)
class Collection:
    """Documents with queries and judgements."""

    dataset: Dataset
    judgements: Judgements


def read_beir(folder: Path) -> Collection:
    """Read a folder; of several splits the test set.

    Raises:
        InputError: a file is missing or a line is not what it should be.
    """
    if not folder.is_dir():
        raise InputError(f"There is no folder {folder}.", _LAYOUT)
    splits = {file.stem: file for file in sorted((folder / QRELS).glob("*.tsv"))}
    files = {name: folder / name for name in (CORPUS, QUERIES)}
    missing = [name for name, file in files.items() if not file.is_file()]
    if missing or not splits:
        raise InputError(f"{folder.name} has no {missing[0] if missing else f'{QRELS}/*.tsv'}.", _LAYOUT)
    split = next((splits[name] for name in _SPLITS if name in splits), next(iter(splits.values())))
    texts = {name: _text(file) for name, file in files.items()}
    return parse_beir(folder.name, texts[CORPUS], texts[QUERIES], _text(split))


def parse_beir(name: str, corpus: str, queries: str, qrels: str) -> Collection:
    """Read the contents of the three files.

    Raises:
        InputError: a line is not what it should be.
    """
    documents = list(_records(corpus, CORPUS))
    if not documents:
        raise InputError(f"{CORPUS} holds no documents.", _LAYOUT)
    texts = [f"{_string(record, 'title')} {_string(record, 'text')}".strip() for record in documents]
    dataset = Dataset.create(name, texts, ids=[record["_id"] for record in documents])
    asked = {record["_id"]: _string(record, "text") for record in _records(queries, QUERIES)}
    return Collection(dataset, Judgements(asked, dict(_grades(qrels))))


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{file.name} cannot be read: {error}.", "It has to be UTF-8 text.") from error


def _records(text: str, name: str) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except ValueError:
            raise InputError(f"Line {number:,} of {name} is no JSON.", "Each line is one JSON object.") from None
        if not isinstance(record, dict) or "_id" not in record:
            raise InputError(f"Line {number:,} of {name} has no _id.", 'A line is {"_id": "1", "text": "…"}.')
        yield {**record, "_id": str(record["_id"])}


def _string(record: Mapping[str, Any], field: str) -> str:
    value = record.get(field)
    return value if isinstance(value, str) else ""


def _grades(text: str) -> dict[str, dict[str, int]]:
    grades: dict[str, dict[str, int]] = {}
    for number, line in enumerate(text.splitlines(), 1):
        cells = line.split("\t")
        if not line.strip() or (number == 1 and cells[-1].strip() == "score"):
            continue
        # TREC's own files have a fourth column, always 0, after the query.
        if len(cells) not in (3, 4):
            raise InputError(
                f"Line {number:,} of the judgements has {len(cells)} columns.", "It needs query, document and score."
            )
        grades.setdefault(cells[0], {})[cells[-2]] = read_grade(cells[-1], number)
    return grades

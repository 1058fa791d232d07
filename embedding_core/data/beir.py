"""Collections in the layout of BEIR: corpus.jsonl, queries.jsonl, qrels/SPLIT.tsv.

Thakur and others 2021, https://arxiv.org/abs/2104.08663.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any

from embedding_core.base.errors import InputError
from embedding_core.base.lines import split_lines
from embedding_core.data.dataset import Dataset
from embedding_core.data.judgment_table import judgment_cells, read_grade
from embedding_core.data.judgments import Judgments

CORPUS, QUERIES, QRELS = "corpus.jsonl", "queries.jsonl", "qrels"
_LAYOUT = f"A BEIR folder contains {CORPUS}, {QUERIES} and {QRELS}/test.tsv."
_SCORE_NAMES = ("score", "relevance", "rel", "grade", "label")
_SPLITS = ("test", "dev", "train")


@dataclass(frozen=True, eq=False)
class Collection:
    """Documents with queries and judgments."""

    dataset: Dataset
    judgments: Judgments
    split: str = ""
    """The name of the file of judgments, without its ending."""


def read_beir(folder: Path, wanted: str = _SPLITS[0]) -> Collection:
    """Read a folder; of several splits the wanted one, or else test, dev, train, whichever is first there.

    Raises:
        InputError: a file is missing or a line is not what it should be.
    """
    if not folder.is_dir():
        raise InputError(f"There is no folder {folder}.", _LAYOUT)
    files = [folder / CORPUS, folder / QUERIES, *(folder / QRELS).glob("*")]
    return find_beir(folder.name, {str(file): file.read_bytes for file in files if file.is_file()}, wanted)


def find_beir(name: str, files: Mapping[str, Callable[[], bytes]], wanted: str = _SPLITS[0]) -> Collection:
    """Read a collection from files by their paths, as they lie in an archive or came together; splits as `read_beir`.

    Raises:
        InputError: a file is missing or a line is not what it should be.
    """
    by_name = {PurePosixPath(path).name: path for path in sorted(files, reverse=True)}
    splits = {PurePosixPath(path).stem: path for path in sorted(files) if _holds_judgments(PurePosixPath(path))}
    missing = [needed for needed in (CORPUS, QUERIES) if needed not in by_name]
    if missing or not splits:
        raise InputError(f"{name} has no {missing[0] if missing else f'{QRELS}/*.tsv'}.", _LAYOUT)
    split = next((split for split in (wanted, *_SPLITS) if split in splits), next(iter(splits)))
    texts = (_decoded(files[path](), path) for path in (by_name[CORPUS], by_name[QUERIES], splits[split]))
    return replace(parse_beir(name, *texts), split=split)


def _holds_judgments(path: PurePosixPath) -> bool:
    """Say whether a file holds judgments by its name; TREC's own files end in anything."""
    if path.name.startswith("."):
        return False
    return path.suffix in (".tsv", ".qrels", ".qrel", ".trec") or path.parent.name == QRELS


def parse_beir(name: str, corpus: str, queries: str, qrels: str) -> Collection:
    """Read the contents of the three files.

    Raises:
        InputError: a line is not what it should be.
    """
    documents = list(_records(corpus, CORPUS))
    if not documents:
        raise InputError(f"{CORPUS} has no documents.", _LAYOUT)
    texts = [f"{_string(record, 'title')} {_string(record, 'text')}".strip() for record in documents]
    dataset = Dataset.create(name, texts, ids=[record["_id"] for record in documents])
    return Collection(dataset, Judgments(_queries(queries, QUERIES), _grades(qrels)))


def read_judgment_files(queries: Path, qrels: Path) -> Judgments:
    """Read queries and judgments as they lie in a BEIR folder, without the documents.

    Raises:
        InputError: a file cannot be read or a line is not what it should be.
    """
    asked, grades = (_decoded(_bytes(file), file.name) for file in (queries, qrels))
    return Judgments(_queries(asked, queries.name), _grades(grades))


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise InputError(f"{file} cannot be read: {error.strerror}.", "Choose a file of UTF-8 text.") from error


def _queries(text: str, name: str) -> dict[str, str]:
    return {record["_id"]: _string(record, "text") for record in _records(text, name)}


def _decoded(data: bytes, name: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{name} cannot be read: {error}.", "Save it as UTF-8 text.") from error


def _records(text: str, name: str) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(split_lines(text), 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except ValueError:
            raise InputError(f"Line {number:,} of {name} is not valid JSON.", "Each line is one JSON object.") from None
        if not isinstance(record, dict) or "_id" not in record:
            raise InputError(f"Line {number:,} of {name} has no _id.", 'A line is {"_id": "1", "text": "…"}.')
        yield {**record, "_id": str(record["_id"])}


def _string(record: Mapping[str, Any], field: str) -> str:
    value = record.get(field)
    return value if isinstance(value, str) else ""


def _grades(text: str) -> dict[str, dict[str, int]]:
    grades: dict[str, dict[str, int]] = {}
    for number, line in enumerate(split_lines(text), 1):
        cells = judgment_cells(line)
        if not line.strip() or (number == 1 and cells[-1].strip().lower() in _SCORE_NAMES):
            continue
        # TREC's own files have a fourth column, always 0, after the query.
        if len(cells) not in (3, 4):
            raise InputError(
                f"Line {number:,} of the judgments has {len(cells)} columns.", "It needs query, document and score."
            )
        grades.setdefault(cells[0], {})[cells[-2]] = read_grade(cells[-1], number)
    return grades

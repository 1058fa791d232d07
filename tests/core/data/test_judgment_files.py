"""Judgments as they are brought, read in a worker."""

import io
import json
import zipfile
from pathlib import Path

import pytest

from embedding_core.base.errors import InputError
from embedding_core.base.store import Store
from embedding_core.data.arrivals import BroughtFile
from embedding_core.data.dataset import Dataset
from embedding_core.data.judgment_files import ReadJudgments
from embedding_core.data.judgments import Judgments, load_judgments
from embedding_core.engine import Engine

CORPUS = "\n".join(
    json.dumps({"_id": f"d{i}", "text": f"some words{mark}here"}) for i, mark in enumerate("\u2028\x85 ")
)
QUERIES = json.dumps({"_id": "q1", "text": "what is\u2028here"}, ensure_ascii=False)
TSV = "query-id\tcorpus-id\tscore\nq1\td0\t2\nq1\td1\t0\n"
TREC = "q1 0 d0 2\nq1 0 d1 0\n"
GRADES = {"q1": {"d0": 2, "d1": 0}}


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return Engine(Store(tmp_path / "store", cap_bytes=10**9))


def brought(engine: Engine, files: dict[str, str | bytes], dataset: Dataset | None = None) -> ReadJudgments:
    kept = (
        BroughtFile(name, engine.keep_upload(data if isinstance(data, bytes) else data.encode(), name))
        for name, data in files.items()
    )
    return ReadJudgments(tuple(kept), None if dataset is None else engine.keep_dataset(dataset))


def read(engine: Engine, stage: ReadJudgments) -> Judgments:
    return load_judgments(engine.make(stage).judgments, engine.store)


def zipped(files: dict[str, str]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return target.getvalue()


@pytest.mark.parametrize("qrels", [TSV, TREC, TREC.replace(" ", "\t"), TREC.replace(" ", "  ")])
@pytest.mark.parametrize("name", ["qrels/test.tsv", "qrels/test.txt", "test.qrels"])
def test_a_collection_as_a_zip_or_as_files(engine: Engine, qrels: str, name: str) -> None:
    files: dict[str, str | bytes] = {"corpus.jsonl": CORPUS, "queries.jsonl": QUERIES, name: qrels}
    packed = {f"beir/{name}": str(data) for name, data in files.items()} | {"beir/README.txt": "words"}
    for given in (files, {"beir.zip": zipped(packed)}):
        stage = brought(engine, given)
        found = engine.make(stage)
        assert engine.dataset(found.dataset).ids == ("d0", "d1", "d2")
        assert read(engine, stage).grades == GRADES


@pytest.mark.parametrize(
    "table",
    [
        "query,document,relevance\nwhat,d0,2\nwhat,d1,0\n",
        "what 0 d0 2\nwhat 0 d1 0\n",
        "what\t0\td0\t2\nwhat\t0\td1\t0\n",
        "what Q0 d0 2\nwhat Q0 d1 0\n",
    ],
)
@pytest.mark.parametrize("name", ["judged.txt", "judged.tsv", "judged"])
def test_a_table_judges_the_items_of_a_data_set(engine: Engine, table: str, name: str) -> None:
    dataset = Dataset.create("d", ["one", "two"], ids=["d0", "d1"])
    stage = brought(engine, {name: table}, dataset)
    assert read(engine, stage).grades == {"q1": {"d0": 2, "d1": 0}}
    assert engine.make(stage).dataset is None


def test_without_a_data_set_there_is_nothing_to_judge(engine: Engine) -> None:
    with pytest.raises(InputError, match="No data set is open"):
        engine.make(brought(engine, {"judged.csv": "query,document,relevance\na,b,1\n"}))


def test_judgments_that_have_gone_are_read_again(engine: Engine) -> None:
    stage = brought(engine, {"corpus.jsonl": CORPUS, "queries.jsonl": QUERIES, "qrels/test.tsv": TSV})
    found = engine.make(stage)
    engine.store.drop("judgements", found.judgments)
    assert read(engine, stage).grades == GRADES

"""Judgments and what rankings are worth by them, on cases counted by hand."""

import json
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from embedding_core.base.errors import InputError, ParameterError
from embedding_core.data.beir import parse_beir, read_beir
from embedding_core.data.judgment_table import judged_columns, read_judgments
from embedding_core.data.judgments import Judgments, checked, judged
from embedding_core.evaluate.bootstrap import mean_interval, paired_bootstrap
from embedding_core.evaluate.measures import score_rankings

JUDGED = Judgments({"q": "first", "r": "second"}, {"q": {"a": 3, "b": 1, "c": 2}, "r": {"d": 1, "e": 0}})


def test_measures_of_a_case_made_by_hand() -> None:
    found = score_rankings(JUDGED, {"q": ["b", "x", "a"], "r": ["y", "d"]}, k=3)
    assert found.queries == ("q", "r")
    values = {name: column.tolist() for name, column in found.values.items()}
    gained = 1 / math.log2(2) + 3 / math.log2(4)
    ideal = 3 / math.log2(2) + 2 / math.log2(3) + 1 / math.log2(4)
    assert values["ndcg@3"] == pytest.approx([gained / ideal, 1 / math.log2(3)])
    assert values["recall@3"] == pytest.approx([2 / 3, 1])
    assert values["precision@3"] == pytest.approx([2 / 3, 1 / 3])
    # Average precision: 1/1 at the first hit, 2/3 at the third place, of three relevant ones.
    assert values["map"] == pytest.approx([(1 + 2 / 3) / 3, 1 / 2])
    assert values["mrr"] == pytest.approx([1, 1 / 2])
    assert found.means["mrr"] == pytest.approx(0.75)


def test_a_query_that_finds_nothing_counts_as_nothing() -> None:
    assert score_rankings(JUDGED, {"q": ["a", "c", "b"]}).values["ndcg@10"].tolist() == [1, 0]


def test_the_order_given_is_the_order_measured_however_long() -> None:
    names = [f"d{i:03}" for i in range(100)]
    judged = Judgments({"q": "?"}, {"q": {"d099": 1}})
    assert score_rankings(judged, {"q": names}).values["mrr"].tolist() == [pytest.approx(0.01)]
    assert score_rankings(judged, {"q": names[::-1]}).values["mrr"].tolist() == [1]
    for k in (0, 101):
        with pytest.raises(ParameterError, match=f"cut-off is {k}"):
            score_rankings(judged, {}, k)


def test_what_cannot_be_measured_is_left_out_and_said() -> None:
    record = Judgments(
        {"q": "one", "r": "two", "s": "three", "silent": "four"},
        {"q": {"a": 1, "gone": 2}, "r": {"a": 0}, "s": {"gone": 1}, "nameless": {"a": 1}},
    )
    left = checked(record, ["a", "b"])
    assert left.queries == {"q": "one"}
    assert left.grades == {"q": {"a": 1}}
    warnings = " ".join(left.warnings)
    assert "judgments of documents that are not in the data set, 2 in all ('gone')" in warnings
    assert "judged queries without a text, 1 in all ('nameless')" in warnings
    assert "queries without judgments, 1 in all ('silent')" in warnings
    assert "queries without a relevant document, 2 in all ('r', 's')" in warnings
    with pytest.raises(InputError, match=r"No query can be evaluated\..*not in the data set"):
        checked(record, ["z"])
    with pytest.raises(InputError, match="There are no judgments"):
        checked(Judgments({}, {}), ["a"])


def test_what_a_person_marks_is_added() -> None:
    first = judged(None, "cats", ["a", "b"], ["c"])
    assert first == Judgments({"q1": "cats"}, {"q1": {"a": 1, "b": 1, "c": 0}})
    again = judged(first, "cats", ["c"], ["a"])
    assert again.grades == {"q1": {"a": 0, "b": 1, "c": 1}}
    more = judged(again, "dogs", ["d"])
    assert more.queries == {"q1": "cats", "q2": "dogs"}
    assert first.grades["q1"]["c"] == 0
    for query, relevant in ((" ", ["a"]), ("cats", [])):
        with pytest.raises(InputError, match="no judgments to save"):
            judged(None, query, relevant)


def folder(tmp_path: Path) -> Path:
    """Write a small collection."""
    made = tmp_path / "small"
    (made / "qrels").mkdir(parents=True)
    corpus = [{"_id": "d1", "title": "Cats", "text": "They purr."}, {"_id": "d2", "text": "Dogs bark."}]
    (made / "corpus.jsonl").write_text("\n".join(map(json.dumps, corpus)) + "\n")
    (made / "queries.jsonl").write_text(json.dumps({"_id": 7, "text": "what barks"}) + "\n")
    (made / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\n7\td2\t2\n")
    (made / "qrels" / "dev.tsv").write_text("7\t0\td1\t1\n")
    return made


def test_a_beir_folder(tmp_path: Path) -> None:
    found = read_beir(folder(tmp_path))
    assert found.dataset.texts == ("Cats They purr.", "Dogs bark.")
    assert found.dataset.ids == ("d1", "d2")
    assert found.judgments.queries == {"7": "what barks"}
    assert found.judgments.grades == {"7": {"d2": 2}}


def test_the_wanted_split_is_read_or_the_next_best(tmp_path: Path) -> None:
    made = folder(tmp_path)
    assert [read_beir(made, wanted).split for wanted in ("test", "train", "dev")] == ["test", "test", "dev"]
    (made / "qrels" / "train.tsv").write_text("7\td1\t1\n7\td2\t0\n")
    found = read_beir(made, "train")
    assert (found.split, found.judgments.grades) == ("train", {"7": {"d1": 1, "d2": 0}})


def test_trecs_four_columns_are_read(tmp_path: Path) -> None:
    made = folder(tmp_path)
    (made / "qrels" / "test.tsv").unlink()
    assert read_beir(made).judgments.grades == {"7": {"d1": 1}}


@pytest.mark.parametrize(
    ("file", "text", "message"),
    [
        ("qrels/test.tsv", "7\td2\tvery\n", "'very' in row 1 of the judgments is not a number"),
        ("qrels/test.tsv", "7\td2\tnan\n", "is not a number"),
        ("qrels/test.tsv", "7\td2\t0.5\n", "not a whole number"),
        ("qrels/test.tsv", "7,d2,1\n", "1 columns"),
        ("queries.jsonl", '{"text": "no id"}', "no _id"),
        ("corpus.jsonl", "not json", "Line 1 of corpus.jsonl is not valid JSON"),
        ("corpus.jsonl", "", "has no documents"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, file: str, text: str, message: str) -> None:
    made = folder(tmp_path)
    (made / file).write_text(text)
    with pytest.raises(InputError, match=message):
        read_beir(made)


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="There is no folder"):
        read_beir(tmp_path / "nowhere")
    made = folder(tmp_path)
    (made / "queries.jsonl").unlink()
    with pytest.raises(InputError, match=r"has no queries\.jsonl"):
        read_beir(made)
    for file in (made / "qrels").iterdir():
        file.unlink()
    (made / "queries.jsonl").write_text("")
    with pytest.raises(InputError, match="has no qrels"):
        read_beir(made)
    (made / "qrels" / "test.tsv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="cannot be read"):
        read_beir(made)


def test_judgments_from_a_table_name_documents_by_id_or_text() -> None:
    frame = pd.DataFrame(
        {"query": ["cats", "cats", "dogs"], "document": ["d1", "Dogs bark.", "gone"], "relevance": [2, 0, 1.0]}
    )
    columns = judged_columns(frame)
    assert columns == ("query", "document", "relevance")
    found = read_judgments(frame, columns, ["d1", "d2"], ["They purr.", "Dogs bark."])
    assert list(found.queries.values()) == ["cats", "dogs"]
    assert list(found.grades.values()) == [{"d1": 2, "d2": 0}, {"gone": 1}]


def test_columns_are_found_by_name_or_place() -> None:
    assert judged_columns(pd.DataFrame(columns=["score", "query-id", "corpus-id", "x"])) == (
        "query-id",
        "corpus-id",
        "score",
    )
    assert judged_columns(pd.DataFrame(columns=["a", "b", "c"])) == ("a", "b", "c")
    with pytest.raises(InputError, match="2 columns"):
        judged_columns(pd.DataFrame(columns=["a", "b"]))


def test_a_table_that_is_no_judgments() -> None:
    frame = pd.DataFrame({"q": ["x", ""], "d": ["d1", "d1"], "r": ["1", "1"]})
    with pytest.raises(InputError, match="Row 2 of the judgments has no query"):
        read_judgments(frame, ("q", "d", "r"), ["d1"], ["text"])
    with pytest.raises(InputError, match="no column 'z'"):
        read_judgments(frame, ("q", "d", "z"), ["d1"], ["text"])
    frame["r"] = ["yes", "no"]
    with pytest.raises(InputError, match="'yes' in row 1"):
        read_judgments(frame, ("q", "d", "r"), ["d1"], ["text"])


def test_the_bootstrap_knows_luck_from_difference() -> None:
    rng = np.random.default_rng(0)
    first = rng.random(200)
    better = first + 0.05 + 0.05 * rng.normal(size=200)
    sure = paired_bootstrap(first, better)
    assert sure.clear
    assert sure.p < 0.001
    assert sure.low < sure.mean < sure.high
    assert sure.better + sure.worse == 200
    luck = paired_bootstrap(first, first + 0.3 * rng.normal(size=200))
    assert not luck.clear
    assert luck.p > 0.05
    same = paired_bootstrap(first, first)
    assert (same.mean, same.p, same.better, same.worse) == (0, 1, 0, 0)
    assert paired_bootstrap(better, first).mean == -sure.mean
    with pytest.raises(InputError, match="199"):
        paired_bootstrap(first, first[1:])


def test_the_interval_is_as_wide_as_theory_says() -> None:
    values = np.random.default_rng(1).normal(size=400)
    found = mean_interval(values)
    assert found.high - found.low == pytest.approx(2 * 1.96 * values.std() / 20, rel=0.05)
    with pytest.raises(InputError, match="no queries"):
        mean_interval(values[:0])


def test_pasted_files_are_read_as_a_folder_is() -> None:
    found = parse_beir("x", '{"_id": "1", "title": 5, "text": "a"}\n\n', '{"_id": "q", "text": "b"}', "q\t1\t1.0\n\n")
    assert found.dataset.texts == ("a",)
    assert found.judgments.grades == {"q": {"1": 1}}

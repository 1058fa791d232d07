"""`train` as a person types it: a tiny model and a small file; what is printed is what was measured."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from embedding_core import encoders
from embedding_core.__main__ import main
from embedding_core.base.config import load_config
from tests.core.train.tiny import save_tiny, topic_texts

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
QUICK = ["--epochs", "2", "--batch-size", "16", "--learning-rate", "3e-3", "--positives", "2"]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(save_tiny(tmp_path_factory.mktemp("tiny")))


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("VECTORSCOPE_HOME", str(tmp_path / "home"))
    load_config.cache_clear()
    texts, topics = topic_texts(12)
    path = tmp_path / "topics.csv"
    pd.DataFrame({"text": texts, "topic": topics, "like": texts[::-1], "score": range(48)}).to_csv(path, index=False)
    yield path
    monkeypatch.undo()
    load_config.cache_clear()


def printed(capsys: pytest.CaptureFixture[str], *args: object) -> dict[str, Any]:
    code = main([*map(str, args), "--json"])
    out, err = capsys.readouterr()
    assert code == 0, err
    found: dict[str, Any] = json.loads(out)
    return found


def test_labels(tiny: str, file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "my-topics"
    columns = ["--text-column", "text", "--label-column", "topic"]
    asked = ["train", file, *columns, "--loss", "mnrl", "--encoder", tiny, "--out", out, *QUICK]
    found = printed(capsys, *asked)
    assert (found["encoder"], found["loss"], found["matryoshka"]) == ("my-topics", "mnrl", [])
    assert set(found["before"]) == set(found["after"])
    for when in ("before", "after"):
        for name in ("knn_accuracy", "linear_probe_accuracy"):
            low, high = found[when][f"{name}_interval"]
            assert 0 <= low <= found[when][name] <= high <= 1
    assert len(found["losses"]) == found["validation"][-1][0]
    assert {path.name for path in out.iterdir()} >= {"model.safetensors", "modules.json", "README.md"}
    assert encoders.resolve("my-topics").revision == encoders.resolve(str(out)).revision
    assert printed(capsys, *asked) == found
    assert printed(capsys, "embed", file, "--encoder", "my-topics")["dim"] == 32


def test_a_matryoshka_is_measured_in_fewer_dimensions_too(
    tiny: str, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--label-column", "topic", "--loss", "cosine", "--matryoshka", "--dims", "32,8"]
    found = printed(capsys, "train", file, *options, "--encoder", tiny, "--per-class", "6", *QUICK)
    assert (found["encoder"], found["matryoshka"], found["train_rows"]) == ("topics", [32, 8], 24)
    assert {"knn_accuracy", "knn_accuracy_8", "linear_probe_accuracy_8"} <= set(found["after"])


def test_pairs_and_a_file_to_measure_on(
    tiny: str, file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    test = tmp_path / "test.csv"
    pd.read_csv(file).iloc[:20].to_csv(test, index=False)
    pairs = printed(capsys, "train", file, "--pairs", "text,like", "--test", test, "--encoder", tiny, *QUICK)
    assert (pairs["train_rows"], pairs["test_rows"]) == (48, 20)
    assert (pairs["split_by"], pairs["shared_rows"]) == ("file", 20)
    assert set(pairs["after"]) == {"recall_1", "recall_1_interval"}
    scored = printed(
        capsys, "train", file, "--scored", "text,like,score", "--loss", "cosine", "--encoder", tiny, *QUICK
    )
    assert "spearman_correlation" in scored["after"]
    assert scored["encoder"] == "topics-2"


def test_triplets_of_one_query_and_what_is_said_of_them(
    tiny: str, file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    texts = pd.read_csv(file)["text"].drop_duplicates().tolist()
    rows = [("the query", good, bad) for good in texts[:8] for bad in texts[-8:]]
    judged = tmp_path / "judged.csv"
    pd.DataFrame(rows, columns=["query", "good", "bad"]).to_csv(judged, index=False)
    asked = ["train", judged, "--triplets", "query,good,bad", "--loss", "triplet", "--encoder", tiny, *QUICK]
    found = printed(capsys, *asked)
    assert (found["train_rows"], found["test_rows"], found["unused_rows"]) == (25, 9, 30)
    assert (found["split_by"], found["shared_rows"]) == ("documents", 9)
    assert main([*map(str, asked)]) == 0
    assert "9 of the rows for measuring share the query with rows for training." in capsys.readouterr().out


def collection(folder: Path) -> Path:
    """Write a BEIR folder: queries of four topics with two documents of their own each, and others to measure with."""
    texts, topics = topic_texts(12)
    asked = {"train": topic_texts(6, seed=1)[0], "test": topic_texts(4, seed=2)[0]}
    (folder / "qrels").mkdir(parents=True)
    documents = [{"_id": f"d{i}", "text": text} for i, text in enumerate(texts)]
    queries = [{"_id": f"{split}{i}", "text": text} for split in asked for i, text in enumerate(asked[split])]
    for name, records in (("corpus", documents), ("queries", queries)):
        (folder / f"{name}.jsonl").write_text("\n".join(map(json.dumps, records)))
    own = [f"train{i // 2}\td{i}\t1" for i in range(48)]
    (folder / "qrels" / "train.tsv").write_text("\n".join([*own, "train0\tgone\t1"]))
    like = [f"test{i}\td{j}\t1" for i in range(16) for j in range(48) if topics[j] == topics[12 * (i // 4)]]
    (folder / "qrels" / "test.tsv").write_text("\n".join(like))
    return folder


def test_judgments_of_one_split_are_learned_and_another_is_measured(
    tiny: str, file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = collection(tmp_path / "my-topics")
    asked = ["train", "--judgments", folder, "--encoder", tiny, *QUICK[2:], "--epochs", "6"]
    found = printed(capsys, *asked)
    assert (found["encoder"], found["queries"], found["split"]) == ("my-topics", 24, "train")
    assert (found["train_rows"], found["test_rows"], found["split_by"], found["shared_rows"]) == (38, 10, "texts", 0)
    assert "judgments of documents that are not in the data set, 1 in all ('gone')" in found["warnings"][0]
    gains = [printed(capsys, "evaluate", "retrieval", folder, "--encoder", name) for name in (tiny, "my-topics")]
    assert [one["queries"] for one in gains] == [16, 16]
    assert gains[1]["ndcg@10"] > gains[0]["ndcg@10"] + 0.1
    (folder / "qrels" / "train.tsv").unlink()
    assert main([*map(str, asked), "--name", "of the test"]) == 0
    summary = capsys.readouterr().out
    assert "Learned from 16 queries of qrels/test.tsv." in summary
    assert "would flatter it" in summary


def test_what_does_not_fit_can_be_left_out(
    tiny: str, file: Path, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    folder = collection(tmp_path / "both-kinds")
    with (folder / "qrels" / "train.tsv").open("a") as learned:
        learned.writelines(f"\ntrain{i}\td{47 - i}\t0" for i in range(20))
    asked = ["train", "--judgments", folder, "--encoder", tiny, *QUICK[2:]]
    with_all = printed(capsys, *asked)
    assert with_all["train_rows"] + with_all["test_rows"] <= 2 * 20
    assert "triplet_accuracy" in with_all["before"]
    relevant = printed(capsys, *asked, "--only-relevant")
    assert (relevant["train_rows"], relevant["test_rows"]) == (38, 10)
    assert relevant["before"].keys() != with_all["before"].keys()


def test_in_words(tiny: str, file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", str(file), "--label-column", "topic", "--encoder", tiny, "--name", "in words", *QUICK]) == 0
    summary = capsys.readouterr().out
    assert "kNN accuracy" in summary and "Use it: --encoder in-words" in summary


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--label-column", "topic", "--judgments", "{here}"], "More than one kind of supervision"),
        (["--judgments", "{here}"], "brings its own texts"),
        (["--label-column", "nope"], "no column 'nope'"),
        (["--label-column", "topic", "--pairs", "text,like"], "More than one kind of supervision"),
        (["--pairs", "text"], "1 columns were given for pairs"),
        (["--label-column", "topic", "--encoder", "tf-idf"], "cannot be fine-tuned"),
        (["--label-column", "topic", "--epochs", "0"], "number of epochs is 0"),
        (["--label-column", "topic", "--out", "{here}"], "holds no model"),
    ],
)
def test_what_cannot_be_done_is_said(
    tiny: str, file: Path, capsys: pytest.CaptureFixture[str], options: list[str], says: str
) -> None:
    options = [option.format(here=file.parent) for option in options]
    if "--encoder" not in options:
        options += ["--encoder", tiny]
    assert main(["train", str(file), *options]) == 1
    assert says in capsys.readouterr().err


def test_nothing_to_train_on_is_said(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for options, says in (
        ([], "Name a FILE, or give --judgments"),
        (["--judgments", str(file.parent / "nowhere")], "There is no folder"),
        (["--judgments", str(file.parent)], "has no corpus.jsonl"),
    ):
        assert main(["train", *options]) == 1
        assert says in capsys.readouterr().err


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([("a text", "one")] * 20, "1 of 1 classes"),
        ([("a", "one"), ("b", "two"), ("c", "one")], "classes have two texts"),
        ([("", "one"), (" ", "two")] * 10 + [("a text", "one")], "classes have two texts"),
    ],
    ids=["one class", "three rows", "empty texts"],
)
def test_a_file_that_teaches_nothing_is_said(
    tiny: str, file: Path, capsys: pytest.CaptureFixture[str], rows: list[tuple[str, str]], says: str
) -> None:
    pd.DataFrame(rows, columns=["text", "topic"]).to_csv(file, index=False)
    code = main(["train", str(file), "--text-column", "text", "--label-column", "topic", "--encoder", tiny])
    assert code == 1
    assert says in capsys.readouterr().err

"""`inspect`, run as a person runs it: each kind says what the page says."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from embedding_core import encoders
from embedding_core.__main__ import main
from embedding_core.data.samples.catalog import load_sample
from embedding_core.encoders.image import patches
from embedding_core.encoders.text import multi_vector, sparse
from embedding_core.inspect import (
    EXAMPLES,
    compare_poolings,
    count_words,
    find_phrase,
    interact,
    read_sentences,
    span,
    spread_along,
    weigh_words,
)
from tests.core.encoders.colpali import save_colpali
from tests.core.encoders.splade import save_splade
from tests.core.encoders.test_patches import picture
from tests.core.test_cli import own_store
from tests.core.test_cli import run as run_any

__all__ = ["own_store"]

SAMPLES = Path(__file__).parents[3] / "embedding_core" / "data" / "samples"
EVERYDAY, WORDS = SAMPLES / "everyday.csv", SAMPLES / "words.csv"


def run(capsys: pytest.CaptureFixture[str], *words: object) -> dict[str, Any]:
    return run_any(capsys, "inspect", *words)


def summary(capsys: pytest.CaptureFixture[str], *words: object) -> str:
    """Return what a person reads."""
    assert main(["inspect", *map(str, words)]) == 0
    return capsys.readouterr().out


@pytest.fixture
def square(tmp_path: Path) -> Path:
    """Return a picture of a red square in its upper left corner."""
    path = tmp_path / "square.png"
    path.write_bytes(picture())
    return path


def test_a_text_as_tokens(capsys: pytest.CaptureFixture[str]) -> None:
    result = run(capsys, "text", "The riverbank flooded.")
    reading = encoders.load(encoders.resolve("all-MiniLM-L6-v2")).read("The riverbank flooded.")  # type: ignore[attr-defined]
    pooled = compare_poolings(reading.vectors)
    tokens = pd.DataFrame(result["tokens"])
    assert tokens["token"].tolist() == ["[CLS]", "the", "river", "##bank", "flooded", ".", "[SEP]"]
    assert tokens["special"].tolist() == [True, *[False] * 5, True]
    assert tokens["id"].tolist() == reading.ids.tolist()
    assert tokens["span"].tolist()[2:4] == [[4, 9], [9, 13]]
    np.testing.assert_allclose(tokens["share"], pooled.shares, atol=1e-4)
    np.testing.assert_allclose(tokens["change"], pooled.effects, atol=1e-4)
    assert (result["pooling"], result["dim"], result["layers"], result["truncated_tokens"]) == ("mean", 384, 6, 0)
    assert result["cosines"]["mean"]["cls"] == pytest.approx(float(pooled.cosines[0, 1]), abs=1e-4)
    assert result["cosines"]["max"]["max"] == 1
    record = summary(capsys, "text", "The riverbank flooded.", "--encoder", "minilm-static")
    assert "5 tokens of 256 dimensions, minilm-static" in record
    assert "[CLS]" not in record


def test_a_long_text_is_truncated(capsys: pytest.CaptureFixture[str]) -> None:
    record = summary(capsys, "text", "word " * 1_000)
    assert "746 tokens at the end were truncated: the model reads 256" in record
    assert "… and 196 more" in record


def test_senses_of_bank_come_apart_in_minilm_alone(capsys: pytest.CaptureFixture[str]) -> None:
    result = run(capsys, "word")
    static, minilm = result["models"]
    assert (static["encoder"], static["auc"], static["silhouette"], static["spread"]) == ("minilm-static", 0.5, 0, 0)
    assert minilm["auc"] > static["auc"] + 0.2
    assert minilm["auc"] > minilm["random_baseline"] + 0.1
    assert [len(model["layers"]) for model in (static, minilm)] == [1, 7]
    assert minilm["layers"][0]["auc"] < 0.65
    assert minilm["layers"][6]["auc"] == minilm["auc"]
    assert result["senses"] == {"money": 6, "river": 6}
    assert {tuple(one["coordinates"]["minilm-static"]) for one in result["occurrences"]} == {(0, 0)}
    assert len({tuple(one["coordinates"]["all-MiniLM-L6-v2"]) for one in result["occurrences"]}) == 12


def test_a_word_in_a_file_and_as_typed_gives_the_same(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    texts, senses = read_sentences(EXAMPLES["bat"])
    path = tmp_path / "bats.csv"
    frame = pd.DataFrame({"id": [f"s{i}" for i in range(12)], "text": [*texts, "No such animal.", "Bats."]})
    frame.assign(means=[*senses, "", ""], size="small").to_csv(path, index=False)
    words = ("word", path, "--text-column", "text", "--word", "bat")
    found = run(capsys, *words, "--label-column", "means")
    assert (found["sentences"], found["texts"]) == (10, 12)
    assert [one["id"] for one in found["occurrences"]] == [f"s{i}" for i in range(10)]
    typed = [word for line in EXAMPLES["bat"].splitlines() for word in ("--sentence", line)]
    assert run(capsys, "word", "--word", "bat", *typed)["models"] == found["models"]
    assert run(capsys, "word", "--word", "bat")["models"] == found["models"]
    assert "Give two senses or more" in summary(capsys, *words, "--label-column", "size")


def test_sentences_without_a_sense_are_counted_and_not_measured(capsys: pytest.CaptureFixture[str]) -> None:
    lines = EXAMPLES["bank"].splitlines()
    typed = [word for line in [*lines, "A bank alone.", "The next bank."] for word in ("--sentence", line)]
    result = run(capsys, "word", *typed)
    assert result["senses"] == {"money": 6, "river": 6, "": 2}
    assert result["models"][1]["auc"] == run(capsys, "word")["models"][1]["auc"]
    record = summary(capsys, "word", *typed)
    assert "2 have no sense and are not measured" in record
    assert "not given: 'A bank alone.'" in record


def test_late_interaction(capsys: pytest.CaptureFixture[str]) -> None:
    document = "If your bank card is lost, we send you a replacement by post within five days."
    result = run(capsys, "match", "How do I get a new card?", document)
    reader = multi_vector.load(multi_vector.resolve("minilm-tokens"))
    asked, found = reader.read("How do I get a new card?", query=True), reader.read(document, query=False)
    made = interact(asked.pieces, asked.vectors, found.pieces, found.vectors)
    best = {one["position"]: one["best"] for one in result["matches"]}
    assert [best[place] for place in range(8)] == [made.document[place] for place in made.best]
    assert result["matches"][0]["token"] == result["matches"][0]["best"] == "card"
    cosines = [one["cosine"] for one in result["matches"]]
    assert cosines == sorted(cosines, reverse=True)
    assert result["max_sim"] == pytest.approx(made.max_sim, abs=1e-3)
    assert sum(cosines) == pytest.approx(result["max_sim"], abs=1e-3)
    same = run(capsys, "match", document, document)
    assert same["max_sim_per_token"] == pytest.approx(1, abs=1e-3)
    assert all(one["token"] == one["best"] for one in same["matches"])
    assert "0.867  card  card" in summary(capsys, "match", "How do I get a new card?", document)


def test_late_interaction_with_a_picture(capsys: pytest.CaptureFixture[str], square: Path, tmp_path: Path) -> None:
    model = save_colpali(tmp_path / "model")
    result = run(capsys, "match", "a red square", square, "--picture", "--encoder", model)
    reader = multi_vector.load(multi_vector.resolve(str(model)))
    asked, seen = reader.read("a red square", query=True), reader.read_picture(picture())
    made = interact(asked.pieces, asked.vectors, seen.pieces, seen.vectors)
    assert seen.grid is not None
    assert result["max_sim"] == pytest.approx(made.max_sim, abs=1e-3)
    assert result["patches"] == list(seen.grid.shape)
    assert result["query_tokens"] == np.flatnonzero(asked.own).tolist()
    heat = made.cosines[asked.own].mean(axis=0)[seen.grid]
    np.testing.assert_allclose(result["similarity_map"], heat, atol=1e-3)
    for place, (row, column) in result["best_patches"].items():
        assert made.best[int(place)] == seen.grid[row, column]


def test_weights_of_words(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    texts = load_sample("everyday").texts
    result = run(capsys, "weights", EVERYDAY, "--text-column", "text", "--row", "7")
    own = weigh_words(texts[7], count_words(texts))
    assert result["text"] == texts[7]
    assert [one["word"] for one in result["words"]] == [one.word for one in own]
    assert [one["bm25"] for one in result["words"]] == pytest.approx([one.bm25 for one in own], abs=1e-4)
    assert sum(one["tf_idf"] ** 2 for one in result["words"]) == pytest.approx(1, abs=1e-3)
    first = run(capsys, "weights", EVERYDAY, "--text-column", "text")
    assert first["text"] == texts[0]
    splade = save_splade(tmp_path / "splade")
    typed = run(capsys, "weights", EVERYDAY, "--text", "the river bank zyzzyva", "--splade", splade)
    assert typed["words"][-1] == {
        "word": "zyzzyva",
        "term_frequency": 1,
        "document_frequency": 0,
        "tf_idf": 0,
        "bm25": 0,
    }
    learned = sparse.load(encoders.resolve(str(splade))).read("the river bank zyzzyva")
    assert [one["word"] for one in typed["splade"]] == [word for word, _ in learned]
    assert all(one["in_text"] == (one["word"] in {"the", "river", "bank"}) for one in typed["splade"])
    record = summary(capsys, "weights", EVERYDAY, "--text", "the river bank zyzzyva")
    assert "1 of them are in no row" in record


def test_rows_on_an_axis(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    out = tmp_path / "placed.parquet"
    words = ("axis", WORDS, "--text-column", "word", "--encoder", "minilm-static", "-k", 3)
    ends = ("--from", "he, his , man", "--to", "she, her, woman")
    result = run(capsys, *words, *ends, "--out", out)
    frame = pd.read_parquet(out)
    assert frame.columns.tolist() == ["id", "position", "word", "family", "form"]
    means = frame.groupby("form")["position"].mean()
    assert means["female"] > means["male"] + 0.2
    encoder = encoders.load(encoders.resolve("minilm-static"))
    low, high = (encoder.encode_queries(end) for end in (["he", "his", "man"], ["she", "her", "woman"]))
    axis, vectors = span(low, high), encoder.encode_documents(frame["word"].tolist())
    np.testing.assert_allclose(frame["position"], axis.place(vectors), atol=1e-4)
    (record,) = result["axes"]
    assert record["leave_one_out_accuracy"] == pytest.approx(axis.held_out, abs=1e-4)
    assert record["explained_variance"] == pytest.approx(spread_along(axis, vectors).share, abs=1e-4)
    order = frame.sort_values("position")
    assert [one["text"] for one in record["nearest_from"]] == order["word"].head(3).tolist()
    assert [one["text"] for one in record["nearest_to"]] == order["word"].tail(3).tolist()[::-1]
    both = summary(
        capsys, *words, *ends, "--second-from", "small", "--second-to", "large", "--out", tmp_path / "both.npy"
    )
    assert "small → large" in both
    assert "leave-one-out: give an end two words or more" in both
    plane = np.load(tmp_path / "both.npy", allow_pickle=False)
    np.testing.assert_allclose(plane[:, 0], frame["position"], atol=1e-6)
    assert plane.shape == (len(frame), 2)


def test_a_phrase_in_the_patches_of_a_picture(capsys: pytest.CaptureFixture[str], square: Path) -> None:
    spec = encoders.resolve("pocket-clip")
    parts = patches.load(spec).read(picture(), 2)
    phrase, other = encoders.load(spec).encode_queries(["a red square", "a picture"])
    result = run(capsys, "patches", square, "--phrase", "a red square")
    found = find_phrase(parts.vectors, phrase, other)
    assert (result["scale"], result["baseline"]) == (2, "a picture")
    np.testing.assert_allclose(result["values"], found.values, atol=1e-3)
    assert (result["best"]["row"], result["best"]["column"]) == found.best
    # At the size it was trained with the parts add up to the picture.
    alone = run(capsys, "patches", square, "--phrase", "a red square", "--baseline", "", "--scale", 1)
    assert alone["baseline"] is None
    assert alone["mean"] == pytest.approx(alone["cosine"], abs=1e-3)
    assert alone["agreement"] == pytest.approx(1, abs=1e-3)
    assert "of its vector with the mean of its patches" in summary(
        capsys, "patches", square, "--phrase", "a red square"
    )


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["text", " "], "There is no text to split"),
        (["text", "", "--encoder", "minilm-static"], "There is no text to split"),
        (["text", "a", "--encoder", "tf-idf"], "tf-idf does not show its tokens"),
        (["word", "--word", "cat"], "no sentences with 'cat' here. Name a FILE"),
        (["word", "--word", "cat", "--sentence", "A dog. | pet"], "None of 1 texts has the word 'cat'"),
        (
            ["word", "--label-column", "topic"],
            "--label-column topic names a column of a FILE, and there is none. Name a FILE",
        ),
        (["word", str(EVERYDAY), "--sentence", "A bank."], "Both a FILE and --sentence"),
        (
            ["word", str(EVERYDAY), "--word", "the", "--label-column", "nope"],
            "no column 'nope'. It has: text, topic, tone",
        ),
        (["word", str(EVERYDAY), "--word", " "], "There is no word to look for"),
        (["word", "--encoder", "minilm-static"], "Name a contextual encoder"),
        (["match", " ", "b"], "The query has no token"),
        (["match", "a", "SQUARE", "--picture"], "minilm-tokens reads texts only"),
        (["match", "a", "nowhere.png", "--picture"], "There is no file nowhere.png"),
        (["match", "a", "b", "--encoder", "tf-idf"], "tf-idf has no token vectors"),
        (["weights", str(EVERYDAY), "--row", "x"], "no row with the id 'x'"),
        (["weights", str(EVERYDAY), "--row", "1", "--text", "a"], "Both --row and --text"),
        (["weights", str(EVERYDAY), "--text", "?!"], "There is no word in '?!'"),
        (["weights", str(EVERYDAY), "--text", "a", "--splade", "minilm-static"], "minilm-static has no word weights"),
        (["weights", "SQUARE"], "square.png holds no texts to count words in"),
        (["axis", str(WORDS), "--from", "a", "--to", " , "], "Give --to one or more"),
        (["axis", str(WORDS), "--from", "a", "--to", "b", "--second-to", "c"], "Give --second-from one or more"),
        (["axis", str(WORDS), "--encoder", "minilm-static", "--from", "a", "--to", "a"], "the same vector"),
        (["axis", "SQUARE", "--encoder", "pixels", "--from", "a", "--to", "b"], "pixels reads no words"),
        (["patches", "SQUARE", "--phrase", " "], "There is no phrase"),
        (["patches", "SQUARE", "--phrase", "a", "--encoder", "minilm-static"], "has no image patches"),
        (["patches", str(EVERYDAY), "--phrase", "a"], "everyday.csv cannot be read"),
    ],
)
def test_what_is_wrong_is_said(capsys: pytest.CaptureFixture[str], square: Path, words: list[str], says: str) -> None:
    assert main(["inspect", *(str(square) if word == "SQUARE" else word for word in words)]) == 1
    record = capsys.readouterr()
    assert says in record.err
    assert record.out == ""

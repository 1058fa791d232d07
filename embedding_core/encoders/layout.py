"""What the folder of a Sentence Transformers model says of itself, read without loading the model."""

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from embedding_core.base.keys import fingerprint, hash_file
from embedding_core.encoders.spec import EncoderSpec
from embedding_core.encoders.text import bert

_DOCUMENT_PROMPTS = ("document", "passage", "corpus")
_PLAIN_SETTINGS = {"max_seq_length", "do_lower_case", "transformer_task", "modality_config", "module_output_name"}
_OLD_POOLINGS = {"pooling_mode_mean_tokens": "mean", "pooling_mode_cls_token": "cls"}
_MODEL_FILES = {".json", ".txt", ".jinja", ".model", ".safetensors", ".bin"}


@dataclass(frozen=True)
class Layout:
    """A model that `bert.Bert` computes as the stock library does: BERT-like, then a pooling, maybe a normalizing."""

    transformer: Path
    """Where `config.json`, the weights and `tokenizer.json` lie."""
    config: dict[str, Any]
    pooling: bert.Pooling
    normalize: bool
    max_tokens: int
    lower_case: bool


def read_layout(folder: Path) -> Layout | None:
    """Return the layout of a model's folder; None of a model that is built in any other way."""
    modules = modules_of(folder)
    names = [kind.rpartition(".")[2] for kind, _ in modules]
    if names not in (["Transformer", "Pooling"], ["Transformer", "Pooling", "Normalize"]):
        return None
    if not all(kind.startswith("sentence_transformers.") for kind, _ in modules):
        return None
    at = modules[0][1]
    config, tokenizer = _read(at / "config.json"), _read(at / "tokenizer_config.json")
    settings: dict[str, Any] = next((_read(path) for path in sorted(at.glob("sentence_*_config.json"))), {})
    pooling = _pooling(_read(modules[1][1] / "config.json"))
    normalize = _read(modules[2][1] / "config.json") if len(modules) > 2 else {}
    if pooling is None or not (
        {name for name, value in settings.items() if value} <= _PLAIN_SETTINGS
        and settings.get("transformer_task", "feature-extraction") == "feature-extraction"
        and set(normalize.values()) <= {"sentence_embedding"}
        and not _read(folder / "config_sentence_transformers.json").get("truncate_dim")
        and (at / "tokenizer.json").is_file()
        and tokenizer.get("truncation_side", "right") == "right"
        and not (at / "adapter_config.json").exists()
        and bert.supports(config, at)
    ):
        return None
    room = config["max_position_embeddings"] - bert.first_position(config)
    longest = min(settings.get("max_seq_length") or tokenizer.get("model_max_length") or room, room)
    return Layout(at, config, pooling, len(modules) > 2, longest, bool(settings.get("do_lower_case")))


def modules_of(folder: Path) -> list[tuple[str, Path]]:
    """Return (class name, folder) of each of a model's modules in order; of no `modules.json`, none."""
    return [(module["type"], folder / module["path"]) for module in _read(folder / "modules.json") or ()]


def model_type(folder: Path) -> str:
    """Return which of the library's classes reads a model: the one that saved it, or that its architecture is for."""
    architectures = _read(folder / "config.json").get("architectures") or ()
    # Stanford's ColBERT; ColPali, ColQwen2 and ColModernVBERT of transformers.
    multi_vector = any(name == "HF_ColBERT" or name.endswith("ForRetrieval") for name in architectures)
    default = "MultiVectorEncoder" if multi_vector else "SentenceTransformer"
    return str(_read(folder / "config_sentence_transformers.json").get("model_type", default))


def read_prompts(folder: Path, spec: EncoderSpec) -> dict[str, str]:
    """Return what goes before a query and before a document: the prompts of a model's folder, or those of its card.

    Of the names for a document's prompt the first that is not empty counts. The stock library always finds the empty
    `document` that it adds by itself, and so never a model's `passage`.
    """
    own = _read(folder / "config_sentence_transformers.json").get("prompts") or {}
    prompts = {key: text for key, text in own.items() if text} or {
        "query": spec.query_prompt,
        "document": spec.document_prompt,
    }
    document = next((prompts[key] for key in _DOCUMENT_PROMPTS if key in prompts), "")
    return {"query": prompts.get("query", ""), "document": document}


def folder_revision(folder: Path) -> str:
    """Return a hash over the settings, vocabulary and weights in a model's folder, 12 characters."""
    files = sorted(path for path in folder.rglob("*") if path.suffix in _MODEL_FILES and path.is_file())
    return fingerprint("folder", [(str(path.relative_to(folder)), _hash(path, *_state(path))) for path in files])[:12]


def _state(path: Path) -> tuple[int, int]:
    stat = path.stat()
    return stat.st_size, stat.st_mtime_ns


@lru_cache(maxsize=1_024)
def _hash(path: Path, _size: int, _changed: int) -> str:
    return hash_file(path)


def _pooling(config: dict[str, Any]) -> bert.Pooling | None:
    """Return the pooling that a `1_Pooling/config.json` names in the library's new way or its old one."""
    old = [_OLD_POOLINGS.get(name) for name, on in config.items() if name.startswith("pooling_mode_") and on]
    mode = config.get("pooling_mode") or (old[0] if len(old) == 1 else None)
    return bert.Pooling(mode) if mode in list(bert.Pooling) and config.get("include_prompt", True) else None


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}

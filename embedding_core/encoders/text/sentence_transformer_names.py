"""Names of Sentence Transformers models, what their folders say of themselves, and their files, without torch."""

import re
from dataclasses import dataclass, replace
from pathlib import Path

from embedding_core.base.errors import UnknownEncoderError
from embedding_core.encoders import hub
from embedding_core.encoders.family import EncoderFamily, local_folder
from embedding_core.encoders.layout import Layout, folder_revision, read_layout
from embedding_core.encoders.spec import EncoderSpec, Modality, Origin

LOADER = "embedding_core.encoders.text.sentence_transformer:load"
REQUIRES = ("torch", "tokenizers", "safetensors", "sentence_transformers")
_HUB_NAME = re.compile(r"\w[\w.-]*/\w[\w.-]*")


def _from_hub(
    name: str,
    title: str = "",
    summary: str = "A Sentence Transformers model from the Hugging Face Hub.",
    *,
    dim: int | None = None,
    max_tokens: int | None = None,
    license: str = "unknown",
    size_mb: float | None = None,
    unit_norm: bool = False,
    query_prompt: str = "",
    document_prompt: str = "",
) -> EncoderSpec:
    return EncoderSpec(
        name=name,
        title=title or name.split("/")[1],
        reads=(Modality.TEXT,),
        origin=Origin.HUB,
        summary=summary,
        loader=LOADER,
        files=__name__,
        revision=hub.MAIN,
        dim=dim,
        max_tokens=max_tokens,
        license=license,
        size_mb=size_mb,
        unit_norm=unit_norm,
        tunable=True,
        query_prompt=query_prompt,
        document_prompt=document_prompt,
        requires=(*REQUIRES, "huggingface_hub"),
        source=f"https://huggingface.co/{name}",
    )


_CARDS = (
    _from_hub(
        "BAAI/bge-small-en-v1.5",
        "BGE small",
        "English, trained for search: queries get an instruction prefix. Twice the sequence length of MiniLM.",
        dim=384,
        max_tokens=512,
        license="MIT",
        size_mb=133,
        unit_norm=True,
        query_prompt="Represent this sentence for searching relevant passages: ",
    ),
    _from_hub(
        "sentence-transformers/all-mpnet-base-v2",
        "MPNet",
        "English, five times the size of MiniLM: distinguishes meanings better, many times slower.",
        dim=768,
        max_tokens=384,
        license="Apache-2.0",
        size_mb=438,
        unit_norm=True,
    ),
    _from_hub(
        "sentence-transformers/paraphrase-multilingual-MiniLM-L12-v2",
        "Multilingual MiniLM",
        "Fifty languages in one space: a sentence is close to its translations. Short texts only.",
        dim=384,
        max_tokens=128,
        license="Apache-2.0",
        size_mb=471,
    ),
    _from_hub(
        "intfloat/multilingual-e5-small",
        "Multilingual E5 small",
        "About a hundred languages, trained for search: queries and passages get different prefixes.",
        dim=384,
        max_tokens=512,
        license="MIT",
        size_mb=471,
        unit_norm=True,
        query_prompt="query: ",
        document_prompt="passage: ",
    ),
)


@dataclass(frozen=True)
class SentenceTransformers(EncoderFamily):
    """Models of the hub by `org/model`, and folders they were saved to."""

    def exact(self, card: EncoderSpec) -> EncoderSpec:
        if there := cached(card):
            return described(replace(card, revision=there.name), there)
        return replace(card, revision=hub.commit(card.name))

    def find(self, name: str) -> EncoderSpec | None:
        if folder := local_folder(name):
            return _of_folder(folder)
        return self.exact(_from_hub(name)) if _HUB_NAME.fullmatch(name) else None


FAMILY = SentenceTransformers(_CARDS, position=70, catch_all=True)


def cached(spec: EncoderSpec) -> Path | None:
    """Return the folder of a model of the hub on this machine; None without it."""
    return hub.cached(spec.name)


def fetch(spec: EncoderSpec) -> Path:
    """Return the folder of a model, fetched from the hub unless it is on this machine.

    Raises:
        UnknownEncoderError: the hub has none of that name.
        EncoderUnavailableError: the hub cannot be reached.
    """
    return Path(spec.name) if spec.origin is Origin.FOLDER else hub.fetch(spec.name, spec.revision)


def with_layout(spec: EncoderSpec, layout: Layout) -> EncoderSpec:
    """Return a spec with what the layout of its model says; such a model gives a vector for every token."""
    dim = int(layout.config["hidden_size"])
    return replace(
        spec,
        dim=dim,
        max_tokens=layout.max_tokens,
        unit_norm=layout.normalize,
        token_vectors=True,
        shows_tokens=True,
    )


def described(spec: EncoderSpec, folder: Path) -> EncoderSpec:
    """Return a spec with what can be read from the model's folder without loading it."""
    layout = read_layout(folder)
    return spec if layout is None else with_layout(spec, layout)


def _of_folder(folder: Path) -> EncoderSpec:
    if not (folder / "modules.json").is_file() and not (folder / "config.json").is_file():
        raise UnknownEncoderError(
            f"The folder {folder} has no model: no modules.json, config.json or open_clip_config.json.",
            "Choose a folder with a saved Sentence Transformers or open_clip model.",
        )
    spec = EncoderSpec(
        name=str(folder),
        title=folder.name,
        reads=(Modality.TEXT,),
        origin=Origin.FOLDER,
        summary="A Sentence Transformers model in a folder on this machine.",
        loader=LOADER,
        files=__name__,
        revision=folder_revision(folder),
        unit_norm=False,
        tunable=True,
        requires=REQUIRES,
    )
    return described(spec, folder)

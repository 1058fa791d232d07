"""Every encoder by name: what there is, what can work here, and loading it."""

import re
from contextlib import suppress
from dataclasses import replace
from difflib import get_close_matches
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from embedding_core.base.errors import EncoderUnavailableError, UnknownEncoderError
from embedding_core.encoders import hub
from embedding_core.encoders.image import open_clip_names
from embedding_core.encoders.image.pixels import PIXELS
from embedding_core.encoders.image.pocket import POCKET_CLIP
from embedding_core.encoders.layout import folder_revision
from embedding_core.encoders.spec import Encoder, EncoderSpec, Family, Modality, Origin
from embedding_core.encoders.text import sentence_transformer, tuned
from embedding_core.encoders.text.lexical import TF_IDF
from embedding_core.encoders.text.minilm import MINILM
from embedding_core.encoders.text.static import MINILM_STATIC
from embedding_core.encoders.vectors import VECTORS

DEFAULT_ENCODER = MINILM.name
DEFAULT_IMAGE_ENCODER = POCKET_CLIP.name

_HUB_NAME = re.compile(r"\w[\w.-]*/\w[\w.-]*")
_SAME_WEIGHTS = {"sentence-transformers/all-MiniLM-L6-v2": MINILM.name}
_PIP_NAMES = {"sklearn": "scikit-learn", "open_clip": "open_clip_torch", "PIL": "pillow"}


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
) -> EncoderSpec:
    return EncoderSpec(
        name=name,
        title=title or name.split("/")[1],
        family=Family.DENSE,
        reads=(Modality.TEXT,),
        origin=Origin.HUB,
        summary=summary,
        loader=sentence_transformer.LOADER,
        revision=hub.MAIN,
        dim=dim,
        max_tokens=max_tokens,
        license=license,
        size_mb=size_mb,
        unit_norm=unit_norm,
        requires=(*sentence_transformer.REQUIRES, "huggingface_hub"),
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
    ),
    open_clip_names.tagged(
        "ViT-B-32",
        "laion2b_s34b_b79k",
        "laion/CLIP-ViT-B-32-laion2B-s34B-b79K",
        "CLIP B/32",
        "Pictures and English captions in one space, trained on two billion pairs. The fastest of its kind.",
        license="MIT",
        size_mb=605,
    ),
    open_clip_names.tagged(
        "ViT-L-14",
        "datacomp_xl_s13b_b90k",
        "laion/CLIP-ViT-L-14-DataComp.XL-s13B-b90K",
        "CLIP L/14",
        "Pictures and English captions, trained on curated pairs: better than B/32, many times slower.",
        license="MIT",
        size_mb=1_710,
    ),
    open_clip_names.tagged(
        "ViT-B-16-SigLIP2",
        "webli",
        "timm/ViT-B-16-SigLIP2",
        "SigLIP 2 B/16",
        "Pictures and captions in about a hundred languages. Its sigmoid scores each class independently.",
        license="Apache-2.0",
        size_mb=1_501,
    ),
)
_SPECS = {spec.name: spec for spec in (MINILM, MINILM_STATIC, TF_IDF, POCKET_CLIP, PIXELS, VECTORS, *_CARDS)}


def list_specs() -> tuple[EncoderSpec, ...]:
    """Return the encoders there are cards for, the default first, those fine-tuned here last; nothing is loaded."""
    return (*_SPECS.values(), *tuned.list_specs())


def resolve(name: str) -> EncoderSpec:
    """Return the spec of a known name, of a local folder, or of a model on the hub, its revision exact.

    On the hub `org/model` is of Sentence Transformers, `hf-hub:org/model` and `open_clip:MODEL/TAG` are of open_clip.

    The hub is asked for the revision only of a model that is not on this machine yet.

    Raises:
        UnknownEncoderError: there is none of that name.
        EncoderUnavailableError: only the hub could know, and it cannot be reached.
    """
    name = _SAME_WEIGHTS.get(name, name)
    spec = _SPECS.get(name)
    if spec is not None and spec.origin is Origin.EMBEDDED:
        return spec
    if spec is None and (made := tuned.find(name)):
        return made
    if open_clip_names.is_name(name):
        return open_clip_names.of_hub(name, spec)
    if spec is None and (folder := _folder(name)):
        return _of_folder(folder)
    if not _HUB_NAME.fullmatch(name):
        raise UnknownEncoderError(f"Unknown encoder or folder {name!r}.", _did_you_mean(name))
    spec = spec or _from_hub(name)
    if there := hub.cached(name):
        return sentence_transformer.described(replace(spec, revision=there.name), there)
    return replace(spec, revision=hub.commit(name))


def _folder(name: str) -> Path | None:
    with suppress(RuntimeError):  # "~someone" without a home
        folder = Path(name).expanduser()
        if name and folder.is_dir():
            return folder.resolve()
    return None


def _of_folder(folder: Path) -> EncoderSpec:
    if open_clip_names.is_folder(folder):
        return open_clip_names.of_folder(folder)
    if not (folder / "modules.json").is_file() and not (folder / "config.json").is_file():
        raise UnknownEncoderError(
            f"The folder {folder} has no model: no modules.json, config.json or open_clip_config.json.",
            "Choose a folder with a saved Sentence Transformers or open_clip model.",
        )
    spec = EncoderSpec(
        name=str(folder),
        title=folder.name,
        family=Family.DENSE,
        reads=(Modality.TEXT,),
        origin=Origin.FOLDER,
        summary="A Sentence Transformers model in a folder on this machine.",
        loader=sentence_transformer.LOADER,
        revision=folder_revision(folder),
        unit_norm=False,
        requires=sentence_transformer.REQUIRES,
    )
    return sentence_transformer.described(spec, folder)


def _did_you_mean(name: str) -> str:
    names = {alias.lower(): spec.name for spec in list_specs() for alias in (spec.name.split("/")[-1], spec.name)}
    close = get_close_matches(name.lower(), names, n=1)
    if close:
        return f"Did you mean {names[close[0]]!r}?"
    return (
        f"Choose {DEFAULT_ENCODER!r} or another listed encoder, the folder of a model, or a name on the Hub: "
        "'org/model', 'hf-hub:org/model' of an open_clip model."
    )


def _missing(spec: EncoderSpec) -> str:
    """Return the first package that is not installed, by its name on PyPI; empty when all are there."""
    gone = next((package for package in spec.requires if find_spec(package) is None), "")
    return _PIP_NAMES.get(gone, gone.replace("_", "-"))


def _cached(spec: EncoderSpec) -> Path | None:
    return open_clip_names.cached(spec) if spec.family is Family.CLIP else hub.cached(spec.name)


def availability(spec: EncoderSpec) -> str:
    """Return why an encoder cannot work here and now, in one sentence; empty when it can."""
    if package := _missing(spec):
        return f"Needs the package {package}: pip install {package}"
    if spec.origin is Origin.FOLDER and not Path(spec.name).is_dir():
        return f"The folder {spec.name} no longer exists."
    if spec.origin is Origin.HUB and not _cached(spec) and not hub.reachable():
        return "It is not on this machine, and the Hugging Face Hub cannot be reached."
    return ""


def load(spec: EncoderSpec) -> Encoder:
    """Return a spec's encoder, ready to encode.

    Raises:
        EncoderUnavailableError: a package, the network or the right weights are missing.
    """
    package = _missing(spec)
    try:
        if package:
            raise ImportError(f"no package {package}")
        module, _, attribute = spec.loader.partition(":")
        encoder: Encoder = getattr(import_module(module), attribute)(spec)
    except ImportError as error:
        package = package or (error.name or "").partition(".")[0]
        raise EncoderUnavailableError(
            f"{spec.name} needs the package {package}, which is not installed.", f"pip install {package}"
        ) from error
    return encoder


def count_tokens(spec: EncoderSpec, texts: list[str]) -> list[int]:
    """Return each text's length in an encoder's own tokens, uncut; torch is not loaded for it."""
    return load(spec).count_tokens(texts)

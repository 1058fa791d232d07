"""Names of open_clip models, what their folders say of themselves, and their files; torch is imported by none of it."""

import json
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cache
from importlib.util import find_spec
from pathlib import Path, PurePosixPath
from typing import Any

from embedding_core.base.errors import EncoderUnavailableError, UnknownEncoderError
from embedding_core.encoders import hub
from embedding_core.encoders.family import EncoderFamily, local_folder
from embedding_core.encoders.image.open_clip_tags import repositories
from embedding_core.encoders.layout import folder_revision
from embedding_core.encoders.spec import EncoderSpec, Modality, Origin

TAGGED, ON_HUB = "open_clip:", "hf-hub:"
"""`open_clip:MODEL/TAG`, a model and a pretrained tag of open_clip; `hf-hub:org/model`, as open_clip writes it."""
LOADER = "embedding_core.encoders.image.clip:load"
REQUIRES = ("torch", "torchvision", "open_clip", "timm", "safetensors", "PIL")
CONFIG_FILE = "open_clip_config.json"
WEIGHTS_FILES = ("open_clip_model.safetensors", "open_clip_pytorch_model.safetensors", "pytorch_model.safetensors")
"""The best first. `model.safetensors` on the hub is some other library's, or the image tower alone."""
CONTEXT = 77
"""open_clip's length of a text, where a model does not state its own."""
_PICKLES = (".bin", ".pt", ".pth", ".ckpt")
_READ = (".json", ".txt", ".model")


def is_name(name: str) -> bool:
    """Return whether a name says that it is of open_clip."""
    return name.startswith((TAGGED, ON_HUB))


def is_folder(folder: Path) -> bool:
    """Return whether open_clip saved a model there."""
    return (folder / CONFIG_FILE).is_file()


def tagged(
    model: str,
    tag: str,
    repository: str,
    title: str = "",
    summary: str = "Pictures and texts in one space, through open_clip.",
    *,
    license: str = "unknown",
    size_mb: float | None = None,
) -> EncoderSpec:
    """Return the spec of a model and a pretrained tag of open_clip, whose weights lie in a repository on the hub."""
    spec = _spec(f"{TAGGED}{model}/{tag}", title or f"{model} ({tag})", summary, repository)
    return described(replace(spec, license=license, size_mb=size_mb), architecture(model) or {})


def of_hub(name: str, card: EncoderSpec | None = None) -> EncoderSpec:
    """Return the spec of a name for which `is_name` holds, its revision exact.

    The hub is asked only for a model that is not on this machine yet.

    Raises:
        UnknownEncoderError: there is none of that name.
        EncoderUnavailableError: only the hub could know, and it cannot be reached.
    """
    spec = card or _named(name)
    there = cached(spec)
    if there is None:
        return replace(spec, revision=hub.commit(spec.repository))
    spec = replace(spec, revision=there.name)
    return spec if name.startswith(TAGGED) else described(spec, config_of(there)["model_cfg"])


def of_folder(folder: Path) -> EncoderSpec:
    """Return the spec of a model in a folder on this machine.

    Raises:
        EncoderUnavailableError: its description cannot be read.
    """
    summary = "An open_clip model in a folder on this machine: pictures and texts in one space."
    spec = replace(_spec(str(folder), folder.name, summary), origin=Origin.FOLDER, revision=folder_revision(folder))
    return described(spec, config_of(folder)["model_cfg"])


def cached(spec: EncoderSpec) -> Path | None:
    """Return the folder of a model of the hub on this machine; None without it."""
    return hub.cached(spec.repository, complete=_has_weights)


def fetch(spec: EncoderSpec) -> Path:
    """Return the folder of a model, fetched from the hub unless it is on this machine.

    Raises:
        UnknownEncoderError: the hub has none of that name.
        EncoderUnavailableError: the hub cannot be reached, or has the weights only as a pickle.
    """
    if spec.origin is Origin.FOLDER:
        return Path(spec.name)

    def needed(files: tuple[str, ...]) -> list[str]:
        weights = next((name for name in WEIGHTS_FILES if name in files), None)
        if weights is None:
            raise _no_weights(spec.repository, files)
        return [weights, *(file for file in files if file.endswith(_READ) and "/" not in file)]

    return hub.fetch(spec.repository, spec.revision, needed, _has_weights)


def fetch_texts(repository: str) -> Path:
    """Return the folder of a text model's description and tokenizer, fetched from the hub unless it is there.

    Raises:
        EncoderUnavailableError: the hub cannot be reached.
    """

    def needed(files: tuple[str, ...]) -> list[str]:
        return [file for file in files if file.endswith(_READ) and "/" not in file]

    return hub.fetch(repository, hub.MAIN, needed, has_tokenizer)


def weights_of(folder: Path) -> Path:
    """Return the weights in a model's folder.

    Raises:
        EncoderUnavailableError: there are none, or only as a pickle.
    """
    for name in WEIGHTS_FILES:
        if (folder / name).is_file():
            return folder / name
    raise _no_weights(str(folder), tuple(path.name for path in folder.iterdir()))


def config_of(folder: Path) -> dict[str, Any]:
    """Return what a model's folder says of it: `model_cfg` and `preprocess_cfg`.

    Raises:
        EncoderUnavailableError: it says nothing, or nothing that can be read.
    """
    path = folder / CONFIG_FILE
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
        _ = config["model_cfg"]["vision_cfg"], config["model_cfg"]["text_cfg"], config["model_cfg"]["embed_dim"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise EncoderUnavailableError(
            f"{path} does not describe an open_clip model ({type(error).__name__}: {error}).",
            "Choose a model saved by open_clip.",
        ) from None
    return {"preprocess_cfg": {}, **config}


def has_tokenizer(folder: Path) -> bool:
    """Return whether a folder holds a tokenizer."""
    return (folder / "tokenizer.json").is_file() or (folder / "tokenizer_config.json").is_file()


def architecture(model: str) -> dict[str, Any] | None:
    """Return open_clip's own description of one of its models; None when it has none of that name."""
    path = _architectures().get(model)
    config: dict[str, Any] | None = json.loads(path.read_text(encoding="utf-8")) if path else None
    return config


@cache
def _architectures() -> dict[str, Path]:
    """Return open_clip's models by name; the package is found but not imported."""
    package = find_spec("open_clip")
    places = package.submodule_search_locations if package else None
    return {path.stem: path for place in places or () for path in Path(place).glob("model_configs/*.json")}


def _has_weights(folder: Path) -> bool:
    return any((folder / name).is_file() for name in WEIGHTS_FILES)


def _no_weights(where: str, files: tuple[str, ...]) -> EncoderUnavailableError:
    pickled = [file for file in files if PurePosixPath(file).suffix in _PICKLES]
    if not pickled:
        return EncoderUnavailableError(f"{where} has no {WEIGHTS_FILES[0]}.", "Choose a model saved by open_clip.")
    return EncoderUnavailableError(
        f"{where} has its weights only as a pickle ({pickled[0]}), which can run code when it is read.",
        f"Choose a model with {WEIGHTS_FILES[0]}, or convert this one if you trust it.",
    )


def _named(name: str) -> EncoderSpec:
    """Return the spec of a name without a card."""
    if name.startswith(ON_HUB):
        repository = name.removeprefix(ON_HUB)
        if repository.count("/") != 1 or not all(repository.split("/")):
            raise UnknownEncoderError(f"{name!r} is not the name of a model on the Hub.", f"Write {ON_HUB}org/model.")
        summary = "An open_clip model from the Hugging Face Hub: pictures and texts in one space."
        return _spec(name, repository.split("/")[1], summary, repository)
    model, _, tag = name.removeprefix(TAGGED).partition("/")
    if model not in _architectures():
        close = get_close_matches(model, _architectures(), n=1)
        hint = f"Did you mean {TAGGED + close[0] + '/' + tag!r}?" if close else f"Write {TAGGED}MODEL/TAG."
        raise UnknownEncoderError(f"open_clip has no model {model!r}.", hint)
    return tagged(model, tag, _repository(model, tag))


def _repository(model: str, tag: str) -> str:
    """Return where on the hub the weights of a pretrained tag lie."""
    tags = repositories().get(model, {})
    wanted = tag.lower().replace("-", "_")
    if wanted in tags:
        return tags[wanted]
    close = get_close_matches(wanted, tags, n=1)
    known = f"It has {', '.join(tags)}." if tags else "It has none: choose another model."
    hint = f"Did you mean {TAGGED + model + '/' + close[0]!r}?" if close else known
    raise UnknownEncoderError(f"open_clip's {model} has no pretrained tag {tag!r}.", hint)


def _spec(name: str, title: str, summary: str, repository: str = "") -> EncoderSpec:
    return EncoderSpec(
        name=name,
        title=title,
        reads=(Modality.IMAGE, Modality.TEXT),
        origin=Origin.HUB,
        summary=summary,
        loader=LOADER,
        files=__name__,
        patch_scale=1,
        zero_shot_template="a photo of a {}",
        temperature=0.01,
        revision=hub.MAIN,
        repository=repository,
        requires=(*REQUIRES, "huggingface_hub") if repository else REQUIRES,
        source=f"https://huggingface.co/{repository}" if repository else "",
    )


def described(spec: EncoderSpec, model: dict[str, Any]) -> EncoderSpec:
    """Return a spec with what open_clip's `model_cfg` says; as it was with an empty one."""
    if not model:
        return spec
    size = model["vision_cfg"].get("image_size", 224)
    return replace(
        spec,
        dim=int(model["embed_dim"]),
        max_tokens=int(model["text_cfg"].get("context_length", CONTEXT)),
        image_size=(size, size) if isinstance(size, int) else tuple(size),
    )


_CARDS = (
    tagged(
        "ViT-B-32",
        "laion2b_s34b_b79k",
        "laion/CLIP-ViT-B-32-laion2B-s34B-b79K",
        "CLIP B/32",
        "Pictures and English captions in one space, trained on two billion pairs. The fastest of its kind.",
        license="MIT",
        size_mb=605,
    ),
    tagged(
        "ViT-L-14",
        "datacomp_xl_s13b_b90k",
        "laion/CLIP-ViT-L-14-DataComp.XL-s13B-b90K",
        "CLIP L/14",
        "Pictures and English captions, trained on curated pairs: better than B/32, many times slower.",
        license="MIT",
        size_mb=1_710,
    ),
    tagged(
        "ViT-B-16-SigLIP2",
        "webli",
        "timm/ViT-B-16-SigLIP2",
        "SigLIP 2 B/16",
        "Pictures and captions in about a hundred languages. Its sigmoid scores each class independently.",
        license="Apache-2.0",
        size_mb=1_501,
    ),
)


@dataclass(frozen=True)
class OpenClip(EncoderFamily):
    """Models by `open_clip:MODEL/TAG` or `hf-hub:org/model`, and folders they were saved to."""

    def exact(self, card: EncoderSpec) -> EncoderSpec:
        return of_hub(card.name, card)

    def find(self, name: str) -> EncoderSpec | None:
        if is_name(name):
            return of_hub(name)
        folder = local_folder(name)
        return of_folder(folder) if folder and is_folder(folder) else None


FAMILY = OpenClip(_CARDS, position=80)

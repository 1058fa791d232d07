"""Every encoder by name: what there is, what can work here, and loading it."""

from difflib import get_close_matches
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from embedding_core.base.errors import EncoderError, EncoderUnavailableError, UnknownEncoderError
from embedding_core.encoders import hub
from embedding_core.encoders.family import families
from embedding_core.encoders.spec import Encoder, EncoderSpec, Origin

DEFAULT_ENCODER = "all-MiniLM-L6-v2"
DEFAULT_IMAGE_ENCODER = "pocket-clip"
DEFAULT_STATIC_ENCODER = "minilm-static"
"""What a contextual encoder is compared with."""
OWN_VECTORS = "vectors"
"""Stands for the encoder of a data set that brings its own vectors."""

_PIP_NAMES = {"sklearn": "scikit-learn", "open_clip": "open_clip_torch", "PIL": "pillow"}


def list_specs() -> tuple[EncoderSpec, ...]:
    """Return the encoders there are cards for, the default first, those fine-tuned here last; nothing is loaded."""
    return tuple(spec for family in families() for spec in family.list_specs())


def resolve(name: str) -> EncoderSpec:
    """Return the spec of a known name, of a local folder, or of a model on the hub, its revision exact.

    On the hub `org/model` is of Sentence Transformers, `hf-hub:org/model` and `open_clip:MODEL/TAG` are of open_clip.

    The hub is asked for the revision only of a model that is not on this machine yet.

    Raises:
        UnknownEncoderError: there is none of that name.
        EncoderUnavailableError: only the hub could know, and it cannot be reached.
    """
    for family in families():
        if card := family.card(name):
            return family.exact(card)
    for family in sorted(families(), key=lambda one: one.catch_all):
        if spec := family.find(name):
            return spec
    raise UnknownEncoderError(f"Unknown encoder or folder {name!r}.", _did_you_mean(name))


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


def availability(spec: EncoderSpec) -> str:
    """Return why an encoder cannot work here and now, in one sentence; empty when it can."""
    if package := _missing(spec):
        return f"Needs the package {package}: pip install {package}"
    if spec.origin is Origin.FOLDER and not Path(spec.name).is_dir():
        return f"The folder {spec.name} no longer exists."
    if spec.origin is Origin.HUB and not import_module(spec.files).cached(spec) and not hub.reachable():
        return "It is not on this machine, and the Hugging Face Hub cannot be reached."
    return ""


def fetch(spec: EncoderSpec) -> Path:
    """Return the folder of an encoder's files, fetched from the hub unless it is on this machine.

    Raises:
        EncoderError: it has no model in a folder.
        EncoderUnavailableError: it cannot be had.
    """
    if not spec.files:
        raise EncoderError(f"{spec.name} has no model folder.", "Choose another encoder.")
    folder: Path = import_module(spec.files).fetch(spec)
    return folder


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

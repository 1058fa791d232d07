"""Encoders that were fine-tuned here: named folders beside the store, each with what it was made from.

They are not in the store itself: what a person trained and named is not to be dropped because it was not used lately.
"""

import json
import re
import shutil
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from embedding_core.base.config import load_config
from embedding_core.base.errors import EncoderUnavailableError, ParameterError, StoreError
from embedding_core.encoders.family import EncoderFamily
from embedding_core.encoders.layout import folder_revision
from embedding_core.encoders.spec import Encoder, EncoderSpec, Modality, Origin
from embedding_core.encoders.text import sentence_transformer
from embedding_core.encoders.text import sentence_transformer_names as names

ABOUT_FILE, MODEL = "tuned.json", "model"
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
_DRAFT = ".draft-"


def root() -> Path:
    """Return the folder that holds them all."""
    return load_config().home / "encoders"


def slug(text: str) -> str:
    """Return a text as the name of an encoder: small letters, digits and hyphens; empty when it has none."""
    return re.sub(r"[^a-z0-9]+", "-", text.casefold()).strip("-")[:60].rstrip("-")


def check_name(name: str) -> str:
    """Return a name that an encoder may have.

    Raises:
        ParameterError: it may not.
    """
    if not _NAME.fullmatch(name):
        raise ParameterError(
            f"{name!r} is not a valid encoder name.", "Use at most 60 lowercase letters, digits and hyphens."
        )
    return name


def about(name: str) -> dict[str, Any] | None:
    """Return what an encoder was made from and how well it does; None when there is none of that name."""
    file = root() / name / ABOUT_FILE
    if not _NAME.fullmatch(name) or not file.is_file():
        return None
    try:
        found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    except ValueError:
        return None
    return found


def model_folder(name: str) -> Path:
    """Return where an encoder's model lies, a folder that Sentence Transformers opens."""
    return root() / name / MODEL


def list_specs() -> tuple[EncoderSpec, ...]:
    """Return the encoders that were fine-tuned here, by name."""
    names = sorted(path.name for path in root().glob("*/")) if root().is_dir() else []
    return tuple(spec for name in names if (spec := find(name)) is not None)


def find(name: str) -> EncoderSpec | None:
    """Return the encoder of that name; None when there is none."""
    known = about(name)
    if known is None:
        return None
    spec = EncoderSpec(
        name=name,
        title=name,
        reads=(Modality.TEXT,),
        origin=Origin.TUNED,
        summary=known["summary"],
        loader=f"{__name__}:load",
        files=__name__,
        tunable=True,
        revision=known["revision"],
        dim=known["dim"],
        max_tokens=known["max_tokens"],
        license=known.get("license") or known["licence"],  # As it was spelled before.
        size_mb=known["size_mb"],
        unit_norm=known["unit_norm"],
        requires=names.REQUIRES,
    )
    return names.described(spec, model_folder(name))


@dataclass(frozen=True)
class TunedEncoders(EncoderFamily):
    """The encoders that were fine-tuned here, whatever there are just now."""

    def list_specs(self) -> tuple[EncoderSpec, ...]:
        return list_specs()

    def card(self, name: str) -> EncoderSpec | None:
        return find(name)


FAMILY = TunedEncoders(position=90)


def publish(name: str, write: Callable[[Path], dict[str, Any]]) -> None:
    """Make an encoder of the model that `write` puts into a folder; all of it appears at once, or nothing.

    Args:
        name: what it is called; one that has it already is replaced.
        write: fills an empty folder and returns what is known of the encoder: `summary`, `license`, `dim`,
            `max_tokens`, `unit_norm` and whatever else.

    Raises:
        ParameterError: no encoder may have that name.
        StoreError: the disk is full or cannot be written.
    """
    final = root() / check_name(name)
    try:
        root().mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=_DRAFT, dir=root()))
    except OSError as error:
        raise unwritable(error) from error
    try:
        (draft / MODEL).mkdir()
        known = write(draft / MODEL)
        size = sum(path.stat().st_size for path in draft.rglob("*") if path.is_file())
        facts = {**known, "revision": folder_revision(draft / MODEL), "size_mb": round(size / 1e6, 1)}
        (draft / ABOUT_FILE).write_text(json.dumps(facts, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        # A folder made by mkdtemp is its owner's alone; an encoder is readable like everything else here.
        draft.chmod(0o755)
        shutil.rmtree(final, ignore_errors=True)
        draft.rename(final)
    except OSError as error:
        raise unwritable(error) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def unwritable(error: OSError) -> StoreError:
    """Return what to say when an encoder cannot be saved."""
    return StoreError(
        f"The encoder cannot be saved under {root()}: {error.strerror or error}.",
        "Free some space, or set VECTORSCOPE_HOME to a folder with room.",
    )


def archive(name: str) -> bytes:
    """Return an encoder's model as a ZIP of one folder, to be taken elsewhere.

    Raises:
        EncoderUnavailableError: it has been deleted.
    """
    folder = model_folder(name)
    if not folder.is_dir():
        raise gone(name)
    buffer = BytesIO()
    # Stored, not deflated: weights hardly shrink, and it would take seconds.
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as file:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            file.write(path, f"{name}/{path.relative_to(folder).as_posix()}")
    return buffer.getvalue()


def gone(name: str) -> EncoderUnavailableError:
    """Return what to say of an encoder that is not there any more."""
    return EncoderUnavailableError(f"The encoder {name} has been deleted.", "Train it again or choose another.")


def remove(name: str) -> None:
    """Delete an encoder, if it is there."""
    if _NAME.fullmatch(name):
        shutil.rmtree(root() / name, ignore_errors=True)


def fetch(spec: EncoderSpec) -> Path:
    """Return the folder of an encoder's model.

    Raises:
        EncoderUnavailableError: it has been deleted.
    """
    folder = model_folder(spec.name)
    if not folder.is_dir():
        raise gone(spec.name)
    return folder


def load(spec: EncoderSpec) -> Encoder:
    """Return the encoder.

    Raises:
        EncoderUnavailableError: it has been deleted, or its files are not those it was saved with.
    """
    folder = fetch(spec)
    if folder_revision(folder) != spec.revision:
        raise EncoderUnavailableError(
            f"The files of {spec.name} in {folder} have changed since it was trained.", "Train it again."
        )
    return sentence_transformer.load_folder(spec, folder)

"""A classifier on disk: JSON that says what it is, and arrays in npz. Nothing in it can run."""

import io
import json
import zipfile
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embedding_core.base.errors import InputError, VectorscopeError
from embedding_core.classifiers.classifier import Classifier, LinearClassifier, NeighborClassifier
from embedding_core.classifiers.methods import ClassifierParams

ABOUT_FILE, ARRAYS_FILE = "classifier.json", "classifier.npz"
_FORMAT, _VERSION = "vectorscope-classifier", 1
_STATE = "encoder-"


@dataclass(frozen=True, eq=False)
class SavedClassifier:
    """A classifier with all that is needed to use it elsewhere."""

    classifier: Classifier
    names: tuple[str, ...]
    params: ClassifierParams
    encoder: str
    """The name of the encoder whose vectors it takes."""
    revision: str
    about: dict[str, Any] = field(default_factory=dict)
    """What it was made from, for whoever finds it."""
    state: dict[str, NDArray[Any]] = field(default_factory=dict)
    """What an encoder that is fitted on a data set (TF-IDF, pixels) learned from the classifier's; else empty."""


def save_classifier(saved: SavedClassifier, folder: Path) -> None:
    """Write a classifier into a folder, which is made if it is not there.

    Raises:
        InputError: the folder cannot be written.
    """
    about = {
        "format": _FORMAT,
        "version": _VERSION,
        "dim": saved.classifier.dim,
        "encoder": saved.encoder,
        "revision": saved.revision,
        "labels": saved.names,
        "params": asdict(saved.params),
        "about": saved.about,
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / ABOUT_FILE).write_text(json.dumps(about, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        with (folder / ARRAYS_FILE).open("wb") as file:
            state = {f"{_STATE}{name}": array for name, array in saved.state.items()}
            np.savez(file, allow_pickle=False, **_arrays(saved.classifier), **state)
    except OSError as error:
        raise InputError(f"{folder} cannot be written: {error.strerror}.", "Choose another folder.") from error


def load_classifier(place: Path) -> SavedClassifier:
    """Read what `save_classifier` wrote, from its folder or from a ZIP of it.

    Raises:
        InputError: there is no classifier, or a damaged one.
    """
    try:
        about = json.loads(_read(place, ABOUT_FILE).decode("utf-8"))
        if about["format"] != _FORMAT or about["version"] != _VERSION:
            raise InputError(f"{place / ABOUT_FILE} has an unknown format or version.", "Save the classifier again.")
        params, names = ClassifierParams(**about["params"]), tuple(map(str, about["labels"]))
        with np.load(io.BytesIO(_read(place, ARRAYS_FILE)), allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        state = {name.removeprefix(_STATE): arrays.pop(name) for name in list(arrays) if name.startswith(_STATE)}
        classifier = _classifier(arrays, params, len(names))
        if classifier.dim != about["dim"]:
            raise ValueError(f"{classifier.dim} dimensions instead of {about['dim']}")
        return SavedClassifier(
            classifier,
            names,
            params,
            str(about["encoder"]),
            str(about["revision"]),
            dict(about["about"]),
            state=state,
        )
    except VectorscopeError:
        raise
    except FileNotFoundError as error:
        raise InputError(
            f"There is no classifier in {place}.", "Use the folder or ZIP that the classifier was saved to."
        ) from error
    except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError, zipfile.BadZipFile) as error:
        raise InputError(f"The classifier in {place} is damaged: {error}.", "Save it again.") from error


def _read(place: Path, name: str) -> bytes:
    if not place.is_file():
        return (place / name).read_bytes()
    with zipfile.ZipFile(place) as archive:
        return archive.read(name)


def _arrays(classifier: Classifier) -> dict[str, Any]:
    if isinstance(classifier, NeighborClassifier):
        return {"examples": classifier.examples, "codes": classifier.codes}
    if isinstance(classifier, LinearClassifier):
        return {"weights": classifier.weights, "bias": classifier.bias}
    raise TypeError(f"{type(classifier).__name__} has no arrays to be saved")


def _classifier(arrays: dict[str, Any], params: ClassifierParams, classes: int) -> Classifier:
    """Return the classifier of arrays from a file, whose shapes may be anything."""
    if "examples" in arrays:
        examples, codes = arrays["examples"].astype(np.float32), arrays["codes"].astype(np.int32)
        if examples.ndim != 2 or codes.shape != examples.shape[:1] or not set(codes.tolist()) <= set(range(classes)):
            raise ValueError("the numbers of its examples and labels differ")
        return NeighborClassifier(examples, codes, params.k, classes)
    weights, bias = arrays["weights"].astype(np.float32), arrays["bias"].astype(np.float32)
    if weights.ndim != 2 or len(weights) != classes or bias.shape != (classes,):
        raise ValueError("the numbers of its weights and labels differ")
    return LinearClassifier(weights, bias)

"""The small data sets that ship with the app."""

from dataclasses import dataclass
from difflib import get_close_matches
from functools import partial
from pathlib import Path

import pandas as pd

from embedding_core.base.errors import InputError
from embedding_core.data.dataset import Dataset
from embedding_core.data.pictures.files import PictureFile, PictureFiles
from embedding_core.data.samples.digits import draw_digits
from embedding_core.data.samples.shapes import draw_shapes

DRAWN_SHAPES = 600
_FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Sample:
    """What is known of a sample before its file is read."""

    name: str
    title: str
    summary: str
    """One sentence."""
    rows: int
    text: str
    """The column that is embedded."""
    label: str
    """The column that holds the class of each row."""
    ids: str | None = None
    """The column that names each row; without one the rows are numbered."""
    drawn: bool = False
    """Its items are pictures, drawn when it is opened."""


_SAMPLES = (
    Sample(
        "everyday",
        "Everyday sentences",
        "Short sentences about ten everyday topics, with paraphrases, ambiguous words and a few borderline cases.",
        442,
        text="text",
        label="topic",
    ),
    Sample(
        "words",
        "Word families",
        "Single words in groups: countries and capitals, verbs and their tenses, animals and their young, and more.",
        315,
        text="word",
        label="family",
    ),
    Sample(
        "faq",
        "Library questions",
        "Answers of a fictional public library, and questions that often share few words with the right answer.",
        230,
        text="text",
        label="topic",
        ids="id",
    ),
    Sample(
        "shapes",
        "Drawn shapes",
        "Simple shapes that differ in form, color, size, number, position and background, each with a caption.",
        DRAWN_SHAPES,
        text="caption",
        label="shape",
        drawn=True,
    ),
    Sample(
        "digits",
        "Handwritten digits",
        "Handwritten digits of 8 by 8 pixels: easy for pixel vectors, hard for an encoder of meaning.",
        1_797,
        text="caption",
        label="digit",
        drawn=True,
    ),
)


def list_samples() -> tuple[Sample, ...]:
    """Return every sample; reads no file."""
    return _SAMPLES


def load_sample(name: str) -> Dataset:
    """Read a sample by name.

    Raises:
        InputError: there is no sample of that name.
    """
    by_name = {sample.name: sample for sample in _SAMPLES}
    if name not in by_name:
        close = get_close_matches(name, by_name, n=1)
        hint = f"Did you mean {close[0]!r}?" if close else f"There are: {', '.join(by_name)}."
        raise InputError(f"There is no sample called {name!r}.", hint)
    sample = by_name[name]
    if sample.drawn:
        raise InputError(f"The sample {name!r} contains pictures.", "Open it as pictures.")
    frame = pd.read_csv(_FOLDER / f"{name}.csv", dtype=str, keep_default_na=False)
    ids = frame.pop(sample.ids).tolist() if sample.ids else None
    texts = frame.pop(sample.text).tolist()
    return Dataset.create(sample.title, texts, ids=ids, columns=frame, label=sample.label, text_name=sample.text)


def drawn_sample(name: str) -> PictureFiles:
    """Return the pictures of a sample that is drawn.

    Raises:
        InputError: there is no such sample.
    """
    if name == "shapes":
        drawn = draw_shapes(DRAWN_SHAPES)
    elif name == "digits":
        drawn = draw_digits()
    else:
        raise InputError(f"There is no sample of pictures called {name!r}.", "There are: shapes, digits.")
    label = next(sample.label for sample in _SAMPLES if sample.name == name)
    files = []
    for number, picture in enumerate(drawn, start=1):
        facts = tuple((key, value) for key, value in picture.attributes.items() if key != label)
        files.append(
            PictureFile(
                f"{name}-{number:04}.png",
                partial(bytes, picture.png),
                label=picture.attributes[label],
                caption=picture.caption,
                facts=facts,
            )
        )
    return PictureFiles(tuple(files))

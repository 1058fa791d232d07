"""The small data sets that ship with the app."""

from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

import pandas as pd

from embedding_core.dataset import Dataset
from embedding_core.errors import InputError

_FOLDER = Path(__file__).parents[1] / "samples"


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


_SAMPLES = (
    Sample(
        "everyday",
        "Everyday sentences",
        "Short sentences over ten everyday topics, with paraphrases, words of two meanings and a few borderline cases.",
        442,
        text="text",
        label="topic",
    ),
    Sample(
        "words",
        "Word families",
        "Single words in families: countries and capitals, verbs and their tenses, animals and their young, and more.",
        315,
        text="word",
        label="family",
    ),
    Sample(
        "faq",
        "Library questions",
        "Answers of a made-up public library, and questions that often share few words with the answer that fits.",
        230,
        text="text",
        label="topic",
        ids="id",
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
    frame = pd.read_csv(_FOLDER / f"{name}.csv", dtype=str, keep_default_na=False)
    ids = frame.pop(sample.ids).tolist() if sample.ids else None
    texts = frame.pop(sample.text).tolist()
    return Dataset.create(sample.title, texts, ids=ids, columns=frame, label=sample.label, text_name=sample.text)

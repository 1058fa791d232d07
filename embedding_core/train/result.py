"""What came of a fine-tuning, and how it is kept."""

from dataclasses import dataclass

from embedding_core.train.history import History
from embedding_core.train.measures import HeldOutMeasure
from embedding_core.train.params import TuneParams
from embedding_core.train.parting import Parting


@dataclass(frozen=True)
class Counts:
    """How much there was of what."""

    trained_on: int
    """Rows."""
    measured_on: int
    examples: int
    """What was learned from in each epoch: pairs or triplets made of the rows."""
    mined: int
    """Negatives that were hard ones."""
    dropped: int
    """Rows without a text, a label or a score."""
    cut: int
    """Texts longer than what was read while training."""
    parting: Parting
    """What the measured rows do not share with those trained on."""
    shared: int
    """Measured rows that have a text which was trained on all the same."""
    left_out: int
    """Rows on neither side, to keep texts apart."""


@dataclass(frozen=True)
class Tuned:
    """An encoder of its own, how it came about and what it is worth."""

    name: str
    base: str
    params: TuneParams
    history: History
    before: tuple[HeldOutMeasure, ...]
    after: tuple[HeldOutMeasure, ...]
    """The same measures in the same order."""
    counts: Counts
    seconds: float

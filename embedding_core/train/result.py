"""What came of a fine-tuning, and how it is kept."""

from dataclasses import asdict, dataclass
from typing import Any

from embedding_core.train.history import History
from embedding_core.train.measures import Measure
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
    before: tuple[Measure, ...]
    after: tuple[Measure, ...]
    """The same measures in the same order."""
    counts: Counts
    seconds: float

    def to_json(self) -> dict[str, Any]:
        """Return everything as JSON values."""
        return asdict(self)

    @classmethod
    def from_json(cls, saved: dict[str, Any]) -> "Tuned":
        """Return what `to_json` was given, maybe after a journey through JSON."""
        history = saved["history"]
        read = {
            "params": TuneParams(**{**saved["params"], "matryoshka": tuple(saved["params"]["matryoshka"])}),
            "history": History(
                tuple((int(step), loss) for step, loss in history["losses"]),
                tuple((int(step), value) for step, value in history["watched"]),
                history["stopped"],
            ),
            "before": tuple(Measure(**one) for one in saved["before"]),
            "after": tuple(Measure(**one) for one in saved["after"]),
            "counts": Counts(**{**saved["counts"], "parting": Parting(saved["counts"]["parting"])}),
        }
        return cls(**{**saved, **read})

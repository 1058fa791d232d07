"""Encoders to choose from beside the one in use."""

from components.widgets import availability, encoder_cards
from embedding_core import encoders
from embedding_core.data.dataset import Dataset
from embedding_core.encoders.spec import EncoderSpec


def candidates(dataset: Dataset, current: str) -> list[EncoderSpec]:
    """Return the encoders that fit a data set and can work here, the one in use left out."""
    fitting = [
        spec for spec in encoders.list_specs() if not encoder_cards.unfit(spec, dataset) and spec.name != current
    ]
    reasons = availability.reasons(fitting)
    return [spec for spec in fitting if reasons[spec.name] == ""]


def titled(name: str) -> str:
    """Return an encoder's title."""
    return encoders.resolve(name).title

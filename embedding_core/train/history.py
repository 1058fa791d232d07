"""The history of a fine-tuning: losses and measures by step."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias

Event: TypeAlias = dict[str, Any]
"""`{"step": 12, "loss": 0.8}`, `{"step": 12, "epoch": 1, "watched": 0.7}` or `{"step": 12, "stopped": "why"}`."""
Report: TypeAlias = Callable[[Event], None]


@dataclass(frozen=True)
class History:
    """Losses and watched measures by step."""

    losses: tuple[tuple[int, float], ...] = ()
    """(step, mean loss of the examples of that step)."""
    watched: tuple[tuple[int, float], ...] = ()
    """(step, measure on the watched rows); step 0 is before training."""
    stopped: str = ""
    """Why it ended before its last epoch, if it did."""

    @classmethod
    def of(cls, events: Iterable[Event]) -> "History":
        """Return the history of some events; of a step that occurs twice, after a resume, the last counts."""
        losses, watched, stopped = {}, {}, ""
        for event in events:
            step = int(event["step"])
            if "loss" in event:
                losses[step] = float(event["loss"])
            elif "watched" in event:
                watched[step] = float(event["watched"])
            else:
                stopped = str(event.get("stopped", ""))
        return cls(tuple(sorted(losses.items())), tuple(sorted(watched.items())), stopped)


def no_report(event: Event) -> None:
    """Take no notice."""

"""What every stage is."""

from abc import ABC, abstractmethod
from enum import StrEnum
from typing import Any, ClassVar

from embedding_core.store import Store
from embedding_core.types import Key, Progress


class Lane(StrEnum):
    """Where a stage runs: one process a lane, one job at a time in each."""

    QUICK = "quick"
    ENCODE = "encode"
    MAP = "map"
    TRAIN = "train"


class Stage(ABC):
    """One step; subclasses are frozen dataclasses of plain values."""

    kind: ClassVar[str]

    @property
    def lane(self) -> Lane:
        """Where it runs."""
        return Lane.QUICK

    @property
    @abstractmethod
    def key(self) -> Key:
        """Name of the artifact."""

    @property
    @abstractmethod
    def title(self) -> str:
        """What a person reads while it runs."""

    def needs(self) -> tuple["Stage", ...]:
        """Stages whose artifacts must be there first."""
        return ()

    @abstractmethod
    def make(self, store: Store, progress: Progress) -> None:
        """Write the artifact."""

    @abstractmethod
    def load(self, store: Store) -> Any:
        """Read the artifact back."""

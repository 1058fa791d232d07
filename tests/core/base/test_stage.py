"""What a stage has from its base class: key, needs, artifact."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pytest

from embedding_core.base.keys import fingerprint
from embedding_core.base.stage import Stage, describe, revive
from embedding_core.base.store import Store
from embedding_core.base.types import Matrix, Progress, no_progress


@dataclass(frozen=True)
class CountTo(Stage[Matrix]):
    """The numbers below another, in a column."""

    top: int
    kind = "count-to"
    title = "Counting"

    def compute(self, store: Store, progress: Progress) -> Matrix:
        return np.arange(self.top, dtype=np.float32)[:, None]


@dataclass(frozen=True, eq=False)
class Doubled:
    values: Matrix
    factor: float


class Sign(StrEnum):
    PLUS = "plus"
    MINUS = "minus"


@dataclass(frozen=True)
class TakeTimes(Stage[Doubled]):
    """Those numbers, each times a factor."""

    source: CountTo
    factor: float = 2.0
    known: str = ""
    sign: Sign = Sign.PLUS
    kind = "take-times"
    version = 3
    title = "Multiplying"

    @property
    def libraries(self) -> Mapping[str, str]:
        return {"numpy": self.known or version("numpy")}

    def key_parts(self) -> tuple[object, ...]:
        return super().key_parts()[:2]

    def compute(self, store: Store, progress: Progress) -> Doubled:
        return Doubled(self.source.load(store) * np.float32(self.factor), self.factor)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path, 1 << 30)


def test_make_and_load(store: Store) -> None:
    stage = TakeTimes(CountTo(3))
    for one in (*stage.needs(), stage):
        one.make(store, no_progress)
    assert CountTo(3).load(store).tolist() == [[0], [1], [2]]
    found = stage.load(store)
    assert (found.values.tolist(), found.factor) == ([[0], [2], [4]], 2.0)
    with pytest.raises(ValueError, match="read-only"):
        found.values[0] = 1


def test_the_key_is_of_kind_version_and_fields() -> None:
    assert CountTo(3).key == fingerprint("count-to", 1, 3)
    assert TakeTimes(CountTo(3)).key == fingerprint("take-times", 3, CountTo(3).key, 2.0)


def test_another_version_of_a_library_that_decides_is_another_key() -> None:
    known = TakeTimes(CountTo(3), known=version("numpy"))
    other = TakeTimes(CountTo(3), known="1.0")
    assert known.key == TakeTimes(CountTo(3)).key
    assert other.key == fingerprint("take-times", 3, CountTo(3).key, 2.0, f"numpy {version('numpy')}")


def test_it_needs_the_stages_among_its_fields() -> None:
    assert TakeTimes(CountTo(3)).needs() == (CountTo(3),)
    assert CountTo(3).needs() == ()


def test_describe_and_revive() -> None:
    stage = TakeTimes(CountTo(3), 1.5, sign=Sign.MINUS)
    found = revive(json.loads(json.dumps(describe(stage))))
    assert found == stage
    assert found.sign is Sign.MINUS


def test_a_stage_that_computes_nothing_says_so(store: Store) -> None:
    @dataclass(frozen=True)
    class Idle(Stage[Matrix]):
        """Nothing."""

        kind = "idle"
        title = "Doing nothing"

    with pytest.raises(NotImplementedError, match="Idle"):
        Idle().make(store, no_progress)


def test_two_stages_of_one_name_are_an_error() -> None:
    with pytest.raises(TypeError, match="two stages are called CountTo"):
        type("CountTo", (Stage,), {"__module__": "somewhere.else"})

"""The results of compression: recall, size and time of each form."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embedding_core.compress.precision import Precision
from embedding_core.compress.shortening import Reduction

_BILLION = 1_000_000_000
_NOTICEABLE = 0.02
"""Recall differs by less from one draw of dimensions or queries to another."""


@dataclass(frozen=True)
class Quality:
    """The recall, nDCG and search time of compressed vectors."""

    rescoring: int
    """So many times k candidates were looked at again in full; 0: none were."""
    recall: float
    """The share of the k found that are as near as the k nearest by the full vectors, 0 to 1."""
    ndcg: float | None
    """By judgments; None without any."""
    milliseconds: float
    """The median time of one query on one core."""


@dataclass(frozen=True)
class Trial:
    """The measures of one form of the vectors."""

    reduction: Reduction
    dims: int
    precision: Precision
    item_bytes: int
    fixed_bytes: int
    qualities: tuple[Quality, ...]
    """Without a second look first, then by its size."""

    def size(self, items: int) -> int:
        """Return the bytes that a number of items takes."""
        return items * self.item_bytes + self.fixed_bytes

    @property
    def billion(self) -> int:
        """The bytes of a billion items."""
        return self.size(_BILLION)


@dataclass(frozen=True)
class Option:
    """One form with or without rescoring: an option to choose from."""

    trial: Trial
    quality: Quality


@dataclass(frozen=True)
class TruncationCheck:
    """Whether the first dimensions are worth more than others, as they are in a model trained to be cut there."""

    dims: int
    first: float
    """Recall of the first dimensions."""
    drawn: tuple[float, ...]
    """Recall of as many dimensions drawn at random, each time others."""
    pca: float
    """Recall of as many principal axes."""

    @property
    def trained(self) -> bool:
        """Whether the first dimensions beat every draw by more than chance does."""
        return self.first > max(self.drawn) + _NOTICEABLE

    @property
    def warning(self) -> str:
        """A warning with the figures; empty when there is none."""
        if self.first >= self.pca - _NOTICEABLE:
            return ""
        summary = f"Truncation to {self.dims} dimensions: recall {self.first:.1%}"
        if self.trained:
            return f"{summary}, PCA to {self.dims}: {self.pca:.1%}."
        return (
            f"{summary}, hardly more than {self.dims} randomly drawn dimensions ({np.mean(self.drawn):.1%}): the "
            f"model was not trained for truncation. PCA to {self.dims}: {self.pca:.1%}."
        )


@dataclass(frozen=True)
class Compression:
    """The measures of all forms, and the data they were measured on."""

    trials: tuple[Trial, ...]
    checks: tuple[TruncationCheck, ...]
    """One for each shorter size."""
    k: int
    items: int
    """Of the data set."""
    dim: int
    rows: int
    """That were searched for the recall; larger data is sampled."""
    queries: int
    """Items held out of those rows, which asked for their neighbors."""
    judged: int
    """Queries whose judgments made the nDCG."""

    @property
    def full_size(self) -> int:
        """Bytes of the full vectors, which a second look reads: from disk, where memory is short."""
        return 4 * self.items * self.dim

    @property
    def rescorings(self) -> tuple[int, ...]:
        """The sizes of rescoring that were tried, in multiples of k, ascending."""
        return tuple(sorted({quality.rescoring for trial in self.trials for quality in trial.qualities} - {0}))

    def options(self, rescoring: int) -> tuple[Option, ...]:
        """Return all forms without rescoring and with rescoring of one size."""
        return tuple(
            Option(trial, quality)
            for trial in self.trials
            for quality in trial.qualities
            if quality.rescoring in (0, rescoring)
        )


def smallest(options: Sequence[Option], recall: float) -> Option | None:
    """Return the option of the fewest bytes per vector that reaches a recall; None if there is none."""
    enough = [option for option in options if option.quality.recall >= recall]
    return min(enough, key=lambda option: (option.trial.item_bytes, -option.quality.recall), default=None)


def pareto(sizes: Sequence[float], values: Sequence[float]) -> NDArray[np.bool_]:
    """Return which options are Pareto-optimal: (n,) bool, none is as small and better, or smaller and as good."""
    size, value = np.asarray(sizes, np.float64), np.asarray(values, np.float64)
    no_larger, no_worse = size[:, None] <= size, value[:, None] >= value
    better = (size[:, None] < size) | (value[:, None] > value)
    beaten: NDArray[np.bool_] = np.any(no_larger & no_worse & better, axis=0)
    return ~beaten

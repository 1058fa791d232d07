"""What a map can be trusted for, in words: claims with the measures they rest on."""

from dataclasses import dataclass
from enum import StrEnum

from embedding_core.trust.fidelity import MAP, PCA, SHUFFLED, Fidelity


class Grade(StrEnum):
    """How far to rely on a claim."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


_LIMITS = {"trustworthiness": (0.95, 0.85), "continuity": (0.95, 0.85), "correlation": (0.7, 0.4)}
"""From which value on a claim is highly, or fairly, to be relied on. A convention: no value means the same for all
data, so each stands beside PCA's and chance."""


@dataclass(frozen=True)
class Claim:
    """A claim that one may read off a map, with the measure that supports it."""

    measure: str
    question: str
    grade: Grade
    value: float
    pca: float
    chance: float
    """The same for the map shuffled."""


_QUESTIONS = {
    "trustworthiness": "Are points that are close on the map similar?",
    "continuity": "Are similar items close on the map?",
    "correlation": "Do distances on the map mean anything?",
}


def verdict(fidelity: Fidelity) -> tuple[Claim, ...]:
    """Return the claims about a map, from neighborhoods to large distances."""
    return tuple(_claim(fidelity, measure, question) for measure, question in _QUESTIONS.items())


def _claim(fidelity: Fidelity, measure: str, question: str) -> Claim:
    if measure == "correlation":
        value, pca, chance = (fidelity.maps[name].correlation for name in (MAP, PCA, SHUFFLED))
    else:
        value, pca, chance = (fidelity.at(name, measure) for name in (MAP, PCA, SHUFFLED))
    high, medium = _LIMITS[measure]
    grade = Grade.HIGH if value >= high else Grade.MEDIUM if value >= medium else Grade.LOW
    return Claim(measure, question, grade, value, pca, chance)

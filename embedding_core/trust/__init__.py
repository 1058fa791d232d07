"""Trust: the fidelity of a map against PCA and a random baseline, its stability, and the quality of the space."""

from embedding_core.trust.fidelity import MAP, PCA, SHUFFLED, Fidelity, MapMeasures, measure_map
from embedding_core.trust.params import TrustParams
from embedding_core.trust.space import SpaceHealth, space_health, two_nn
from embedding_core.trust.stability import Stability, stability
from embedding_core.trust.verdict import Claim, Grade, verdict

__all__ = [
    "MAP",
    "PCA",
    "SHUFFLED",
    "Claim",
    "Fidelity",
    "Grade",
    "MapMeasures",
    "SpaceHealth",
    "Stability",
    "TrustParams",
    "measure_map",
    "space_health",
    "stability",
    "two_nn",
    "verdict",
]

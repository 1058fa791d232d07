"""What a map can be trusted for, in words a class can read."""

import streamlit as st

from components.widgets.metric import metric
from embedding_core.trust import Claim, Fidelity, Grade, verdict

ORDER = ("trustworthiness", "continuity", "neighborhood_preservation", "correlation")
_ANSWERS = {
    "trustworthiness": {Grade.HIGH: "Yes", Grade.MEDIUM: "Mostly", Grade.LOW: "Often not"},
    "continuity": {Grade.HIGH: "Yes", Grade.MEDIUM: "Mostly", Grade.LOW: "Often not"},
    "correlation": {Grade.HIGH: "Yes", Grade.MEDIUM: "Roughly", Grade.LOW: "Little"},
}
NAMES = {"trustworthiness": "Trustworthiness", "continuity": "Continuity", "correlation": "Distance correlation"}


def answer(claim: Claim) -> str:
    """Return the claim's answer in a word or two."""
    return _ANSWERS[claim.measure][claim.grade]


def beside(claim: Claim) -> str:
    """Return the figure, PCA's and chance's."""
    return f"{claim.value:.2f} · PCA {claim.pca:.2f} · random {claim.chance:.2f}"


def show(found: Fidelity) -> None:
    """Draw each question with its answer and the figures it rests on."""
    with st.grid(3, min_column_width=230):
        for claim in verdict(found):
            metric(
                claim.question,
                answer(claim),
                beside(claim),
                help=f"{NAMES[claim.measure]}, at best 1; then the values of a PCA map and of this map shuffled "
                "(random baseline).",
            )

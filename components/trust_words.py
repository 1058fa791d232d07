"""What a map can be trusted for, in words a class can read."""

import streamlit as st

from embedding_core.trust import Claim, Fidelity, Grade, verdict

ORDER = ("trustworthiness", "continuity", "preservation", "correlation")
_ANSWERS = {
    "trustworthiness": {Grade.HIGH: "Yes", Grade.MEDIUM: "Mostly", Grade.LOW: "Often not"},
    "continuity": {Grade.HIGH: "Yes", Grade.MEDIUM: "Mostly", Grade.LOW: "Often not"},
    "correlation": {Grade.HIGH: "Yes", Grade.MEDIUM: "Roughly", Grade.LOW: "Little"},
}
_NAMES = {"trustworthiness": "trustworthiness", "continuity": "continuity", "correlation": "rank correlation"}


def answer(claim: Claim) -> str:
    """Return the claim's answer in a word or two."""
    return _ANSWERS[claim.measure][claim.grade]


def show(found: Fidelity) -> None:
    """Draw each question with its answer and the figures it rests on."""
    with st.grid(3, min_column_width=230):
        for claim in verdict(found):
            st.metric(
                claim.question,
                answer(claim),
                delta=f"{_NAMES[claim.measure]} {claim.value:.3f} · PCA {claim.pca:.3f} · chance {claim.chance:.3f}",
                delta_color="off",
                delta_arrow="off",
                border=True,
                height="stretch",
            )

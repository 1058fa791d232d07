"""The losses in plain words and as small pictures of what they pull and push."""

import streamlit as st

from embedding_core.train import Loss, Pairing

NAMES = {
    Loss.MNRL: "Ranking",
    Loss.CONTRASTIVE: "Contrastive",
    Loss.TRIPLET: "Triplet",
    Loss.COSINE: "Cosine",
}
WORDS = {
    Loss.MNRL: (
        "Multiple negatives ranking loss: pulls each text toward its positive and away from the positives of the "
        "other texts in the batch. Usually the best choice."
    ),
    Loss.CONTRASTIVE: (
        "Contrastive loss: pulls positive pairs together and pushes negative pairs apart until their distance "
        "exceeds a margin."
    ),
    Loss.TRIPLET: (
        "Triplet loss: the positive must be closer to the anchor than the negative, by a margin. Only the order counts."
    ),
    Loss.COSINE: (
        "Cosine similarity loss: moves the cosine of two texts toward their score, from 0 (unrelated) to 1 (same "
        "meaning). For scored pairs."
    ),
}
USUAL = {
    Pairing.LABELS: Loss.MNRL,
    Pairing.PAIRS: Loss.MNRL,
    Pairing.SCORED: Loss.COSINE,
    Pairing.TRIPLETS: Loss.TRIPLET,
}
_PULL, _PUSH, _INK = "#009e73", "#d55e00", "#8a8f98"
_DOTS = {
    Loss.MNRL: ((60, 45), (105, 30), (130, 70), (20, 20), (35, 78)),
    Loss.CONTRASTIVE: ((45, 40), (90, 40), (150, 55), (175, 40)),
    Loss.TRIPLET: ((60, 50), (105, 30), (140, 70)),
    Loss.COSINE: ((40, 50), (95, 50), (150, 50)),
}
"""Where texts lie: the first is the one that is taught."""


def choose(pairing: Pairing, key: str) -> Loss:
    """Draw the choice of a loss with what it does, and return it."""
    loss = st.segmented_control(
        "Loss",
        list(Loss),
        default=USUAL[pairing],
        required=True,
        format_func=lambda loss: NAMES[loss],
        key=f"{key}-loss-{pairing}",
        persist_state="session",
    )
    loss = Loss(loss or USUAL[pairing])
    drawing, words = st.columns([1, 1.5], gap="small", vertical_alignment="center")
    drawing.image(picture(loss), width=150)
    words.caption(WORDS[loss])
    return loss


def picture(loss: Loss) -> str:
    """Return a drawing as SVG: the text taught in the middle, green what is pulled, orange what is pushed."""
    first, positive, *others = _DOTS[loss]
    parts = [_arrow(positive, first, _PULL)]
    parts += [_arrow(other, _away(first, other), _PUSH) for other in others]
    if loss is Loss.TRIPLET:
        radius = round(((positive[0] - first[0]) ** 2 + (positive[1] - first[1]) ** 2) ** 0.5) + 14
        line = f'fill="none" stroke="{_INK}" stroke-dasharray="4 4"'
        parts.append(f'<circle cx="{first[0]}" cy="{first[1]}" r="{radius}" {line}/>')
    dots = [(first, _INK), (positive, _PULL), *((other, _PUSH) for other in others)]
    parts += [f'<circle cx="{x}" cy="{y}" r="6" fill="{color}"/>' for (x, y), color in dots]
    size = 'viewBox="0 0 200 100" width="200" height="100"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{"".join(parts)}</svg>'


def _away(center: tuple[int, int], dot: tuple[int, int]) -> tuple[float, float]:
    dx, dy = dot[0] - center[0], dot[1] - center[1]
    length = max((dx * dx + dy * dy) ** 0.5, 1)
    return dot[0] + dx / length * 26, dot[1] + dy / length * 26


def _arrow(start: tuple[float, float], to: tuple[float, float], color: str) -> str:
    """Return a line with a head, ending short of where it points."""
    dx, dy = to[0] - start[0], to[1] - start[1]
    length = max((dx * dx + dy * dy) ** 0.5, 1)
    ux, uy = dx / length, dy / length
    x, y = to[0] - ux * 11, to[1] - uy * 11
    head = f"{x + ux * 6:.1f},{y + uy * 6:.1f} {x - uy * 4:.1f},{y + ux * 4:.1f} {x + uy * 4:.1f},{y - ux * 4:.1f}"
    return (
        f'<line x1="{start[0]:.1f}" y1="{start[1]:.1f}" x2="{x:.1f}" y2="{y:.1f}" stroke="{color}" stroke-width="2"/>'
        f'<polygon points="{head}" fill="{color}"/>'
    )

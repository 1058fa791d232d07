import numpy as np
import pytest

from embedding_core import encoders
from embedding_core.errors import ParameterError
from embedding_core.zero_shot import Chance, class_vectors, probabilities

ENCODER = encoders.load(encoders.resolve("minilm-static"))
UNITS = np.eye(3, 4, dtype=np.float32)


def test_a_class_is_the_mean_direction_of_its_templates() -> None:
    templates = ("a photo of a {}.", "{} and another {}")
    found = class_vectors(ENCODER, ["cat", "red car"], templates)
    cat = ENCODER.encode_queries(["a photo of a cat.", "cat and another cat"]).mean(axis=0)
    assert found.shape == (2, ENCODER.spec.dim)
    assert found.dtype == np.float32
    assert np.linalg.norm(found, axis=1) == pytest.approx(1, abs=1e-5)
    assert found[0] == pytest.approx(cat / np.linalg.norm(cat), abs=1e-5)


def test_labels_and_templates_may_hold_braces() -> None:
    label = "{0.__class__} of a {house}"
    found = class_vectors(ENCODER, [label], ["{house} {}"])
    assert found[0] == pytest.approx(ENCODER.encode_queries([f"{{house}} {label}"])[0], abs=1e-5)


@pytest.mark.parametrize(
    ("labels", "templates", "says"),
    [([], ["{}"], "no label"), (["cat"], [], "no template"), (["cat"], ["a photo"], "'a photo' has no place")],
)
def test_nothing_to_ask_for_is_said(labels: list[str], templates: list[str], says: str) -> None:
    with pytest.raises(ParameterError, match=says):
        class_vectors(ENCODER, labels, templates)


def test_softmax_shares_out_by_the_temperature() -> None:
    found = probabilities(UNITS[:2], UNITS, scale=np.log(8))
    assert found.dtype == np.float32
    assert found[0] == pytest.approx([0.8, 0.1, 0.1])
    assert found.sum(axis=1) == pytest.approx(1)
    assert probabilities(UNITS[:1], UNITS, 1.5, bias=-10) == pytest.approx(probabilities(UNITS[:1], UNITS, 1.5))


def test_sigmoid_judges_each_class_by_itself() -> None:
    found = probabilities(UNITS[:1], UNITS, scale=10, bias=-10, kind=Chance.SIGMOID)
    assert found[0] == pytest.approx([0.5, 1 / (1 + np.exp(10)), 1 / (1 + np.exp(10))], abs=1e-7)


@pytest.mark.parametrize("kind", Chance)
def test_large_scales_overflow_nowhere(kind: Chance) -> None:
    found = probabilities(UNITS, -UNITS, scale=1e4, bias=-1e4, kind=kind)
    assert np.isfinite(found).all()


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(ParameterError, match="scale is 0"):
        probabilities(UNITS, UNITS, 0)
    with pytest.raises(ParameterError, match="4 dimensions but classes 3"):
        probabilities(UNITS, UNITS[:, :3], 1)

from dataclasses import replace

import numpy as np
import pytest

from embedding_core import encoders
from embedding_core.base.errors import ParameterError
from embedding_core.classify.spreading import UNASSIGNED
from embedding_core.classify.zero_shot import (
    Chance,
    ZeroShotParams,
    class_vectors,
    default_params,
    probabilities,
    read_classes,
    zero_shot,
)

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
    with pytest.raises(ParameterError, match="4 dimensions, the classes 3"):
        probabilities(UNITS, UNITS[:, :3], 1)


def test_classes_are_read_from_lines_or_commas() -> None:
    assert read_classes(" sport: matches: and scores\n\nmusic \n") == (("sport", "music"), ("matches: and scores", ""))
    assert read_classes("cat, dog ,,red car") == (("cat", "dog", "red car"), ("", "", ""))
    assert read_classes("one, two: three") == (("one, two",), ("three",))
    assert read_classes(" \n ") == ((), ())


def test_a_description_counts_as_much_as_all_templates() -> None:
    params = ZeroShotParams(("bank", "river"), ("where money is kept", ""), ("{}", "about a {}"))
    assert params.prompts == ("bank", "about a bank", "river", "about a river", "where money is kept")
    directions = params.directions(ENCODER.encode_queries(list(params.prompts)))
    plain = class_vectors(ENCODER, params.labels, params.templates)
    described = ENCODER.encode_queries(["where money is kept"])[0]
    assert directions[1] == pytest.approx(plain[1], abs=1e-5)
    both = plain[0] + described
    assert directions[0] == pytest.approx(both / np.linalg.norm(both), abs=1e-5)


def test_an_item_that_fits_nothing_well_is_left_open() -> None:
    params = ZeroShotParams(("a", "b"), temperature=0.5, min_confidence=0.6)
    between = np.array([[1, 0], [0, 1], [0.5**0.5, 0.5**0.5]], np.float32)
    found = zero_shot(between, np.eye(2, dtype=np.float32), params)
    assert found.codes.tolist() == [0, 1, UNASSIGNED]
    assert found.names("?") == ["a", "b", "?"]
    assert found.confidence[2] == pytest.approx(0.5)
    sure = zero_shot(between, np.eye(2, dtype=np.float32), ZeroShotParams(("a", "b"), temperature=0.01))
    assert sure.confidence[0] > found.confidence[0]


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"labels": ()}, "no label"),
        ({"labels": ("a", "a")}, "'a' occurs twice"),
        ({"labels": ("a", "b"), "descriptions": ("x",)}, "2 labels but 1 descriptions"),
        ({"labels": ("a",), "temperature": 0}, "temperature is 0"),
        ({"labels": ("a",), "min_confidence": 1.5}, "minimum confidence is 1.5"),
        ({"labels": ("a",), "templates": ("photo",)}, "'photo' has no place"),
    ],
)
def test_settings_out_of_range_are_refused(settings: dict[str, object], says: str) -> None:
    with pytest.raises(ParameterError, match=says):
        ZeroShotParams(**settings)  # type: ignore[arg-type]


def test_each_encoder_has_its_own_usual_settings() -> None:
    assert default_params(ENCODER.spec, ["a"]).templates == ("This text is about {}.",)
    clip = replace(encoders.resolve(encoders.DEFAULT_IMAGE_ENCODER), logit_scale=100.0)
    assert default_params(clip, ["a"]).temperature == pytest.approx(0.01)
    assert default_params(clip, ["a"]).templates == ("a photo of a {}",)

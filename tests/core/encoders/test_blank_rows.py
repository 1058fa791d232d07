"""In which rows there is nothing to read, by what an encoder reads."""

import numpy as np
import pytest

from embedding_core import encoders
from embedding_core.data.dataset import Dataset
from embedding_core.encoders.health import blank_rows

TEXTS = ["a cat", "", " \t\n", "\u00a0"]


@pytest.mark.parametrize(
    ("encoder", "blank"),
    [
        ("minilm-static", [False, True, True, True]),
        ("pocket-clip", [False, False, True, True]),
        ("pixels", [False, False, True, True]),
    ],
)
def test_a_picture_without_a_caption_is_blank_for_an_encoder_of_texts_only(encoder: str, blank: list[bool]) -> None:
    dataset = Dataset.create("some", TEXTS, pictures=["a" * 64, "b" * 64, "", ""])
    assert blank_rows(dataset, encoders.resolve(encoder)).tolist() == blank


def test_vectors_are_never_blank() -> None:
    own = Dataset.create("own", TEXTS, vectors=np.eye(4, dtype=np.float32))
    assert not blank_rows(own, encoders.resolve("vectors")).any()
    assert blank_rows(Dataset.create("texts", TEXTS), encoders.resolve("tf-idf")).tolist() == [False, True, True, True]

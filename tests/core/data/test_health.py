"""The health card: counts that can be checked by hand."""

import json

import pandas as pd
import pytest

from embedding_core import encoders
from embedding_core.base.codec import decode, encode
from embedding_core.base.errors import InputError
from embedding_core.data.dataset import Dataset
from embedding_core.data.health import Health, health
from embedding_core.encoders.health import CheckHealth
from embedding_core.engine import Engine, open_store


def dataset(texts: list[str], labels: list[object] | None = None) -> Dataset:
    columns = None if labels is None else pd.DataFrame({"label": labels})
    return Dataset.create("t", texts, columns=columns, label=None if labels is None else "label")


def test_empty_and_duplicate_rows() -> None:
    found = health(dataset(["a", "b", "a", "", "  ", "a", "b", "c", "A"]))
    assert (found.rows, found.empty) == (9, 2)
    assert (found.duplicate_rows, found.duplicate_groups) == (3, 2)


def test_too_long_names_the_rows() -> None:
    texts = dataset(["a", "b", "c"])
    counts = {0: 3, 1: 300, 2: 257}
    found = health(texts, counts, 256)
    assert found.too_long == (1, 2)
    assert found.tokens == (3.0, 130.0, 257.0, 278.5, 295.7, 300.0)
    assert health(texts).too_long is None
    assert health(texts, counts, None).too_long is None
    with pytest.raises(InputError, match="token count for row 3, but there are 3 rows"):
        health(texts, {0: 1, 3: 2}, 256)


def test_captions_of_pictures_that_are_looked_at_are_not_cut() -> None:
    texts = ["word " * 300, "word " * 300, "short", "word " * 300]
    mixed = Dataset.create("Mixed", texts, pictures=["a" * 64, "", "", ""])
    looked_at = Dataset.create("Pictures", texts, pictures=[letter * 64 for letter in "abcd"])
    assert checked(mixed, "pocket-clip").too_long == (1, 3)
    assert checked(mixed, "all-MiniLM-L6-v2").too_long == (0, 1, 3)
    found = checked(looked_at, "pocket-clip")
    assert (found.too_long, found.tokens, found.max_tokens) == (None, None, 256)
    assert checked(looked_at, "all-MiniLM-L6-v2").too_long == (0, 1, 3)


def checked(one: Dataset, encoder: str) -> Health:
    engine, spec = Engine(open_store()), encoders.resolve(encoder)
    found: Health = engine.make(CheckHealth(engine.keep_dataset(one), spec.name, spec.revision))
    return found


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("Hello there", "Latin"),
        ("Быстрая лиса", "Cyrillic"),
        ("Η γρήγορη αλεπού", "Greek"),
        ("مرحبا بالعالم", "Arabic"),
        ("שלום עולם", "Hebrew"),
        ("नमस्ते दुनिया", "Devanagari"),
        ("今天天气很好", "Han"),
        ("こんにちは", "Hiragana"),
        ("カタカナ", "Katakana"),
        ("오늘 날씨", "Hangul"),
        ("สวัสดีชาวโลก", "Thai"),
        ("Բարեւ", "Armenian"),
        ("ｆｕｌｌ ｗｉｄｔｈ", "Latin"),
    ],
)
def test_the_alphabet_is_named(text: str, script: str) -> None:
    found = health(dataset([text, "123 !? 😀"]))
    assert found.scripts == ((script, 1.0),)
    assert found.without_letters == 0.5


def test_each_text_weighs_the_same() -> None:
    found = health(dataset(["word " * 50, "слово", "half пол+", ""]))
    shares = dict(found.scripts)
    assert shares["Latin"] == pytest.approx((1 + 0 + 4 / 7) / 3)
    assert sum(shares.values()) == pytest.approx(1)


def test_labels_are_counted() -> None:
    found = health(dataset(list("abcdef"), ["x", "y", "x", None, "", "x"]))
    assert found.labels == (("x", 3), ("y", 1))
    assert (found.label_count, found.unlabeled) == (2, 2)
    many = health(dataset([f"t{i}" for i in range(60)], [f"l{i % 30}" for i in range(60)]))
    assert (len(many.labels), many.label_count) == (20, 30)
    assert health(dataset(["a"])).label_count == 0


def test_lengths() -> None:
    assert health(dataset(["", "ab", "abcd"])).characters == pytest.approx((0, 1, 2, 3, 3.8, 4))


def test_a_health_survives_json() -> None:
    found = health(dataset(["a", "b", ""], ["x", "y", "x"]), {0: 1, 1: 2, 2: 3}, 2)
    assert decode(Health, json.loads(json.dumps(encode(found)))) == found


def test_only_empty_texts() -> None:
    found = health(dataset(["", " "]))
    assert (found.empty, found.scripts, found.without_letters) == (2, (), 0.0)

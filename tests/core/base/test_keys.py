"""Keys: equal content has one key, different content never."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from embedding_core.base.keys import fingerprint, hash_array, hash_bytes, hash_file, hash_rows

ATOMS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text())
VALUES = st.recursive(
    ATOMS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(), inner, max_size=3)),
    max_leaves=6,
)


def exact(value: Any) -> Any:
    """Return a value such that 1, 1.0 and True, or 0.0 and -0.0, differ."""
    if isinstance(value, dict):
        return {name: exact(part) for name, part in value.items()}
    return [exact(part) for part in value] if isinstance(value, list) else f"{type(value).__name__} {value!r}"


@given(VALUES, VALUES)
def test_different_values_have_different_keys_and_equal_ones_the_same(one: Any, other: Any) -> None:
    assert (fingerprint(one) == fingerprint(other)) == (exact(one) == exact(other))
    assert fingerprint(one) == fingerprint(json.loads(json.dumps(one)))


@given(st.lists(st.text(), min_size=2, max_size=4))
def test_where_one_part_ends_and_the_next_begins_matters(parts: list[str]) -> None:
    assert fingerprint(*parts) != fingerprint("".join(parts))
    assert fingerprint(*parts) != fingerprint(parts[0] + parts[1], *parts[2:])
    assert fingerprint(*parts) != fingerprint(parts)


@given(st.dictionaries(st.text(), ATOMS, min_size=2, max_size=5))
def test_the_order_of_a_dictionary_does_not_matter(value: dict[str, Any]) -> None:
    assert fingerprint(value) == fingerprint(dict(reversed(value.items())))


@dataclass(frozen=True)
class Inner:
    rows: int = 3


@dataclass(frozen=True)
class Before:
    k: int = 10
    inner: Inner = Inner()


@dataclass(frozen=True)
class RenamedInner:
    count: int = field(default=3, metadata={"key": "rows"})


@dataclass(frozen=True)
class After:
    KEY_NAME: ClassVar[str] = "Before"

    neighbors: int = field(default=10, metadata={"key": "k"})
    inner: RenamedInner = RenamedInner()


@dataclass(frozen=True)
class Lookalike:
    k: int = 10
    inner: Inner = Inner()


@given(st.integers(), st.integers())
def test_a_renamed_dataclass_keeps_its_keys(k: int, rows: int) -> None:
    assert fingerprint(Before(k, Inner(rows))) == fingerprint(After(k, RenamedInner(rows)))
    assert fingerprint(Before(k, Inner(rows))) != fingerprint(Lookalike(k, Inner(rows)))
    assert fingerprint((Before(k),)) == fingerprint([After(k)])


@given(st.tuples(st.integers(), st.integers()), st.tuples(st.integers(), st.integers()))
def test_every_field_of_a_dataclass_counts(one: tuple[int, int], other: tuple[int, int]) -> None:
    keys = [fingerprint(Before(k, Inner(rows))) for k, rows in (one, other)]
    assert (keys[0] == keys[1]) == (one == other)


def test_keys_of_stored_results_never_change() -> None:
    """A changed value here throws away what every user has stored."""
    assert fingerprint("a", 1, 2.5, None, True, ("b", ["c"]), {"d": 1})[:16] == "7171866afc555df8"
    assert fingerprint(Before())[:16] == "0fd4c09e41c3cfa7"


@pytest.mark.parametrize("value", [float("nan"), float("inf"), {1, 2}, b"bytes", np.float32(1), np.arange(2)])
def test_what_json_cannot_hold_has_no_key(value: Any) -> None:
    with pytest.raises((TypeError, ValueError)):
        fingerprint(value)


@given(st.lists(st.text(st.characters()), max_size=5), st.lists(st.text(st.characters()), max_size=5))
def test_rows_have_equal_hashes_where_their_texts_are_equal(one: list[str], other: list[str]) -> None:
    first, second = hash_rows(one), hash_rows(other)
    assert first.shape == (len(one), 16)
    for i, text in enumerate(one):
        assert [bool((row == first[i]).all()) for row in second] == [text == others for others in other]


@given(st.lists(st.integers(-3, 3), max_size=6), st.lists(st.integers(-3, 3), max_size=6))
def test_arrays_have_one_key_where_type_shape_and_values_agree(one: list[int], other: list[int]) -> None:
    first, second = np.array(one, np.int64), np.array(other, np.int64)
    assert (hash_array(first) == hash_array(second)) == (one == other)
    assert hash_array(first) == hash_array(np.repeat(first, 2)[::2])
    assume(one)
    assert hash_array(first) != hash_array(first.astype(np.int32))
    assert hash_array(first) != hash_array(first[None])


def test_a_file_has_the_key_of_its_bytes(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"some bytes")
    assert hash_file(tmp_path / "file") == hash_bytes(b"some bytes")

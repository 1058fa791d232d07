"""The store: whole artifacts or none, damage noticed, the least used dropped first."""

import os
from pathlib import Path

import numpy as np
import pytest

from embedding_core.base.errors import ArtifactMissingError, StoreError
from embedding_core.base.store import META_FILE, Store, save_arrays

KEY = "a" * 64
OTHER = "b" * 64


def put(store: Store, key: str, kind: str = "projection", size: int = 1000) -> None:
    """Write an artifact of about `size` bytes."""
    with store.write(kind, key, {"size": size}) as folder:
        save_arrays(folder, {"values": np.arange(size, dtype=np.uint8)})


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Return an empty store."""
    return Store(tmp_path / "store", cap_bytes=10**9)


def test_what_was_written_is_read(store: Store) -> None:
    put(store, KEY)
    assert store.has("projection", KEY)
    assert store.about("projection", KEY) == {"size": 1000}
    values = store.array("projection", KEY, "values")
    np.testing.assert_array_equal(values, np.arange(1000, dtype=np.uint8))
    assert not values.flags.writeable


def test_what_is_not_there_is_said(store: Store) -> None:
    with pytest.raises(ArtifactMissingError, match="projection"):
        store.open("projection", KEY)
    put(store, KEY)
    with pytest.raises(ArtifactMissingError, match="nothing"):
        store.array("projection", KEY, "nothing")


def test_an_error_while_writing_leaves_nothing(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.write("projection", KEY) as folder:
        (folder / "half").write_text("half")
        raise ZeroDivisionError
    assert not store.has("projection", KEY)
    assert list((store.root / "projection").iterdir()) == []


def test_damage_is_noticed_by_another_process_and_dropped(store: Store) -> None:
    put(store, KEY)
    file = store.open("projection", KEY) / "values.npy"
    data = bytearray(file.read_bytes())
    data[-1] ^= 1
    file.write_bytes(data)
    later = Store(store.root, store.cap_bytes)
    with pytest.raises(ArtifactMissingError, match="damaged"):
        later.open("projection", KEY)
    assert not later.has("projection", KEY)


def test_a_broken_description_counts_as_missing(store: Store) -> None:
    put(store, KEY)
    (store.root / "projection" / KEY / META_FILE).write_text("{")
    with pytest.raises(ArtifactMissingError):
        Store(store.root, store.cap_bytes).open("projection", KEY)


def test_writing_the_same_twice_is_harmless(store: Store) -> None:
    put(store, KEY)
    put(store, KEY)
    assert store.keys("projection") == [KEY]


def test_eviction_drops_the_least_recently_used_and_spares_what_people_brought(tmp_path: Path) -> None:
    store = Store(tmp_path, cap_bytes=10**9)
    for age, (kind, key) in enumerate([("dataset", KEY), ("projection", KEY), ("projection", OTHER)]):
        put(store, key, kind, size=100_000)
        os.utime(store.root / kind / key / META_FILE, (age, age))
    store.open("projection", KEY)  # Used again: now younger than OTHER.
    store.cap_bytes = 250_000
    assert store.evict() > 0
    assert store.has("dataset", KEY)
    assert store.has("projection", KEY)
    assert not store.has("projection", OTHER)


def test_eviction_happens_on_writing_and_spares_the_newest(tmp_path: Path) -> None:
    store = Store(tmp_path, cap_bytes=150_000)
    for number in range(4):
        put(store, f"{number:064d}", size=100_000)
    assert store.keys("projection") == [f"{3:064d}"]
    assert store.size() < 150_000


def test_an_unwritable_store_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(StoreError, match="VECTORSCOPE_HOME"):
        put(Store(tmp_path / "file" / "store", 10**6), KEY)


def test_sweep_removes_old_drafts_only(store: Store) -> None:
    put(store, KEY)
    old, young = (store.root / "projection" / f".draft-{name}" for name in ("old", "young"))
    for draft in (old, young):
        draft.mkdir()
    os.utime(old, (0, 0))
    store.sweep()
    assert young.exists()
    assert not old.exists()
    assert store.has("projection", KEY)


@pytest.mark.parametrize("key", ["../../etc", "", "A" * 64, "a" * 63, "a" * 64 + "\n"])
def test_only_keys_are_keys(store: Store, key: str) -> None:
    put(store, KEY)
    for use in (store.has, store.open, store.about, store.drop):
        with pytest.raises(ArtifactMissingError, match="is no key"):
            use("projection", key)
    assert store.has("projection", KEY)

"""Links are anybody's text: what they name is looked for, and only in its place."""

from dataclasses import replace
from pathlib import Path

import pytest

from components.app import catalog
from embedding_core.base.store import Store
from embedding_core.data.dataset import Dataset
from embedding_core.data.stages import save_dataset
from embedding_core.search.state import SearchState
from embedding_core.workspace import Selection, Workspace
from tests.lanes import CAP_BYTES


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store", CAP_BYTES)


@pytest.fixture
def dataset(store: Store) -> Dataset:
    dataset = Dataset.create("Three", ["a", "b", "c"])
    save_dataset(dataset, store)
    return dataset


def test_a_stored_data_set_is_known(store: Store, dataset: Dataset) -> None:
    assert catalog.about(store, dataset.key) == {"name": "Three", "rows": 3, "kind": "text"}


@pytest.mark.parametrize("key", [None, "", "0" * 64, "..", "../../etc", "A" * 64])
def test_anything_else_is_not(store: Store, dataset: Dataset, key: str | None) -> None:
    assert catalog.about(store, key) is None


def test_a_folder_outside_the_store_is_not_touched(store: Store, dataset: Dataset, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "meta.json").write_text("not json")
    assert catalog.fit(Workspace(dataset="../../outside"), store).dataset is None
    assert (outside / "meta.json").exists()


def test_rows_beyond_the_data_set_are_dropped(store: Store, dataset: Dataset) -> None:
    linked = Workspace(dataset=dataset.key, selection=Selection((0, 2, 3, 99), "link"), item=3)
    fitted = catalog.fit(linked, store)
    assert fitted.selection == Selection((0, 2), "link")
    assert fitted.item is None
    assert catalog.fit(replace(linked, item=2), store).item == 2


def test_what_was_chosen_beside_a_data_set_that_has_gone_stays(store: Store) -> None:
    fitted = catalog.fit(
        Workspace(dataset="0" * 64, encoder="tf-idf", item=1).with_state(SearchState(query="q")), store
    )
    assert fitted == Workspace(encoder="tf-idf")

"""The routes of items: what they serve, to whom, and how long it keeps."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from starlette.applications import Starlette
from starlette.testclient import TestClient

from components.app import items, runtime
from components.app.visitor import COOKIE
from embedding_core.data.dataset import Dataset
from embedding_core.data.intake import bring_sample, first_choice
from embedding_core.data.stages import BuildDataset
from tests.lanes import local_engine

VISITOR, STRANGER = "v" * 32, "s" * 32


@pytest.fixture
def shapes(tmp_path: Path) -> Iterator[Dataset]:
    engine = local_engine(tmp_path)
    runtime.set_engine(engine)
    source = bring_sample("shapes")
    for stage in source.stages:
        engine.make(stage)
    dataset = engine.make(BuildDataset(source, first_choice(source, *source.load(engine.store))))
    runtime.hold(VISITOR, dataset.key)
    yield dataset
    runtime.close()


@pytest.fixture
def client() -> Iterator[TestClient]:
    with TestClient(Starlette(routes=items.ROUTES)) as client:
        client.cookies.set(COOKIE, VISITOR)
        yield client


def test_a_picture_is_served_small_and_kept(client: TestClient, shapes: Dataset) -> None:
    answer = client.get(items.picture_address(shapes.key, 3))
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["cache-control"] == "private, max-age=31536000, immutable"
    assert max(Image.open(io.BytesIO(answer.content)).size) <= 256
    again = client.get(items.picture_address(shapes.key, 3), headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_an_item_says_what_is_known_of_it(client: TestClient, shapes: Dataset) -> None:
    item = client.get(f"{items.address(shapes.key)}/items/0").json()
    assert (item["id"], item["text"], item["picture"]) == (shapes.ids[0], shapes.texts[0], True)
    assert item["columns"]["label"] == shapes.columns["label"][0]


def test_an_item_says_of_the_columns_that_are_asked_for_and_no_others(client: TestClient, shapes: Dataset) -> None:
    names = list(shapes.columns)[::-1][:2]
    asked = {"column": [*names, "no such column"]}
    item = client.get(f"{items.address(shapes.key)}/items/0", params=asked).json()
    assert item["columns"] == {name: str(shapes.columns[name][0]) for name in names}
    assert list(item["columns"]) == names


def test_a_stranger_gets_nothing(client: TestClient, shapes: Dataset) -> None:
    for cookie in (STRANGER, "", "forged"):
        client.cookies.set(COOKIE, cookie)
        for address in (items.picture_address(shapes.key, 0), f"{items.address(shapes.key)}/items/0"):
            answer = client.get(address)
            assert (answer.status_code, answer.text) == (404, "Not found")
            assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("row", ["600", "99999999999999999999", "-1", "x", "1e3", "..%2f0"])
def test_no_row_no_answer(client: TestClient, shapes: Dataset, row: str) -> None:
    assert client.get(f"{items.address(shapes.key)}/pictures/{row}").status_code == 404


def test_no_data_set_no_answer(client: TestClient, shapes: Dataset) -> None:
    runtime.hold(VISITOR, "f" * 64)
    for key in ("f" * 64, "..", "%2e%2e", "x"):
        assert client.get(f"/api/data/{key}/pictures/0").status_code == 404


def test_a_text_has_no_picture(client: TestClient, shapes: Dataset) -> None:
    words = Dataset.create("words", ["one", "two"])
    runtime.engine().keep_dataset(words)
    runtime.hold(VISITOR, words.key)
    assert client.get(items.picture_address(words.key, 0)).status_code == 404
    assert client.get(f"{items.address(words.key)}/items/1").json() == {
        "id": "1",
        "text": "two",
        "picture": False,
        "columns": {},
    }


def test_only_the_latest_data_sets_are_held(shapes: Dataset) -> None:
    for number in range(8):
        runtime.hold(VISITOR, f"{number:064}")
    assert not runtime.holds(VISITOR, shapes.key)
    assert runtime.holds(VISITOR, f"{7:064}")

"""A row number on the map is the same item in the data set, whatever was filtered, sampled or sorted before."""

import base64
import random
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from components.embedding_map import MapPoints, payload
from components.embedding_map.envelope import pack, unpack
from components.embedding_map.events import read_event
from embedding_core.data.dataset import Dataset

N = 400


def source() -> Dataset:
    values = random.Random(0).sample(range(N), N)
    columns = pd.DataFrame({"value": values}, index=range(10, 10 + N))
    return Dataset.create("numbers", [f"number {v}" for v in values], ids=[f"id-{v}" for v in values], columns=columns)


WAYS: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
    "as they are": lambda frame: frame,
    "filtered": lambda frame: frame[frame["value"] % 3 == 0],
    "sampled": lambda frame: frame.sample(90, random_state=1),
    "sorted": lambda frame: frame.sort_values("value", ascending=False),
    "all three": lambda frame: frame[frame["value"] > 50].sample(120, random_state=2).sort_values("value"),
}


@pytest.mark.parametrize("way", WAYS)
def test_what_lies_in_a_region_is_what_comes_back(way: str) -> None:
    dataset = source()
    rows = WAYS[way](dataset.columns).index.tolist()
    part = dataset.take(rows, "part")
    # Everyone's place says what it is.
    value = part.columns["value"].to_numpy()
    shown = MapPoints(np.stack([value, value // 7], axis=1).astype(np.float32), part.titles)
    parts = {name: unpack(each) for name, each in payload.parts(shown, "map", ()).items()}
    seen = parts["coordinates"].sections["xy"].reshape(-1, 2)[:, 0].astype(float)
    back = seen / 65_534 * (value.max() - value.min()) + value.min()
    inside = np.flatnonzero((back > 99.5) & (back < 200.5))
    message = pack({"how": "lasso", "n": len(part)}, payload.pack_rows(inside.tolist(), len(part)))
    event = read_event(base64.b64encode(message).decode(), len(part))
    assert event is not None
    wanted = sorted(f"id-{v}" for v in WAYS[way](dataset.columns)["value"] if 100 <= v <= 200)
    assert wanted
    assert sorted(part.ids[row] for row in event.rows) == wanted
    assert all(part.texts[row] == f"number {part.ids[row][3:]}" for row in event.rows)

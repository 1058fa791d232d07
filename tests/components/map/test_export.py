"""What is taken along from the map: every row with its place, pages that hold everything themselves."""

import re

import numpy as np
import pandas as pd
import pytest

from components.embedding_map import MapPoints
from components.embedding_map.export import standalone_html
from components.embedding_map.plotly_map import plotly_html
from components.map.export import table
from components.widgets.palette import coloring
from embedding_core.data.dataset import Dataset

HOSTILE = "</script><script>window.hacked=1</script>"


def points(n: int, dims: int = 2) -> MapPoints:
    places = np.random.default_rng(0).normal(size=(n, dims)).astype(np.float32)
    kinds = coloring(pd.Series([f"<b>{i % 3}</b>" for i in range(n)], name="kind"))
    return MapPoints(places, tuple(f"{HOSTILE} {i}" for i in range(n)), kinds)


@pytest.mark.parametrize("dims", [2, 3])
def test_every_row_has_its_place(dims: int) -> None:
    columns = pd.DataFrame({"x": list("abcd"), "kind": list("uuvv")})
    dataset = Dataset.create("letters", list("pqrs"), columns=columns)
    shown = points(4, dims)
    written = table(dataset, shown)
    assert written["x"].tolist() == list("abcd")
    axes = ["map_x", "y", "z"][:dims]
    assert list(written.columns) == ["id", "text", "x", "kind", *axes]
    np.testing.assert_array_equal(written[axes].to_numpy(), shown.coordinates)


@pytest.mark.parametrize("dims", [2, 3])
def test_a_plotly_page_needs_no_network_and_runs_no_data(dims: int) -> None:
    page = plotly_html(points(50, dims), HOSTILE).decode()
    assert not re.search(r"<(script|link)[^>]+(src|href)=", page)
    assert "<script>window.hacked" not in page
    assert ("scattergl" if dims == 2 else "scatter3d") in page


def test_a_page_of_our_own_fetches_nothing() -> None:
    page = standalone_html(points(50), HOSTILE).decode()
    assert not re.search(r"<(script|link|img)[^>]+(src|href)=", page)
    assert "<script>window.hacked" not in page
    assert "default-src 'none'" in page

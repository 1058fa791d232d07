"""What is chosen on the map, in an address and on another data set."""

import pytest

from embedding_core.map.state import MapState
from embedding_core.projection import METHODS, ProjectionParams


@pytest.mark.parametrize("params", [method.parameters() for method in METHODS.values()], ids=list(METHODS))
def test_the_projection_goes_through_an_address(params: ProjectionParams) -> None:
    state = MapState(params, color="a b", trust=True)
    assert MapState().from_query(state.to_query(), ()) == state


def test_another_data_set_has_its_own_colors_and_card() -> None:
    state = MapState(color="kind", trust=True, card=("kind",), centered=True)
    assert state.for_dataset("topic", same_rows=False) == MapState(color="topic", centered=True)

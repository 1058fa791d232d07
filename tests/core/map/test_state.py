"""What is chosen on the map, in an address and on another data set."""

import pytest

from embedding_core.map.state import MapState
from embedding_core.projection import METHODS


@pytest.mark.parametrize("params", [kind() for kind in METHODS.values()], ids=[str(method) for method in METHODS])
def test_the_projection_goes_through_an_address(params: object) -> None:
    state = MapState(params, color="a b", trust=True)  # type: ignore[arg-type]
    assert MapState().from_query(state.to_query(), ()) == state


def test_another_data_set_has_its_own_colors_and_card() -> None:
    state = MapState(color="kind", trust=True, card=("kind",), centered=True)
    assert state.for_dataset("topic", same_rows=False) == MapState(color="topic", centered=True)

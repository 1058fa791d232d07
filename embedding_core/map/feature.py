"""The Map page and what belongs to it."""

from embedding_core.base.feature import Command, Feature, Section
from embedding_core.map.state import MapState
from embedding_core.neighbors import stages as neighbors
from embedding_core.projection import stages as projection

FEATURE = Feature(
    name="map",
    title="Map",
    icon=":material/scatter_plot:",
    summary="Every item as a point: similar items lie close together.",
    section=Section.EXPLORE,
    stages=(neighbors, projection),
    commands=(Command("map", "embedding_core.map.command:draw_map", "Draw a map: coordinates for every row."),),
    state=MapState,
)

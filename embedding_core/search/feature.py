"""The Search page and what belongs to it."""

from embedding_core.base.feature import Command, Feature, Section
from embedding_core.ranking import stages as ranking
from embedding_core.ranking import vector_index
from embedding_core.search import stages
from embedding_core.search.state import SearchState

FEATURE = Feature(
    name="search",
    title="Search",
    icon=":material/search:",
    summary="Find items by meaning, by keywords or by a picture.",
    section=Section.EXPLORE,
    stages=(ranking, vector_index, stages),
    commands=(Command("search", "embedding_core.search.command:search", "Search for a query."),),
    state=SearchState,
)

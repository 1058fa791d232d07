"""The workspace: what goes into a link comes out of it, and what somebody wrote into one does no harm."""

import json
from dataclasses import replace

import pytest

from embedding_core.classify.state import ClassifyState
from embedding_core.clusters import (
    AdoptNoise,
    AgglomerativeParams,
    ClusterEdits,
    ClusterParams,
    ClusterSelection,
    HDBSCANParams,
    KMeansParams,
    Merge,
    Move,
    Rename,
    Split,
)
from embedding_core.clusters.state import ClustersState
from embedding_core.compare.state import CompareState
from embedding_core.data.choose import ColumnChoice
from embedding_core.data.dataset import Kind
from embedding_core.data.pictures.stages import ReadPictures
from embedding_core.data.stages import ReadTable, Source
from embedding_core.data.table import ReadOptions
from embedding_core.evaluate.state import EvaluateState
from embedding_core.inspect.state import InspectState
from embedding_core.map.state import MapState
from embedding_core.projection import LayoutOptimizer, PCAParams, UMAPParams
from embedding_core.ranking.fusion import FusionParams
from embedding_core.search.settings import SearchSettings
from embedding_core.search.state import SearchState
from embedding_core.workspace import ChosenEncoders, Reading, Selection, Workspace

KEY = "a" * 64
FULL = Workspace(
    dataset=KEY,
    encoder="minilm-static",
    selection=Selection((1, 5, 9), "lasso"),
    item=5,
).with_state(
    MapState(
        UMAPParams(3, seed=7, n_neighbors=30, min_dist=0.25, layout=LayoutOptimizer.UMAP_LEARN),
        color="topic",
        trust=True,
    ),
    SearchState(
        query="a & b = c",
        method="hybrid",
        filter='year > 1960 and topic = "wing"',
        settings=SearchSettings(hits=50, fusion=FusionParams((2, 0.5))),
        more=(1, 2),
        less=(3,),
    ),
    CompareState("tf-idf"),
)
LINK = {
    "data": KEY,
    "encoder": "minilm-static",
    "beside": "tf-idf",
    "map": "UMAPParams,dims=3,seed=7,n_neighbors=30,min_dist=0.25,layout=umap-learn",
    "color": "topic",
    "trust": "yes",
    "item": "5",
    "q": "a & b = c",
    "by": "hybrid",
    "where": 'year > 1960 and topic = "wing"',
    "how": "hits=50,fusion.weights=2;0.5",
    "more": "1,2",
    "less": "3",
    "rows": "1,5,9",
}
"""The address of `FULL`, whose names and values have been the same from the first version on."""


def test_links_keep_their_names() -> None:
    assert FULL.to_query() == LINK
    opened = replace(FULL, selection=Selection((1, 5, 9), "from a link"))
    assert Workspace().from_query(LINK) == opened
    earlier = "UMAPParams,n_neighbors=30,min_dist=0.25,dims=3,seed=7,layout=umap-learn"
    assert Workspace().from_query(LINK | {"map": earlier}) == opened


def test_a_link_reopens_the_view() -> None:
    again = Workspace().from_query(FULL.to_query())
    assert replace(again, selection=FULL.selection) == FULL
    assert again.selection.rows == FULL.selection.rows


@pytest.mark.parametrize("projection", [PCAParams(), PCAParams(dims=3), UMAPParams(), UMAPParams(seed=3)])
def test_projections_go_into_links(projection: PCAParams | UMAPParams) -> None:
    workspace = FULL.with_state(MapState(projection))
    assert Workspace().from_query(workspace.to_query()).state(MapState).projection == projection


def test_json_keeps_everything() -> None:
    source = Source(ReadTable("b" * 64, "file.csv"), ReadPictures("p.zip", "c" * 64))
    workspace = replace(FULL, source=source, choice=ColumnChoice(text=("a", "b"), template="{a} {b}"))
    assert Workspace.from_json(workspace.to_json()) == workspace


def test_a_link_to_a_column_puts_trust_away() -> None:
    assert FULL.from_query({"data": KEY}).state(MapState).trust
    assert not FULL.from_query({"data": KEY, "color": "kind"}).state(MapState).trust
    assert not FULL.with_dataset("b" * 64, None).state(MapState).trust


def test_a_large_selection_stays_out_of_the_link() -> None:
    assert "rows" not in replace(FULL, selection=Selection(tuple(range(500)))).to_query()


def test_a_link_to_other_data_drops_what_belonged_to_the_old_rows() -> None:
    other = FULL.from_query({"data": "c" * 64})
    assert other == Workspace(dataset="c" * 64)


@pytest.mark.parametrize(
    "query",
    [
        {"map": "UMAPParams,n_neighbors=-4"},
        {"map": "UMAPParams,n_neighbors=x"},
        {"map": "UMAPParams,seed"},
        {"map": "object,a=1"},
        {"item": "-1"},
        {"item": "1e9"},
        {"item": "1,2"},
        {"item": "9" * 5_000},
        {"rows": "1," + "9" * 5_000},
        {"rows": "1,x"},
        {"more": "1,x"},
        {"less": "-1"},
        {"encoder": "/etc"},
        {"encoder": "somebody/model"},
        {"beside": "somebody/model"},
    ],
)
def test_what_makes_no_sense_is_left_out(query: dict[str, str]) -> None:
    assert Workspace().from_query({"data": KEY, **query}) == Workspace(dataset=KEY)


CLUSTERINGS = [
    KMeansParams(12, 3, 2),
    HDBSCANParams(7, None, ClusterSelection.LEAF),
    HDBSCANParams(7, 3),
    AgglomerativeParams(4),
]


@pytest.mark.parametrize("clusters", CLUSTERINGS)
def test_how_to_cluster_goes_into_links(clusters: ClusterParams) -> None:
    workspace = FULL.with_state(ClustersState(clusters))
    assert Workspace().from_query(workspace.to_query()).state(ClustersState).params == clusters


def test_links_made_before_a_parameter_was_renamed_are_read() -> None:
    found = Workspace().from_query({"data": KEY, "clusters": "HDBSCANParams,min_size=7,leaves=leaf"})
    assert found.state(ClustersState).params == HDBSCANParams(7, None, ClusterSelection.LEAF)


@pytest.mark.parametrize(
    "text", ["KMeansParams,k=0", "KMeansParams,k=x", "HDBSCANParams,cluster_selection=root", "PCAParams"]
)
def test_a_clustering_that_makes_no_sense_is_left_out(text: str) -> None:
    assert Workspace().from_query({"data": KEY, "clusters": text}).state(ClustersState).params is None


def test_edits_of_clusters_are_kept_by_clustering_and_stay_out_of_the_link() -> None:
    one = ClusterEdits("b" * 64, (Rename(0, "cats"), Merge((1, 2)), Split(0), Move((3, 4), 0), AdoptNoise()))
    state = ClustersState().with_edits(one).with_edits(ClusterEdits("c" * 64, (Split(1),)))
    workspace = FULL.with_state(state)
    assert Workspace.from_json(json.loads(json.dumps(workspace.to_json()))) == workspace
    assert state.edits_of("b" * 64) == one
    assert state.edits_of("d" * 64).records == ()
    assert workspace.to_query() == FULL.to_query()
    assert state.with_edits(ClusterEdits("c" * 64)).edits == (one,)
    # A clustering is known by its key, so its edits are there again when its data set is.
    assert workspace.with_dataset("e" * 64, None).state(ClustersState).edits_of("b" * 64) == one


def test_other_rows_drop_what_was_chosen_among_the_old_ones() -> None:
    other = FULL.with_state(*OF_ROWS, InspectState("b" * 64)).with_dataset("b" * 64, "kind")
    assert (other.dataset, other.selection, other.item) == ("b" * 64, Selection(), None)
    assert other.state(MapState) == replace(FULL.state(MapState), color="kind", trust=False)
    assert other.state(SearchState) == SearchState(method="hybrid", settings=FULL.state(SearchState).settings)
    assert [other.state(type(state)) for state in OF_ROWS] == [type(state)() for state in OF_ROWS]
    assert other.state(CompareState) == CompareState("tf-idf")
    assert other.state(InspectState) == InspectState("b" * 64)


OF_ROWS = (ClustersState(KMeansParams(3)), ClassifyState((("kind", 3),)), EvaluateState("c" * 64))


def test_other_columns_keep_what_belongs_to_the_rows() -> None:
    other = FULL.with_state(*OF_ROWS).with_dataset("b" * 64, "kind", same_rows=True)
    assert (other.selection, other.item) == (FULL.selection, FULL.item)
    assert tuple(other.state(type(state)) for state in OF_ROWS) == OF_ROWS
    assert (other.state(MapState).color, other.state(SearchState).query) == ("kind", "")


def test_a_data_set_that_has_gone_leaves_the_encoder_and_the_projection() -> None:
    gone = FULL.with_state(*OF_ROWS).without_dataset()
    assert gone == Workspace(encoder="minilm-static").with_state(MapState(FULL.state(MapState).projection))


def test_how_files_are_read_is_remembered_until_nothing_is_decided() -> None:
    first = Reading("a" * 64, ReadOptions(delimiter=";"))
    second = Reading("b" * 64, choice=ColumnChoice(text=("body",)))
    both = Workspace().with_reading(first).with_reading(second)
    assert both.readings == (second, first)
    assert both.reading("a" * 64) == first
    assert Workspace.from_json(json.loads(json.dumps(both.to_json()))) == both
    assert both.from_query({"data": KEY}).readings == both.readings
    assert both.without_dataset().readings == both.readings
    assert both.with_reading(Reading("a" * 64)).readings == (second,)


def test_an_encoder_is_chosen_for_a_kind_of_data() -> None:
    chosen = ChosenEncoders().choose("minilm-static", [Kind.TEXT]).choose("pixels", [Kind.PICTURES])
    assert [chosen.of(kind) for kind in Kind] == ["minilm-static", "pixels", None]
    workspace = Workspace(encoders=chosen)
    assert Workspace.from_json(json.loads(json.dumps(workspace.to_json()))) == workspace


def test_rows_beyond_the_data_set_are_dropped() -> None:
    small = FULL.within(3)
    assert (small.selection.rows, small.item) == ((1,), None)
    assert (small.state(SearchState).more, small.state(SearchState).less) == ((1, 2), ())


def test_a_state_that_a_visit_does_not_know_begins_empty() -> None:
    saved = FULL.to_json()
    del saved["states"]["compare"]
    assert Workspace.from_json(saved) == FULL.with_state(CompareState())

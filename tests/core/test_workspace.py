"""The workspace: what goes into a link comes out of it, and what somebody wrote into one does no harm."""

import json
from dataclasses import replace

import pytest

from embedding_core.clusters import (
    AdoptNoise,
    AgglomerativeParams,
    ClusterEdits,
    ClusterParams,
    HDBSCANParams,
    KMeansParams,
    Leaves,
    Merge,
    Move,
    Rename,
    Split,
)
from embedding_core.data.choose import ColumnChoice
from embedding_core.data.pictures.stages import ReadPictures
from embedding_core.data.stages import ReadTable, Source
from embedding_core.projection import Layout, PCAParams, UMAPParams
from embedding_core.ranking.fusion import FusionParams
from embedding_core.search.settings import SearchSettings
from embedding_core.workspace import Selection, Workspace

KEY = "a" * 64
FULL = Workspace(
    dataset=KEY,
    encoder="minilm-static",
    projection=UMAPParams(30, 0.25, 3, 7, Layout.UMAP_LEARN),
    color="topic",
    trust=True,
    selection=Selection((1, 5, 9), "lasso"),
    item=5,
    query="a & b = c",
    method="hybrid",
    where='year > 1960 and topic = "wing"',
    search=SearchSettings(hits=50, fusion=FusionParams((2, 0.5))),
    more=(1, 2),
    less=(3,),
)


def test_a_link_reopens_the_view() -> None:
    again = Workspace().from_query(FULL.to_query())
    assert replace(again, selection=FULL.selection) == FULL
    assert again.selection.rows == FULL.selection.rows


@pytest.mark.parametrize("projection", [PCAParams(), PCAParams(dims=3), UMAPParams(), UMAPParams(seed=3)])
def test_projections_go_into_links(projection: PCAParams | UMAPParams) -> None:
    workspace = replace(FULL, projection=projection)
    assert Workspace().from_query(workspace.to_query()).projection == projection


def test_json_keeps_everything() -> None:
    source = Source(ReadTable("b" * 64, "file.csv"), ReadPictures("p.zip", "c" * 64))
    workspace = replace(FULL, source=source, choice=ColumnChoice(text=("a", "b"), template="{a} {b}"))
    assert Workspace.from_json(workspace.to_json()) == workspace


def test_a_link_to_a_column_puts_trust_away() -> None:
    assert FULL.from_query({"data": KEY}).trust
    assert not FULL.from_query({"data": KEY, "color": "kind"}).trust
    assert not FULL.with_dataset("b" * 64, None).trust


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
        {"rows": "1,x"},
        {"more": "1,x"},
        {"less": "-1"},
        {"encoder": "/etc"},
        {"encoder": "somebody/model"},
    ],
)
def test_what_makes_no_sense_is_left_out(query: dict[str, str]) -> None:
    assert Workspace().from_query({"data": KEY, **query}) == Workspace(dataset=KEY)


CLUSTERINGS = [KMeansParams(12, 3, 2), HDBSCANParams(7, None, Leaves.LEAF), HDBSCANParams(7, 3), AgglomerativeParams(4)]


@pytest.mark.parametrize("clusters", CLUSTERINGS)
def test_how_to_cluster_goes_into_links(clusters: ClusterParams) -> None:
    workspace = replace(FULL, clusters=clusters)
    assert Workspace().from_query(workspace.to_query()).clusters == clusters


@pytest.mark.parametrize("text", ["KMeansParams,k=0", "KMeansParams,k=x", "HDBSCANParams,leaves=root", "PCAParams"])
def test_a_clustering_that_makes_no_sense_is_left_out(text: str) -> None:
    assert Workspace().from_query({"data": KEY, "clusters": text}).clusters is None


def test_edits_of_clusters_are_kept_by_clustering_and_stay_out_of_the_link() -> None:
    one = ClusterEdits("b" * 64, (Rename(0, "cats"), Merge((1, 2)), Split(0), Move((3, 4), 0), AdoptNoise()))
    workspace = FULL.with_edits(one).with_edits(ClusterEdits("c" * 64, (Split(1),)))
    assert Workspace.from_json(json.loads(json.dumps(workspace.to_json()))) == workspace
    assert workspace.edits_of("b" * 64) == one
    assert workspace.edits_of("d" * 64).records == ()
    assert workspace.to_query() == FULL.to_query()
    assert workspace.with_edits(ClusterEdits("c" * 64)).cluster_edits == (one,)
    # A clustering is known by its key, so its edits are there again when its data set is.
    assert FULL.with_edits(one).with_dataset("e" * 64, None).edits_of("b" * 64) == one


def test_other_columns_keep_what_belongs_to_the_rows() -> None:
    before = Workspace(dataset="a", selection=Selection((1, 2), "lasso"), accepted=(("kind", 3),), query="cat")
    other = before.with_dataset("b", "kind")
    assert (other.selection, other.accepted, other.query) == (Selection(), (), "")
    assert replace(other, **before.of_rows()) == replace(before, dataset="b", color="kind", query="")
    assert Workspace.from_json(json.loads(json.dumps(before.to_json()))) == before

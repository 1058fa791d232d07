"""The clustering method and its parameters."""

import math
from dataclasses import replace
from typing import Any

import streamlit as st

from components.app import problem
from components.app.untrusted import md_label
from embedding_core.base.errors import ParameterError
from embedding_core.clusters import (
    AgglomerativeParams,
    ClusterParams,
    ClusterSelection,
    FeatureSpace,
    HDBSCANParams,
    KMeansParams,
    Linkage,
)
from embedding_core.clusters.params import MOST_CLUSTERS
from embedding_core.data.dataset import Dataset

_METHODS: dict[str, type[KMeansParams] | type[HDBSCANParams] | type[AgglomerativeParams]] = {
    "k-means": KMeansParams,
    "HDBSCAN": HDBSCANParams,
    "Agglomerative": AgglomerativeParams,
}
_FEATURE_SPACES = {
    FeatureSpace.DIRECTIONS: "Embedding",
    FeatureSpace.VECTORS: "Embedding (not normalized)",
    FeatureSpace.MAP: "Map",
}
_CLUSTER_SELECTION = {ClusterSelection.EOM: "EOM", ClusterSelection.LEAF: "leaf"}
_MOST_DEFAULT_CLUSTERS, _MOST_LABELS = 20, 100
_SEED_TOP = 2**31 - 1


def default(dataset: Dataset) -> tuple[KMeansParams, str]:
    """Return what to begin with, and why: as many clusters as there are labels, else a rule of thumb."""
    if dataset.label is not None:
        labels = dataset.columns[dataset.label].nunique()
        if 1 < labels <= _MOST_LABELS:
            return KMeansParams(int(labels)), f"the number of values of {dataset.label}"
    k = min(_MOST_DEFAULT_CLUSTERS, max(2, round(math.sqrt(len(dataset) / 2))))
    return KMeansParams(k), "a rule of thumb, √(n/2), at most 20; the view “How many?” compares other numbers"


def show(dataset: Dataset, chosen: ClusterParams | None, key: str) -> ClusterParams:
    """Draw the method and its parameters in one row and return them."""
    begin, why = default(dataset)
    params = begin if chosen is None else chosen
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium", key=f"{key}-setup"):
        named = next(name for name, kind in _METHODS.items() if isinstance(params, kind))
        method = st.segmented_control(
            "Method",
            list(_METHODS),
            default=named,
            required=True,
            key=f"{key}-method",
            help="k-means: k round clusters. HDBSCAN: dense regions, the rest is noise. Agglomerative: merges the "
            "two closest clusters until k are left.",
        )
        kind = _METHODS[method or named]
        old = params if isinstance(params, kind) else kind(feature_space=params.feature_space)
        try:
            if isinstance(old, HDBSCANParams):
                found = _dense(old, key)
            else:
                k = params.k if isinstance(params, KMeansParams | AgglomerativeParams) else begin.k
                found = _by_number(replace(old, k=k), key)
        except ParameterError as error:
            problem.show(error)
            found = params
    if found.feature_space is FeatureSpace.MAP:
        st.caption(
            ":material/warning: These are clusters of the map, and a map splits some groups and merges others. To "
            "find groups of similar items, cluster the embedding."
        )
    elif found == begin:
        st.caption(f"Starting with {begin.k} clusters: {md_label(why)}.")
    return found


def _by_number(params: KMeansParams | AgglomerativeParams, key: str) -> ClusterParams:
    """Draw the parameters of the methods that take the number of clusters."""
    k: Any = st.number_input(
        "Clusters (k)",
        min_value=1,
        max_value=MOST_CLUSTERS,
        value=params.k,
        key=f"{key}-k",
        width=140,
        help="The number of clusters.",
    )
    params = replace(params, k=int(k))
    with st.popover("More", icon=":material/tune:"):
        feature_space = _feature_space(params.feature_space, key)
        if isinstance(params, AgglomerativeParams):
            linkage = st.radio(
                "Linkage",
                list(Linkage),
                index=list(Linkage).index(params.linkage),
                format_func={
                    Linkage.WARD: "Ward: smallest increase of variance",
                    Linkage.AVERAGE: "Average: mean distance between items",
                    Linkage.COMPLETE: "Complete: distance of the farthest items",
                }.get,
                key=f"{key}-linkage",
            )
            return replace(params, linkage=linkage or params.linkage, feature_space=feature_space)
        restarts: Any = st.number_input(
            "Restarts (n_init)",
            min_value=1,
            max_value=50,
            value=params.restarts,
            key=f"{key}-restarts",
            help="The result of k-means depends on its initial centers. The run with the lowest inertia is kept.",
        )
        seed: Any = st.number_input("Seed", min_value=0, max_value=_SEED_TOP, value=params.seed, key=f"{key}-seed")
        return replace(params, restarts=int(restarts), seed=int(seed), feature_space=feature_space)


def _dense(params: HDBSCANParams, key: str) -> ClusterParams:
    """Draw the parameters of HDBSCAN."""
    size: Any = st.number_input(
        "Min cluster size",
        min_value=2,
        max_value=100_000,
        value=params.min_cluster_size,
        key=f"{key}-size",
        width=140,
        help="The smallest number of items in a cluster.",
    )
    selection = st.segmented_control(
        "Cluster selection",
        list(ClusterSelection),
        default=params.cluster_selection,
        required=True,
        format_func=_CLUSTER_SELECTION.__getitem__,
        key=f"{key}-leaves",
        help=(
            "How clusters are selected from the HDBSCAN tree. EOM (excess of mass): the most stable ones, few "
            "and of any size. Leaf: the leaves of the tree, many and similar in size."
        ),
    )
    with st.popover("More", icon=":material/tune:"):
        feature_space = _feature_space(params.feature_space, key)
        near: Any = st.number_input(
            "Min samples",
            min_value=1,
            max_value=100_000,
            value=params.min_samples,
            key=f"{key}-near",
            placeholder="as min cluster size",
            help="How many neighbors the density estimate uses. Larger values leave more items as noise.",
        )
    return HDBSCANParams(
        int(size), None if near is None else int(near), selection or params.cluster_selection, feature_space
    )


def _feature_space(chosen: FeatureSpace, key: str) -> FeatureSpace:
    picked = st.radio(
        "Cluster",
        list(FeatureSpace),
        index=list(FeatureSpace).index(chosen),
        format_func=_FEATURE_SPACES.__getitem__,
        key=f"{key}-over",
        help=(
            "Embedding: vectors normalized to length 1, as for cosine similarity. Map: the coordinates of the "
            "drawn map."
        ),
    )
    return FeatureSpace(picked or chosen)

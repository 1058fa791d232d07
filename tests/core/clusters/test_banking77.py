"""Real questions: as good as scikit-learn's own k-means, by labels that people gave."""

from pathlib import Path

import pandas as pd
import pytest
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score, silhouette_score

from embedding_core.base.store import Store
from embedding_core.clusters import KMeansParams, agreement, cluster
from embedding_core.data.dataset import Dataset
from embedding_core.engine import Engine

CLASSES = 77


@pytest.mark.shared
@pytest.mark.slow
@pytest.mark.timeout(600)
def test_banking77_is_clustered_as_scikit_learn_does(shared_data: Path, tmp_path: Path) -> None:
    table = pd.read_csv(shared_data / "text/banking77/test.csv")
    engine = Engine(Store(tmp_path, 1 << 30))
    dataset = Dataset.create("banking77", table["text"].tolist(), columns=table[["category"]])
    engine.keep_dataset(dataset)
    vectors = engine.make(engine.embedding(dataset, "all-MiniLM-L6-v2"))
    found = cluster(vectors, KMeansParams(CLASSES))
    theirs = KMeans(CLASSES, random_state=0, n_init=1).fit_predict(vectors)
    ours = agreement(found.labels, dataset.columns["category"])
    assert round(ours.adjusted_rand, 3) == round(adjusted_rand_score(table["category"], theirs), 3)
    assert round(ours.nmi, 3) == round(normalized_mutual_info_score(table["category"], theirs), 3)
    assert (ours.adjusted_rand, ours.nmi) == pytest.approx((0.485, 0.787), abs=0.02)
    assert found.silhouette == pytest.approx(silhouette_score(vectors, theirs, metric="cosine"), abs=1e-3)

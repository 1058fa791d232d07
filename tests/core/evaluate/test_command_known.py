"""`evaluate` on collections that others measure too: the figures of decision 0041."""

from pathlib import Path

import pytest

from tests.core.test_cli import own_store, run

__all__ = ["own_store"]

pytestmark = [pytest.mark.shared, pytest.mark.slow]


def test_cranfield(capsys: pytest.CaptureFixture[str], shared_data: Path) -> None:
    folder = shared_data / "text" / "cranfield"
    result = run(capsys, "evaluate", "retrieval", folder, "--engine", "bm25", "--encoder", "minilm-static")
    assert (result["documents"], result["queries"], result["warnings"]) == (1_400, 225, [])
    known = {"ndcg@10": 0.349, "recall@10": 0.388, "map": 0.275, "mrr": 0.506}
    assert {name: result[name] for name in known} == pytest.approx(known, abs=0.0006)

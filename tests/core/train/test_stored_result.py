"""What a fine-tuned encoder is worth is read from what an earlier version wrote."""

import json

from embedding_core.base.codec import decode, encode
from embedding_core.train import Loss, Tuned

STORED = """
{"name": "mine", "base": "base", "params": {"loss": "mnrl", "matryoshka": [128, 64], "epochs": 3,
"batch": 32, "learning_rate": 0.0001, "warmup": 0.1, "max_tokens": 128, "partners": 2, "hard": null,
"margin": 0.05, "held_out": 0.2, "per_class": null, "patience": 0, "seed": 0}, "history": {"losses":
[[1, 0.5]], "watched": [[2, 0.25]], "stopped": false}, "before": [{"name": "x", "dims": 3, "value":
0.5, "low": 0.5, "high": 0.5}], "after": [{"name": "x", "dims": 3, "value": 0.5, "low": 0.5, "high":
0.5}], "counts": {"trained_on": 1, "measured_on": 2, "examples": 3, "mined": 4, "dropped": 5, "cut":
6, "parting": "texts", "shared": 7, "left_out": 8}, "seconds": 1.5}
"""
"""As commit 3bc1118 wrote it, when `positives` were called partners."""


def test_a_result_of_an_earlier_version() -> None:
    found = decode(Tuned, json.loads(STORED))
    assert (found.params.positives, found.params.matryoshka, found.params.loss) == (2, (128, 64), Loss.MNRL)
    assert found.history.losses == ((1, 0.5),)
    assert found.before == found.after
    assert json.loads(json.dumps(encode(found))) == json.loads(STORED)

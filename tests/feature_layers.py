"""The layers of pyproject.toml, with the row of the features made from their folders: to add one changes nothing there.

Where a layer is called `FEATURES`, import-linter reads every folder under `embedding_core/` that holds a `feature.py`
and is not a layer of its own; the features of a row do not see each other.
"""

from pathlib import Path
from typing import Any

from importlinter.contracts.layers import LayersContract

ROW = "FEATURES"
CORE = Path(__file__).parents[1] / "embedding_core"


class FeatureLayers(LayersContract):
    """A contract of layers that knows the features."""

    type_name = "feature_layers"

    def __init__(self, name: str, session_options: dict[str, Any], contract_options: dict[str, Any]) -> None:
        layers = contract_options["layers"]
        others = {part.strip(" ()") for layer in layers for part in layer.split("|")}
        features = sorted({path.parent.name for path in CORE.glob("*/feature.py")} - others)
        row = " | ".join(f"({feature})" for feature in features)
        filled = contract_options | {"layers": [row if layer == ROW else layer for layer in layers]}
        super().__init__(name, session_options, filled)

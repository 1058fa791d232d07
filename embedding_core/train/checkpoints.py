"""Where training stands, on disk: safetensors and JSON. The library's own way would pickle."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

STATE_FILE, TRAINER_FILE = "state.json", "trainer_state.json"
WEIGHTS, BEST, OPTIMIZER = "weights.safetensors", "best.safetensors", "optimizer.safetensors"


class Checkpoints(Protocol):
    """Keeps the newest checkpoint of one training."""

    def newest(self) -> Path | None:
        """Return the folder of the newest whole one; None without any."""
        ...

    def keep(self, step: int, write: Callable[[Path], None]) -> None:
        """Have an empty folder filled; the one before is dropped only after that.

        Raises:
            StoreError: the disk is full or cannot be written.
        """
        ...


class NoCheckpoints:
    """Keeps nothing."""

    def newest(self) -> Path | None:
        """Return None."""
        return None

    def keep(self, step: int, write: Callable[[Path], None]) -> None:
        """Write nothing."""


@dataclass
class Best:
    """The best measure so far and the weights it was taken of."""

    value: float = float("-inf")
    step: int = 0
    stale: int = 0
    """Epochs since."""
    weights: dict[str, Any] | None = None


def save_tensors(path: Path, tensors: dict[str, Any]) -> None:
    """Write tensors; unlike the library's own function this fails with an OSError that says what the disk said."""
    from safetensors.torch import save

    path.write_bytes(save({name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}))


def pack_optimizer(state: dict[str, Any]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return an optimizer's tensors by "number.name", and its groups as JSON values."""
    tensors = {f"{number}.{name}": value for number, of in state["state"].items() for name, value in of.items()}
    return tensors, json.loads(json.dumps(state["param_groups"]))


def unpack_optimizer(tensors: dict[str, Any], groups: list[dict[str, Any]]) -> dict[str, Any]:
    """Return what `pack_optimizer` was given."""
    state: dict[int, dict[str, Any]] = {}
    for name, tensor in tensors.items():
        number, _, of = name.partition(".")
        state.setdefault(int(number), {})[of] = tensor
    return {"state": state, "param_groups": groups}

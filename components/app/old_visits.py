"""Visits that were saved before each feature had a state of its own: all fields in one row, some under other names."""

from collections.abc import Mapping
from typing import Any

_STATES = {
    "projection": ("map", "projection"),
    "color": ("map", "color"),
    "trust": ("map", "trust"),
    "card": ("map", "card"),
    "centred": ("map", "centered"),
    "clusters": ("clusters", "params"),
    "cluster_edits": ("clusters", "edits"),
    "query": ("search", "query"),
    "picture": ("search", "picture"),
    "searcher": ("search", "method"),
    "where": ("search", "filter"),
    "search": ("search", "settings"),
    "more": ("search", "more"),
    "less": ("search", "less"),
    "accepted": ("classify", "confirmed"),
    "judgements": ("evaluate", "judgments"),
    "pairs": ("evaluate", "pairs"),
    "beside": ("compare", "other"),
    "looked_into": ("inspect", "picture"),
    "training": ("train", "training"),
}
_CLASSES = {"Teaching": "Supervision"}
_FIELDS = {"teaching": "supervision", "judgements": "judgments", "partners": "positives"}


def converted(saved: Mapping[str, Any]) -> dict[str, Any]:
    """Return a saved workspace as `Workspace.to_json` writes it today."""
    if "states" in saved:
        return dict(saved)
    common: dict[str, Any] = {}
    states: dict[str, dict[str, Any]] = {}
    for name, value in saved.items():
        if name in _STATES:
            feature, part = _STATES[name]
            states.setdefault(feature, {})[part] = _renamed(value)
        else:
            common[name] = value
    return common | {"states": states}


def _renamed(value: Any) -> Any:
    """Return a value with the classes and fields that were renamed under their names of today."""
    if isinstance(value, list):
        return [_renamed(part) for part in value]
    if not isinstance(value, dict):
        return value
    parts = {_FIELDS.get(name, name): _renamed(part) for name, part in value.items()}
    return parts | {"is": _CLASSES.get(value["is"], value["is"])}

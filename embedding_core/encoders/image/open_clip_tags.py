"""Where on the hub the weights of open_clip's pretrained tags lie.

That stands in its code, which is read here and not run: to import it takes seconds, and torch.
"""

import ast
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any


@cache
def repositories() -> dict[str, dict[str, str]]:
    """Return a repository, `org/model`, by model and pretrained tag; nothing without the package."""
    package = find_spec("open_clip")
    places = package.submodule_search_locations if package else None
    if not places:
        return {}
    tree = ast.parse((Path(places[0]) / "pretrained.py").read_text(encoding="utf-8"))
    tables = dict(_assigned(tree))
    found: dict[str, dict[str, str]] = {}
    quick: dict[str, dict[str, str]] = {}
    for model, node in _items(tables["_PRETRAINED"]):
        tags = {tag: dict(_items(entry)) for tag, entry in _items(tables.get(getattr(node, "id", ""), node))}
        found[model] = {tag: _repository(settings) for tag, settings in tags.items()}
        # open_clip gives a name of its own to models as they were trained with a QuickGELU.
        if trained := {tag: found[model][tag] for tag, settings in tags.items() if "quick_gelu" in settings}:
            quick[f"{model}-quickgelu"] = trained
    return {**found, **quick}


def _assigned(tree: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    for node in tree.body:
        if isinstance(node, ast.Assign):
            yield from ((target.id, node.value) for target in node.targets if isinstance(target, ast.Name))


def _items(node: Any) -> Iterator[tuple[str, Any]]:
    """Yield the keys and values of `{"key": value}` or of `call(key=value)`."""
    if isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant):
                yield str(key.value), value
    elif isinstance(node, ast.Call):
        yield from ((str(item.arg), item.value) for item in node.keywords)


def _repository(settings: dict[str, ast.expr]) -> str:
    """Return the repository of "org/model/", or of "org/model/file" where the file is not called as usual."""
    node = settings.get("hf_hub")
    return "/".join(str(node.value).split("/")[:2]) if isinstance(node, ast.Constant) else ""

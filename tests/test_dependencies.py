"""Decision 0001: what is imported is pinned, exactly, and what is pinned is what runs."""

import ast
import importlib.metadata
import re
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
OURS = {"benchmarks", "components", "embedding_core", "pages", "recipes", "tests"}


def normal(name: str) -> str:
    """Return a distribution's name as PyPI compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def pins(*files: str) -> dict[str, str]:
    """Return the pinned versions of requirement files; a line that is no exact pin has version ''."""
    found = {}
    for file in files:
        for line in (ROOT / file).read_text(encoding="utf-8").splitlines():
            line = line.split("#")[0].strip()
            if line and not line.startswith("-r"):
                name, _, version = line.partition("==")
                found[normal(name)] = version
    return found


def imports(paths: Iterable[Path]) -> set[str]:
    """Return the top-level packages, not ours and not Python's, that files import anywhere in them."""
    names: set[str] = set()
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names |= {item.name.split(".")[0] for item in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names.add(node.module.split(".")[0])
    return names - OURS - sys.stdlib_module_names


def files(*folders: str) -> set[Path]:
    """Return the Python files under folders."""
    return {path for folder in folders for path in (ROOT / folder).rglob("*.py")}


RECIPES = files("recipes")
PRODUCT = {*ROOT.glob("*.py"), *files("embedding_core", "components", "pages")}


@pytest.mark.parametrize(
    ("paths", "requirements"),
    [
        (PRODUCT, ("requirements.txt",)),
        (RECIPES, ("requirements.txt", "requirements-train.txt")),
        (files("tests", "benchmarks"), ("requirements.txt", "requirements-dev.txt")),
    ],
    ids=["product", "recipes", "tests"],
)
def test_every_import_is_pinned(paths: set[Path], requirements: tuple[str, ...]) -> None:
    assert paths
    homes = importlib.metadata.packages_distributions()
    pinned = pins(*requirements)
    names = {name: [normal(home) for home in homes.get(name, [name])] for name in imports(paths)}
    assert [name for name, distributions in names.items() if not pinned.keys() & distributions] == []


@pytest.mark.parametrize("file", ["requirements.txt", "requirements-dev.txt"])
def test_every_pin_is_exact_and_installed(file: str) -> None:
    pinned = pins(file)
    assert pinned
    assert pinned == {name: importlib.metadata.version(name).split("+")[0] for name in pinned}

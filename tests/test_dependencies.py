"""Decision 0001: what is imported is pinned, exactly, and what is pinned is what runs."""

import ast
import importlib.metadata
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
OURS = {"benchmarks", "components", "embedding_core", "pages", "tests"}


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


def imports(*folders: str) -> set[str]:
    """Return the top-level packages, not ours and not Python's, that files import anywhere in them."""
    paths = [*ROOT.glob("*.py"), *(path for folder in folders for path in (ROOT / folder).rglob("*.py"))]
    names: set[str] = set()
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names |= {item.name.split(".")[0] for item in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names.add(node.module.split(".")[0])
    return names - OURS - sys.stdlib_module_names


@pytest.mark.parametrize(
    ("folders", "files"),
    [
        (("embedding_core", "components", "pages"), ("requirements.txt",)),
        (("tests", "benchmarks"), ("requirements.txt", "requirements-dev.txt")),
    ],
    ids=["product", "tests"],
)
def test_every_import_is_pinned(folders: tuple[str, ...], files: tuple[str, ...]) -> None:
    homes = importlib.metadata.packages_distributions()
    pinned = pins(*files)
    loose = {name for name in imports(*folders) if not any(normal(home) in pinned for home in homes.get(name, [name]))}
    assert loose == set()


@pytest.mark.parametrize("file", ["requirements.txt", "requirements-dev.txt"])
def test_every_pin_is_exact_and_installed(file: str) -> None:
    pinned = pins(file)
    assert pinned
    assert pinned == {name: importlib.metadata.version(name).split("+")[0] for name in pinned}

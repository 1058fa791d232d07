"""The rules of the house (docs/decisions, README "Layout") that import-linter cannot see.

Each rule is a function from a file's source to what is wrong with it, so that it can be shown to fail.
"""

import ast
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest

from embedding_core.base.feature import Feature
from embedding_core.base.stage import Stage
from embedding_core.features import FEATURES

ROOT = Path(__file__).parents[1]
BESIDE_OTHERS = {"home", "data", "encoder"}
"""Features whose page is all they have, or whose folder in the core is that of a layer below the features."""
STATE_HOME = "components/app/session.py"
SLOW_IMPORTS = {"streamlit", "plotly", "torch", "umap", "sklearn", "numba", "transformers", "scipy"}
PICKLERS = {"pickle", "cPickle", "cloudpickle", "dill", "joblib", "marshal", "shelve"}
PICKLING_CALLS = {"read_pickle", "to_pickle"}

Problems = Iterator[str]
Check = Callable[[str], Problems]


def files(*folders: str) -> list[str]:
    """Return the product's Python files under folders, as paths from the root."""
    found = (path for folder in folders for path in (ROOT / folder).rglob("*.py"))
    return sorted(str(path.relative_to(ROOT)) for path in found)


def product() -> list[str]:
    return [*(path.name for path in ROOT.glob("*.py")), *files("pages", "components", "embedding_core", "benchmarks")]


def read(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def keyword(call: ast.Call, name: str) -> object:
    """Return the literal value of a call's keyword argument; None without it, the node when it is no literal."""
    for item in call.keywords:
        if item.arg == name:
            return item.value.value if isinstance(item.value, ast.Constant) else item.value
    return None


def no_definitions(source: str) -> Problems:
    """A page defines nothing: what it draws with stands in components."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield f"line {node.lineno} defines {node.name}"
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.NamedExpr) and isinstance(node.value, ast.Lambda):
            yield f"line {node.lineno} names a lambda"


def no_state(source: str) -> Problems:
    """Nothing touches session state or navigation."""
    names = {"session_state", "navigation"}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and node.attr in names and isinstance(node.value, ast.Name):
            if node.value.id in {"st", "streamlit"}:
                yield f"line {node.lineno} touches st.{node.attr}"
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "streamlit":
            yield from (f"line {node.lineno} imports {item.name}" for item in node.names if item.name in names)


def no_streamlit_cache(source: str) -> Problems:
    """Nothing is kept in Streamlit's caches."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and node.attr in {"cache_data", "cache_resource"}:
            yield f"line {node.lineno} uses st.{node.attr}"


def no_pickle(source: str) -> Problems:
    """Nothing reads or writes pickles: they run code."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (f"line {node.lineno} imports {item.name}" for item in node.names if item.name in PICKLERS)
        elif isinstance(node, ast.ImportFrom) and node.module in PICKLERS:
            yield f"line {node.lineno} imports {node.module}"
        elif isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            if keyword(node, "allow_pickle") not in (None, False):
                yield f"line {node.lineno} allows pickle"
            if called.split(".")[-1] in PICKLING_CALLS:
                yield f"line {node.lineno} calls {called}"
            if called == "torch.load" and keyword(node, "weights_only") is not True:
                yield f"line {node.lineno} calls torch.load without weights_only=True"


def no_raw_html(source: str) -> Problems:
    """HTML on the page is a literal of ours, never made of data."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        raw = keyword(node, "unsafe_allow_html") not in (None, False) or ast.unparse(node.func) == "st.html"
        if raw and not all(isinstance(value, ast.Constant) for value in node.args):
            yield f"line {node.lineno} shows HTML that is not a literal"


RULES: list[tuple[Check, list[str]]] = [
    (no_definitions, files("pages")),
    (no_state, [path for path in product() if path != STATE_HOME]),
    (no_pickle, product()),
    (no_raw_html, product()),
]


@pytest.mark.parametrize(("check", "paths"), RULES, ids=[check.__name__ for check, _ in RULES])
def test_the_product_keeps_the_rule(check: Check, paths: list[str]) -> None:
    assert paths
    assert [f"{path}: {problem}" for path in paths for problem in check(read(path))] == []


def test_streamlit_caches_have_one_home_at_most() -> None:
    homes = [path for path in product() if any(no_streamlit_cache(read(path)))]
    assert len(homes) <= 1


@pytest.mark.parametrize(
    ("check", "source"),
    [
        (no_definitions, "def show():\n    pass"),
        (no_definitions, "if True:\n    class Page:\n        pass"),
        (no_definitions, "show = lambda: None"),
        (no_state, "import streamlit as st\nst.session_state.x = 1"),
        (no_state, "st.session_state['x']"),
        (no_state, "st.navigation([])"),
        (no_state, "from streamlit import session_state"),
        (no_streamlit_cache, "@st.cache_data\ndef f(): ..."),
        (no_streamlit_cache, "@st.cache_resource(ttl=1)\ndef f(): ..."),
        (no_pickle, "import pickle"),
        (no_pickle, "def f():\n    from pickle import loads"),
        (no_pickle, "np.load(path, allow_pickle=True)"),
        (no_pickle, "np.load(path, allow_pickle=trusted)"),
        (no_pickle, "pd.read_pickle(path)"),
        (no_pickle, "torch.load(path)"),
        (no_raw_html, "st.markdown(text, unsafe_allow_html=True)"),
        (no_raw_html, "st.markdown(f'<b>{name}</b>', unsafe_allow_html=True)"),
        (no_raw_html, "st.html(text)"),
    ],
)
def test_a_rule_sees_what_breaks_it(check: Check, source: str) -> None:
    assert list(check(source))


@pytest.mark.parametrize(
    ("check", "source"),
    [
        (no_definitions, "st.button('Go', on_click=lambda: None)"),
        (no_state, "page.navigation"),
        (no_pickle, "np.load(path, allow_pickle=False)"),
        (no_pickle, "torch.load(path, weights_only=True)"),
        (no_raw_html, "st.markdown('<style>a{}</style>', unsafe_allow_html=True)"),
    ],
)
def test_a_rule_lets_the_rest_pass(check: Check, source: str) -> None:
    assert list(check(source)) == []


@pytest.mark.parametrize("module", ["engine", "features", "workspace"])
def test_importing_the_core_loads_nothing_slow(module: str) -> None:
    code = f"import json, sys; import embedding_core.{module}; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    loaded = {name.split(".")[0] for name in json.loads(done.stdout)}
    assert "embedding_core" in loaded
    assert loaded & SLOW_IMPORTS == set()


def folders(parent: str) -> set[str]:
    """Return the names of the packages in a folder."""
    return {path.name for path in (ROOT / parent).iterdir() if path.is_dir() and any(path.glob("*.py"))}


def announced() -> dict[str, Feature]:
    """Return what each folder of the core says of its feature, by folder."""
    found = sorted((ROOT / "embedding_core").glob("*/feature.py"))
    found = [path for path in found if path.parent.name != "base"]
    return {path.parent.name: import_module(f"embedding_core.{path.parent.name}.feature").FEATURE for path in found}


def test_every_feature_that_a_folder_announces_is_in_the_list() -> None:
    assert sorted(feature.name for feature in FEATURES) == sorted(feature.name for feature in announced().values())


def test_a_feature_has_the_same_name_on_every_floor() -> None:
    names = {feature.name for feature in FEATURES}
    analyses = names - BESIDE_OTHERS
    assert {Path(path).stem for path in files("pages")} == names
    assert {folder for folder, feature in announced().items() if folder == feature.name} >= analyses
    layers = {"app", "widgets", "embedding_map"}
    assert folders("components") - layers == names - {"encoder"}
    assert folders("tests/core") >= analyses
    assert folders("tests/components") <= names | layers
    assert {path.stem.removeprefix("test_") for path in (ROOT / "tests" / "browser").glob("test_*.py")} >= analyses
    for path in (ROOT / "tests" / "pages").glob("test_*.py"):
        assert path.stem.removeprefix("test_").split("_")[0] in names | {"frame", "bad", "pictures", "reading"}, (
            path.name
        )


@pytest.mark.parametrize("feature", FEATURES, ids=[feature.name for feature in FEATURES])
def test_what_a_feature_says_of_itself_is_there(feature: Feature) -> None:
    assert all(find_spec(command.function.partition(":")[0]) is not None for command in feature.commands)
    if feature.state is not None:
        assert feature.state.__module__ == f"embedding_core.{feature.name}.state"
        assert feature.state() == feature.state().for_dataset(None, same_rows=True)
        assert not any(feature.state().to_query().values())


def test_no_two_features_write_the_same_part_of_an_address() -> None:
    names = [name for feature in FEATURES if feature.state is not None for name in feature.state().to_query()]
    assert len({*names, "data", "encoder", "item", "rows"}) == len(names) + 4


def test_every_stage_belongs_to_a_feature() -> None:
    known = {module.__name__ for feature in FEATURES for module in feature.stages}
    modules = {stage.__module__ for stage in subclasses(Stage)}
    assert {module for module in modules if module.startswith("embedding_core.")} == known


def subclasses(kind: type) -> set[type]:
    """Return all classes that stand on another."""
    return {each for direct in kind.__subclasses__() for each in (direct, *subclasses(direct))}

"""The rules of the house (docs/decisions, README "Layout") that import-linter cannot see.

Each rule is a function from a file's source to what is wrong with it, so that it can be shown to fail.
"""

import ast
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MAX_PAGE_LINES = 80
MAX_FILE_LINES = 300
MAX_FUNCTION_LINES = 50
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


def thin_page(source: str) -> Problems:
    """A page is at most 80 lines and defines nothing."""
    if (lines := len(source.splitlines())) > MAX_PAGE_LINES:
        yield f"{lines} lines, more than {MAX_PAGE_LINES}"
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


def short_file(source: str) -> Problems:
    """A file stays under 300 lines."""
    if (lines := len(source.splitlines())) >= MAX_FILE_LINES:
        yield f"{lines} lines; split it below {MAX_FILE_LINES}"


def short_functions(source: str) -> Problems:
    """A function stops at 50 lines."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > MAX_FUNCTION_LINES:
                yield f"{node.name} has {lines} lines, more than {MAX_FUNCTION_LINES}"


RULES: list[tuple[Check, list[str]]] = [
    (thin_page, files("pages")),
    (no_state, [path for path in product() if path != STATE_HOME]),
    (no_pickle, product()),
    (no_raw_html, product()),
    (short_file, files("components", "embedding_core")),
    (short_functions, product()),
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
        (thin_page, "x = 1\n" * 81),
        (thin_page, "def show():\n    pass"),
        (thin_page, "if True:\n    class Page:\n        pass"),
        (thin_page, "show = lambda: None"),
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
        (short_file, "x = 1\n" * 300),
        (short_functions, "def f():\n" + "    x = 1\n" * 50),
    ],
)
def test_a_rule_sees_what_breaks_it(check: Check, source: str) -> None:
    assert list(check(source))


@pytest.mark.parametrize(
    ("check", "source"),
    [
        (thin_page, "st.button('Go', on_click=lambda: None)"),
        (no_state, "page.navigation"),
        (no_pickle, "np.load(path, allow_pickle=False)"),
        (no_pickle, "torch.load(path, weights_only=True)"),
        (no_raw_html, "st.markdown('<style>a{}</style>', unsafe_allow_html=True)"),
    ],
)
def test_a_rule_lets_the_rest_pass(check: Check, source: str) -> None:
    assert list(check(source)) == []


def test_importing_the_engine_loads_nothing_slow() -> None:
    code = "import json, sys; import embedding_core.engine; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    loaded = {name.split(".")[0] for name in json.loads(done.stdout)}
    assert "embedding_core" in loaded
    assert loaded & SLOW_IMPORTS == set()

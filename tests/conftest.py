"""What every test stands on: a store and a model folder of its own, and the data beside the checkout."""

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings

BROWSER_TESTS = Path(__file__).parent / "browser"
RECIPE_TESTS = Path(__file__).parent / "recipes"
SHARED_DATA = Path(__file__).parents[1].parent / "shared" / "data"
NO_SHARED_DATA = "no ../shared/data beside the checkout"
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
OWN_SETTINGS = ("VECTORSCOPE_", "STREAMLIT_", "HF_", "TRANSFORMERS_")


def pytest_configure(config: pytest.Config) -> None:
    """Keep tests from the user's settings, store and downloaded models: before any module can read them."""
    # The same examples on every machine, however slow.
    settings.register_profile("repeatable", derandomize=True, deadline=None, database=None, max_examples=100)
    settings.load_profile("repeatable")
    home = tempfile.TemporaryDirectory(prefix="vectorscope-tests-", ignore_cleanup_errors=True)
    config.add_cleanup(home.cleanup)
    for name in [name for name in os.environ if name.startswith(OWN_SETTINGS)]:
        del os.environ[name]
    os.environ["VECTORSCOPE_HOME"] = str(Path(home.name) / "store")
    os.environ["HF_HOME"] = str(Path(home.name) / "huggingface")
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    os.environ["TZ"] = "UTC"
    if workers := os.environ.get("PYTEST_XDIST_WORKER_COUNT"):
        # Two pools of as many threads as there are cores take several times as long as one.
        share = max(1, (os.cpu_count() or 1) // int(workers))
        os.environ.update(dict.fromkeys(THREADS, str(share)))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests of the browser, which come last, and of recipes; skip what needs shared data where there is none."""
    skip = pytest.mark.skip(reason=NO_SHARED_DATA)
    for item in items:
        if item.path.is_relative_to(BROWSER_TESTS):
            item.add_marker("browser")
        if item.path.is_relative_to(RECIPE_TESTS):
            item.add_marker("slow")
        if "shared" in item.keywords and not SHARED_DATA.is_dir():
            item.add_marker(skip)
    # Quick failures first; and Playwright keeps an event loop running in this thread until the session ends.
    items.sort(key=lambda item: "browser" in item.keywords)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Return the folder of real data beside the checkout; the test needs the marker `shared`."""
    if not SHARED_DATA.is_dir():
        pytest.skip(NO_SHARED_DATA)
    return SHARED_DATA

"""Running the map's JavaScript outside a browser."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
JS = ROOT / "components" / "embedding_map" / "js"
NODE = shutil.which("node")
needs_node = pytest.mark.skipif(NODE is None, reason="no node here; tests/browser runs the JavaScript tests instead")


def run_node(script: str, *arguments: str) -> str:
    """Return what a module prints; `{js}` in it stands for the folder of the map's modules."""
    assert NODE is not None
    command = [NODE, "--input-type=module", "--eval", script.replace("{js}", JS.as_posix()), "node", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout

"""The map's JavaScript tests, run by node."""

import subprocess

from tests.components.javascript import NODE, ROOT, needs_node


@needs_node
def test_the_javascript_tests_pass() -> None:
    assert NODE is not None
    files = sorted(str(path) for path in (ROOT / "tests" / "js").glob("*.test.js"))
    assert files
    done = subprocess.run([NODE, "--test", *files], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]

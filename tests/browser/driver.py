"""A Chromium to drive and a server to drive it against."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).parents[2]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MAC = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
START_SECONDS = 60
SETTLE_MS = 155
"""Streamlit says it is not running for about this long before a rerun begins."""


def find_browser() -> str | None:
    """Return the path of a Chromium or Chrome that starts, or None."""
    for path in filter(None, map(shutil.which, (*NAMES, MAC))):
        if starts(path):
            return path
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    return own if Path(own).exists() and starts(own) else None


def starts(path: str) -> bool:
    """Say whether this is a browser: Ubuntu's chromium-browser may be a note that says to install another package."""
    return subprocess.run([path, "--version"], capture_output=True, timeout=30).returncode == 0


def fetch_browser() -> str | None:
    """Try to install a Chromium, Playwright's own or as root Debian's, and return its path."""
    commands = [[sys.executable, "-m", "playwright", "install", "chromium"]]
    if shutil.which("apt-get") and os.geteuid() == 0:
        commands += [["apt-get", "update"], ["apt-get", "install", "-y", "chromium"]]
    for command in commands:
        try:
            subprocess.run(command, capture_output=True, timeout=300)
        except subprocess.TimeoutExpired:
            continue
        if path := find_browser():
            return path
    return None


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """`streamlit run` in a process of its own, with a store, a port and a log of its own."""

    def __init__(self, folder: Path, script: Path = ROOT / "app.py", cwd: Path | None = None) -> None:
        self.script = script
        self.cwd = cwd or script.parent
        self.home = folder / "store"
        self.log_path = folder / "server.log"
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> str:
        """What the server has said since its first start."""
        return self.log_path.read_text(encoding="utf-8", errors="replace")

    def start(self) -> None:
        """Start, and wait until it answers."""
        command = [sys.executable, "-m", "streamlit", "run", str(self.script), "--server.port", str(self.port)]
        environ = {**os.environ, "VECTORSCOPE_HOME": str(self.home), "PYTHONUNBUFFERED": "1"}
        with self.log_path.open("ab") as log:
            self.process = subprocess.Popen(
                command, cwd=self.cwd, env=environ, stdout=log, stderr=log, start_new_session=True
            )
        deadline = time.monotonic() + START_SECONDS
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the server did not start:\n{self.log[-4000:]}")
            time.sleep(0.05)

    def answers(self) -> bool:
        """Say whether the server is up."""
        try:
            with urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=5) as reply:
                return bool(reply.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def kill(self) -> None:
        """End the server as a crash would: it, not its workers, and with no chance to tidy up."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def restart(self) -> None:
        """Kill the server and start it again on the same port and store."""
        self.kill()
        self.start()

    def stop(self) -> None:
        """End the server and whatever it has started."""
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass  # Its workers went with it, as they should.


def wait_ready(page: Page) -> None:
    """Wait until the page's script has run and the connection stands; then use `expect` for what loads after it."""
    page.wait_for_timeout(SETTLE_MS)
    page.locator(
        "[data-testid=stApp][data-test-script-state=notRunning][data-test-connection-state=CONNECTED]"
    ).wait_for()

"""The README says what is true: its commands run, its links lead somewhere."""

import json
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from embedding_core.__main__ import COMMANDS as COMMANDS_OF_THE_CORE
from embedding_core.__main__ import main

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
FENCES = re.findall(r"^```sh\n(.*?)^```", README, flags=re.MULTILINE | re.DOTALL)
SHOWN = [line for fence in FENCES for line in fence.splitlines() if line.startswith("python -m embedding_core")]
COMMANDS = [line for line in SHOWN if not re.search(r" [A-Z_]{4,}(\.csv)? ", line)]
"""Those that need no file of the reader's own, whose name stands in capitals."""
DOCUMENTS = [ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")]
LINE_OF_THE_COMMANDS = 25


@pytest.mark.parametrize("command", ["make run", "make test"])
def test_the_two_commands_come_first(command: str) -> None:
    lines = README.splitlines()
    assert any(line.startswith(command) for line in lines[: LINE_OF_THE_COMMANDS - 1])


@pytest.mark.parametrize("word", sorted(set(re.findall(r"\bmake ([a-z-]+)\b(?=[^\n]*[`#])", README))))
def test_make_knows_every_word(word: str) -> None:
    assert subprocess.run(["make", "--dry-run", word], cwd=ROOT, capture_output=True).returncode == 0


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Go to an empty folder in which the paths that the README names lead to the samples."""
    (tmp_path / "embedding_core").symlink_to(ROOT / "embedding_core")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def check_output(command: str, output: str, folder: Path) -> None:
    assert json.loads(output)
    arguments = shlex.split(command)
    if "--out" in arguments:
        assert (folder / arguments[arguments.index("--out") + 1]).stat().st_size > 0


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.split()[3])
def test_the_command_runs(command: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(shlex.split(command)[3:]) == 0
    check_output(command, capsys.readouterr().out, folder)


@pytest.mark.parametrize("command", [COMMANDS[0], COMMANDS[-1]], ids=lambda command: command.split()[3])
def test_the_command_runs_in_a_process_of_its_own(command: str, folder: Path) -> None:
    done = subprocess.run([sys.executable, *shlex.split(command)[1:]], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    check_output(command, done.stdout, folder)


def test_every_command_is_shown() -> None:
    assert {command.split()[3] for command in SHOWN} == {command.name for command in COMMANDS_OF_THE_CORE}


def test_every_setting_is_listed() -> None:
    config = (ROOT / "embedding_core" / "base" / "config.py").read_text(encoding="utf-8")
    assert set(re.findall(r"VECTORSCOPE_\w+", README)) == set(re.findall(r"VECTORSCOPE_\w+", config))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(document: Path) -> None:
    # A diff that a guide quotes has the links of the file it is of.
    text = re.sub(r"^```.*?^```", "", document.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    targets = re.findall(r"\]\(([^)#\s]+)", text)
    targets += re.findall(r"<img[^>]+src=\"([^\"]+)\"", text)
    missing = [to for to in targets if "://" not in to and not (document.parent / to).exists()]
    assert missing == []


@pytest.mark.parametrize("page", ["how-to-add.md", "how-to-add-encoder-projection.md"])
def test_the_diffs_of_how_to_add_apply(page: str) -> None:
    git = shutil.which("git")
    if git is None:
        pytest.skip("git is not installed")
    diffs = re.findall(
        r"^```diff\n(.*?)^```", (ROOT / "docs" / page).read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
    assert diffs
    for diff in diffs:
        subprocess.run([git, "apply", "--check", "-"], input=diff, text=True, cwd=ROOT, check=True)

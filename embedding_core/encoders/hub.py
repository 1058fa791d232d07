"""The Hugging Face hub: what is on this machine already, what it has, and how to fetch it.

The disk comes first, so that a model once fetched works without a network; then a short knock at the hub's door, so
that no library hangs in retries.
"""

from __future__ import annotations

import socket
import threading
import time
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from embedding_core.base.errors import EncoderUnavailableError, UnknownEncoderError
from embedding_core.encoders.family import offline_hint

if TYPE_CHECKING:
    from collections.abc import Callable

MAIN = "main"
"""The revision of a model whose exact one is not known yet."""

_KNOCK_SECONDS = 1.5
_KNOWN_FOR_SECONDS = 60
_REQUEST_SECONDS = 10.0
_WEIGHTS = (".safetensors", ".bin")
_READ = (".json", ".txt", ".jinja", ".model", *_WEIGHTS)
_OTHER_RUNTIMES = ("onnx/", "openvino/", "coreml/")
_OTHER_WEIGHTS = ("training_args.bin", "optimizer.bin", "scheduler.bin")


def cached(name: str, revision: str = MAIN, complete: Callable[[Path], bool] | None = None) -> Path | None:
    """Return the folder of a model on this machine, of that revision or else the newest there is; None without it.

    `complete` says whether a folder holds all of it; without it, whether it is a Sentence Transformers model.
    """
    from huggingface_hub import constants

    home = Path(constants.HF_HUB_CACHE) / f"models--{name.replace('/', '--')}"
    if revision != MAIN:
        folders = [home / "snapshots" / revision]
    else:
        named = home / "refs" / MAIN
        folders = [home / "snapshots" / named.read_text().strip()] if named.is_file() else []
        folders += sorted(home.glob("snapshots/*"), key=lambda path: path.stat().st_mtime, reverse=True)
    return next((folder for folder in folders if (complete or _complete)(folder)), None)


def _complete(folder: Path) -> bool:
    """Return whether a folder holds a model: what `modules.json` or `config.json` describes, and weights."""
    if not (folder / "modules.json").is_file() and not (folder / "config.json").is_file():
        return False
    return any(path.suffix in _WEIGHTS for pattern in ("*", "*/*") for path in folder.glob(pattern))


def reachable() -> bool:
    """Return whether something answers where the hub should be; asked again after a minute."""
    from huggingface_hub import constants

    if constants.HF_HUB_OFFLINE:
        return False
    return _answers(constants.ENDPOINT, int(time.monotonic() // _KNOWN_FOR_SECONDS))


@lru_cache(maxsize=4)
def _answers(endpoint: str, _minute: int) -> bool:
    host, port = _door(endpoint)
    opened: list[bool] = []

    def knock() -> None:
        with suppress(OSError), socket.create_connection((host, port), timeout=_KNOCK_SECONDS):
            opened.append(True)

    # In a thread, because looking up a name has no time limit of its own.
    thread = threading.Thread(target=knock, daemon=True)
    thread.start()
    thread.join(_KNOCK_SECONDS)
    return bool(opened)


def _door(endpoint: str) -> tuple[str, int]:
    """Return the host and port a request for the endpoint would go to: the proxy's where one is set."""
    from urllib.request import getproxies, proxy_bypass

    url = urlsplit(endpoint)
    proxy = getproxies().get(url.scheme)
    if proxy and not proxy_bypass(url.hostname or ""):
        url = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
    return url.hostname or "", url.port or (443 if url.scheme == "https" else 80)


def commit(name: str) -> str:
    """Return the hub's present revision of a model.

    Raises:
        UnknownEncoderError: the hub has none of that name.
        EncoderUnavailableError: the hub cannot be reached, or wants an agreement first.
    """
    return _described(name, MAIN)[0]


def fetch(
    name: str,
    revision: str,
    needed: Callable[[tuple[str, ...]], list[str]] | None = None,
    complete: Callable[[Path], bool] | None = None,
) -> Path:
    """Return the folder of a model, fetched unless it is there.

    `needed` picks from all its files those to fetch, and `complete` says whether a folder has them; without these, what
    a Sentence Transformers model takes.

    Raises:
        UnknownEncoderError: the hub has none of that name.
        EncoderUnavailableError: the hub cannot be reached, wants an agreement first, or broke off.
    """
    if folder := cached(name, revision, complete):
        return folder
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HTTPError, XetDownloadError  # type: ignore[attr-defined]
    from huggingface_hub.utils.tqdm import disable_progress_bars

    exact, files = _described(name, revision)
    wanted = (needed or _needed)(files)
    disable_progress_bars()
    try:
        return Path(snapshot_download(name, revision=exact, allow_patterns=wanted))
    except (HTTPError, XetDownloadError, OSError) as error:
        raise EncoderUnavailableError(
            f"Downloading {name} from the Hugging Face Hub was interrupted ({_first_line(error)}).",
            f"Try again: finished files are kept. {offline_hint()}",
        ) from error


@lru_cache(maxsize=16)
def _described(name: str, revision: str) -> tuple[str, tuple[str, ...]]:
    """Return the exact revision of a model on the hub and its files."""
    from huggingface_hub import constants

    if not reachable():
        why = "HF_HUB_OFFLINE is set" if constants.HF_HUB_OFFLINE else "the Hugging Face Hub cannot be reached"
        raise EncoderUnavailableError(f"{name} is not on this machine and {why}.", offline_hint())
    from huggingface_hub import HfApi
    from huggingface_hub.errors import (  # type: ignore[attr-defined]
        GatedRepoError,
        HFValidationError,
        HTTPError,
        RepositoryNotFoundError,
    )

    try:
        info = HfApi().model_info(name, revision=revision, timeout=_REQUEST_SECONDS)
    except GatedRepoError:
        raise EncoderUnavailableError(
            f"{name} is gated on the Hugging Face Hub.", "Accept its terms there, then run `hf auth login` here."
        ) from None
    except (RepositoryNotFoundError, HFValidationError):
        raise UnknownEncoderError(
            f"The Hugging Face Hub has no public model {name}.",
            "Check the spelling; a private one needs `hf auth login`.",
        ) from None
    except (HTTPError, OSError) as error:
        raise EncoderUnavailableError(
            f"{name} is not on this machine and the Hugging Face Hub did not respond ({_first_line(error)}).",
            offline_hint(),
        ) from error
    return info.sha or revision, tuple(file.rfilename for file in info.siblings or ())


def _needed(files: tuple[str, ...]) -> list[str]:
    """Return the files of a model worth fetching: no code, no other runtime's weights, no weights twice."""
    safe = {str(Path(file).parent) for file in files if file.endswith(".safetensors")}
    return [
        file
        for file in files
        if file.endswith(_READ)
        and not file.startswith(_OTHER_RUNTIMES)
        and not file.endswith(_OTHER_WEIGHTS)
        and not (file.endswith(".bin") and str(Path(file).parent) in safe)
    ]


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0].rstrip(".")

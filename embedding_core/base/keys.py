"""Keys made from content: equal inputs have equal keys, different inputs different ones."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import Field, fields, is_dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embedding_core.base.types import Key

ROW_HASH_BYTES = 16


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {"": getattr(value, "KEY_NAME", type(value).__name__), **_parts(value)}
    if isinstance(value, Path):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no fingerprint")


def _parts(value: Any) -> Any:
    """Return a dataclass as a dictionary, each field under the name that keys were first made with."""
    if is_dataclass(value) and not isinstance(value, type):
        return {stored_name(part): _parts(getattr(value, part.name)) for part in fields(value)}
    return [_parts(part) for part in value] if isinstance(value, (list, tuple)) else value


def stored_name(field: Field[Any]) -> str:
    """Return the name of a dataclass's field in keys and artifacts: the one it had first, by its metadata `key`."""
    name: str = field.metadata.get("key", field.name)
    return name


def fingerprint(*parts: Any) -> Key:
    """Return the SHA-256 of plain values and parameter dataclasses, in order.

    A dataclass that was renamed keeps its keys by the class variable `KEY_NAME`, a field by its metadata `key`.
    """
    text = json.dumps(parts, sort_keys=True, ensure_ascii=True, allow_nan=False, default=_plain)
    return hashlib.sha256(text.encode()).hexdigest()


def hash_file(path: Path) -> Key:
    """Return the SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def hash_bytes(data: bytes | memoryview) -> Key:
    """Return the SHA-256 of bytes."""
    return hashlib.sha256(data).hexdigest()


def hash_rows(texts: Iterable[str]) -> NDArray[np.uint8]:
    """Return the 128-bit BLAKE2b digest of each text: (n, 16) uint8."""
    digests = b"".join(
        hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=ROW_HASH_BYTES).digest() for text in texts
    )
    return np.frombuffer(digests, dtype=np.uint8).reshape(-1, ROW_HASH_BYTES)


def hash_array(array: NDArray[Any]) -> Key:
    """Return the SHA-256 of an array's type, shape and values."""
    head = f"{array.dtype.str}{array.shape}".encode()
    digest = hashlib.sha256(head)
    digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()

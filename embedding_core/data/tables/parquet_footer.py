"""Whether a Parquet file is encrypted, seen in its footer before a library opens it.

Arrow ends the process, with no exception to catch, when it is asked for the metadata of a column chunk that has none to
read: one that is encrypted, or damaged in that place.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from embedding_core.base.errors import InputError

MAGIC, ENCRYPTED_MAGIC = b"PAR1", b"PARE"
LOOKED_AT = 1 << 22
"""Bytes of a footer that are looked at: a writer encrypts the same columns in every row group."""
# https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift
_ROW_GROUPS, _ENCRYPTION_ALGORITHM = 4, 8
_COLUMNS = 1
_META_DATA, _CRYPTO_METADATA, _ENCRYPTED_METADATA = 3, 8, 9
# https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
_TRUE, _FALSE, _BYTE, _DOUBLE, _BINARY, _LIST, _SET, _MAP, _STRUCT = 1, 2, 3, 7, 8, 9, 10, 11, 12
_WIDTHS = {_TRUE: 0, _FALSE: 0, _BYTE: 1, _DOUBLE: 8}
_DEEPEST = 64


def check_parquet(path: Path, name: str) -> None:
    """Refuse a Parquet file whose columns, or footer, are encrypted or lack what Arrow takes for granted.

    Raises:
        InputError: with the reason. Other damage is left to the library to find.
    """
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - 8))
        tail = file.read(8)
        if tail[4:] == ENCRYPTED_MAGIC:
            raise _encrypted(name)
        if size < 12 or tail[4:] != MAGIC:
            return
        (length,) = struct.unpack("<I", tail[:4])
        if length > size - 8:
            return
        file.seek(size - 8 - length)
        footer = file.read(min(length, LOOKED_AT))
    try:
        _check_footer(_Footer(footer), name)
    except (IndexError, struct.error, RecursionError):
        return  # cut where we stopped, or damaged


def _check_footer(footer: "_Footer", name: str) -> None:
    for field, kind in footer.fields():
        if field == _ENCRYPTION_ALGORITHM:
            raise _encrypted(name)
        if field != _ROW_GROUPS or kind != _LIST:
            footer.skip(kind)
            continue
        for _ in footer.items():
            for part, part_kind in footer.fields():
                if part == _COLUMNS and part_kind == _LIST:
                    for _ in footer.items():
                        _check_chunk(footer, name)
                else:
                    footer.skip(part_kind)


def _check_chunk(footer: "_Footer", name: str) -> None:
    found = set()
    for field, kind in footer.fields():
        found.add(field)
        footer.skip(kind)
    if found & {_CRYPTO_METADATA, _ENCRYPTED_METADATA}:
        raise _encrypted(name)
    if _META_DATA not in found:
        message = f"{name} is a damaged Parquet file: a column chunk has no metadata."
        raise InputError(message, "Write it again with a current version of pandas or pyarrow.")


def _encrypted(name: str) -> InputError:
    message = f"{name} is an encrypted Parquet file and cannot be read."
    return InputError(message, "Whoever has the key can save it without encryption.")


@dataclass
class _Footer:
    """A reader of Thrift's compact protocol that knows how to skip."""

    data: bytes
    at: int = 0

    def fields(self) -> Iterator[tuple[int, int]]:
        """Yield the number and type of each field of a struct; the caller reads or skips its value."""
        number = 0
        while (head := self._byte()) != 0:
            delta, kind = head >> 4, head & 15
            number = number + delta if delta else _zigzag(self._varint())
            yield number, kind

    def items(self) -> range:
        """Return the places of a list of structs."""
        return range(self._list_head()[0])

    def skip(self, kind: int, depth: int = 0) -> None:
        """Go past a value."""
        if kind in _WIDTHS:
            self._forward(_WIDTHS[kind])
        elif kind == _BINARY:
            self._forward(self._varint())
        elif kind in (_LIST, _SET):
            count, inner = self._list_head()
            self._skip_items(count, (inner,), depth)
        elif kind == _MAP:
            count = self._varint()
            kinds = self._byte() if count else 0
            self._skip_items(count, (kinds >> 4, kinds & 15), depth)
        elif kind == _STRUCT:
            for _, inner in self.fields():
                self.skip(inner, depth + 1)
        else:
            self._varint()

    def _skip_items(self, count: int, kinds: tuple[int, ...], depth: int) -> None:
        if depth > _DEEPEST:
            raise IndexError("nested too deeply")
        for _ in range(count):
            for kind in kinds:
                if kind in (_TRUE, _FALSE):  # in a list a boolean takes a byte, as a field it is its type
                    self._forward(1)
                else:
                    self.skip(kind, depth + 1)

    def _list_head(self) -> tuple[int, int]:
        head = self._byte()
        count = head >> 4
        return (self._varint() if count == 15 else count), head & 15

    def _forward(self, count: int) -> None:
        self.at += count
        if self.at > len(self.data):
            raise IndexError("past the end")

    def _byte(self) -> int:
        value = self.data[self.at]
        self.at += 1
        return value

    def _varint(self) -> int:
        value = shift = 0
        while True:
            byte = self._byte()
            value |= (byte & 127) << shift
            if byte < 128:
                return value
            shift += 7


def _zigzag(value: int) -> int:
    return (value >> 1) ^ -(value & 1)

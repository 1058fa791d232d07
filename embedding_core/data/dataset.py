"""Data sets: the items to embed and their columns."""

import json
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from embedding_core.base.errors import InputError
from embedding_core.base.keys import fingerprint, hash_array, hash_bytes, hash_rows
from embedding_core.base.types import Key, Matrix

ROWS_FILE = "rows.parquet"
ABOUT_FILE = "about.json"
VECTORS_FILE = "vectors.npy"
_ID, _TEXT, _PICTURE = "__id__", "__text__", "__picture__"


class Kind(StrEnum):
    """The kind of items in a data set."""

    TEXT = "text"
    PICTURES = "pictures"
    """Pictures, with or without a text each; some rows may be texts alone."""
    VECTORS = "vectors"


@dataclass(frozen=True, eq=False)
class Dataset:
    """Items in a fixed order; a row number means the same item everywhere.

    Build one with `Dataset.create`, which checks the lengths.
    """

    name: str
    kind: Kind
    ids: tuple[str, ...]
    """One a row, unique."""
    texts: tuple[str, ...]
    """What is embedded and shown, one a row; for pictures and ready-made vectors a caption, which may be empty."""
    columns: pd.DataFrame
    """What else is known of each row: for color, filters, export. Indexed 0 … n-1."""
    label: str | None = None
    """The column of `columns` that holds the class of each row."""
    vectors: Matrix | None = None
    """The user's own vectors, (n, dim) float32, when `kind` is VECTORS."""
    text_name: str = "text"
    """What the texts are called where they come from."""
    pictures: tuple[Key, ...] = ()
    """The SHA-256 of each row's picture file, "" for a row that is a text alone; empty when there is no picture."""
    album: Key | None = None
    """The artifact that holds the pictures."""
    feature_names: tuple[str, ...] = ()
    """What each dimension of the vectors is called, when they were made of columns; else empty."""
    warnings: tuple[str, ...] = ()
    """What was left out or filled in when the data set was made of its table, one sentence each."""

    @classmethod
    def create(
        cls,
        name: str,
        texts: list[str],
        *,
        ids: list[str] | None = None,
        columns: pd.DataFrame | None = None,
        label: str | None = None,
        vectors: Matrix | None = None,
        text_name: str = "text",
        pictures: list[Key] | None = None,
        album: Key | None = None,
        feature_names: tuple[str, ...] = (),
        warnings: tuple[str, ...] = (),
    ) -> "Dataset":
        """Check and freeze a data set.

        Raises:
            InputError: there is no row, the lengths differ, ids repeat, or the label column is not there.
        """
        pictures = pictures if pictures is not None and any(pictures) else None
        n = len(texts)
        if n == 0:
            raise InputError(f"{name} has no rows.", "Use a file with at least one row under its header.")
        ids = [str(i) for i in range(n)] if ids is None else ids
        columns = pd.DataFrame(index=range(n)) if columns is None else columns.reset_index(drop=True)
        for what, size in (
            ("ids", len(ids)),
            ("column values", len(columns)),
            ("vectors", n if vectors is None else len(vectors)),
            ("pictures", n if pictures is None else len(pictures)),
        ):
            if size != n:
                raise InputError(f"{name} has {n:,} texts but {size:,} {what}.", "Each row needs exactly one of each.")
        if len(set(ids)) != n:
            raise InputError(
                f"The IDs of {name} are not unique.", "Choose another ID column, or none to number the rows."
            )
        if label is not None and label not in columns:
            raise InputError(f"{name} has no column {label!r} with labels.", "Choose one of its columns.")
        text_name = "text" if text_name == "id" else text_name
        kind = Kind.VECTORS if vectors is not None else Kind.TEXT if pictures is None else Kind.PICTURES
        held = album if pictures is not None else None
        return cls(
            *(name, kind, tuple(ids), tuple(texts), columns, label, vectors, text_name, tuple(pictures or ()), held),
            *(tuple(feature_names), tuple(warnings)),
        )

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def items_key(self) -> Key:
        """The key of what is embedded, and of that alone: a new label column embeds nothing again."""
        if self.vectors is not None:
            return fingerprint("items", self.kind, hash_array(self.vectors))
        texts = hash_bytes(hash_rows(self.texts).tobytes())
        return fingerprint("items", self.kind, texts, *([self.pictures] if self.pictures else []))

    @cached_property
    def key(self) -> Key:
        """The key of everything in the data set."""
        table = self.columns.to_json(orient="split", date_format="iso", default_handler=str)
        rows = hash_bytes(hash_rows([*self.ids, *self.texts]).tobytes())
        return fingerprint(
            *("dataset", self.name, self.items_key, rows, hash_bytes(table.encode()), self.label, self.text_name),
            *([self.album] if self.album else []),
            *([self.feature_names, self.warnings] if self.feature_names or self.warnings else []),
        )

    @cached_property
    def is_picture(self) -> NDArray[np.bool_]:
        """(n,) whether a row is a picture."""
        return np.array([bool(key) for key in self.pictures] or np.zeros(len(self)), dtype=bool)

    @cached_property
    def is_blank(self) -> NDArray[np.bool_]:
        """(n,) whether the text of a row is nothing but white space."""
        return np.fromiter((not text or text.isspace() for text in self.texts), dtype=bool, count=len(self))

    @cached_property
    def titles(self) -> tuple[str, ...]:
        """The title of each row in a list: its text, or the id of a picture without one."""
        if not self.pictures:
            return self.texts
        return tuple(text or row for text, row in zip(self.texts, self.ids, strict=True))

    def take(self, rows: list[int], name: str) -> "Dataset":
        """Return a data set of these rows, in this order."""
        return Dataset.create(
            name,
            [self.texts[i] for i in rows],
            ids=[self.ids[i] for i in rows],
            columns=self.columns.iloc[rows],
            label=self.label,
            vectors=None if self.vectors is None else self.vectors[rows],
            text_name=self.text_name,
            pictures=[self.pictures[i] for i in rows] if self.pictures else None,
            album=self.album,
            feature_names=self.feature_names,
        )

    def frame(self) -> pd.DataFrame:
        """Return everything as one table: `id`, the texts under their own name, then the kept columns.

        Pictures without any captions have no column of texts. A column that shares a name with the first ones is set
        apart as `NAME_of_file`.
        """
        head = pd.DataFrame({"id": self.ids, self.text_name: self.texts}, copy=False)
        if self.pictures and not any(self.texts):
            head = head[["id"]]
        rest = self.columns.rename(columns={name: f"{name}_of_file" for name in head})
        return pd.concat([head, rest], axis=1)

    def save(self, folder: Path) -> None:
        """Write the data set into an existing folder."""
        table = self.columns.copy()
        table[_ID], table[_TEXT] = list(self.ids), list(self.texts)
        if self.pictures:
            table[_PICTURE] = list(self.pictures)
        table.to_parquet(folder / ROWS_FILE, index=False)
        about = {
            **{"name": self.name, "label": self.label, "text_name": self.text_name, "album": self.album},
            **{"feature_names": self.feature_names, "warnings": self.warnings},
            **{"key": self.key, "items_key": self.items_key},
        }
        (folder / ABOUT_FILE).write_text(json.dumps(about))
        if self.vectors is not None:
            np.save(folder / VECTORS_FILE, self.vectors, allow_pickle=False)

    @classmethod
    def load(cls, folder: Path) -> "Dataset":
        """Read what `save` wrote."""
        about = json.loads((folder / ABOUT_FILE).read_text())
        table = pd.read_parquet(folder / ROWS_FILE)
        ids, texts = table.pop(_ID).tolist(), table.pop(_TEXT).tolist()
        pictures = table.pop(_PICTURE).tolist() if _PICTURE in table else None
        vectors_file = folder / VECTORS_FILE
        vectors = np.load(vectors_file, mmap_mode="r", allow_pickle=False) if vectors_file.exists() else None
        loaded = cls.create(
            about["name"],
            texts,
            ids=ids,
            columns=table,
            label=about["label"],
            vectors=vectors,
            text_name=about["text_name"],
            pictures=pictures,
            album=about["album"],
            feature_names=about.get("feature_names", ()),
            warnings=about.get("warnings", ()),
        )
        loaded.__dict__.update(key=about["key"], items_key=about["items_key"])
        return loaded

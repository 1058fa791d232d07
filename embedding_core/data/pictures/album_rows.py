"""An album becomes a table: alone, or beside a table whose rows name its pictures."""

import json

import pandas as pd

from embedding_core.base.types import Key
from embedding_core.data.build import RowPictures
from embedding_core.data.choose import ColumnChoice
from embedding_core.data.pictures.album import FACTS, Album
from embedding_core.data.pictures.columns import match_files, naming_column, picture_paths
from embedding_core.data.table import Format, ReadReport, Table

NAME, CAPTION, LABEL, PATH = "file", "caption", "label", "path"


def album_table(album: Album) -> Table:
    """Return what is known of each picture as a table: file, caption, label, path, facts, width, height.

    Columns that say nothing are left out.
    """
    index = album.index
    frame = pd.DataFrame({NAME: index["name"], **{name: index[name] for name in (CAPTION, LABEL, PATH)}})
    frame = frame.drop(columns=[name for name in (CAPTION, LABEL, PATH) if not frame[name].any()])
    if PATH in frame and LABEL in frame and frame[PATH].equals(frame[LABEL]):
        frame = frame.drop(columns=PATH)
    facts = pd.DataFrame([json.loads(text) if text else {} for text in index[FACTS]], dtype=str)
    frame = pd.concat([frame, facts.drop(columns=[str(name) for name in frame if name in facts])], axis=1)
    frame = frame.assign(width=index["width"], height=index["height"])
    report = ReadReport(Format.PICTURES, rows=len(frame), columns=frame.shape[1])
    return Table(frame, report)


def album_choice(table: Table) -> ColumnChoice:
    """Return what the columns of `album_table` are for."""
    return ColumnChoice(
        text=(CAPTION,) if CAPTION in table.frame else (),
        label=LABEL if LABEL in table.frame else None,
        id=NAME,
        keep=tuple(str(name) for name in table.frame if name not in (NAME, CAPTION)),
        pictures=NAME,
    )


def find_column(table: Table, album: Album) -> str | None:
    """Return the column of a table whose cells name pictures of an album; None when there is none."""
    return naming_column(table.frame, album.index["name"].tolist())


def row_pictures(table: Table, column: str | None, album: Album, key: Key) -> RowPictures:
    """Return which picture stands for each row of a table.

    Args:
        table: the rows.
        column: names files of the album; None when the album was read from the rows themselves, place by place.
        album: the pictures.
        key: the album's.
    """
    index = album.index
    if column is None:
        by_place = dict(zip(index["place"].tolist(), index["key"].tolist(), strict=True))
        return RowPictures(tuple(by_place.get(row, "") for row in range(len(table.frame))), key)
    keys = index["key"].tolist()
    places = match_files(picture_paths(table.frame[column]), index["name"].tolist())
    return RowPictures(tuple("" if place is None else keys[place] for place in places), key)

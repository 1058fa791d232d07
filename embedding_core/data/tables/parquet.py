"""Parquet."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from embedding_core.base.config import load_config
from embedding_core.base.errors import InputError
from embedding_core.data.detect import check_unpacked
from embedding_core.data.table import Format, RawTable, ReadReport, check_rows
from embedding_core.data.tables.hugging_face import name_classes


def read_parquet(path: Path, name: str, rows: int | None = None) -> RawTable:
    """Read a Parquet file; checksums are verified where pages carry them.

    Args:
        path: where it lies.
        name: what it is called.
        rows: read no more than the first so many.

    Raises:
        InputError: the file is damaged, unpacks to too much, or has too many rows.
    """
    config = load_config()
    try:
        with pq.ParquetFile(path, page_checksum_verification=True, arrow_extensions_enabled=True) as file:
            about = file.metadata
            check_rows(about.num_rows, name, config)
            check_unpacked(sum(about.row_group(i).total_byte_size for i in range(about.num_row_groups)), name)
            table = file.read() if rows is None else _first_rows(file, rows)
            table.validate(full=True)
            table, notes = name_classes(table)
    except (pa.ArrowException, OSError, ValueError) as error:
        reason = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
        message = f"{name} is a damaged Parquet file, or one of a kind that cannot be read: {reason}"
        raise InputError(message, "Write it again with a current version of pandas or pyarrow.") from None
    return RawTable(*columns_of(table), ReadReport(Format.PARQUET, notes=tuple(notes)))


def _first_rows(file: pq.ParquetFile, rows: int) -> pa.Table:
    batch = next(file.iter_batches(batch_size=rows), None)
    return file.schema_arrow.empty_table() if batch is None else pa.Table.from_batches([batch])


def columns_of(table: pa.Table) -> tuple[list[str], list[pa.ChunkedArray]]:
    """Return the names and columns of an Arrow table, without the index that pandas writes beside them."""
    keep = [i for i, column in enumerate(table.column_names) if not column.startswith("__index_level_")]
    places = keep or range(table.num_columns)
    return [table.column_names[i] for i in places], [table.column(i) for i in places]

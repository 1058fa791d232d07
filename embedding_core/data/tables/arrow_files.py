"""Arrow IPC files and streams (Feather, the cache of Hugging Face's datasets), and ORC."""

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from embedding_core.base.config import load_config
from embedding_core.base.errors import InputError
from embedding_core.data.detect import ARROW_STREAM, check_unpacked
from embedding_core.data.table import Format, RawTable, ReadReport, check_rows
from embedding_core.data.tables.hugging_face import name_classes
from embedding_core.data.tables.parquet import columns_of


def read_arrow(path: Path, form: Format, name: str) -> RawTable:
    """Read an Arrow or an ORC file.

    Raises:
        InputError: the file is damaged, unpacks to too much, or has too many rows.
    """
    try:
        table = _read_orc(path, name) if form is Format.ORC else _read_ipc(path, name)
        table.validate(full=True)
        table, notes = name_classes(table)
    except (pa.ArrowException, OSError, ValueError) as error:
        reason = next(iter(str(error).split("\n")))[:200] or type(error).__name__
        message = f"{name} is a damaged {form.upper()} file, or one of a kind that cannot be read: {reason}"
        raise InputError(message, "Write it again with a current version of pandas or pyarrow.") from None
    return RawTable(*columns_of(table), ReadReport(form, notes=tuple(notes)))


def _read_ipc(path: Path, name: str) -> pa.Table:
    with pa.OSFile(str(path)) as file:
        head = file.read(len(ARROW_STREAM))
        file.seek(0)
        if head == ARROW_STREAM:
            reader = pa.ipc.open_stream(file)
            return _together(reader, reader.schema, name)
        reader = pa.ipc.open_file(file)
        batches = (reader.get_batch(i) for i in range(reader.num_record_batches))
        return _together(batches, reader.schema, name)


def _together(batches: Iterator[pa.RecordBatch], schema: pa.Schema, name: str) -> pa.Table:
    """Return batches as one table; they are counted as they come, since each may be packed."""
    config, kept, rows, size = load_config(), [], 0, 0
    for batch in batches:
        rows += batch.num_rows
        size += batch.nbytes
        check_rows(rows, name, config)
        check_unpacked(size, name)
        kept.append(batch)
    return pa.Table.from_batches(kept, schema)


def _read_orc(path: Path, name: str) -> pa.Table:
    from pyarrow import orc  # only here: it is rarely wanted

    file = orc.ORCFile(path)
    check_rows(file.nrows, name, load_config())
    stripes = (file.read_stripe(i) for i in range(file.nstripes))
    return _together(stripes, file.schema, name)

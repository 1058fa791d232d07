"""`embed`: turn texts or images into vectors."""

from typing import Annotated

from embedding_core.cli.common import embedded, write
from embedding_core.cli.options import CommandEngine, Data, EmbeddingOptions, InputGroup, Out
from embedding_core.cli.run import Printed


def embed(
    file: Data,
    /,
    *,
    data: Annotated[EmbeddingOptions, InputGroup] = EmbeddingOptions(),
    out: Out = None,
    engine: CommandEngine,
) -> Printed:
    """Embed texts or images.

    The vectors are kept in the store: the same rows are not embedded again.
    """
    dataset, space, record = embedded(engine, file, data)
    if out is not None:
        write(out, dataset, {"embedding": space.load(engine.store)})
        record["out"] = str(out)
    text = "{rows:,} rows, {dim} dimensions, {encoder}, {seconds:.1f} s".format(**record)
    return record, text + (" (from the store)" if record["from_cache"] else f" ({record['rows_per_s']:,.0f} rows/s)")

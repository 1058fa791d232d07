"""What smaller vectors keep, as code."""

from embedding_core.compression import CompressionParams
from embedding_core.snippets.opening import opening
from embedding_core.snippets.written import written
from embedding_core.types import Key


def compression(dataset: Key, encoder: str, params: CompressionParams, rescoring: int) -> str:
    """Return code that leaves `found`, a `Compression`, and prints each form with a second look of one size."""
    return f"""\
{opening(dataset, encoder)}
from embedding_core.compression import CompressionParams, compress

params = {written(params)}
found = compress(vectors, params)
for option in found.options({rescoring}):
    trial, quality = option.trial, option.quality
    print(
        f"{{trial.dims:5}} {{trial.reduction:9}} {{trial.precision:8}} rescored {{quality.rescoring:2}} times:"
        f" recall {{quality.recall:.3f}}, {{trial.size(found.items):,}} bytes, {{quality.milliseconds:.3f}} ms"
    )
"""

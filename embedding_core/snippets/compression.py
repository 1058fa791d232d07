"""What smaller vectors keep, as code."""

from embedding_core.compression import CompressionParams
from embedding_core.snippets.opening import opening
from embedding_core.snippets.written import written
from embedding_core.types import Key

_JUDGED = """\
from embedding_core.stages import EncodeQueries, JudgedTexts, load_judgements

texts = JudgedTexts.of(load_judgements({judgements!r}, engine.store), dataset.ids)
judged = texts.asked(engine.make(EncodeQueries(texts.queries, space)))
"""


def compression(
    dataset: Key, encoder: str, params: CompressionParams, rescoring: int, judgements: Key | None = None
) -> str:
    """Return code that leaves `found`, a `Compression`, and prints each form with a second look of one size."""
    asked = "" if judgements is None else _JUDGED.format(judgements=judgements)
    gain = "" if judgements is None else " nDCG {quality.ndcg:.3f},"
    return f"""\
{opening(dataset, encoder)}
from embedding_core.compression import CompressionParams, compress
{asked}
params = {written(params)}
found = compress(vectors, params{", judged" if asked else ""})
for option in found.options({rescoring}):
    trial, quality = option.trial, option.quality
    print(
        f"{{trial.dims:5}} {{trial.reduction:9}} {{trial.precision:8}} rescored {{quality.rescoring:2}} times:"
        f" recall {{quality.recall:.3f}},{gain} {{trial.size(found.items):,}} bytes, {{quality.milliseconds:.3f}} ms"
    )
"""
